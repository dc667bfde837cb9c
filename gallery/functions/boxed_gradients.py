"""
Gradients in a list
===================

My ``backward`` takes several large gradients, one after the other. Must all of
them stay in memory until it returns?

As arguments yes: whoever calls a function holds what it was called with. With
``boxed_grads_call = True`` they come in one list, and what ``backward`` takes
out of it is free as soon as it is used, unless somebody else holds it.
"""

import os
import weakref

import torch
from torch.autograd import Function

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Three results, so three gradients. Both ``backward`` add them up, and count
# after each how many are still alive.

alive = {"arguments": [], "list": []}


def watch(grads):
    """How many of these gradients are alive, to be asked later."""
    references = [weakref.ref(grad) for grad in grads]
    return lambda: sum(reference() is not None for reference in references)


class Three(Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone(), 2 * x, 3 * x

    @staticmethod
    def backward(ctx, *grads):
        count, total = watch(grads), 0
        factors, grads = [3, 2, 1], list(grads)
        while grads:
            total = total + factors.pop(0) * grads.pop()
            alive["arguments"].append(count())
        return total


class Boxed(Three):
    boxed_grads_call = True

    @staticmethod
    def backward(ctx, grads):
        count, total = watch(grads), 0
        for factor in (3, 2, 1):
            total = total + factor * grads.pop()
            alive["list"].append(count())
        return total


# %%
# One walk through each. Each gradient comes from an operation of its own, and
# nobody else holds it.

gradients = []
for function in (Three, Boxed):
    x = torch.ones(4, device=device, requires_grad=True)
    sum(result.exp().sum() for result in function.apply(x)).backward()
    gradients.append(x.grad)

for way, counts in alive.items():
    print(f"{way:10} alive after each step: {counts}")
assert torch.equal(*gradients)
assert alive == {"arguments": [3, 3, 3], "list": [2, 1, 0]}

# %%
# A hook that is to run after the node is one that holds them: it will be given
# the same gradients.

alive["list"].clear()
x = torch.ones(4, device=device, requires_grad=True)
results = Boxed.apply(x)
results[0].grad_fn.register_hook(lambda grad_inputs, grad_outputs: None)
sum(result.exp().sum() for result in results).backward()

print("with a hook on the node:", alive["list"])
assert alive["list"] == [3, 3, 3]

# %%
# The engine has two ways into a node of Python: ``apply``, with the gradients
# as arguments, and ``apply_boxed``, with the list. Called by hand, ``apply``
# makes the list itself; but then the caller holds the gradients, and nothing
# is gained. (The transforms of ``torch.func`` make no list: under them such a
# ``backward`` is given arguments, and fails.)

node = Boxed.apply(x)[0].grad_fn
grads = [torch.ones(4, device=device) for _ in range(3)]
by_hand = node.apply(*grads)
boxed = node.apply_boxed(list(grads))

print("by hand:", by_hand.tolist(), boxed.tolist())
assert by_hand.tolist() == boxed.tolist() == [6, 6, 6, 6]

# %%
# Remember: a list can be emptied by the one who was given it, arguments
# cannot. The saved tensors have a switch of the same kind,
# ``clear_saved_tensors_on_access``; what is saved at all is in
# :doc:`save_for_backward`.
