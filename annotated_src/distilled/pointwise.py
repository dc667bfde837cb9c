"""Operations that treat every element alike, each under its derivative.

*Kept from torch*: broadcasting; promotion; the layout of results; numbers on either side;
names of nodes and what each formula saves; what the derivative of a power is where it has
none, as of ``0 ** 0``.

*Left out*: most functions, ``//`` and ``%`` among them; ``out=``. The last digit of a power
may differ.
"""

from __future__ import annotations

import functools
import math
import operator
from typing import Any

from .creation import zeros_like
from .derivatives import Operation, differentiable
from .elements import arrange, values
from .kernels import Function, apply, integer_power
from .shapes import broadcast_shapes, layout
from .storage import Storage, bool_, dtype, float32, float64, result_type
from .tensor import Tensor, make


def combine(
    function: Function, *operands: Any, kind: dtype | None = None, result: dtype | None = None
) -> Tensor:
    """Apply a function of numbers to tensors and numbers, element by element.

    ``kind`` is what is calculated in, ``result`` what the answers are stored as.
    """
    kind = kind or result_type(*operands)
    tensors = [x for x in operands if isinstance(x, Tensor)]
    shape = functools.reduce(broadcast_shapes, [x.shape for x in tensors])
    numbers = apply(result or kind, function, *[values(x, shape, kind) for x in operands])
    return arrange(numbers, result or kind, shape, layout(shape, tensors))


def _floating(*operands: Any) -> dtype:
    kind = result_type(*operands)
    return kind if kind.is_floating_point else float32


def _no_bool(*operands: Any) -> None:
    if any(isinstance(x, bool) or getattr(x, "dtype", None) is bool_ for x in operands):
        raise RuntimeError("the `-` operator is not supported on bool tensors; use `~`")


def _function(name: str, function: Function, formula: Operation) -> Any:
    """A function of floating-point numbers; also of whole ones."""

    def operation(self: Tensor) -> Tensor:
        return combine(function, self, kind=_floating(self))

    return differentiable(name, formula)(operation)


def _operator(name: str, function: Function, *formulas: Operation) -> Any:
    """An operation on two operands, with a short way where both are single numbers."""

    def operation(self: Any, other: Any) -> Tensor:
        kind = self.dtype if self.__class__ is Tensor and self._whole and not self.shape else None
        right = None
        if kind is float32 or kind is float64:
            if other.__class__ is float:
                right = other if kind is float64 else kind.round(other)
            elif other.__class__ is Tensor and other.dtype is kind and not other.shape:
                right = other._storage[other._offset]
        if kind is not None and right is not None:
            try:
                numbers = Storage(kind.code, (function(self._storage[0], right),))
                return make(numbers, kind, self.shape, self._stride)
            except (ArithmeticError, ValueError):
                pass  # where Python raises, the processor has an answer
        return combine(function, self, other)

    return differentiable(name, *formulas)(operation)


def _times(grad: Any, alpha: Any) -> Any:
    return grad if alpha == 1 else _scale(grad, alpha)


# What the formulas of torch do with numbers has nodes of its own.
_scale = _operator("MulBackward1", operator.mul, lambda grad, other: _times(grad, other))
_minus = _operator("SubBackward1", operator.sub, lambda grad: grad)


_add = _operator("AddBackward0", operator.add, lambda grad: grad, lambda grad: grad)


@differentiable("AddBackward0", lambda grad: grad, _times)
def _add_multiple(self: Any, other: Any, alpha: Any) -> Any:
    kind = result_type(self, other)
    return combine(lambda x, y, a: x + a * y, self, other, alpha, kind=kind)


def add(self: Any, other: Any, *, alpha: Any = 1) -> Any:
    """``self + alpha * other``.

    >>> import annotated_src.distilled as torch
    >>> torch.ones(2, 1) + torch.arange(3)
    tensor([[1., 2., 3.],
            [1., 2., 3.]])
    """
    return _add(self, other) if alpha == 1 else _add_multiple(self, other, alpha)


@differentiable("SubBackward0", lambda grad: grad, lambda grad, alpha: _times(-grad, alpha))
def _sub(self: Any, other: Any, alpha: Any) -> Any:
    _no_bool(self, other)
    if alpha == 1:
        return combine(operator.sub, self, other)
    return _add_multiple(self, other, -alpha).detach()


def sub(self: Any, other: Any, *, alpha: Any = 1) -> Any:
    """``self - alpha * other``."""
    return _sub(self, other, alpha)


@differentiable("RsubBackward1", lambda grad: -grad)
def rsub(self: Any, other: Any) -> Any:
    """``other - self``, for a number on the left."""
    _no_bool(self, other)
    return combine(operator.sub, other, self)


mul = _operator(
    "MulBackward0", operator.mul, lambda grad, other: grad * other, lambda grad, self: grad * self
)


@differentiable(
    "DivBackward0",
    lambda grad, other: grad / other,
    lambda grad, self, other: -grad * ((self / other) / other),
)
def div(self: Any, other: Any) -> Any:
    """``self / other``: floating-point, also of whole numbers."""
    return combine(operator.truediv, self, other, kind=_floating(self, other))


@differentiable("NegBackward0", lambda grad: -grad)
def neg(self: Any) -> Any:
    """``-self``."""
    _no_bool(self)
    return combine(operator.neg, self)


exp = _function("ExpBackward0", math.exp, lambda grad, result: grad * result)
log = _function("LogBackward0", math.log, lambda grad, self: grad / self)
sqrt = _function("SqrtBackward0", math.sqrt, lambda grad, result: grad / _scale(result, 2))
tanh = _function("TanhBackward0", math.tanh, lambda grad, result: _tanh_slope(grad, result))


@differentiable("ReciprocalBackward0", lambda grad, result: -grad * (result * result))
def reciprocal(self: Any) -> Any:
    """One divided by each element."""
    return combine(operator.truediv, 1, self, kind=_floating(self))


@differentiable(
    "TanhBackwardBackward0",
    lambda grad, output: grad * (1 - output * output),
    lambda grad, self, output: grad * (-2 * output * self),
)
def _tanh_slope(self: Any, output: Any) -> Any:
    return self.detach() * (1 - output.detach() * output.detach())


_relu_slope = _operator(
    "ThresholdBackwardBackward0",
    lambda x, y: 0 if y <= 0 else x,
    lambda grad, other: where(other <= 0, 0, grad),
    lambda grad: zeros_like(grad),
)


@differentiable("ReluBackward0", lambda grad, result: _relu_slope(grad, result))
def relu(self: Any) -> Any:
    """The larger of each element and 0; NaN stays."""
    if self.dtype is bool_:
        raise RuntimeError("Boolean inputs not supported for relu")
    return combine(lambda x: 0 if x < 0 else x, self)


def where(condition: Any, self: Any, other: Any) -> Any:
    """An element of the first where the condition holds, of the second elsewhere."""
    return _chosen(self, other, condition)


@differentiable(
    "WhereBackward0",
    lambda grad, condition: where(condition, grad, 0),
    lambda grad, condition: where(condition, 0, grad),
)
def _chosen(self: Any, other: Any, condition: Tensor) -> Any:
    kind = result_type(self, other)
    return combine(lambda c, x, y: x if c else y, condition, self, other, kind=kind)


def _comparison(function: Function) -> Operation:
    return lambda self, other: combine(function, self, other, result=bool_)


eq, ne, lt, le, gt, ge = (
    _comparison(getattr(operator, name)) for name in ("eq", "ne", "lt", "le", "gt", "ge")
)


def logical_not(self: Any) -> Any:
    """True where an element is 0."""
    return combine(operator.not_, self, result=bool_)


def pow(self: Any, exponent: Any) -> Any:
    """``self ** exponent``; one of them may be a number."""
    if isinstance(self, (int, float)):
        return _pow_of_number(exponent, self)
    return (_pow_to_number if isinstance(exponent, (int, float)) else _pow)(self, exponent)


def _power(base: Any, exponent: Any) -> Tensor:
    kind = result_type(base, exponent)
    function = math.pow if kind.is_floating_point else integer_power
    return combine(function, base, exponent, kind=kind)


def _slope(grad: Any, self: Any, exponent: Any) -> Any:
    if exponent == 0:
        return zeros_like(self)
    return grad * _scale(self ** (exponent - 1), exponent)


@differentiable("PowBackward0", _slope)
def _pow_to_number(self: Any, exponent: Any) -> Any:
    kind = result_type(self, exponent)
    if not kind.is_floating_point and exponent < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    return combine(math.sqrt, self, kind=kind) if exponent == 0.5 else _power(self, exponent)


@differentiable(
    "PowBackward1",
    lambda grad, self, exponent, result: where(
        exponent == 0, 0.0, grad * (exponent * self ** _minus(exponent, 1))
    ),
    lambda grad, self, exponent, result: (
        grad * where((self == 0) * (exponent >= 0), 0.0, result * self.log())
    ),
)
def _pow(self: Any, exponent: Any) -> Any:
    return _power(self, exponent)


def _log_slope(grad: Any, exponent: Any, base: Any, result: Any) -> Any:
    if base == 0:
        return grad * where(exponent >= 0, 0.0, result * -math.inf)
    return grad * _scale(result, math.log(base) if base > 0 else math.nan)


@differentiable("PowBackward2", _log_slope)
def _pow_of_number(exponent: Any, base: Any) -> Any:
    return _power(base, exponent).contiguous()
