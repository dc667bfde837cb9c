"""Functions without state: what the layers compute, and how parameters start.

*Kept from torch* (`torch.nn.functional`): which operations `linear` is made of, and so the graph
behind it; `dropout` that scales what it keeps; `mse_loss` as one node, and its warning. Below
stand those of `torch.nn.init`, which fill a tensor in place, unrecorded, and return it.

*Left out*: nearly all of both; the one node of the second derivative of `mse_loss`.
"""

import warnings
from functools import partial
from typing import Any

from ..creation import zeros_like
from ..derivatives import differentiable
from ..grad_mode import no_grad
from ..reductions import addmm, matmul
from ..refusals import refuse
from ..shapes import broadcast_shapes
from ..tensor import Tensor


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Any:
    """Rows times the transposed weight, plus the bias.

    >>> import annotated_src.distilled as torch
    >>> linear(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, 4.0], [5.0, 6.0]]))
    tensor([[11., 17.]])
    """
    if bias is None:
        return matmul(input, weight.t())
    # `addmm` adds the bias within the product: one operation, one node.
    if input.dim() == 2:
        return addmm(bias, input, weight.t())
    # In place, which is safe: nobody else has the product, and no formula reads it.
    if not input.is_contiguous():
        return matmul(input, weight.t()).add_(bias)
    rows = addmm(bias, input.reshape(-1, input.size(-1)), weight.t())
    return rows.view(*input.shape[:-1], rows.size(1))


def relu(input: Tensor, inplace: bool = False) -> Any:
    """What is negative becomes zero."""
    return input.relu_() if inplace else input.relu()


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Any:
    """Each element zero with probability `p`, else divided by `1 - p`; nothing unless training.

    >>> import annotated_src.distilled as torch
    >>> dropout(torch.ones(3), training=False)
    tensor([1., 1., 1.])
    """
    if p < 0 or p > 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0 or input.numel() == 0:
        return input
    # Scaled up here, so that `eval` has nothing to do: the mean is the same. If all is dropped
    # nothing is drawn, and there is nothing to scale.
    noise = zeros_like(input)
    if p < 1:
        noise.bernoulli_(1 - p).div_(1 - p)
    return input.mul_(noise) if inplace else input * noise


def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Any:
    """The squared differences, or their mean or sum.

    >>> import annotated_src.distilled as torch
    >>> mse_loss(torch.tensor([1.0, 2.0]), torch.tensor([1.0, 5.0]))
    tensor(4.5000)
    """
    # A column against a row gives a difference for each pair, which is hardly ever meant; but
    # broadcasting is allowed, so torch only warns.
    if input.size() != target.size():
        sizes = f"({target.size()}) that is different to the input size ({input.size()})"
        warnings.warn(f"Using a target size {sizes}.", stacklevel=2)
    shape = broadcast_shapes(input.shape, target.shape)
    input, target = (x if x.shape == shape else x.expand(shape) for x in (input, target))
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    factor = 2 / input.numel() if reduction == "mean" and input.numel() else 2
    return _mse_loss(input, target, reduction, factor)


# Unrecorded within, since the whole is one node: its operations are to leave none of their own.
@differentiable(
    "MseLossBackward0",
    lambda grad, self, target, factor: (self - target) * factor * grad,
    lambda grad, self, target, factor: (self - target) * -factor * grad,
)
@no_grad()
def _mse_loss(self: Any, target: Any, reduction: str, factor: float) -> Any:
    squares = (self - target) * (self - target)
    return squares if reduction == "none" else getattr(squares, reduction)()


# How parameters start: `torch.nn.init`. A parameter is a leaf that requires a gradient, which may
# not be changed in place while that is recorded.


@no_grad()
def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0) -> Any:
    """Fill with numbers between `a` and `b`."""
    return tensor.uniform_(a, b)


@no_grad()
def constant_(tensor: Tensor, val: float) -> Any:
    """Fill with one number.

    >>> import annotated_src.distilled as torch
    >>> constant_(torch.empty(2), 3)
    tensor([3., 3.])
    """
    return tensor.fill_(val)


ones_, zeros_ = partial(constant_, val=1.0), partial(constant_, val=0.0)


def __getattr__(name: str) -> object:
    return refuse("torch.nn.init" if name.endswith("_") else "torch.nn.functional", name)
