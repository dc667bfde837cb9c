"""Operations that bring elements together: sums, means, products of matrices.

*Kept from torch*: ``dim`` as one number or several, ``keepdim``; the order of additions
(see :mod:`~annotated_src.distilled.kernels`); which product ``matmul`` becomes, and its nodes.

*Left out*: a batch of matrices as the second factor, ``max`` and its like; some names of nodes in
derivatives of derivatives.
"""

import operator
from typing import Any

from . import kernels
from .creation import arrange, values
from .derivatives import differentiable
from .pointwise import _over, combine
from .shapes import wrap_dims
from .storage import int64
from .tensor import Tensor
from .views import _unsafe_view


def _total(self: Tensor, dim: Any, keepdim: bool, mean: bool) -> Any:
    # Sums of truth values and of whole numbers are whole: True + True is 2.
    kind = self.dtype if self.dtype.is_floating_point else int64
    dims = wrap_dims(dim, self.dim())
    kept = [1 if d in dims else n for d, n in enumerate(self.shape) if keepdim or d not in dims]
    total = arrange(kernels.sum_over(kind, self, dims), kind, kept)
    count = self.numel() // (total.numel() or 1)
    return combine(operator.truediv, total, count) if mean else total


def _spread(grad: Any, sizes: Any, dim: Any, keepdim: bool, mean: bool) -> Any:
    """Give a sum's gradient to each of its terms, or its part of it."""
    count = sizes.numel() // (grad.numel() or 1)
    for d in [] if keepdim or dim is None else sorted(wrap_dims(dim, len(sizes))):
        grad = grad.unsqueeze(d)
    return _over(grad.expand(sizes), count) if mean else grad.expand(sizes)


# Torch has two nodes of each: of all elements, and along dimensions.
_sums = [differentiable(f"SumBackward{n}", _spread)(_total) for n in (0, 1)]
_means = [differentiable(f"MeanBackward{n}", _spread)(_total) for n in (0, 1)]


def sum(self: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
    """Add the elements: all, or along some dimensions.

    >>> import annotated_src.distilled as torch
    >>> x = torch.arange(6).view(2, 3)
    >>> x.sum(), x.sum(0), x.sum(1, keepdim=True).shape
    (tensor(15), tensor([3, 5, 7]), torch.Size([2, 1]))
    """
    return _sums[dim is not None](self.to(dtype), None if dim == () else dim, keepdim, False)


def mean(self: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    """The sum, divided by the number of terms."""
    if not self.dtype.is_floating_point:
        raise RuntimeError(f"mean() needs floating-point elements. Got: {self.dtype.scalar_name}")
    return _means[dim is not None](self, None if dim == () else dim, keepdim, True)


def _product(self: Tensor, tensor: Tensor, *dims: int) -> Any:
    """The product of two matrices; of vectors, the first is a row, the second a column."""
    if dims and dims != (self.dim(), tensor.dim()):
        what = f"{dims[0]}D and {dims[1]}D tensors expected, but got"
        raise RuntimeError(f"{what} {self.dim()}D and {tensor.dim()}D tensors")
    if self.dtype is not tensor.dtype:
        raise RuntimeError(f"expected the same dtype, but got: {self.dtype} != {tensor.dtype}")
    if self.shape[-1] != tensor.shape[0]:
        (n, k), (m, p) = (1, *self.shape)[-2:], (*tensor.shape, 1)[:2]
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({n}x{k} and {m}x{p})")
    rows, columns, kind = self.shape[:-1], tensor.shape[1:], self.dtype
    sizes = (rows.numel(), tensor.shape[0], columns.numel())
    numbers = kernels.matrix_product(kind, sizes, values(self), values(tensor))
    return arrange(numbers, kind, rows + columns)


# The gradient of a factor is laid out as the factor is: by rows or, as after `t`, by columns.
def _left(grad: Any, mat2: Any, columns1: bool) -> Any:
    return mat2.mm(grad.t()).t() if columns1 else grad.mm(mat2.t())


def _right(grad: Any, mat1: Any, columns2: bool) -> Any:
    return grad.t().mm(mat1).t() if columns2 else mat1.t().mm(grad)


def _by_columns(first: Tensor, second: Tensor) -> list[bool]:
    if first.dim() != 2 or second.dim() != 2:
        raise RuntimeError(f"{'self' if first.dim() != 2 else 'mat2'} must be a matrix")
    return [x._stride == (1, x.shape[0]) for x in (first, second)]


@differentiable("MmBackward0", _left, lambda grad, self, columns2: _right(grad, self, columns2))
def _mm(self: Tensor, mat2: Tensor, columns1: bool, columns2: bool) -> Any:
    return _product(self, mat2)


def mm(self: Tensor, mat2: Tensor) -> Any:
    """The product of two matrices."""
    return _mm(self, mat2, *_by_columns(self, mat2))


@differentiable("AddmmBackward0", lambda grad: grad, _left, _right)
def _addmm(self: Tensor, mat1: Tensor, mat2: Tensor, columns1: bool, columns2: bool) -> Any:
    return combine(operator.add, _product(mat1, mat2), self)


def addmm(self: Tensor, mat1: Tensor, mat2: Tensor) -> Any:
    """``self + mat1 @ mat2``, one operation."""
    return _addmm(self, mat1, mat2, *_by_columns(mat1, mat2))


mv = differentiable(
    "MvBackward0",
    lambda grad, tensor: grad.view(-1, 1) * tensor,
    lambda grad, self: self.t().mv(grad),
)(lambda self, tensor: _product(self, tensor, 2, 1))
dot = differentiable(
    "DotBackward0", lambda grad, tensor: grad * tensor, lambda grad, self: grad * self
)(lambda self, tensor: _product(self, tensor, 1, 1))


@differentiable("SqueezeBackward4", lambda grad: grad.unsqueeze(0))
def _row(self: Tensor) -> Any:
    # torch squeezes the product in place, which counts as a change: so the counter moves here too.
    self._counter[0] += 1
    return self.detach().view(self.shape[1:]).detach()


PRODUCTS: Any = {(1, 1): dot, (2, 1): mv, (2, 2): mm}


def matmul(self: Tensor, other: Tensor) -> Any:
    """The product that the dimensions ask for: of vectors, matrices, a batch and a matrix."""
    if not isinstance(other, Tensor):
        raise TypeError(f"matmul(): argument 'other' must be Tensor, not {type(other).__name__}")
    m, n = dims = self.dim(), other.dim()
    if 0 in dims:
        what = "both arguments to matmul need to be at least 1D, but they are"
        raise RuntimeError(f"{what} {m}D and {n}D")
    if n > 2:
        raise NotImplementedError("distilled has no products of batches; see torch.matmul")
    if dims in PRODUCTS:
        return PRODUCTS[dims](self, other)
    # A vector in front is a matrix of one row, and a batch is all its rows below each other.
    if m == 1:
        return _row(mm(self.unsqueeze(0), other))
    rows = matmul(self.reshape(-1, self.shape[-1]), other)
    return _unsafe_view(rows, (*self.shape[:-1], *other.shape[1:]))
