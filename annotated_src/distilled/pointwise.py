"""Operations that treat every element alike, each under its derivative.

*Kept from torch*: broadcasting; promotion; the layout of results; numbers on either side;
names of nodes and what each formula saves.

*Left out*: most functions, ``//`` and ``%`` among them; ``out=``.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Union

from . import creation, elements, kernels, tensor
from .derivatives import differentiable
from .dtypes import Number, bool_, dtype, float32, result_type
from .shapes import broadcast_shapes
from .storage import Storage

if TYPE_CHECKING:
    from .tensor import Tensor

Operand = Union["Tensor", Number]


def _combine(
    function: kernels.Function,
    *operands: Operand,
    kind: dtype | None = None,
    result: dtype | None = None,
) -> Tensor:
    """Apply a function of numbers to tensors and numbers, element by element.

    ``kind`` is what is calculated in, ``result`` what the answers are stored as.
    """
    first = operands[0]
    if kind is None and not isinstance(first, (int, float)) and first._whole:
        # The plain case, and most of the time: nothing to broadcast, convert or lay out.
        own, shape = first._storage.dtype, first.shape
        alike = [
            x._storage.numbers
            for x in operands
            if not isinstance(x, (int, float))
            and x._whole
            and x._storage.dtype is own
            and x.shape == shape
        ]
        if len(alike) == len(operands):
            kind = result or own
            storage = Storage(kernels.apply(kind, function, *alike), kind)
            return tensor.make(storage, shape, first._stride, 0, True)
    kind = kind or result_type(*operands)
    tensors = [x for x in operands if not isinstance(x, (int, float))]
    shape = functools.reduce(broadcast_shapes, [x.shape for x in tensors])
    columns = [elements.values(x, shape, kind) for x in operands]
    numbers = kernels.apply(result or kind, function, *columns)
    return elements.arrange(numbers, result or kind, shape, elements.layout(shape, *operands))


def _floating(*operands: Operand) -> dtype:
    kind = result_type(*operands)
    return kind if kind.is_floating_point else float32


def _no_bool(*operands: Operand) -> None:
    if any(isinstance(x, bool) or getattr(x, "dtype", None) is bool_ for x in operands):
        raise RuntimeError("the `-` operator is not supported on bool tensors; use `~`")


@differentiable("MulBackward1", lambda grad, other: _times(grad, other))
def _scale(self: Tensor, other: Number) -> Tensor:
    """A product with a number, as the formulas of torch make it."""
    return _combine(operator.mul, self, other)


@differentiable("SubBackward1", lambda grad: grad)
def _minus(self: Tensor, other: Number) -> Tensor:
    return _combine(operator.sub, self, other)


def _times(grad: Tensor, alpha: Number) -> Tensor:
    return grad if alpha == 1 else _scale(grad, alpha)


@differentiable("AddBackward0", lambda grad: grad, _times)
def add(self: Tensor, other: Operand, *, alpha: Number = 1) -> Tensor:
    """``self + alpha * other``.

    >>> import annotated_src.distilled as torch
    >>> torch.ones(2, 1) + torch.arange(3)
    tensor([[1., 2., 3.],
            [1., 2., 3.]])
    """
    if alpha == 1:
        return _combine(operator.add, self, other)
    kind = result_type(self, other)
    return _combine(lambda x, y, a: x + a * y, self, other, alpha, kind=kind)


@differentiable("SubBackward0", lambda grad: grad, lambda grad, alpha: _times(-grad, alpha))
def sub(self: Tensor, other: Operand, *, alpha: Number = 1) -> Tensor:
    """``self - alpha * other``."""
    _no_bool(self, other)
    if alpha == 1:
        return _combine(operator.sub, self, other)
    kind = result_type(self, other)
    return _combine(lambda x, y, a: x - a * y, self, other, alpha, kind=kind)


@differentiable("RsubBackward1", lambda grad: -grad)
def rsub(self: Tensor, other: Number) -> Tensor:
    """``other - self``, for a number on the left."""
    _no_bool(self, other)
    return _combine(operator.sub, other, self)


@differentiable("MulBackward0", lambda grad, other: grad * other, lambda grad, self: grad * self)
def mul(self: Tensor, other: Operand) -> Tensor:
    """``self * other``."""
    return _combine(operator.mul, self, other)


@differentiable(
    "DivBackward0",
    lambda grad, other: grad / other,
    lambda grad, self, other: -grad * ((self / other) / other),
)
def div(self: Tensor, other: Operand) -> Tensor:
    """``self / other``: floating-point, also of whole numbers."""
    return _combine(operator.truediv, self, other, kind=_floating(self, other))


def _rdiv(self: Tensor, other: Number) -> Tensor:
    return reciprocal(self) * other


@differentiable("NegBackward0", lambda grad: -grad)
def neg(self: Tensor) -> Tensor:
    """``-self``."""
    _no_bool(self)
    return _combine(operator.neg, self)


@differentiable("ExpBackward0", lambda grad, result: grad * result)
def exp(self: Tensor) -> Tensor:
    """The exponential function."""
    return _combine(math.exp, self, kind=_floating(self))


@differentiable("LogBackward0", lambda grad, self: grad / self)
def log(self: Tensor) -> Tensor:
    """The natural logarithm."""
    return _combine(math.log, self, kind=_floating(self))


@differentiable("SqrtBackward0", lambda grad, result: grad / _scale(result, 2))
def sqrt(self: Tensor) -> Tensor:
    """The square root."""
    return _combine(math.sqrt, self, kind=_floating(self))


@differentiable("ReciprocalBackward0", lambda grad, result: -grad * (result * result))
def reciprocal(self: Tensor) -> Tensor:
    """One divided by each element."""
    return _combine(operator.truediv, 1, self, kind=_floating(self))


@differentiable(
    "TanhBackwardBackward0",
    lambda grad, output: grad * (1 - output * output),
    lambda grad, self, output: grad * (-2 * output * self),
)
def _tanh_slope(self: Tensor, output: Tensor) -> Tensor:
    return self.detach() * (1 - output.detach() * output.detach())


@differentiable("TanhBackward0", lambda grad, result: _tanh_slope(grad, result))
def tanh(self: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return _combine(math.tanh, self, kind=_floating(self))


@differentiable(
    "ThresholdBackwardBackward0",
    lambda grad, output: where(output <= 0, 0, grad),
    lambda grad: creation.zeros_like(grad),
)
def _relu_slope(self: Tensor, output: Tensor) -> Tensor:
    return _combine(lambda x, y: 0 if y <= 0 else x, self, output)


@differentiable("ReluBackward0", lambda grad, result: _relu_slope(grad, result))
def relu(self: Tensor) -> Tensor:
    """The larger of each element and 0."""
    if self.dtype is bool_:
        raise RuntimeError("Boolean inputs not supported for relu")
    return _combine(kernels.relu, self)


def where(condition: Tensor, self: Operand, other: Operand) -> Tensor:
    """An element of the first where the condition holds, of the second elsewhere."""
    return _chosen(self, other, condition)


@differentiable(
    "WhereBackward0",
    lambda grad, condition: where(condition, grad, 0),
    lambda grad, condition: where(condition, 0, grad),
)
def _chosen(self: Operand, other: Operand, condition: Tensor) -> Tensor:
    kind = result_type(self, other)
    return _combine(lambda c, x, y: x if c else y, condition, self, other, kind=kind)


def _comparison(name: str) -> Callable[[Tensor, Operand], Tensor]:
    function = getattr(operator, name)

    def compare(self: Tensor, other: Operand) -> Tensor:
        return _combine(function, self, other, result=bool_)

    compare.__name__, compare.__doc__ = name, f"Compare each element by ``operator.{name}``."
    return compare


eq, ne, lt, le, gt, ge = (_comparison(name) for name in ("eq", "ne", "lt", "le", "gt", "ge"))


def logical_not(self: Tensor) -> Tensor:
    """True where an element is 0."""
    return _combine(operator.not_, self, result=bool_)


def _operator(operation: Callable[..., Tensor]) -> Callable[[Tensor, Any], Tensor]:
    """An operation as Python's operators want it: no answer to what it does not know."""

    def method(self: Tensor, other: Any) -> Tensor:
        if isinstance(other, (tensor.Tensor, int, float)):
            return operation(self, other)
        return NotImplemented  # type: ignore[no-any-return]

    return method
