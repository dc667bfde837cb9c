"""Functions without state: what the layers compute.

*Kept from torch* (`torch.nn.functional`): which operations `linear` is made of, and so the graph
behind it; `dropout` that scales what it keeps; `mse_loss` as one node, and its warning.

*Left out*: nearly all of it. Which elements `dropout` keeps is drawn otherwise than in torch.
"""

from __future__ import annotations

import warnings

from ..creation import zeros_like
from ..derivatives import differentiable
from ..grad_mode import no_grad
from ..reductions import addmm, matmul
from ..shapes import broadcast_shapes
from ..tensor import Tensor


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Rows times the transposed weight, plus the bias.

    >>> import annotated_src.distilled as torch
    >>> linear(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0], [5.0, 6.0]]))
    tensor([[11., 17.]])
    """
    if bias is None:
        return matmul(input, weight.t())
    if input.dim() == 2:
        return addmm(bias, input, weight.t())
    if not input.is_contiguous():
        return matmul(input, weight.t()).add_(bias)
    rows = addmm(bias, input.reshape(-1, input.size(-1)), weight.t())
    return rows.view(*input.shape[:-1], rows.size(1))


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """What is negative becomes zero."""
    return input.relu_() if inplace else input.relu()


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent."""
    return input.tanh()


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Each element zero with probability `p`, else divided by `1 - p`; nothing unless training.

    >>> import annotated_src.distilled as torch
    >>> dropout(torch.ones(3), training=False)
    tensor([1., 1., 1.])
    """
    if p < 0.0 or p > 1.0:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0 or input.numel() == 0:
        return input
    noise = zeros_like(input)
    if p < 1:
        noise.bernoulli_(1 - p).div_(1 - p)
    return input.mul_(noise) if inplace else input * noise


def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """The squared differences, or their mean or sum.

    >>> import annotated_src.distilled as torch
    >>> mse_loss(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 5.0]))
    tensor(4.5000)
    """
    if input.size() != target.size():
        warnings.warn(
            f"Using a target size ({target.size()}) that is different to the input size "
            f"({input.size()}). This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            stacklevel=2,
        )
        shape = broadcast_shapes(input.shape, target.shape)
        input = input if input.shape == shape else input.expand(shape)
        target = target if target.shape == shape else target.expand(shape)
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    factor = 2 / input.numel() if reduction == "mean" and input.numel() else 2
    return _mse_loss(input, target, reduction, factor)


@differentiable(
    "MseLossBackward0",
    lambda grad, self, target, factor: (self - target) * factor * grad,
    lambda grad, self, target, factor: (self - target) * -factor * grad,
)
def _mse_loss(self: Tensor, target: Tensor, reduction: str, factor: float) -> Tensor:
    with no_grad():
        difference = self - target
        squares = difference * difference
        if reduction == "none":
            return squares
        return squares.mean() if reduction == "mean" else squares.sum()


def __getattr__(name: str) -> object:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    raise NotImplementedError(f"distilled has no {name}; see torch.nn.functional.{name}")
