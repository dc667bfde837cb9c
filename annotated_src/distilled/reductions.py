"""Operations that bring elements together: sums, means, products of matrices.

*Kept from torch*: ``dim`` as one number or several, ``keepdim``; the order of additions
(see :mod:`~annotated_src.distilled.kernels`); which product ``matmul`` becomes, and its nodes.

*Left out*: products of whole batches of matrices on both sides, ``max`` and its like.
"""

from __future__ import annotations

import math
import operator
from array import array
from typing import TYPE_CHECKING, Any

from . import creation, kernels, pointwise, tensor
from .derivatives import differentiable
from .dtypes import dtype, int64, store
from .elements import arrange, elements
from .shapes import Sizes, wrap_dim
from .views import _unsafe_view

if TYPE_CHECKING:
    from .tensor import Tensor

Dims = int | Sizes | None


def _dims(self: Tensor, dim: Dims) -> list[int]:
    named = [dim] if isinstance(dim, int) else dim or range(self.dim())
    dims = [wrap_dim(d, self.dim()) for d in named]
    if len(set(dims)) < len(dims):
        raise RuntimeError(f"a dim appears multiple times in the list of dims {dims}")
    return dims if self.shape else []


def _total(self: Tensor, dim: Dims, keepdim: bool) -> Tensor:
    """The sum without its node."""
    kind = self.dtype if self.dtype.is_floating_point else int64
    dims, numbers = _dims(self, dim), store(kind, self._storage.numbers)
    result = kernels.sum_over(kind, numbers, self.shape, self._stride, self._offset, dims)
    kept = [1 if d in dims else n for d, n in enumerate(self.shape) if keepdim or d not in dims]
    return arrange(result, kind, kept)


def sum(
    self: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: dtype | None = None
) -> Tensor:
    """Add the elements: all, or along some dimensions.

    >>> import annotated_src.distilled as torch
    >>> x = torch.arange(6).view(2, 3)
    >>> x.sum(), x.sum(0), x.sum(1, keepdim=True).shape
    (tensor(15), tensor([3, 5, 7]), torch.Size([2, 1]))
    """
    self = self if dtype is None else self.to(dtype)
    return _sum_all(self) if dim is None else _sum_some(self, dim, keepdim)


@differentiable("SumBackward0", lambda grad, sizes: grad.expand(sizes))
def _sum_all(self: Tensor) -> Tensor:
    return _total(self, None, False)


def _spread(grad: Tensor, sizes: Sizes, dim: Dims, keepdim: bool) -> Tensor:
    """Give a sum's gradient to each of its terms."""
    for d in sorted(_dims(creation.zeros(sizes), dim)) if dim != () and not keepdim else ():
        grad = grad.unsqueeze(d)
    return grad.expand(sizes)


@differentiable("SumBackward1", _spread)
def _sum_some(self: Tensor, dim: Dims, keepdim: bool) -> Tensor:
    return _total(self, dim, keepdim)


def mean(self: Tensor, dim: Dims = None, keepdim: bool = False) -> Tensor:
    """The sum, divided by the number of terms."""
    if not self.dtype.is_floating_point:
        raise RuntimeError(f"mean() needs floating-point elements. Got: {self.dtype.scalar_name}")
    return _mean_all(self) if dim is None else _mean_some(self, dim, keepdim)


@differentiable("MeanBackward0", lambda grad, sizes: grad.expand(sizes) / sizes.numel())
def _mean_all(self: Tensor) -> Tensor:
    return pointwise._combine(operator.truediv, _total(self, None, False), self.numel())


@differentiable(
    "MeanBackward1",
    lambda grad, sizes, dim, keepdim: (
        _spread(grad, sizes, dim, keepdim) / (sizes.numel() // max(grad.numel(), 1))
    ),
)
def _mean_some(self: Tensor, dim: Dims, keepdim: bool) -> Tensor:
    count = math.prod(self.shape[d] for d in _dims(self, dim))
    return pointwise._combine(operator.truediv, _total(self, dim, keepdim), count)


def _product(a: Tensor, b: Tensor, shape: Sizes) -> Tensor:
    """The product of two matrices; of vectors, the first is a row, the second a column."""
    if a.dtype is not b.dtype:
        raise RuntimeError(f"expected the same dtype, but got: {a.dtype} != {b.dtype}")
    inner, width = b.shape[0], b.shape[1] if b.dim() == 2 else 1
    left, right = (array(x.dtype.code, elements(x)) for x in (a, b))
    rows = [left[i : i + inner] for i in range(0, len(left), inner or 1)]
    others = [right[i * width : (i + 1) * width] for i in range(inner)]
    rows = rows or [left] * math.prod(a.shape[:-1])
    return arrange(kernels.matrix_product(a.dtype, rows, others, width), a.dtype, shape)


@differentiable(
    "MmBackward0",
    lambda grad, mat2, first: _left(grad, mat2, *first),
    lambda grad, self, second: _right(grad, self, *second),
)
def _mm(self: Tensor, mat2: Tensor, first: Any, second: Any) -> Tensor:
    (n, k), (m, p) = self.shape, mat2.shape
    if k != m:
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({n}x{k} and {m}x{p})")
    return _product(self, mat2, (n, p))


def _left(grad: Tensor, mat2: Tensor, shape: Sizes, stride: Sizes) -> Tensor:
    """The gradient of the first matrix of a product, laid out as that is."""
    return mat2.mm(grad.t()).t() if stride == (1, shape[0]) else grad.mm(mat2.t())


def _right(grad: Tensor, mat1: Tensor, shape: Sizes, stride: Sizes) -> Tensor:
    return grad.t().mm(mat1).t() if stride == (1, shape[0]) else mat1.t().mm(grad)


def mm(self: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices."""
    if self.dim() != 2 or mat2.dim() != 2:
        raise RuntimeError(f"{'self' if self.dim() != 2 else 'mat2'} must be a matrix")
    return _mm(self, mat2, (self.shape, self._stride), (mat2.shape, mat2._stride))


@differentiable(
    "MvBackward0",
    lambda grad, vec: grad.unsqueeze(1) * vec,
    lambda grad, self: self.t().mv(grad),
)
def mv(self: Tensor, vec: Tensor) -> Tensor:
    """A matrix times a vector."""
    if self.shape[1] != vec.shape[0]:
        raise RuntimeError(f"size mismatch, got mat {list(self.shape)}, vec {list(vec.shape)}")
    return _product(self, vec, self.shape[:1])


@differentiable("DotBackward0", lambda grad, other: grad * other, lambda grad, self: grad * self)
def dot(self: Tensor, other: Tensor) -> Tensor:
    """The sum of the products of two vectors."""
    if self.shape != other.shape:
        raise RuntimeError(f"expected vectors of one size, got {self.numel()} and {other.numel()}")
    return _product(self, other, ())


@differentiable("SqueezeBackward4", lambda grad: grad.unsqueeze(0))
def _row(self: Tensor) -> Tensor:
    self._storage.version += 1  # torch squeezes the product in place
    return self.detach().view(self.shape[1:]).detach()


def matmul(self: Tensor, other: Tensor) -> Tensor:
    """The product that the dimensions ask for: of vectors, matrices, a batch and a matrix."""
    m, n = self.dim(), other.dim()
    if m == 0 or n == 0:
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {m}D and {n}D"
        )
    if n > 2:
        raise NotImplementedError("distilled has no products of batches; see torch.matmul")
    if m == 1:
        return dot(self, other) if n == 1 else _row(mm(self.unsqueeze(0), other))
    product = mm if n == 2 else mv
    if m == 2:
        return product(self, other)
    rows = product(self.reshape(-1, self.shape[-1]), other)
    return _unsafe_view(rows, (*self.shape[:-1], *other.shape[1:]))


def _matmul(self: Tensor, other: Any) -> Tensor:
    return matmul(self, other) if isinstance(other, tensor.Tensor) else NotImplemented


@differentiable(
    "AddmmBackward0",
    lambda grad: grad,
    lambda grad, mat2, first: _left(grad, mat2, *first),
    lambda grad, mat1, second: _right(grad, mat1, *second),
)
def _addmm(self: Tensor, mat1: Tensor, mat2: Tensor, first: Any, second: Any) -> Tensor:
    return mm(mat1, mat2).detach() + self.detach()


def addmm(self: Tensor, mat1: Tensor, mat2: Tensor) -> Tensor:
    """``self + mat1 @ mat2``, one operation."""
    return _addmm(self, mat1, mat2, (mat1.shape, mat1._stride), (mat2.shape, mat2._stride))
