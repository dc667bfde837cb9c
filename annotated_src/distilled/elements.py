"""From tensors to rows of numbers and back.

*Kept from torch*: results are laid out in memory as their operands are; whole numbers and
truth values stay what they are in Python.

*Left out*: ``numpy``.
"""

from collections.abc import Iterable
from itertools import repeat
from typing import Any

from .shapes import Size, Sizes, broadcast_strides, contiguous_strides, positions
from .storage import Number, Storage, dtype, store
from .tensor import Tensor, make


def values(x: Any, shape: Sizes | None = None, kind: dtype | None = None) -> Any:
    """The elements in the order of reading; of an operand also broadcast and converted."""
    if isinstance(x, (int, float)):
        return repeat(kind.round(x) if kind else x)
    numbers: Any = x._storage
    if not (x._whole and shape in {None, x.shape}):
        shape = x.shape if shape is None else shape
        stride = broadcast_strides(x.shape, x._stride, shape)
        numbers = [numbers[p] for p in positions(shape, stride, x._offset)]
    return numbers if kind is None or kind is x.dtype else store(kind, numbers)


def arrange(numbers: Iterable[Number], kind: dtype, shape: Sizes, stride: Any = None) -> Any:
    """A new tensor of numbers in the order of reading, with these strides in memory."""
    plain = contiguous_strides(tuple(shape))
    storage = numbers if isinstance(numbers, Storage) else store(kind, numbers)
    if stride in {None, plain}:
        return make(storage, kind, Size(shape), plain)
    laid = sorted(zip(positions(shape, stride), storage, strict=True))  # by place
    result = make(Storage(kind.code, [x for _, x in laid]), kind, Size(shape), stride)
    result._whole = False
    return result


def tolist(self: Tensor) -> Any:
    """The elements as nested lists; of no dimensions, a number."""
    numbers = map(self.dtype.python, values(self))

    def nested(shape: Any) -> Any:
        return [nested(shape[1:]) for _ in range(shape[0])] if shape else next(numbers)

    return nested(self.shape)


def item(self: Tensor) -> Any:
    """The one element, as a Python number."""
    if (count := self.numel()) != 1:
        raise RuntimeError(f"a Tensor with {count} elements cannot be converted to Scalar")
    return self.dtype.python(next(iter(values(self))))
