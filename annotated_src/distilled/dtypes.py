"""The four kinds of number, and which kind a calculation has.

A ``dtype`` names how the numbers of a storage are laid out, and decides what a result is
made of when two kinds meet.

*Kept from torch*: ``float32``, ``float64``, ``int64``, ``bool`` and their names in
messages; promotion by category (bool, integer, float), in which a tensor without
dimensions counts less than one with, and a Python number less than either.

*Left out*: all other dtypes, complex numbers, devices, layouts, ``set_default_dtype``.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .tensor import Tensor

Number = int | float
BOOLEAN, INTEGRAL, FLOATING = range(3)


class dtype:
    """One kind of number: its name, and the code under which ``array`` knows it."""

    def __init__(self, name: str, code: str, category: int, scalar_name: str) -> None:
        self.name, self.code, self.category, self.scalar_name = name, code, category, scalar_name
        self.itemsize = array(code).itemsize
        self.is_floating_point = category == FLOATING

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name  # one object of each, copied and pickled by name

    def round(self, value: Number) -> Number:
        """The number of this kind that a Python number becomes when it is stored.

        >>> float32.round(0.1)
        0.10000000149011612
        """
        number: Number = store(self, [value])[0]
        return number


float32 = dtype("float32", "f", FLOATING, "Float")
float64 = dtype("float64", "d", FLOATING, "Double")
int64 = dtype("int64", "q", INTEGRAL, "Long")
bool_ = dtype("bool", "b", BOOLEAN, "Bool")
KINDS = (bool_, int64, float32, float64)  # each can be stored as the next


def store(kind: dtype, values: Iterable[Number]) -> array[Any]:
    """Put values into an array of this kind, rounded, cut off or wrapped as C does.

    >>> store(int64, [2.7, 2**63]), store(bool_, [0, 3])
    (array('q', [2, -9223372036854775808]), array('b', [0, 1]))
    """
    if kind.is_floating_point:
        return array(kind.code, values)
    if kind is bool_:
        return array("b", [value != 0 for value in values])
    return array("q", map(_wrap, values))


def _wrap(value: Number) -> int:
    if value != value or value in {float("inf"), float("-inf")}:
        return -(2**63)  # what the processor answers when it cannot convert
    return (int(value) + 2**63) % 2**64 - 2**63


def dtype_of(value: object) -> dtype:
    """The kind that ``torch.tensor`` gives to a Python number."""
    if isinstance(value, bool):
        return bool_
    return int64 if isinstance(value, int) else float32


def result_type(*operands: Tensor | Number) -> dtype:
    """The kind of number in which tensors and numbers meet.

    >>> import annotated_src.distilled as torch
    >>> double = torch.tensor(1.0, dtype=float64)
    >>> result_type(torch.ones(2), double), result_type(torch.arange(2), 1.5)
    (torch.float32, torch.float32)
    """
    strongest = [bool_, bool_, bool_]  # of tensors with dimensions, without, and of numbers
    for x in operands:
        if isinstance(x, (int, float)):
            rank, kind = 2, dtype_of(x)
        else:
            rank, kind = int(not x.shape), x.dtype
        strongest[rank] = promote(strongest[rank], kind)
    return max(strongest, key=lambda kind: kind.category)  # the first of equals


def promote(a: dtype, b: dtype) -> dtype:
    """The smallest kind that holds both."""
    return max(a, b, key=KINDS.index)
