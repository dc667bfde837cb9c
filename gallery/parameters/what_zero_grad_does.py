"""
What ``zero_grad`` does to a gradient
=====================================

Does ``zero_grad`` set gradients to zero?

By default it sets them to ``None``, so that the memory is freed and an
optimizer leaves the parameter alone. With ``set_to_none=False`` it writes
zeros into the gradient that is there, and takes it out of any graph first.
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
# A model of two parameters, of which only one was used. Both ways:


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.used = nn.Parameter(torch.tensor(3.0))
        self.unused = nn.Parameter(torch.tensor(3.0))

    def forward(self):
        return self.used**2


def after(**options):
    """The gradients after zero_grad, and whether the old one was kept."""
    model = Model().to(device)
    model().backward()
    old = model.used.grad
    assert old.item() == 6.0
    model.zero_grad(**options)
    grads = [
        g if g is None else g.item()
        for g in (p.grad for p in model.parameters())
    ]
    return grads, model.used.grad is old


to_none, to_zero = after(), after(set_to_none=False)

print("default:", *to_none[0], "  set_to_none=False:", *to_zero[0])
assert to_none == ([None, None], False)
assert to_zero == ([0.0, None], True)

# %%
# The zero is not the same to an optimizer. One with weight decay, or with
# momentum from earlier steps, moves a parameter whose gradient is zero, and
# leaves one alone whose gradient is ``None``.

moved = {}
for set_to_none in (True, False):
    model = Model().to(device)
    model().backward()
    model.zero_grad(set_to_none=set_to_none)
    torch.optim.SGD(model.parameters(), lr=0.1, weight_decay=1.0).step()
    moved[set_to_none] = round(model.used.item(), 4)

print("after a step with weight decay:", moved)
assert moved == {True: 3.0, False: 2.7}

# %%
# A gradient made with ``create_graph=True`` is a result, with a graph behind
# it. It is detached in place before it is filled, or the zeros would be
# recorded. A gradient without a graph is told to require none.

model = Model().to(device)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # create_graph advises against itself
    model().backward(create_graph=True)
grad = model.used.grad
before = grad.grad_fn is not None
model.zero_grad(set_to_none=False)
print("in a graph before:", before, " after:", grad.grad_fn is not None)
assert before and grad.grad_fn is None and not grad.requires_grad
assert model.used.grad is grad and grad.item() == 0.0

# %%
# In a replica it does nothing. ``nn.DataParallel`` copies the model to each
# device in a way that autograd sees: the copies are results, and no
# parameters. Making a replica takes no device; the method is private, since
# only that class has a use for it.

replica = Model()._replicate_for_data_parallel()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    replica.zero_grad()
(warning,) = caught

print(str(warning.message).split(". ")[0])
assert list(replica.parameters()) == []
assert str(warning.message).startswith(
    "Calling .zero_grad() from a module created with nn.DataParallel() has no "
    "effect."
)

# %%
# Remember: after the default, test ``p.grad is None`` before you read it. Why
# gradients add up at all: :doc:`/gallery/tensors/grad_accumulates`.
