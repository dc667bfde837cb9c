"""Other ways to look at the same numbers: new shape, strides and offset, and no copy.

*Kept from torch*: which operation copies and which does not; that a view remembers its
base, and that it was made under ``no_grad``, which forbids to change the base through it
later.

*Left out*: views of another dtype, views with several results such as ``split``.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from . import shapes, tensor
from .derivatives import differentiable
from .dtypes import dtype, store
from .elements import arrange, elements, layout
from .grad_mode import GradMode
from .shapes import Size, Sizes, contiguous_strides, wrap_dim

if TYPE_CHECKING:
    from .tensor import Tensor


def _view(self: Tensor, shape: Sizes, stride: Sizes, offset: int | None = None) -> Tensor:
    """A tensor over the storage of another, which it remembers as its base."""
    at = self._offset if offset is None else offset
    view = tensor.make(self._storage, Size(shape), tuple(stride), at)
    view._base = self if self._base is None else self._base
    view._origin = self._origin if GradMode.enabled or self._origin is not None else ""
    view._seen_version = self._version
    return view


def view(self: Tensor, *shape: int | Sizes) -> Tensor:
    """The same elements in another shape, where strides can express it."""
    return _viewed(self, shapes.infer_size(shapes.sizes_of(shape), self.numel()))


@differentiable("ViewBackward0", lambda grad, sizes: grad.reshape(sizes))
def _viewed(self: Tensor, target: Sizes) -> Tensor:
    stride = shapes.view_strides(self.shape, self._stride, target)
    if stride is None:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one "
            "dimension spans across two contiguous subspaces). Use .reshape(...) instead."
        )
    return _view(self, target, stride)


def reshape(self: Tensor, *shape: int | Sizes) -> Tensor:
    """The same elements in another shape: a view where one is possible, else a copy."""
    target = shapes.infer_size(shapes.sizes_of(shape), self.numel())
    if (stride := shapes.view_strides(self.shape, self._stride, target)) is not None:
        return _viewed(self, target) if self.is_contiguous() else _aliased(self, target, stride)
    return _unsafe_view(_copy(self, contiguous_strides(self.shape)), target)


@differentiable("ReshapeAliasBackward0", lambda grad, sizes: grad.reshape(sizes))
def _aliased(self: Tensor, target: Sizes, stride: Sizes) -> Tensor:
    return _view(self, target, stride)


@differentiable("UnsafeViewBackward0", lambda grad, sizes: grad.reshape(sizes))
def _unsafe_view(self: Tensor, target: Sizes) -> Tensor:
    return tensor.make(self._storage, Size(target), contiguous_strides(target))


def expand(self: Tensor, *shape: int | Sizes) -> Tensor:
    """Repeat dimensions of size 1, without a copy: their stride becomes 0."""
    asked = shapes.sizes_of(shape)
    own = (-1,) * (len(asked) - self.dim()) + self.shape  # -1 where there was nothing
    target = [n if size == -1 else size for n, size in zip(own, asked, strict=False)]
    if len(own) > len(asked) or any(
        m < 0 or n not in {-1, 1, m} for n, m in zip(own, target, strict=True)
    ):
        raise RuntimeError(f"sizes {list(self.shape)} cannot be expanded to {list(asked)}")
    return _expanded(self, target)


@differentiable("ExpandBackward0", lambda grad, sizes: sum_to(grad, sizes))
def _expanded(self: Tensor, target: Sizes) -> Tensor:
    return _view(self, target, shapes.broadcast_strides(self.shape, self._stride, target))


def sum_to(grad: Tensor, sizes: Sizes) -> Tensor:
    """Sum where a tensor of these sizes was broadcast."""
    added = grad.dim() - len(sizes)
    kept = [d for d, size in enumerate(sizes, added) if size == 1 != grad.shape[d]]
    dims = [*range(added), *kept]
    summed = grad.sum(dims, keepdim=True) if dims else grad
    return summed.view(sizes) if added else summed


def _permuted(self: Tensor, order: Sequence[int]) -> Tensor:
    order = [wrap_dim(d, self.dim()) for d in order]
    if sorted(order) != list(range(self.dim())):
        raise RuntimeError(f"{order} is no order of {self.dim()} dimensions")
    return _view(self, [self.shape[d] for d in order], [self._stride[d] for d in order])


def permute(self: Tensor, *dims: int | Sizes) -> Tensor:
    """The dimensions in another order."""
    return _reordered(self, shapes.sizes_of(dims))


def _put_back(grad: Tensor, order: Sizes) -> Tensor:
    places = [d % len(order) for d in order]
    return grad.permute(*[places.index(d) for d in range(len(places))])


@differentiable("PermuteBackward0", _put_back)
def _reordered(self: Tensor, order: Sizes) -> Tensor:
    return _permuted(self, order)


@differentiable("TransposeBackward0", lambda grad, dim0, dim1: grad.transpose(dim0, dim1))
def transpose(self: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two dimensions exchanged."""
    order = list(range(self.dim()))
    a, b = wrap_dim(dim0, self.dim()), wrap_dim(dim1, self.dim())
    if order:
        order[a], order[b] = b, a
    return _permuted(self, order)


@differentiable("TBackward0", lambda grad: grad.t())
def t(self: Tensor) -> Tensor:
    """A matrix transposed; a vector as it is."""
    if self.dim() > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {self.dim()}D")
    return _permuted(self, range(self.dim())[::-1])


@differentiable("UnsqueezeBackward0", lambda grad, dim: grad.squeeze(dim))
def unsqueeze(self: Tensor, dim: int) -> Tensor:
    """A new dimension of size 1."""
    at = wrap_dim(dim, self.dim() + 1)
    step = self.shape[at] * self._stride[at] if at < self.dim() else 1
    shape, stride = list(self.shape), list(self._stride)
    shape.insert(at, 1)
    stride.insert(at, step)
    return _view(self, shape, stride)


def squeeze(self: Tensor, dim: int | Sizes | None = None) -> Tensor:
    """Without the dimensions of size 1: all of them, or those that are named."""
    if dim is None:
        return _squeeze_all(self)
    return _squeeze_one(self, dim) if isinstance(dim, int) else _squeeze_some(self, dim)


def _squeezed(self: Tensor, dims: Sequence[int]) -> Tensor:
    gone = [wrap_dim(d, self.dim()) for d in dims]
    if len(set(gone)) < len(gone):
        raise RuntimeError(f"a dim appears multiple times in the list of dims {gone}")
    kept = [d for d in range(self.dim()) if d not in gone or self.shape[d] != 1]
    return _view(self, [self.shape[d] for d in kept], [self._stride[d] for d in kept])


def _unsqueezed(grad: Tensor, sizes: Sizes, dims: Sequence[int]) -> Tensor:
    for d in sorted(d % max(len(sizes), 1) for d in dims):
        grad = grad.unsqueeze(d) if sizes and sizes[d] == 1 else grad
    return grad


@differentiable("SqueezeBackward0", lambda grad, sizes: _unsqueezed(grad, sizes, range(len(sizes))))
def _squeeze_all(self: Tensor) -> Tensor:
    return _squeezed(self, range(self.dim()))


@differentiable("SqueezeBackward1", lambda grad, sizes, dim: _unsqueezed(grad, sizes, [dim]))
def _squeeze_one(self: Tensor, dim: int) -> Tensor:
    return _squeezed(self, [dim])


@differentiable("SqueezeBackward2", lambda grad, sizes, dim: _unsqueezed(grad, sizes, dim))
def _squeeze_some(self: Tensor, dim: Sizes) -> Tensor:
    return _squeezed(self, dim)


@differentiable("AliasBackward0", lambda grad: grad)
def _alias(self: Tensor) -> Tensor:
    return _view(self, self.shape, self._stride)


def detach(self: Tensor) -> Tensor:
    """The same numbers without a history; a change in place is noticed on both sides."""
    return tensor.make(self._storage, self.shape, self._stride, self._offset)


def detach_(self: Tensor) -> Tensor:
    """Forget the history of this very tensor."""
    self._edge, self._requires_grad = None, False
    return self


@differentiable("CloneBackward0", lambda grad: grad)
def _copy(self: Tensor, stride: tuple[int, ...]) -> Tensor:
    """A copy with these strides."""
    return arrange(array(self.dtype.code, elements(self)), self.dtype, self.shape, stride)


def clone(self: Tensor) -> Tensor:
    """A copy that is laid out like the original."""
    return _copy(self, layout(self.shape, self))


def contiguous(self: Tensor) -> Tensor:
    """The tensor itself if its elements lie in the order of reading, else a copy."""
    return self if self.is_contiguous() else _copy(self, contiguous_strides(self.shape))


@differentiable("ToCopyBackward0", lambda grad: grad)  # which the engine converts
def _converted(self: Tensor, kind: dtype) -> Tensor:
    return arrange(store(kind, elements(self)), kind, self.shape, layout(self.shape, self))
