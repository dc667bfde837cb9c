"""Parts of a tensor: by one index, by a range, by strides, or by a list of places.

The first three are views, the last is a copy. All have the same derivative: zeros, to which
the gradient is added at the places that were taken.

*Kept from torch*: names of nodes; messages.

*Left out*: the node that torch has for the derivative of each; here they share one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from . import creation, shapes
from .derivatives import differentiable
from .dtypes import store
from .elements import arrange, elements, values
from .shapes import Size, Sizes, contiguous_strides, positions
from .views import _view

if TYPE_CHECKING:
    from .tensor import Tensor

Places = list[int]
"""Which elements, counted in the order of reading."""


def _back(grad: Tensor, places: Places, sizes: Sizes) -> Tensor:
    return _scatter(grad, places, sizes)


@differentiable("IndexBackward0", _back)
def _gather(
    self: Tensor, places: Places, shape: Sizes, stride: tuple[int, ...] | None = None
) -> Tensor:
    """The elements at these places."""
    source = list(elements(self))
    return arrange(store(self.dtype, [source[p] for p in places]), self.dtype, shape, stride)


@differentiable("IndexPutImplBackward0", lambda grad, places, sizes: _gather(grad, places, sizes))
def _scatter(self: Tensor, places: Places, shape: Sizes) -> Tensor:
    """Zeros, to which the elements are added at these places."""
    numbers = store(self.dtype, [0]) * math.prod(shape)
    for place, value in zip(places, elements(self), strict=True):
        numbers[place] += value
    return arrange(numbers, self.dtype, shape)


def _cleared(grad: Tensor, places: Places, shape: Size) -> Tensor:
    return _put(grad, creation.zeros((), dtype=grad.dtype), places, shape)


@differentiable(
    "IndexPutBackward0",
    _cleared,
    lambda grad, places, shape: _gather(grad, places, shape),
)
def _put(self: Tensor, source: Tensor, places: Places, shape: Size) -> Tensor:
    """A copy in which these places hold the numbers of another tensor."""
    numbers = store(self.dtype, elements(self))
    for place, value in zip(places, values(source.expand(shape), shape, self.dtype), strict=True):
        numbers[place] = value
    return arrange(numbers, self.dtype, self.shape)


def _strided_part(grad: Tensor, sizes: Sizes, dim: int, start: int, *step: int) -> Tensor:
    """The gradient of a tensor of which a part along one dimension was looked at."""
    strides = contiguous_strides(sizes)
    steps = _with(strides, dim, *(strides[dim] * n for n in step))
    return _scatter(grad, positions(grad.shape, steps, strides[dim] * start), sizes)


def _with(sizes: Sizes, dim: int, *others: int) -> list[int]:
    """Sizes or strides, with another one or none in place of one of them."""
    return [*sizes[:dim], *others, *sizes[dim + 1 :]]


def select(self: Tensor, dim: int, index: int) -> Tensor:
    """One index along a dimension, which disappears."""
    dim = shapes.wrap_dim(dim, self.dim())
    size = self.shape[dim] if self.shape else 0
    if not -size <= index < size:
        raise IndexError(f"index {index} is out of bounds for dimension {dim} with size {size}")
    return _select(self, dim, index % size)


@differentiable(
    "SelectBackward0",
    lambda grad, sizes, dim, index: _strided_part(grad, sizes, dim, index),
)
def _select(self: Tensor, dim: int, index: int) -> Tensor:
    offset = self._offset + self._stride[dim] * index
    return _view(self, _with(self.shape, dim), _with(self._stride, dim), offset)


@differentiable(
    "SliceBackward0",
    lambda grad, sizes, dim, part: _strided_part(grad, sizes, dim, part.start, part.step),
)
def _slice(self: Tensor, dim: int, part: range) -> Tensor:
    """Some of the indices along a dimension."""
    stride, shape = self._stride[dim], _with(self.shape, dim, len(part))
    steps = _with(self._stride, dim, stride * part.step)
    return _view(self, shape, steps, self._offset + stride * part.start)


def as_strided(
    self: Tensor, size: Sizes, stride: Sizes, storage_offset: int | None = None
) -> Tensor:
    """Any view of the storage, by its shape, strides and offset."""
    offset = self._offset if storage_offset is None else storage_offset
    return _as_strided(self, (size, stride, offset), (self.shape, self._stride, self._offset))


@differentiable("AsStridedBackward0", lambda grad, part, base: _unstrided(grad, part, base))
def _as_strided(self: Tensor, part: Any, base: Any) -> Tensor:
    return _view(self, *part)


def _unstrided(grad: Tensor, part: Any, base: Any) -> Tensor:
    """Gradients by place in the storage, as gradients of the elements that lie there."""
    element = {place: i for i, place in enumerate(positions(*base))}
    return _scatter(grad, [element[place] for place in positions(*part)], base[0])
