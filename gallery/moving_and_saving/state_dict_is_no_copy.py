"""
``state_dict()`` is not a copy
==============================

I kept ``best = model.state_dict()`` while training. Why does it hold the last
weights and not the best?

Because its tensors share their memory with the model's. They are detached from
the graph, and otherwise the same numbers in the same place, until the model is
given other memory, as a conversion does.
"""

import copy
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
# Three steps of training, each of which lowers the weight by 1. A state dict
# is kept before the first, once as it is and once as a copy.

model = nn.Linear(1, 1, bias=False).to(device)
nn.init.constant_(model.weight, 5.0)
optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
kept = model.state_dict()
copied = copy.deepcopy(kept)

history = {"model": [], "kept": [], "copied": []}
for _ in range(3):
    history["model"].append(model.weight.item())
    history["kept"].append(kept["weight"].item())
    history["copied"].append(copied["weight"].item())
    optimizer.zero_grad()
    model(torch.ones(1, 1, device=device)).sum().backward()
    optimizer.step()

for label, values in history.items():
    print(f"{label:8}{values}")
assert history == {
    "model": [5.0, 4.0, 3.0],
    "kept": [5.0, 4.0, 3.0],
    "copied": [5.0, 5.0, 5.0],
}
assert kept["weight"].data_ptr() == model.weight.data_ptr()
assert model.half().weight.data_ptr() != kept["weight"].data_ptr()

# %%
# What is in it: all parameters and the persistent buffers, by their paths,
# without history. ``keep_vars=True`` gives the parameters themselves.

norm = nn.BatchNorm1d(2).to(device)
norm.register_buffer("scratch", torch.zeros(1), persistent=False)
state = norm.state_dict()

print(list(state))
assert list(state) == [
    "weight",
    "bias",
    "running_mean",
    "running_var",
    "num_batches_tracked",
]
assert "scratch" in dict(norm.named_buffers())
assert norm.weight.requires_grad and not state["weight"].requires_grad
assert norm.state_dict(keep_vars=True)["weight"] is norm.weight

# %%
# Loading, on the other hand, copies: the numbers go into the model's own
# tensors, converted to their dtype and device.

target = nn.Linear(1, 1, bias=False, dtype=torch.float16, device=device)
weight = target.weight
target.load_state_dict(copied)

print("loaded", target.weight.item(), "as", target.weight.dtype)
assert target.weight is weight and weight.dtype == torch.float16
assert target.weight.item() == 5.0
assert target.weight.data_ptr() != copied["weight"].data_ptr()

# %%
# The state dict kept as it is goes down with the model.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, ax = plt.subplots(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "What was kept follows the model; the copy stays at 5",
    color=GREY,
    fontsize=10,
)
steps = range(len(history["model"]))
ax.plot(steps, history["copied"], color=GREEN, lw=3)
ax.plot(steps, history["model"], color=GREY, lw=7, alpha=0.5)
ax.plot(steps, history["kept"], color=ORANGE, lw=2, marker="o")
ax.text(2.06, 5.0, "copied", color=GREEN, va="center", size=12)
ax.text(2.06, 3.2, "kept", color=ORANGE, va="center", size=12)
ax.text(2.06, 2.8, "model", color=GREY, va="center", size=12)
ax.set_xticks(steps, ["start", "step 1", "step 2"])
ax.set_yticks((3, 4, 5))
ax.set(facecolor="none", xlim=(-0.1, 2.4), ylim=(2.5, 5.3))
ax.tick_params(colors=GREY, length=0, labelsize=11)
ax.spines[:].set_visible(False)
fig.subplots_adjust(left=0.06, right=0.98, top=0.9, bottom=0.12)
plt.show()

# %%
# Remember: ``copy.deepcopy`` what you keep in memory; ``torch.save`` writes at
# once and needs no copy. Loading copies by itself, unless you ask for
# :doc:`assign_on_load`.
