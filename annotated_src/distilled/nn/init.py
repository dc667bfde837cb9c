"""How parameters start: tensors filled in place, without being recorded.

*Kept from torch* (`torch.nn.init`): names, bounds, and that they return the tensor.

*Left out*: all distributions but the uniform one, all gains but that of a leaky ReLU. The numbers
drawn are others than torch's.
"""

from __future__ import annotations

import math
import warnings

from ..grad_mode import no_grad
from ..tensor import Tensor


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0) -> Tensor:
    """Fill with numbers between `a` and `b`."""
    with no_grad():
        return tensor.uniform_(a, b)


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number.

    >>> import annotated_src.distilled as torch
    >>> constant_(torch.empty(2), 3)
    tensor([3., 3.])
    """
    with no_grad():
        return tensor.fill_(val)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with ones."""
    return constant_(tensor, 1.0)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with zeros."""
    return constant_(tensor, 0.0)


def kaiming_uniform_(tensor: Tensor, a: float = 0) -> Tensor:
    """Fill so that the size of what flows through stays the same, layer after layer."""
    if 0 in tensor.shape:
        warnings.warn("Initializing zero-element tensors is a no-op", stacklevel=2)
        return tensor
    gain = math.sqrt(2.0 / (1 + a**2))
    bound = math.sqrt(3.0) * gain / math.sqrt(_calculate_fan_in_and_fan_out(tensor)[0])
    return uniform_(tensor, -bound, bound)


def _calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    if tensor.dim() < 2:
        raise ValueError(
            "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions"
        )
    field = math.prod(tensor.shape[2:])
    return tensor.size(1) * field, tensor.size(0) * field
