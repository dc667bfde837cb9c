"""Optimizers: one step along the gradients that the parameters hold.

*Kept from torch* (`torch.optim.SGD`): groups of parameters, each with its own settings; momentum
as torch has it, which starts from the first gradient; parameters without a gradient are passed
over; the same operations in the same order, so that every number is torch's.

*Left out*: all optimizers but `SGD`; weight decay, dampening, Nesterov, `maximize`; hooks, and
saving an optimizer's state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from .grad_mode import enable_grad, no_grad
from .nn.module import clear_grads
from .tensor import Tensor, typename


class SGD:
    """Gradient descent, with momentum if wanted.

    >>> import annotated_src.distilled as torch
    >>> w = torch.tensor([1.0], requires_grad=True)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * 3).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([0.7000], requires_grad=True)
    """

    def __init__(self, params: Iterable[Any], lr: float = 1e-3, momentum: float = 0) -> None:
        for what, value in (("learning rate", lr), ("momentum value", momentum)):
            if value < 0:
                raise ValueError(f"Invalid {what}: {value}")
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or "
                f"dicts, but got {typename(params)}"
            )
        self.defaults = {"lr": lr, "momentum": momentum}
        self.state: dict[Tensor, dict[str, Any]] = defaultdict(dict)
        self.param_groups: list[dict[str, Any]] = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        for group in groups if isinstance(groups[0], dict) else [{"params": groups}]:
            self.add_param_group(group)

    def add_param_group(self, param_group: dict[str, Any]) -> None:
        """Add parameters with settings of their own; what is not set is as for all."""
        params = param_group["params"]
        params = [params] if isinstance(params, Tensor) else list(params)
        for param in params:
            if not isinstance(param, Tensor):
                raise TypeError(
                    "optimizer can only optimize Tensors, but one of the params is "
                    f"{typename(param)}"
                )
            if not (param.is_leaf or param.retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        if {id(p) for p in params} & {id(p) for g in self.param_groups for p in g["params"]}:
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append({**self.defaults, **param_group, "params": params})

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or set them to zero."""
        for group in self.param_groups:
            clear_grads(group["params"], set_to_none)

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every parameter that has a gradient; a closure computes the loss again first."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with no_grad():
            for group in self.param_groups:
                for param in group["params"]:
                    if param.grad is not None:
                        step = self._with_momentum(param, group["momentum"])
                        param.add_(step, alpha=-group["lr"])
        return loss

    def _with_momentum(self, param: Tensor, momentum: float) -> Tensor:
        grad = param.grad
        assert grad is not None
        if momentum == 0:
            return grad
        buffer: Tensor | None = self.state[param].get("momentum_buffer")
        buffer = grad.detach().clone() if buffer is None else buffer.mul_(momentum).add_(grad)
        self.state[param]["momentum_buffer"] = buffer
        return buffer
