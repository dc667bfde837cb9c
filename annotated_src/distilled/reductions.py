"""Operations that bring elements together: sums, means, products of matrices.

*Kept from torch*: ``dim`` as one number or several, ``keepdim``; the order of additions
(see :mod:`~annotated_src.distilled.kernels`); which product ``matmul`` becomes, and its nodes.

*Left out*: products of whole batches of matrices on both sides, ``max`` and its like.
"""

from __future__ import annotations

import math
import operator
from typing import Any

from . import kernels
from .derivatives import differentiable
from .elements import arrange, values
from .pointwise import combine
from .shapes import wrap_dims
from .storage import int64, store
from .tensor import Tensor
from .views import _unsafe_view


def _total(self: Tensor, dim: Any, keepdim: bool) -> Tensor:
    """The sum without its node."""
    kind = self.dtype if self.dtype.is_floating_point else int64
    dims = wrap_dims(dim, self.dim())
    kept = [1 if d in dims else n for d, n in enumerate(self.shape) if keepdim or d not in dims]
    return arrange(kernels.sum_over(kind, self, dims), kind, kept)


def sum(self: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Add the elements: all, or along some dimensions.

    >>> import annotated_src.distilled as torch
    >>> x = torch.arange(6).view(2, 3)
    >>> x.sum(), x.sum(0), x.sum(1, keepdim=True).shape
    (tensor(15), tensor([3, 5, 7]), torch.Size([2, 1]))
    """
    self = self if dtype is None else self.to(dtype)
    dim = None if dim == () else dim
    return _sum_all(self) if dim is None else _sum_dim(self, dim, keepdim)


def mean(self: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The sum, divided by the number of terms."""
    if not self.dtype.is_floating_point:
        raise RuntimeError(f"mean() needs floating-point elements. Got: {self.dtype.scalar_name}")
    return _mean_all(self) if dim is None else _mean_dim(self, dim, keepdim)


def _spread(grad: Any, sizes: Any, dim: Any, keepdim: bool) -> Any:
    """Give a sum's gradient to each of its terms."""
    for d in [] if keepdim else sorted(wrap_dims(dim, len(sizes))):
        grad = grad.unsqueeze(d)
    return grad.expand(sizes)


@differentiable("SumBackward0", lambda grad, sizes: grad.expand(sizes))
def _sum_all(self: Tensor) -> Any:
    return _total(self, None, False)


@differentiable("SumBackward1", _spread)
def _sum_dim(self: Tensor, dim: Any, keepdim: bool) -> Any:
    return _total(self, dim, keepdim)


@differentiable("MeanBackward0", lambda grad, sizes: grad.expand(sizes) / sizes.numel())
def _mean_all(self: Tensor) -> Any:
    return combine(operator.truediv, _total(self, None, False), self.numel())


def _spread_evenly(grad: Any, sizes: Any, dim: Any, keepdim: bool) -> Any:
    return _spread(grad, sizes, dim, keepdim) / (sizes.numel() // max(grad.numel(), 1))


@differentiable("MeanBackward1", _spread_evenly)
def _mean_dim(self: Tensor, dim: Any, keepdim: bool) -> Any:
    count = math.prod(self.shape[d] for d in wrap_dims(dim, self.dim()))
    return combine(operator.truediv, _total(self, dim, keepdim), count)


def _product(a: Tensor, b: Tensor, shape: Any) -> Any:
    """The product of two matrices; of vectors, the first is a row, the second a column."""
    if a.dtype is not b.dtype:
        raise RuntimeError(f"expected the same dtype, but got: {a.dtype} != {b.dtype}")
    if a.shape[-1] != b.shape[0]:
        (n, k), (m, p) = (1, *a.shape)[-2:], (*b.shape, 1)[:2]
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({n}x{k} and {m}x{p})")
    sizes = (math.prod(a.shape[:-1]), b.shape[0], math.prod(b.shape[1:]))
    left, right = (store(x.dtype, values(x)) for x in (a, b))
    return arrange(kernels.matrix_product(a.dtype, left, right, sizes), a.dtype, shape)


# The gradient of a factor is laid out as the factor is.
def _left(grad: Any, mat2: Any, layout1: Any) -> Any:
    shape, stride = layout1
    return mat2.mm(grad.t()).t() if stride == (1, shape[0]) else grad.mm(mat2.t())


def _right(grad: Any, mat1: Any, layout2: Any) -> Any:
    shape, stride = layout2
    return grad.t().mm(mat1).t() if stride == (1, shape[0]) else mat1.t().mm(grad)


@differentiable("MmBackward0", _left, _right)
def _mm(mat1: Tensor, mat2: Tensor, layout1: Any, layout2: Any) -> Any:
    return _product(mat1, mat2, (mat1.shape[0], mat2.shape[1]))


def mm(self: Tensor, mat2: Tensor) -> Any:
    """The product of two matrices."""
    if self.dim() != 2 or mat2.dim() != 2:
        raise RuntimeError(f"{'self' if self.dim() != 2 else 'mat2'} must be a matrix")
    return _mm(self, mat2, (self.shape, self._stride), (mat2.shape, mat2._stride))


@differentiable("AddmmBackward0", lambda grad: grad, _left, _right)
def _addmm(self: Tensor, mat1: Tensor, mat2: Tensor, layout1: Any, layout2: Any) -> Any:
    return combine(operator.add, mm(mat1, mat2).detach(), self)


def addmm(self: Tensor, mat1: Tensor, mat2: Tensor) -> Any:
    """``self + mat1 @ mat2``, one operation."""
    return _addmm(self, mat1, mat2, (mat1.shape, mat1._stride), (mat2.shape, mat2._stride))


@differentiable(
    "MvBackward0",
    lambda grad, vec: grad.unsqueeze(1) * vec,
    lambda grad, self: self.t().mv(grad),
)
def mv(self: Tensor, vec: Tensor) -> Any:
    """A matrix times a vector."""
    return _product(self, vec, self.shape[:1])


@differentiable("DotBackward0", lambda grad, other: grad * other, lambda grad, self: grad * self)
def dot(self: Tensor, other: Tensor) -> Any:
    """The sum of the products of two vectors."""
    return _product(self, other, ())


@differentiable("SqueezeBackward4", lambda grad: grad.unsqueeze(0))
def _row(self: Tensor) -> Any:
    self._counter[0] += 1  # torch squeezes the product in place
    return self.detach().view(self.shape[1:]).detach()


def matmul(self: Tensor, other: Tensor) -> Any:
    """The product that the dimensions ask for: of vectors, matrices, a batch and a matrix."""
    m, n = self.dim(), other.dim()
    if m == 0 or n == 0:
        what = "both arguments to matmul need to be at least 1D, but they are"
        raise RuntimeError(f"{what} {m}D and {n}D")
    if n > 2:
        raise NotImplementedError("distilled has no products of batches; see torch.matmul")
    if m == 1:
        return dot(self, other) if n == 1 else _row(mm(self.unsqueeze(0), other))
    product = mm if n == 2 else mv
    if m == 2:
        return product(self, other)
    rows = product(self.reshape(-1, self.shape[-1]), other)
    return _unsafe_view(rows, (*self.shape[:-1], *other.shape[1:]))
