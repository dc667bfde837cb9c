"""``x[…]``: numbers, slices, ``None`` and ``...`` between the brackets, one view after another.

All these views have the same derivative: zeros, to which the gradient is added at the places
that were looked at.

*Kept from torch*: the order of views that an index becomes; assignment as a copy into a view;
names of nodes.

*Left out*: tensors, lists and masks between the brackets; the nodes that torch has behind the
derivative of ``as_strided``.
"""

from __future__ import annotations

import math
from typing import Any

from . import creation
from .creation import arrange, values
from .derivatives import Operation, differentiable
from .refusals import NotOffered
from .shapes import Sizes, contiguous_strides, positions, wrap_dim
from .storage import store
from .tensor import Tensor
from .views import _alias, _view


@differentiable("IndexBackward0", lambda grad, places, sizes: _scatter(grad, places, sizes))
def _gather(self: Tensor, places: list[int], shape: Sizes) -> Any:
    """The elements at these places, counted in the order of reading."""
    source = list(values(self))
    return arrange([source[p] for p in places], self.dtype, shape)


def _sum_at(self: Tensor, places: list[int], shape: Sizes) -> Any:
    """Zeros, to which the elements are added at these places."""
    numbers = store(self.dtype, [0] * math.prod(shape))
    for place, value in zip(places, values(self), strict=True):
        numbers[place] += value
    return arrange(numbers, self.dtype, shape)


_scatter: Any = differentiable(
    "IndexPutImplBackward0", lambda grad, places, sizes: _gather(grad, places, sizes)
)(_sum_at)


def as_strided(self: Tensor, size: Any, stride: Any, storage_offset: int | None = None) -> Any:
    """Any view of the storage, by its shape, strides and offset."""
    offset = self._offset if storage_offset is None else storage_offset
    return _as_strided(self, (size, stride, offset), (self.shape, self._stride, self._offset))


def _unstrided(grad: Any, part: Any, base: Any) -> Any:
    """Gradients by place in the storage, as gradients of the elements that lie there."""
    # A gradient knows nothing of the storage, only of elements: the places are looked up among
    # those of the first tensor.
    element = {place: i for i, place in enumerate(positions(*base))}
    return _scatter(grad, [element[place] for place in positions(*part)], base[0])


@differentiable("AsStridedBackward0", _unstrided)
def _as_strided(self: Tensor, part: Any, base: Any) -> Any:
    return _view(self, *part)


def _part(shape: Sizes, stride: Sizes, offset: int, dim: int, index: Any) -> tuple[Any, Any, int]:
    """Shape, strides and offset of one index along a dimension, or of a range of them."""
    one = isinstance(index, int)
    first, size = (index, []) if one else (index.start, [len(index)])
    steps = [] if one else [stride[dim] * index.step]
    shape = [*shape[:dim], *size, *shape[dim + 1 :]]
    return shape, [*stride[:dim], *steps, *stride[dim + 1 :]], offset + stride[dim] * first


def _cut(self: Tensor, dim: int, index: Any) -> Any:
    return _view(self, *_part(self.shape, self._stride, self._offset, dim, index))


def _put_back(self: Tensor, sizes: Any, dim: int, index: Any) -> Any:
    """Undo a cut: zeros around it."""
    return _sum_at(self, positions(*_part(sizes, contiguous_strides(sizes), 0, dim, index)), sizes)


def _cutting(of: str) -> Operation:
    """A cut, and the way back as an operation of its own, of which the derivative is the cut."""
    back = differentiable(f"{of}BackwardBackward0", lambda grad, dim, index: cut(grad, dim, index))
    cut = differentiable(f"{of}Backward0", back(_put_back))(_cut)
    return cut


_select, _slice, _unbound = map(_cutting, ("Select", "Slice", "Unbind"))


def select(self: Tensor, dim: int, index: int) -> Any:
    """One index along a dimension, which disappears."""
    dim = wrap_dim(dim, self.dim())
    size = self.shape[dim] if self.shape else 0
    if not -size <= index < size:
        raise IndexError(f"index {index} is out of bounds for dimension {dim} with size {size}")
    return _select(self, dim, index % size)


def _looked_at(self: Tensor, key: Any, keep: bool = False) -> Any:
    """Each part of the key as a view of what the part before it gave."""
    parts = key if isinstance(key, tuple) else (key,)
    taken = sum(x is not None and x is not ... for x in parts)
    if taken > self.dim():
        raise IndexError(f"too many indices for tensor of dimension {self.dim()}")
    result: Any = self
    dim = 0
    for x in parts:
        if x is ...:
            dim += self.dim() - taken
        elif x is None:
            result, dim = result.unsqueeze(dim), dim + 1
        elif isinstance(x, slice):
            if x.step is not None and x.step <= 0:
                raise ValueError("step must be greater than zero")
            part = range(result.shape[dim])[x]
            # torch passes over a slice that takes all, except where it is the whole key.
            whole = part == range(result.shape[dim]) and (part or not x.start)
            same = whole and x.step in {None, 1} and not keep
            result, dim = result if same else _slice(result, dim, part), dim + 1
        elif isinstance(x, (bool, list)) or (isinstance(x, Tensor) and x.dim()):
            raise NotOffered("distilled has no indices that copy; see torch.Tensor.__getitem__")
        elif isinstance(x, int) or (isinstance(x, Tensor) and not x.is_floating_point()):
            result = select(result, dim, int(x))
        else:
            raise IndexError(f"only integers, slices, `...`, None and tensors, not {x!r}")
    return result


def _getitem(self: Tensor, key: Any) -> Any:
    """``self[key]``.

    >>> import annotated_src.distilled as torch
    >>> x = torch.arange(6).view(2, 3)
    >>> x[1, 1:], x[..., None].shape
    (tensor([4, 5]), torch.Size([2, 3, 1]))
    """
    result = _looked_at(self, key, keep=isinstance(key, slice))
    # An index that takes everything gives a new tensor all the same, never ``self``.
    return _alias(result) if result is self else result


def _setitem(self: Tensor, key: Any, value: Any) -> None:
    """``self[key] = value``: a change in place of a view."""
    target = _looked_at(self, key)
    source: Any = value if isinstance(value, Tensor) else creation.full((), value, dtype=self.dtype)
    if target.shape and not source.shape:
        target.fill_(source)
        return
    if source.shape != target.shape:
        # Assignment allows more than broadcasting: sizes of 1 in front may be too many.
        ones = next((i for i, n in enumerate(source.shape) if n != 1), source.dim())
        source = source.view(source.shape[ones:])
    target.copy_(source if source.shape == target.shape else source.expand(target.shape))
