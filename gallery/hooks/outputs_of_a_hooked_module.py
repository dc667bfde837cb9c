"""
What a module with a full backward hook may return
==================================================

My module returns a list, and its backward hook never runs. What may it
return?

A tensor, or a tuple of tensors, a named one included. On the way out torch
passes them through an identity function and builds the same kind of tuple
again. In a list or a dict it finds no tensors: the hook stays silent, and a
warning says so. In a tuple within the tuple it finds none either, and nothing
says so. Some tuples cannot be built again.
"""

import os
import warnings
from typing import NamedTuple

import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)


class Pair(NamedTuple):
    double: torch.Tensor
    square: torch.Tensor


class Calls(nn.Module):
    """A module around a function."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


# %%
# One module for each kind of output, all with the same hook, which counts the
# entries of ``grad_output``.

x = torch.tensor([3.0, 4.0], device=device, requires_grad=True)
OUTPUTS = {
    "a tensor": lambda x: 2 * x,
    "a tuple": lambda x: (2 * x, x * x),
    "a named tuple": lambda x: Pair(2 * x, x * x),
    "a tuple with a number": lambda x: (2 * x, 7),
    "a list": lambda x: [2 * x, x * x],
    "a dict": lambda x: {"double": 2 * x},
    "nested tuples": lambda x: ((2 * x, x * x),),
}


def first(output):
    """The tensor to start from."""
    if isinstance(output, torch.Tensor):
        return output
    within = output.values() if isinstance(output, dict) else output
    return first(next(iter(within)))


kinds, counts, warned = {}, {}, {}
for what, function in OUTPUTS.items():
    module, seen = Calls(function), []
    module.register_full_backward_hook(
        lambda module, grad_input, grad_output, seen=seen: seen.append(
            len(grad_output)
        )
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        output = module(x)
    first(output).sum().backward()
    kinds[what], counts[what] = type(output), seen
    warned[what] = [str(w.message) for w in caught]
    said = [message.rpartition(" but ")[2] for message in warned[what]]
    print(f"{what:22}hook saw {seen!s:4}", *said)

assert list(counts.values()) == [[1], [2], [2], [2], [], [], []]
assert kinds["a named tuple"] is Pair
START = (
    "For backward hooks to be called, module output should be a Tensor or a "
    "tuple of Tensors but received "
)
assert [*warned.values()] == [
    *([], [], [], []),
    [START + "<class 'list'>"],
    [START + "<class 'dict'>"],
    [],
]

# %%
# A tuple of another kind is built by calling its class with the elements one
# by one, as a named tuple wants it. The named results of torch's own functions
# want them in one sequence, and so the call fails, hook or pre-hook, wherever
# a gradient is recorded.


def failure(function, *args):
    """The error that the call ends in."""
    try:
        function(*args)
    except (TypeError, RuntimeError) as error:
        return type(error).__name__, str(error)
    return None


largest = Calls(lambda x: x.max(dim=0))
assert failure(largest, x) is None
with largest.register_full_backward_hook(print):
    refused = failure(largest, x)
    assert failure(largest, x.detach()) is None
    mended = Calls(lambda x: tuple(x.max(dim=0)))
    mended.register_full_backward_hook(print)

print("x.max(dim=0): ", *refused)
assert refused == ("TypeError", "constructor requires a sequence")
assert failure(mended, x) is None

# %%
# On the way in stands the same function; it is applied as soon as one of the
# inputs says that it requires a gradient. A subclass that answers for a tensor
# inside itself may say so where autograd knows of nothing. The identity then
# leaves no node for a hook.


class Around(torch.Tensor):
    """Answers every question with the tensor inside."""

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        args = [a.inner if isinstance(a, Around) else a for a in args]
        return function(*args, **(kwargs or {}))


wrapped = x.detach().as_subclass(Around)
wrapped.inner = x
module = Calls(lambda x: 2 * x)
assert wrapped.requires_grad
assert failure(module, wrapped) is None
module.register_full_backward_hook(print)
misled = failure(module, wrapped)

print("Around:", misled[1][:43])
assert misled == (
    "RuntimeError",
    "Error while setting up backward hooks. Please open an issue with a code "
    "sample to reproduce this.",
)

# %%
# Remember: turn results into a tuple before they leave ``forward``. What hooks
# may return in their turn: :doc:`what_full_hooks_refuse`.
