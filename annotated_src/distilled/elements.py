"""From tensors to rows of numbers and back: the only readers and writers of storages.

*Kept from torch*: results are laid out in memory as their operands are; a change in place
is counted; a place that several elements share is not written to.

*Left out*: the check for partly overlapping operands of a change in place.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

from . import shapes, tensor
from .dtypes import Number, dtype, store
from .shapes import Size, Sizes, broadcast_strides, contiguous_strides
from .storage import Storage

if TYPE_CHECKING:
    from .tensor import Tensor


def values(operand: Tensor | Number, shape: Sizes, kind: dtype) -> Iterable[Number]:
    """The elements of an operand in the order of reading, broadcast and converted."""
    if isinstance(operand, (int, float)):
        return repeat(kind.round(operand))
    numbers: Sequence[Number] = operand._storage.numbers
    if not (operand._whole and operand.shape == shape):
        stride = broadcast_strides(operand.shape, operand._stride, shape)
        numbers = [numbers[p] for p in shapes.positions(shape, stride, operand._offset)]
    return numbers if operand._storage.dtype is kind else store(kind, numbers)


def elements(self: Tensor) -> Iterable[Number]:
    """The elements of a tensor in the order of reading."""
    return values(self, self.shape, self._storage.dtype)


def arrange(
    numbers: array[Any], kind: dtype, shape: Sizes, stride: tuple[int, ...] | None = None
) -> Tensor:
    """A new tensor of numbers in the order of reading, with these strides in memory."""
    if stride is None or shapes.is_contiguous(shape, stride):
        stride = contiguous_strides(shape) if stride is None else stride
    else:
        laid = store(kind, [0]) * len(numbers)
        for place, value in zip(shapes.positions(shape, stride, 0), numbers, strict=True):
            laid[place] = value
        numbers = laid
    return tensor.make(Storage(numbers, kind), Size(shape), stride)


def layout(shape: Size, *operands: Tensor | Number) -> tuple[int, ...]:
    """The strides of a new result: those of the operands where they agree."""
    tensors = [x for x in operands if not isinstance(x, (int, float))]
    plain, first = contiguous_strides(shape), tensors[0]._stride
    if all(x._stride == plain for x in tensors):
        return plain
    if all(x.shape == shape for x in tensors) and len(tensors) == len(operands):
        if all(shapes.is_contiguous(shape, x._stride) for x in tensors):
            return plain
        if all(x._stride == first for x in tensors) and shapes.is_dense(shape, first):
            return first
    broadcast = [broadcast_strides(x.shape, x._stride, shape) for x in tensors]
    return shapes.layout_of(shape, broadcast)


def check_places(self: Tensor, others: Sequence[Tensor]) -> None:
    """Refuse to write to a place twice, or to some of those that are read in another order."""
    shared = any(n > 1 and not step for n, step in zip(self.shape, self._stride, strict=True))
    if shared and self.numel():
        raise RuntimeError(OVERLAP.format("more than one element of the written-to tensor refers"))
    for x in others:
        mine, its = ((t._offset, t.numel(), t._stride) for t in (self, x))
        meet = mine[0] < its[0] + its[1] and its[0] < mine[0] + mine[1] and mine != its
        dense = all(shapes.is_dense(t.shape, t._stride) and t.numel() for t in (self, x))
        if x._storage.numbers is self._storage.numbers and meet and dense:
            what = "some elements of the input tensor and the written-to tensor refer"
            raise RuntimeError(OVERLAP.format(what))


OVERLAP = (
    "unsupported operation: {} to a single memory location. Please clone() the tensor before "
    "performing the operation."
)


def write(self: Tensor, source: Tensor) -> None:
    """Put numbers into a tensor's places in memory, and count the change."""
    storage: Any = self._storage
    numbers = values(source, self.shape, storage.dtype)
    if self._whole:
        storage.numbers[:] = array(storage.dtype.code, numbers)
    else:
        places = shapes.positions(self.shape, self._stride, self._offset)
        for place, value in zip(places, numbers, strict=True):
            storage.numbers[place] = value
    storage.version += 1
