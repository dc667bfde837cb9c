"""Where the numbers are, and of which kind they are.

A storage is one row of numbers without a shape. Several tensors may look at one storage, and
a change made through one is seen through all.

*Kept from torch*: ``float32``, ``float64``, ``int64``, ``bool`` and their names in messages;
promotion by category (bool, integer, float), in which a tensor without dimensions counts less
than one with, and a Python number less than either; a storage belongs to no tensor.

*Left out*: all other dtypes, ``set_default_dtype``, devices, resizing, sharing between
processes; a storage of torch is bytes, and each tensor says what they are.
"""

from array import array
from collections.abc import Iterable
from typing import Any

Number = int | float


class dtype:
    """One kind of number: its names, the code under which ``array`` knows it, Python's type."""

    def __init__(self, name: str, code: str, scalar_name: str, python: Any) -> None:
        self.name, self.code, self.scalar_name, self.python = name, code, scalar_name, python
        self.category = (bool, int, float).index(python)
        self.is_floating_point, self.itemsize = python is float, array(code).itemsize

    __repr__: Any = lambda self: f"torch.{self.name}"
    # There is one object of each kind, and they are compared with `is`. So copying and pickling
    # give no new object, but the name under which this module has the one.
    __reduce__: Any = lambda self: {"bool": "bool_"}.get(self.name, self.name)

    def round(self, value: Number) -> Number:
        """The number of this kind that a Python number becomes when it is stored.

        >>> float32.round(0.1)
        0.10000000149011612
        """
        # Python calculates in double precision. A `float32` that were not rounded after each
        # operation would keep digits that torch has lost, and results would differ.
        return value if self.code == "d" else store(self, (value,))[0]


bool_, int64 = dtype("bool", "b", "Bool", bool), dtype("int64", "q", "Long", int)
float32, float64 = dtype("float32", "f", "Float", float), dtype("float64", "d", "Double", float)
BY_PYTHON: dict[Any, dtype] = {kind.python: kind for kind in (bool_, int64, float64)}
KINDS = (bool_, int64, float32, float64)  # where two meet as equals, the later is taken


class Storage(array):  # type: ignore[type-arg]  # which array cannot be told in Python 3.11
    """A row of numbers of one kind.

    >>> import annotated_src.distilled as torch
    >>> x = torch.zeros(2, 2)
    >>> x[0].untyped_storage() is x.untyped_storage(), x.untyped_storage().nbytes()
    (True, 16)
    """

    # An `array` holds the numbers themselves, packed as in C, where a list would hold references
    # to objects. So sizes in bytes and addresses mean what they mean in torch.
    __slots__ = ()

    # Where the memory begins: the same for two tensors that share it.
    data_ptr: Any = lambda self: self.buffer_info()[0]
    nbytes: Any = lambda self: len(self) * self.itemsize


def store(kind: dtype, values: Iterable[Number]) -> Storage:
    """Put values into a storage of this kind, rounded, cut off or wrapped as C does.

    >>> list(store(int64, [2.7, 2**63])), list(store(bool_, [0, 3]))
    ([2, -9223372036854775808], [0, 1])
    """
    if kind.is_floating_point:
        return Storage(kind.code, values)
    return Storage(kind.code, [x != 0 for x in values] if kind is bool_ else map(_wrap, values))


def _wrap(x: Number) -> int:
    # Integers wrap. A float that does not fit becomes the smallest integer: so x86 processors
    # answer when they cannot convert.
    return (int(x) + 2**63) % 2**64 - 2**63 if x.__class__ is int or abs(x) < 2**63 else -(2**63)


def dtype_of(value: Any) -> dtype:
    """The kind of a tensor, or the one that ``torch.tensor`` gives to a Python number."""
    own = getattr(value, "dtype", None)
    # From `bool` on, as `True` is an `int` too; of the two floats the first is torch's default.
    kind = next((kind for kind in KINDS if isinstance(value, kind.python)), own)
    if not isinstance(kind, dtype):
        raise TypeError(f"unsupported operand type: '{type(value).__name__}'")
    return kind


def result_type(*operands: Any) -> dtype:
    """The kind of number in which tensors and numbers meet.

    The highest category decides; in it a tensor with dimensions, then one without, then a number.

    >>> import annotated_src.distilled as torch
    >>> double = torch.tensor(1.0, dtype=float64)
    >>> result_type(torch.ones(2), double), result_type(torch.arange(2), 1.5)
    (torch.float32, torch.float32)
    """
    # A number in the program, or a tensor without dimensions, says what to calculate and not how
    # precisely: `x * 0.5` leaves `float32` as it is, though a float of Python has 64 bits.

    def strength(x: Any) -> tuple[int, int, int]:
        kind, shape = dtype_of(x), getattr(x, "shape", None)
        return kind.category, 0 if shape is None else 2 if shape else 1, KINDS.index(kind)

    return KINDS[max(map(strength, operands))[-1]]
