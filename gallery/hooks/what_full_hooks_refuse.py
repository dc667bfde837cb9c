"""
What full backward hooks refuse
===============================

My backward hook returns a gradient and ``backward`` ends in an error. What may
a hook return, and when is it not even asked?

A hook returns ``None`` or one entry for each gradient that it was given. If no
positional input requires grad, there is nothing to replace, and it may return
only ``None``, alone or in a tuple. It is not asked if the gradient does not
come by the output, or goes on to no input.
"""

import os
import warnings

import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A module with two inputs, one output and one parameter, which is 1.


class Product(nn.Module):
    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(torch.ones(1))

    def forward(self, a, b):
        self.inside = self.factor * a * b
        return self.inside.sin()


def numbers(requires_grad):
    """The inputs, 2 and 3."""
    return [
        torch.tensor([n], device=device, requires_grad=requires_grad)
        for n in (2.0, 3.0)
    ]


def outcome(kind, hook, requires_grad=True):
    """What backward says to a hook, or the gradients of both inputs."""
    module = Product().to(device)
    getattr(module, f"register_full_backward_{kind}")(hook)
    inputs = numbers(requires_grad)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that no input requires grad
        try:
            module(*inputs).backward()
        except RuntimeError as error:
            return str(error)
    return [
        x.grad if x.grad is None else round(x.grad.item(), 4) for x in inputs
    ]


# %%
# A hook is given a tuple, or what the hook before it answered, and of its own
# answer only the length is asked. A list will do. A lone tensor has a length
# too, that of its first dimension, if it has one; here it is 1, which fits.
# What comes of it is noticed later, in words that name no module.

HOOKS = {
    "hook returns None": ("hook", lambda m, into, out: None),
    "hook returns two": ("hook", lambda m, into, out: (into[1], into[0])),
    "hook returns a list": ("hook", lambda m, into, out: [into[0], None]),
    "hook returns one": ("hook", lambda m, into, out: into[:1]),
    "pre-hook returns one": ("pre_hook", lambda m, out: (10 * out[0],)),
    "pre-hook returns two": ("pre_hook", lambda m, out: (out[0], None)),
    "pre-hook returns a tensor": ("pre_hook", lambda m, out: 10 * out[0]),
}
found = {what: outcome(*hook) for what, hook in HOOKS.items()}
for what, result in found.items():
    print(f"{what}:\n    {result}")
assert list(found.values()) == [
    [2.8805, 1.9203],  # 3 * cos(6) and 2 * cos(6)
    [1.9203, 2.8805],
    [2.8805, None],
    "Backward hook returned an invalid number of grad_input, "
    "got 1, but expected 2",
    [28.8051, 19.2034],
    "Backward pre hook returned an invalid number of grad_output, "
    "got 2, but expected 1",
    "hook 'hook' has changed the size of value",
]

# %%
# Plain data as input: the hook runs in the place of the output, where
# ``grad_input`` is a tuple of ``None``. There are no gradients to replace, and
# none may be returned.

on_data = {
    "hook returns grad_input": ("hook", lambda m, into, out: into),
    "hook returns gradients": ("hook", lambda m, into, out: (out[0], None)),
    "hook returns a list of None": ("hook", lambda m, into, out: [*into]),
}
refused = {
    what: outcome(*hook, requires_grad=False) for what, hook in on_data.items()
}
for what, result in refused.items():
    print(f"data, {what}:\n    {result}")
assert list(refused.values()) == [
    [None, None],
    *(
        "Backward hook for Modules where no input requires gradient should "
        "always return None or None for all gradients.",
    )
    * 2,
]

# %%
# Not asked at all: when the gradient reaches the inputs without having come by
# the output. Starting from what ``forward`` stored away, it does; so it does
# in a second derivative, where the inputs are part of the first one and the
# output is not. Nor is it asked when only parameters' gradients are wanted.

module, calls = Product().to(device), []
module.register_full_backward_hook(lambda *seen: calls.append("hook"))
counts = {}
a, b = numbers(requires_grad=True)
(first,) = torch.autograd.grad(module(a, b), a, create_graph=True)
counts["first derivative"] = calls.count("hook")
(second,) = torch.autograd.grad(first, a, retain_graph=True)
counts["second derivative"] = calls.count("hook")
module(a, b)
module.inside.backward()
counts["from the inside"] = calls.count("hook")
torch.autograd.grad(module(a, b), module.factor)
counts["for the parameter"] = calls.count("hook")

print("calls of the hook, in total:", counts)
assert counts == dict.fromkeys(counts, 1)
assert round(first.item(), 4) == 2.8805
assert round(second.item(), 4) == 2.5147  # -9 * sin(6)
assert a.grad.item() == 3

square = module(a, b) ** 2  # its derivative holds the output
(first,) = torch.autograd.grad(square, a, create_graph=True)
torch.autograd.grad(first, a)
assert len(calls) == 3

# %%
# Remember: return a tuple, as long as the one you were given. What may go out
# of the module: :doc:`outputs_of_a_hooked_module`; why plain data is a case of
# its own: :doc:`grad_is_none_in_hook`.
