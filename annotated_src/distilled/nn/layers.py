"""Modules that compute: a function of `functional`, and what it needs to be told every time.

*Kept from torch*: arguments, attributes, how they print, and how `Linear` is initialised.

*Left out*: all layers but these.
"""

import math
from typing import Any

from ..operations import FUNCTIONS
from ..tensor import Tensor
from . import functional as F
from .module import Module
from .parameter import Parameter

empty = FUNCTIONS["empty"]  # which takes a device, and refuses all but one


class Identity(Module):
    """Returns what it is given, whatever it was made with."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()

    def forward(self, input: Tensor) -> Any:
        """Hand the input on."""
        return input


class Linear(Module):
    """Owns a weight and a bias, of a `dtype` if wanted, and calls `functional.linear` with them.

    >>> import annotated_src.distilled as torch
    >>> Linear(2, 3)
    Linear(in_features=2, out_features=3, bias=True)
    """

    def __init__(self, in_features: int, out_features: int, bias: bool = True, **of: Any) -> None:
        super().__init__()
        self.in_features, self.out_features = in_features, out_features
        # One row for each output. `t()` of it is a view, so the product costs no copy.
        self.weight = Parameter(empty(out_features, in_features, **of))
        # Without a bias its name is registered all the same: `self.bias` is None in `forward`, and
        # only a parameter can be assigned to it later.
        self.register_parameter("bias", Parameter(empty(out_features, **of)) if bias else None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew: torch's `kaiming_uniform_` comes to the same bound."""
        # torch asks for `a=math.sqrt(5)`; in the formula of `kaiming_uniform_`, the square root of
        # 6 / ((1 + a * a) * in_features), that leaves this.
        bound = 1 / math.sqrt(self.in_features) if self.in_features else 0
        for parameter in (self.weight,) if self.bias is None else (self.weight, self.bias):
            F.uniform_(parameter, -bound, bound)

    def forward(self, input: Tensor) -> Any:
        """Rows times the transposed weight, plus the bias."""
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Sizes, and whether there is a bias."""
        sizes = f"in_features={self.in_features}, out_features={self.out_features}"
        return f"{sizes}, bias={self.bias is not None}"


class ReLU(Module):
    """What is negative becomes zero."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace

    def forward(self, input: Tensor) -> Any:
        """Call `functional.relu`."""
        return F.relu(input, self.inplace)

    def extra_repr(self) -> str:
        """Only what differs from the usual."""
        return "inplace=True" if self.inplace else ""


class Tanh(Module):
    """The hyperbolic tangent."""

    def forward(self, input: Tensor) -> Any:
        """Call `Tensor.tanh`."""
        return input.tanh()


class Dropout(Module):
    """Remembers the probability, and by `training` whether to do anything."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace = p, inplace

    def forward(self, input: Tensor) -> Any:
        """Call `functional.dropout`, and do not forget `training`."""
        # The function's own default is to train: left out, `eval` would change nothing.
        return F.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """Both arguments."""
        return f"p={self.p}, inplace={self.inplace}"


class MSELoss(Module):
    """The mean of the squared differences, or their sum, or themselves."""

    def __init__(self, *, reduction: str = "mean") -> None:
        super().__init__()
        self.reduction = reduction

    def forward(self, input: Tensor, target: Tensor) -> Any:
        """Call `functional.mse_loss`."""
        return F.mse_loss(input, target, reduction=self.reduction)
