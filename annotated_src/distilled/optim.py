"""Optimizers: one step along the gradients that the parameters hold.

*Kept from torch* (`torch.optim.SGD`): groups of parameters, each with its own settings; momentum
as torch has it, which starts from the first gradient; parameters without a gradient are passed
over; the same operations in the same order, so that every number is torch's.

*Left out*: all optimizers but `SGD`, and the `Optimizer` above them; weight decay, dampening,
Nesterov, `maximize`, `defaults`; how it is printed; named parameters, a tensor as a group, groups
added later; noticing a parameter that is given twice; hooks, and saving an optimizer's state.
"""

from collections import defaultdict
from functools import partial
from typing import Any

from .grad_mode import enable_grad, no_grad
from .nn.module import clear_grads
from .refusals import refuse
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

    def __init__(self, params: Any, lr: float = 1e-3, momentum: float = 0, **others: Any) -> None:
        for name in others:
            refuse("torch.optim.SGD", name)
        for what, value in (("learning rate", lr), ("momentum value", momentum)):
            if value < 0:
                raise ValueError(f"Invalid {what}: {value}")
        # A tensor can be iterated over too: its rows would pass for parameters.
        if isinstance(params, Tensor):
            raise TypeError("params has to be an iterable of Tensors or dicts")
        groups: Any = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        groups = groups if isinstance(groups[0], dict) else [{"params": groups}]
        # What is remembered of each parameter is found by the object: `Module.to` must keep it.
        self.state: Any = defaultdict(dict)
        self.param_groups = [{"lr": lr, "momentum": momentum, **group} for group in groups]
        for group in self.param_groups:
            group["params"] = list(group["params"])
            for param in group["params"]:
                if not isinstance(param, Tensor):
                    raise TypeError(f"optimizer can only optimize Tensors, not {typename(param)}")
                # A result has no `.grad` unless it was asked to retain it, and would never move.
                if not (param.is_leaf or param.retains_grad):
                    raise ValueError("can't optimize a non-leaf Tensor")

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or set them to zero."""
        for group in self.param_groups:
            clear_grads(group["params"], set_to_none)

    @no_grad()
    def step(self, closure: Any = None) -> Any:
        """Move every parameter that has a gradient; a closure computes the loss again first."""
        # A closure calls `backward`, so it needs a graph; moving a parameter must leave none.
        with enable_grad():
            loss = closure() if closure else None
        for group in self.param_groups:
            for param in group["params"]:
                # None is not zero: with zeros a parameter would still move by its momentum.
                if (step := param.grad) is None:
                    continue
                # The first step is copied: the gradient itself may be set to zero, or added to.
                if momentum := group["momentum"]:
                    state = self.state[param]
                    buffer = state.get("momentum_buffer")
                    step = step.clone() if buffer is None else buffer.mul_(momentum).add_(step)
                    state["momentum_buffer"] = step
                param.add_(step, alpha=-group["lr"])
        return loss


__getattr__ = partial(refuse, "torch.optim")
