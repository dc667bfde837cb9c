"""Where the numbers are, and of which kind they are.

A storage is one row of numbers without a shape. Tensors that look at the same storage are
views of each other, and a change made through one is seen through all.

*Kept from torch*: ``float32``, ``float64``, ``int64``, ``bool`` and their names in messages;
promotion by category (bool, integer, float), in which a tensor without dimensions counts less
than one with, and a Python number less than either; a storage belongs to no tensor.

*Left out*: all other dtypes, ``set_default_dtype``, devices, resizing, sharing between
processes; a storage of torch is bytes, and each tensor says what they are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any

Number = int | float


class dtype:
    """One kind of number: its name, and the code under which ``array`` knows it."""

    def __init__(self, name: str, code: str, scalar_name: str) -> None:
        self.name, self.code, self.scalar_name = name, code, scalar_name
        self.itemsize = array(code).itemsize
        self.category = min("bqfd".index(code), 2)
        self.is_floating_point = self.category == 2

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name  # one object of each, copied and pickled by name

    def round(self, value: Number) -> Number:
        """The number of this kind that a Python number becomes when it is stored.

        >>> float32.round(0.1)
        0.10000000149011612
        """
        return value if self.code == "d" else store(self, (value,))[0]  # type: ignore[no-any-return]


bool_, int64 = dtype("bool", "b", "Bool"), dtype("int64", "q", "Long")
float32, float64 = dtype("float32", "f", "Float"), dtype("float64", "d", "Double")
KINDS = (bool_, int64, float32, float64)  # each can be stored as the next


class Storage(array):  # type: ignore[type-arg]  # which array cannot be told in Python 3.11
    """A row of numbers of one kind.

    >>> import annotated_src.distilled as torch
    >>> x = torch.zeros(2, 2)
    >>> x[0].untyped_storage() is x.untyped_storage(), x.untyped_storage().nbytes()
    (True, 16)
    """

    __slots__ = ()

    def data_ptr(self) -> int:
        """The address of the numbers: equal for two tensors that share them."""
        return self.buffer_info()[0]

    def nbytes(self) -> int:
        """How much memory the numbers take."""
        return len(self) * self.itemsize

    size = nbytes


def store(kind: dtype, values: Iterable[Number]) -> Storage:
    """Put values into a storage of this kind, rounded, cut off or wrapped as C does.

    >>> list(store(int64, [2.7, 2**63])), list(store(bool_, [0, 3]))
    ([2, -9223372036854775808], [0, 1])
    """
    if kind.is_floating_point:
        return Storage(kind.code, values)
    return Storage(kind.code, [x != 0 for x in values] if kind is bool_ else map(_wrap, values))


def _wrap(value: Number) -> int:
    if value - value != 0:  # not finite: what the processor answers when it cannot convert
        return -(2**63)
    return (int(value) + 2**63) % 2**64 - 2**63


def dtype_of(value: object) -> dtype:
    """The kind that ``torch.tensor`` gives to a Python number."""
    return bool_ if isinstance(value, bool) else int64 if isinstance(value, int) else float32


def promote(a: dtype, b: dtype) -> dtype:
    """The smallest kind that holds both."""
    return max(a, b, key=KINDS.index)


def result_type(*operands: Any) -> dtype:
    """The kind of number in which tensors and numbers meet.

    >>> import annotated_src.distilled as torch
    >>> double = torch.tensor(1.0, dtype=float64)
    >>> result_type(torch.ones(2), double), result_type(torch.arange(2), 1.5)
    (torch.float32, torch.float32)
    """
    strongest = [bool_, bool_, bool_]  # of tensors with dimensions, without, and of numbers
    for x in operands:
        number = isinstance(x, (int, float))
        if not number and not hasattr(x, "_storage"):
            raise TypeError(f"unsupported operand type: '{type(x).__name__}'")
        rank, kind = (2, dtype_of(x)) if number else (int(not x.shape), x.dtype)
        strongest[rank] = promote(strongest[rank], kind)
    return max(strongest, key=lambda kind: kind.category)  # the first of equals
