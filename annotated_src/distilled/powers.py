"""Powers: of a tensor to a number, of a number to a tensor, of a tensor to a tensor.

*Kept from torch*: each of the three has its own node; what the derivative is where it has
none, as of ``0 ** 0``; whole numbers stay whole.

*Left out*: nothing; the last digit may differ.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING

from . import creation, kernels
from .derivatives import differentiable
from .dtypes import Number, result_type
from .pointwise import Operand, _combine, _minus, _scale, where

if TYPE_CHECKING:
    from .tensor import Tensor


def pow(self: Operand, exponent: Operand) -> Tensor:
    """``self ** exponent``; one of them may be a number."""
    if isinstance(self, (int, float)):
        return _pow_of_number(exponent, self)  # type: ignore[arg-type]  # not two numbers
    if isinstance(exponent, (int, float)):
        return _pow_to_number(self, exponent)
    return _pow(self, exponent)


def _rpow(self: Tensor, base: Number) -> Tensor:
    return pow(base, self)


def _slope(grad: Tensor, self: Tensor, exponent: Number) -> Tensor:
    if exponent == 0:
        return creation.zeros_like(self)
    return grad * _scale(self ** (exponent - 1), exponent)


@differentiable("PowBackward0", _slope)
def _pow_to_number(self: Tensor, exponent: Number) -> Tensor:
    kind = result_type(self, exponent)
    if not kind.is_floating_point and exponent < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    function = math.pow if kind.is_floating_point else kernels.integer_power
    # Where a plain formula is exact, it is what torch computes.
    if exponent == 2:
        return _combine(operator.mul, self, self, kind=kind)
    if exponent == 0.5:
        return _combine(math.sqrt, self, kind=kind)
    if exponent == -1:
        return _combine(operator.truediv, 1, self, kind=kind)
    return _combine(function, self, exponent, kind=kind)


@differentiable(
    "PowBackward1",
    lambda grad, self, exponent: where(
        exponent == 0, 0.0, grad * (exponent * self ** _minus(exponent, 1))
    ),
    lambda grad, self, exponent, result: (
        grad * where((self == 0) * (exponent >= 0), 0.0, result * self.log())
    ),
)
def _pow(self: Tensor, exponent: Tensor) -> Tensor:
    kind = result_type(self, exponent)
    function = math.pow if kind.is_floating_point else kernels.integer_power
    return _combine(function, self, exponent, kind=kind)


def _log_slope(grad: Tensor, exponent: Tensor, base: Number, result: Tensor) -> Tensor:
    if base == 0:
        return grad * where(exponent >= 0, 0.0, result * -math.inf)
    return grad * _scale(result, math.log(base) if base > 0 else math.nan)


@differentiable("PowBackward2", _log_slope)
def _pow_of_number(exponent: Tensor, base: Number) -> Tensor:
    kind = result_type(base, exponent)
    function = math.pow if kind.is_floating_point else kernels.integer_power
    return _combine(function, base, exponent, kind=kind).contiguous()
