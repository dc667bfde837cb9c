"""Operations that treat every element alike, each with its derivative.

*Kept from torch*: broadcasting; promotion; the layout of results; numbers on either side;
names of nodes and what each formula saves; what the derivative of a power is where it has
none, as of ``0 ** 0``.

*Left out*: most functions, ``//`` and ``%`` among them; ``alpha`` of ``sub``. The last digit of a
power may differ.
"""

import functools
import math
import operator
from fractions import Fraction
from typing import Any

from .creation import arrange, values, zeros_like
from .derivatives import Operation, differentiable
from .kernels import Function, apply, integer_power
from .shapes import broadcast_shapes, layout
from .storage import Storage, bool_, dtype, dtype_of, float32, float64, result_type
from .tensor import Tensor, make


def _larger(x: Any) -> Any:
    return 0 if x < 0 else x  # NaN stays


# The first make a `float32` of whole numbers too. The second refuse truth values, as in torch.
FLOATING = {operator.truediv, math.exp, math.log, math.sqrt, math.tanh}
NOT_OF_BOOL = {operator.sub, operator.neg, _larger}


def combine(function: Function, *operands: Any, result: dtype | None = None) -> Any:
    """Apply a function of numbers to tensors and numbers, element by element.

    It is calculated in the kind in which the operands meet, and stored as ``result``.
    """
    kind = result_type(*operands)
    if function in FLOATING and not kind.is_floating_point:
        kind = float32
    if function in NOT_OF_BOOL and bool_ in map(dtype_of, operands):
        raise RuntimeError("the `-` operator is not supported on bool tensors; use `~`")
    if function is math.pow and not kind.is_floating_point:
        function = integer_power
    tensors = [x for x in operands if isinstance(x, Tensor)]
    shape = functools.reduce(broadcast_shapes, [x.shape for x in tensors])
    numbers = apply(result or kind, function, *[values(x, shape, kind) for x in operands])
    return arrange(numbers, result or kind, shape, layout(shape, tensors))


def _function(name: str, function: Function, formula: Operation) -> Any:
    """An operation on one operand."""

    def operation(self: Any) -> Any:
        return combine(function, self)

    return differentiable(name, formula)(operation)


def _operator(name: str, function: Function, *formulas: Operation) -> Any:
    """An operation on two operands, with a short way where both are single numbers."""

    def operation(self: Any, other: Any) -> Any:
        # One number with one number: nothing to broadcast, convert or lay out. Most of what such
        # an operation costs is the way to it, so this way is short.
        kind, right = self.dtype, None
        if kind.is_floating_point and self._whole and not self.shape:
            if other.__class__ is float:
                right = other if kind is float64 else kind.round(other)
            elif other.__class__ is Tensor and other.dtype is kind and not other.shape:
                right = other._storage[other._offset]
        if right is not None:
            try:
                numbers = Storage(kind.code, (function(self._storage[0], right),))
                return make(numbers, kind, self.shape, self._stride)
            except (ArithmeticError, ValueError):
                pass  # where Python raises, the processor has an answer
        return combine(function, self, other)

    return differentiable(name, *formulas)(operation)


# In a program's `x * 2` torch makes a tensor of the number. In its formulas it uses these.
_scale = _operator("MulBackward1", operator.mul, lambda grad, other: _times(grad, other))
_minus = _operator("SubBackward1", operator.sub, lambda grad: grad)
_over: Any = _operator("DivBackward1", operator.truediv, lambda grad, other: _over(grad, other))


def _times(grad: Any, alpha: Any) -> Any:
    return grad if alpha == 1 else _scale(grad, alpha)


_add = _operator("AddBackward0", operator.add, lambda grad: grad, lambda grad: grad)


@differentiable("AddBackward0", lambda grad: grad, _times)
def _add_multiple(self: Any, other: Any, alpha: Any) -> Any:
    # The factor is a number of the kind of the sum, whatever its own kind is.
    kind = result_type(self, other)
    factor = kind.round(alpha)

    def sum_of(x: Any, y: Any) -> Any:
        total = x + factor * y
        if kind is not float64 or not math.isfinite(total):
            return total
        # The processor multiplies and adds in one step, and rounds once.
        return float(Fraction(x) + Fraction(factor) * Fraction(y)) or total

    return combine(sum_of, self, other)


def add(self: Any, other: Any, *, alpha: Any = 1) -> Any:
    """``self + alpha * other``.

    >>> import annotated_src.distilled as torch
    >>> torch.ones(2, 1) + torch.arange(3)
    tensor([[1., 2., 3.],
            [1., 2., 3.]])
    """
    return _add(self, other) if alpha == 1 else _add_multiple(self, other, alpha)


sub = _operator("SubBackward0", operator.sub, lambda grad: grad, lambda grad: -grad)
mul = _operator("MulBackward0", operator.mul, lambda g, other: g * other, lambda g, self: g * self)
div = _operator(
    "DivBackward0",
    operator.truediv,
    lambda grad, other: grad / other,
    lambda grad, other, self: -grad * ((self / other) / other),
)


@differentiable("RsubBackward1", lambda grad: -grad)
def rsub(self: Any, other: Any) -> Any:
    """``other - self``, for a number on the left."""
    return combine(operator.sub, other, self)


@differentiable("ReciprocalBackward0", lambda grad, result: -grad * (result * result))
def reciprocal(self: Any) -> Any:
    """One divided by each element."""
    return combine(operator.truediv, 1, self)


# Where the derivative can be had from the result, the result is what is saved: it exists anyway,
# while the operand may not be needed any longer. So after `y = x.exp()` it is `y` that must not be
# changed in place, and after `y = x.log()` it is `x`.
neg = _function("NegBackward0", operator.neg, lambda grad: -grad)
exp = _function("ExpBackward0", math.exp, lambda grad, result: grad * result)
log = _function("LogBackward0", math.log, lambda grad, self: grad / self)
sqrt = _function("SqrtBackward0", math.sqrt, lambda grad, result: grad / _scale(result, 2))

# The derivatives of `tanh` and `relu` are operations of their own, and have derivatives: one
# pass over the numbers instead of several, and nothing saved between them.
_tanh_slope: Any = _operator(
    "TanhBackwardBackward0",
    lambda x, y: x * (1 - y * y),
    lambda grad, other: _tanh_slope(grad, other),
    lambda grad, other, self: grad * (_scale(other, -2) * self),
)
_relu_slope: Any = _operator(
    "ThresholdBackwardBackward0",
    lambda x, y: 0 if y <= 0 else x,
    lambda grad, other: _relu_slope(grad, other),
    lambda grad: zeros_like(grad),
)
tanh = _function("TanhBackward0", math.tanh, lambda grad, result: _tanh_slope(grad, result))
relu = _function("ReluBackward0", _larger, lambda grad, result: _relu_slope(grad, result))


def where(condition: Any, self: Any, other: Any) -> Any:
    """An element of the first where the condition holds, of the second elsewhere."""
    return _chosen(self, other, condition)


@differentiable(
    "WhereBackward0",
    lambda grad, condition: where(condition, grad, 0),
    lambda grad, condition: where(condition, 0, grad),
)
def _chosen(self: Any, other: Any, condition: Tensor) -> Any:
    if condition.dtype is not bool_:
        raise RuntimeError("where expected condition to be a boolean tensor")
    kind = result_type(self, other)
    return combine(lambda c, x, y: x if c else y, condition, self, other, result=kind)


def pow(self: Any, exponent: Any) -> Any:
    """``self ** exponent``; one of them may be a number."""
    if isinstance(self, (int, float)):
        return _pow_of_number(exponent, self)
    if not isinstance(exponent, (int, float)):
        return _pow(self, exponent)
    if exponent < 0 and not result_type(self, exponent).is_floating_point:
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    return ROOTS.get(exponent, _pow_to_number)(self, exponent)


def _root(x: Any, power: float) -> float:
    """A power of 0.5 or -0.5, as torch has it: a root, which differs at -0.0 and at -inf."""
    root = math.sqrt(x) if x >= 0 else math.nan
    return root if power > 0 else 1 / root if root else math.copysign(math.inf, x)


def _slope(grad: Any, self: Any, other: Any) -> Any:
    # `x ** 0` is 1 everywhere. The formula would multiply 0 by `0 ** -1`, which gives NaN.
    return grad * _scale(self ** (other - 1), other) if other else zeros_like(self)


_pow_to_number = _operator("PowBackward0", math.pow, _slope)
ROOTS = dict.fromkeys((0.5, -0.5), _operator("PowBackward0", _root, _slope))
# Here too, once for each element: an exponent of 0, and a base of 0, whose logarithm is infinite.
_pow = _operator(
    "PowBackward1",
    math.pow,
    # Torch saves the result in any case, so that changing it is noticed; only the other reads it.
    lambda g, other, self, result: where(other == 0, 0.0, g * (other * self ** _minus(other, 1))),
    lambda grad, other, self, result: (
        grad * where((self == 0) * (other >= 0), 0.0, result * self.log())
    ),
)


def _log_slope(grad: Any, exponent: Any, base: Any, result: Any) -> Any:
    if base == 0:
        return grad * where(exponent >= 0, 0.0, _scale(result, -math.inf))
    return grad * _scale(result, math.log(base) if base > 0 else math.nan)


@differentiable("PowBackward2", _log_slope)
def _pow_of_number(exponent: Any, base: Any) -> Any:
    # This one torch lays out by its shape alone, and not like its operand.
    return combine(math.pow, base, exponent).contiguous()


def _comparison(function: Function) -> Operation:
    return lambda self, other: combine(function, self, other, result=bool_)


COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
eq, ne, lt, le, gt, ge = (_comparison(getattr(operator, name)) for name in COMPARISONS)


def logical_not(self: Any) -> Any:
    """True where an element is 0."""
    return combine(operator.not_, self, result=bool_)
