"""Other ways to look at the same numbers: new shape, strides and offset, and no copy.

*Kept from torch*: which operation copies and which does not; that a view remembers its
base, and that it was made under ``no_grad``, after which a change of the base through it is
refused if it is recorded; names of nodes.

*Left out*: views of another dtype, views with several results such as ``split``.
"""

from __future__ import annotations

from typing import Any

from . import shapes
from .creation import arrange, values
from .derivatives import differentiable
from .grad_mode import GradMode
from .shapes import Size, Sizes, contiguous_strides, sizes_of, wrap_dim, wrap_dims
from .storage import store
from .tensor import Tensor, make


def _view(self: Tensor, shape: Sizes, stride: Sizes, offset: int | None = None) -> Tensor:
    """A tensor over the storage of another, which it remembers as its base."""
    view = make(self._storage, self.dtype, Size(shape), tuple(stride))
    view._offset = self._offset if offset is None else offset
    all_of_it = len(self._storage) == view.numel()
    view._whole = self._whole and all_of_it and view._stride == contiguous_strides(view.shape)
    # A view of a view has the same base, into whose history every change goes; and one counter, so
    # that a change through any of them is noticed by all.
    view._base, view._counter = self if self._base is None else self._base, self._counter
    made = None if GradMode.enabled else "A view was created in no_grad mode"
    view._origin, view._seen_version = self._origin or made, self._version
    return view


def detach(self: Tensor) -> Any:
    """The same numbers without a history; a change in place is noticed on both sides."""
    # ``data`` counts its changes by itself; here the counter is shared, so that a backward pass
    # notices when what was saved for it is changed through the detached tensor.
    result = self.data
    result._counter = self._counter
    return result


def detach_(self: Tensor) -> Tensor:
    """Forget the history of this very tensor."""
    if self._base is not None:  # its history is the base's
        raise RuntimeError("Can't detach views in-place. Use detach() instead.")
    self._edge, self._requires_grad = None, False
    return self


def _reshaping(name: str) -> Any:
    return differentiable(name, lambda grad, sizes: grad.reshape(sizes))(_view)


_viewed, _aliased = map(_reshaping, ("ViewBackward0", "ReshapeAliasBackward0"))


def view(self: Tensor, *size: Any) -> Any:
    """The same elements in another shape, where strides can express it."""
    target = shapes.infer_size(sizes_of(size), self.numel())
    if (stride := shapes.view_strides(self.shape, self._stride, target)) is None:
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one "
            "dimension spans across two contiguous subspaces). Use .reshape(...) instead."
        )
    return _viewed(self, target, stride)


def reshape(self: Tensor, *shape: Any) -> Any:
    """The same elements in another shape: a view where one is possible, else a copy."""
    target = shapes.infer_size(sizes_of(shape), self.numel())
    if (stride := shapes.view_strides(self.shape, self._stride, target)) is not None:
        return (_viewed if self.is_contiguous() else _aliased)(self, target, stride)
    return _unsafe_view(_copy(self, contiguous_strides(self.shape)), target)


# No view, though it shares the storage: the copy that it is made of belongs to nobody else, so a
# change in place need not be told to a base.
@differentiable("UnsafeViewBackward0", lambda grad, sizes: grad.reshape(sizes))
def _unsafe_view(self: Tensor, target: Any) -> Any:
    return make(self._storage, self.dtype, Size(target), contiguous_strides(tuple(target)))


def expand(self: Tensor, *size: Any) -> Any:
    """Repeat dimensions of size 1, without a copy: their stride becomes 0."""
    asked = sizes_of(size)
    own = (-1,) * (len(asked) - self.dim()) + self.shape  # -1 where there was nothing
    target = tuple(n if m == -1 else m for n, m in zip(own, asked, strict=False))
    pairs = zip(own, target, strict=False)
    if len(own) > len(asked) or any(m < 0 or n not in {-1, 1, m} for n, m in pairs):
        raise RuntimeError(f"sizes {list(self.shape)} cannot be expanded to {list(asked)}")
    return _expanded(self, target)


@differentiable("ExpandBackward0", lambda grad, sizes: sum_to(grad, sizes))
def _expanded(self: Tensor, target: Sizes) -> Any:
    return _view(self, target, shapes.broadcast_strides(self.shape, self._stride, target))


def sum_to(grad: Any, sizes: Sizes) -> Any:
    """Sum where a tensor of these sizes was broadcast."""
    added = grad.dim() - len(sizes)
    kept = [d for d, size in enumerate(sizes, added) if size == 1 != grad.shape[d]]
    dims = [*range(added), *kept]
    summed = grad if not dims else grad.sum(dims, keepdim=True) if sizes else grad.sum()
    return summed.view(sizes) if added and sizes else summed


def _reorder(self: Tensor, order: Sizes) -> Tensor:
    order = wrap_dims(order, self.dim())
    if sorted(order) != list(range(self.dim())):
        raise RuntimeError(f"{order} is no order of {self.dim()} dimensions")
    return _view(self, [self.shape[d] for d in order], [self._stride[d] for d in order])


def _put_back(grad: Any, order: Sizes) -> Any:
    places = [d % len(order) for d in order]
    return grad.permute([places.index(d) for d in range(len(places))])


_permute = differentiable("PermuteBackward0", _put_back)(_reorder)
_t = differentiable("TBackward0", lambda grad: grad.t())(_reorder)


def permute(self: Tensor, *dims: Any) -> Any:
    """The dimensions in another order."""
    return _permute(self, sizes_of(dims))


def t(self: Tensor) -> Any:
    """A matrix transposed; a vector as it is."""
    if self.dim() > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {self.dim()}D")
    return _t(self, range(self.dim())[::-1])


@differentiable("TransposeBackward0", lambda grad, dim0, dim1: grad.transpose(dim0, dim1))
def transpose(self: Tensor, dim0: int, dim1: int) -> Any:
    """Two dimensions exchanged."""
    order = list(range(self.dim()))
    a, b = wrap_dim(dim0, self.dim()), wrap_dim(dim1, self.dim())
    if order:
        order[a], order[b] = b, a
    return _reorder(self, order)


@differentiable("UnsqueezeBackward0", lambda grad, dim: grad.squeeze(dim))
def unsqueeze(self: Tensor, dim: int) -> Any:
    """A new dimension of size 1."""
    at = wrap_dim(dim, self.dim() + 1)
    # Along a size of 1 nobody moves, so any step would do; this is the one that torch takes.
    step = self.shape[at] * self._stride[at] if at < self.dim() else 1
    shape, stride = [*self.shape], [*self._stride]
    shape.insert(at, 1)
    stride.insert(at, step)
    return _view(self, shape, stride)


def _squeezed(self: Tensor, dim: Any) -> Tensor:
    gone = wrap_dims(dim, self.dim())
    kept = [d for d in range(self.dim()) if d not in gone or self.shape[d] != 1]
    return _view(self, [self.shape[d] for d in kept], [self._stride[d] for d in kept])


def _unsqueezed(grad: Any, sizes: Sizes, dim: Any) -> Any:
    for d in sorted(wrap_dims(dim, len(sizes))):
        grad = grad.unsqueeze(d) if sizes[d] == 1 else grad
    return grad


_squeezes = [differentiable(f"SqueezeBackward{n}", _unsqueezed)(_squeezed) for n in range(3)]


def squeeze(self: Tensor, dim: Any = None) -> Any:
    """Without the dimensions of size 1: all of them, or those that are named."""
    return _squeezes[0 if dim is None else 1 if isinstance(dim, int) else 2](self, dim)


_alias = differentiable("AliasBackward0", lambda grad: grad)(
    lambda self: _view(self, self.shape, self._stride)
)


@differentiable("CloneBackward0", lambda grad: grad)
def _copy(self: Tensor, stride: tuple[int, ...]) -> Any:
    """A copy with these strides."""
    return arrange(store(self.dtype, values(self)), self.dtype, self.shape, stride)


def clone(self: Tensor) -> Any:
    """A copy that is laid out like the original."""
    return _copy(self, shapes.layout(self.shape, [self]))


def contiguous(self: Tensor) -> Any:
    """The tensor itself if its elements lie in the order of reading, else a copy."""
    return self if self.is_contiguous() else _copy(self, contiguous_strides(self.shape))


@differentiable("ToCopyBackward0", lambda grad: grad)  # which the engine converts
def _converted(self: Tensor, kind: Any) -> Any:
    return arrange(values(self, None, kind), kind, self.shape, shapes.layout(self.shape, [self]))
