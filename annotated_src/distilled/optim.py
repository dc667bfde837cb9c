"""Optimizers: one step along the gradients that the parameters hold.

*Kept from torch* (`torch.optim.SGD`): groups of parameters, each with its own settings; momentum
as torch has it, which starts from the first gradient; parameters without a gradient are passed
over; the same operations in the same order, so that every number is torch's.

*Left out*: all optimizers but `SGD`, and the `Optimizer` above them; `foreach` and its like, which
say how and not what to compute; how it is printed; named parameters, groups added later; noticing a
parameter that is given twice; hooks, and saving an optimizer's state.
"""

from collections import defaultdict
from functools import partial
from typing import Any

from .grad_mode import enable_grad, no_grad
from .nn.module import clear_grads
from .refusals import refuse
from .tensor import Tensor, typename

# What may be set for each group, in the order of arguments.
SETTINGS: dict[str, Any] = {
    "lr": 1e-3, "momentum": 0, "dampening": 0, "weight_decay": 0, "nesterov": False,
    "maximize": False,
}  # fmt: skip


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

    def __init__(self, params: Any, *args: Any, **kwargs: Any) -> None:
        settings = {**SETTINGS, **dict(zip(SETTINGS, args, strict=False)), **kwargs}
        for name in settings.keys() - SETTINGS.keys():
            refuse("torch.optim.SGD", name)
        for name, what in (("lr", "learning rate"), ("momentum", "momentum value")):
            if settings[name] < 0:
                raise ValueError(f"Invalid {what}: {settings[name]}")
        if settings["nesterov"] and (settings["momentum"] <= 0 or settings["dampening"]):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        # A tensor can be iterated over too: its rows would pass for parameters.
        if isinstance(params, Tensor):
            raise TypeError("params has to be an iterable of Tensors or dicts")
        groups: Any = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        groups = groups if isinstance(groups[0], dict) else [{"params": groups}]
        # What is remembered of each parameter is found by the object: `Module.to` must keep it.
        self.state: Any = defaultdict(dict)
        self.param_groups = groups
        for group in groups:
            group.update({name: x for name, x in settings.items() if name not in group})
            params = group["params"]
            group["params"] = [params] if isinstance(params, Tensor) else list(params)
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
                step = -step if group["maximize"] else step
                if decay := group["weight_decay"]:  # as if the loss had a term that grows with it
                    step = step.add(param, alpha=decay)
                # The first step is copied: the gradient itself may be set to zero, or added to.
                if momentum := group["momentum"]:
                    state = self.state[param]
                    if (buffer := state.get("momentum_buffer")) is None:
                        buffer = state["momentum_buffer"] = step.clone()
                    else:
                        buffer.mul_(momentum).add_(step, alpha=1 - group["dampening"])
                    step = step.add(buffer, alpha=momentum) if group["nesterov"] else buffer
                param.add_(step, alpha=-group["lr"])
        return loss


__getattr__ = partial(refuse, "torch.optim")
