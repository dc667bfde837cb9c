"""From tensors to rows of numbers and back.

*Kept from torch*: results are laid out in memory as their operands are; whole numbers and
truth values stay what they are in Python.

*Left out*: ``numpy``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any

from .shapes import Size, Sizes, broadcast_strides, contiguous_strides, positions
from .storage import Number, Storage, bool_, dtype, store
from .tensor import Tensor, make


def values(x: Any, shape: Sizes | None = None, kind: dtype | None = None) -> Iterable[Number]:
    """The elements in the order of reading; of an operand also broadcast and converted."""
    if isinstance(x, (int, float)):
        return repeat(kind.round(x) if kind else x)
    numbers: Sequence[Number] = x._storage
    if not (x._whole and shape in {None, x.shape}):
        shape = x.shape if shape is None else shape
        stride = broadcast_strides(x.shape, x._stride, shape)
        numbers = [numbers[p] for p in positions(shape, stride, x._offset)]
    return numbers if kind in {None, x.dtype} else store(kind, numbers)  # type: ignore[arg-type]


def arrange(
    numbers: Iterable[Number], kind: dtype, shape: Sizes, stride: tuple[int, ...] | None = None
) -> Tensor:
    """A new tensor of numbers in the order of reading, with these strides in memory."""
    plain = contiguous_strides(tuple(shape))
    storage = numbers if isinstance(numbers, Storage) else store(kind, numbers)
    if stride in {None, plain}:
        return make(storage, kind, Size(shape), plain)
    laid = Storage(kind.code, storage)
    for place, value in zip(positions(shape, stride or ()), storage, strict=True):
        laid[place] = value
    result = make(laid, kind, Size(shape), stride or ())
    result._whole = False
    return result


def tolist(self: Tensor) -> Any:
    """The elements as nested lists; of no dimensions, a number."""
    rows: list[Any] = [x != 0 if self.dtype is bool_ else x for x in values(self)]
    for dim in range(self.dim() - 1, 0, -1):
        size, count = self.shape[dim], Size(self.shape[:dim]).numel()
        rows = [rows[i * size : (i + 1) * size] for i in range(count)]
    return rows if self.shape else rows[0]


def item(self: Tensor) -> Number:
    """The one element, as a Python number."""
    if (count := self.numel()) != 1:
        raise RuntimeError(f"a Tensor with {count} elements cannot be converted to Scalar")
    number = next(iter(values(self)))
    return number != 0 if self.dtype is bool_ else number
