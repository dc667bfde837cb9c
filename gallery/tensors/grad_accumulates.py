"""
Gradients add up
================

Why do I have to call ``zero_grad`` in every step?

Because ``backward`` adds to ``.grad`` and never replaces it. The same sum that
makes a tensor used twice come out right also runs on from one backward to the
next, until somebody ends it.
"""

import os

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The derivative of ``x**2`` at 3 is 6. Three backward passes over three graphs
# leave 18.

x = torch.tensor(3.0, device=device, requires_grad=True)
summed = []
for _ in range(3):
    (x**2).backward()
    summed.append(x.grad.item())

print("x.grad after each backward", summed)
assert summed == [6, 12, 18]

# %%
# Within one graph a sum is what the chain rule asks for. Every use of ``x``
# contributes, and torch cannot tell three uses in one graph from one use in
# each of three.

x.grad = None
(x**2 + x**2 + x**2).backward()

print("three uses in one graph ", x.grad.item())
assert x.grad.item() == 18

# %%
# That is why a batch too large for the memory can be split, if the model
# treats each row by itself (batch normalisation does not). If the loss is a
# mean, each part counts by its share; here two halves.

torch.manual_seed(0)
model = nn.Linear(3, 1).to(device)
inputs, targets = torch.randn(8, 3).to(device), torch.randn(8, 1).to(device)
nn.functional.mse_loss(model(inputs), targets).backward()
whole = model.weight.grad.clone()

model.zero_grad()
for part, wanted in zip(inputs.chunk(2), targets.chunk(2), strict=True):
    (nn.functional.mse_loss(model(part), wanted) / 2).backward()

print("two halves equal the whole:", torch.allclose(model.weight.grad, whole))
torch.testing.assert_close(model.weight.grad, whole)

# %%
# Dense gradients are added in place, unless the addition is itself recorded. A
# ``.grad`` that you kept goes on growing; to keep its numbers, clone it.

x.grad = None
(x**2).backward()
kept, cloned = x.grad, x.grad.clone()
(x**2).backward()

print(f"kept {kept.item():g}, cloned {cloned.item():g}")
assert kept is x.grad
assert (kept.item(), cloned.item()) == (12, 6)

# %%
# ``zero_grad`` ends the sum. Since torch 2.0 it does so by setting ``.grad``
# to ``None``, which saves the memory until the next backward; the kept tensor
# is then no longer anybody's gradient.

optimizer = torch.optim.SGD([x])
cleared = []
for _ in range(3):
    optimizer.zero_grad()
    assert x.grad is None
    (x**2).backward()
    cleared.append(x.grad.item())

print("with zero_grad each time", cleared)
assert cleared == [6, 6, 6]
assert kept.item() == 12

# %%
# Both series of backward passes, as recorded. Each block is one contribution.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "x.grad after three backward passes: 6, 12, 18, or 6 each with zero_grad",
    color=GREY,
    fontsize=10,
)
for left, label, series in (
    (0.05, "no zero_grad", summed),
    (0.55, "zero_grad each time", cleared),
):
    ax = fig.add_axes((left, 0.14, 0.41, 0.72), facecolor="none")
    place = range(1, 4)
    for bar, height in zip(place, series, strict=True):
        for start in range(0, int(height), 6):
            ax.bar(bar, 5.6, 0.6, bottom=start + 0.4, color=GREEN)
        ax.text(bar, height + 0.5, f"{height:g}", color=GREY, ha="center")
    ax.set(ylim=(0, 22), xlim=(0.4, 3.6), yticks=(), xticks=(1, 2, 3))
    ax.tick_params(colors=GREY, length=0)
    ax.text(0.5, 20, label, color=GREY, size=11)
    for side, spine in ax.spines.items():
        spine.set(visible=side == "bottom", color=GREY)
plt.show()

# %%
# Remember: ``.grad`` is a running sum that you end. Adding up is right within
# a step and over parts of a batch, and wrong from one step to the next. Unless
# asked, only leaves get a ``.grad`` at all: :doc:`leaf_and_non_leaf`.
