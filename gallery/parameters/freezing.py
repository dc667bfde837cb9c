"""
Freezing a part of a model
==========================

How do I train the head of a model and leave the rest alone?

``model.body.requires_grad_(False)`` reaches every parameter below ``body``. It
stops the gradients of those parameters, not those that pass through to
something before them, nor anything that ``train()`` switches: a running mean
goes on running. And a ``.grad`` that is there already stays.
"""

import os

import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)
torch.manual_seed(0)

# %%
# A body with a normalisation, and a head. The input asks for a gradient too.

model = nn.Sequential()
model.body = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
model.head = nn.Linear(3, 1)
model.to(device)
returned = model.body.requires_grad_(False)
x = torch.rand(4, 2, device=device, requires_grad=True)
model(x).sum().backward()

trained = [name for name, p in model.named_parameters() if p.requires_grad]
with_grad = [
    name for name, p in model.named_parameters() if p.grad is not None
]
print("trained", *trained, "  with a gradient", *with_grad)
assert returned is model.body
assert trained == with_grad == ["head.weight", "head.bias"]
assert x.grad is not None  # it passed through the frozen part

# %%
# The running mean moved, frozen or not. ``eval`` for the body stops that,
# until ``train`` for the whole undoes it.

norm = model.body[1]
moved = norm.running_mean.abs().sum().item() > 0
model.body.eval()
before = norm.running_mean.clone()
model(x)
stopped = torch.equal(norm.running_mean, before)
model.train()

print("the mean moved", moved, " in eval it stops", stopped)
assert moved and stopped and norm.training

# %%
# A model that is frozen completely, and whose input asks for no gradient, has
# no graph, and no backward.

model.requires_grad_(False)
try:
    model(x.detach()).sum().backward()
except RuntimeError as error:
    message = str(error)

print(message)
assert message == (
    "element 0 of tensors does not require grad and does not have a grad_fn"
)

# %%
# A gradient from before the freezing stays, and an optimizer that has the
# parameter goes by it. ``zero_grad`` takes it away.

layer = nn.Linear(1, 1).to(device)
layer(torch.ones(1, 1, device=device)).sum().backward()
layer.requires_grad_(False)
before = layer.weight.item()
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1)
optimizer.step()
after = layer.weight.item()
optimizer.zero_grad()
optimizer.step()

print("frozen with a gradient, a step moves it:", after != before)
assert after != before and layer.weight.item() == after

# %%
# Thawing is the same call with ``True``, its default. A parameter that was
# frozen on its own beforehand is thawed as well: nothing is remembered.

model.head.bias.requires_grad_(False)
model.requires_grad_()
assert all(p.requires_grad for p in model.parameters())

# %%
# Remember: two switches, ``requires_grad_`` for parameters and ``eval`` for
# buffers. What the second one stops:
# :doc:`/gallery/buffers/buffers_freeze_in_eval`.
