"""
BatchNorm keeps its averages in buffers
=======================================

What does a batch normalisation remember, and when does it use it?

It averages the mean and the variance of the batches in two buffers, and counts
the batches in a third. In training it updates the averages, but normalises
with the batch itself; in evaluation it normalises with them and writes
nothing.
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
# A batch of the two values 4 and 6 has mean 5, and ``momentum=0.4`` is the
# weight of the new batch: the average of :doc:`plain_tensor_is_not_saved`
# once more, with the same figures.

norm = nn.BatchNorm1d(1, momentum=0.4).to(device)
batch = torch.tensor([[4.0], [6.0]], device=device)
means, variances = [], []
for _ in range(10):
    trained = norm(batch).flatten().tolist()
    means.append(round(norm.running_mean.item(), 4))
    variances.append(round(norm.running_var.item(), 4))

print("buffers     ", *(name for name, _ in norm.named_buffers()))
print(f"running_mean {means[0]:.4f} to {means[-1]:.4f}")
print(f"running_var  {variances[0]:.4f} to {variances[-1]:.4f}")
print("batches     ", norm.num_batches_tracked.item())
assert list(norm.state_dict()) == [
    "weight",
    "bias",
    "running_mean",
    "running_var",
    "num_batches_tracked",
]
assert [name for name, _ in norm.named_parameters()] == ["weight", "bias"]
assert (means[0], means[-1]) == (2.0, 4.9698)
assert norm.num_batches_tracked.item() == 10
assert norm.num_batches_tracked.dtype == torch.int64

# %%
# The variance starts at 1 and goes to 2: what is averaged is the unbiased
# variance, the sum of the squared distances from the mean, divided by one less
# than the number of values. The batch itself is normalised with the biased
# one, which is 1. So the same input gives different results in the two modes,
# however long one trains.

assert (variances[0], variances[-1]) == (1.4, 1.9940)

norm.eval()
evaluated = norm(batch).flatten().tolist()
frozen = [round(b.item(), 4) for b in norm.buffers()]
again = [norm(batch).flatten().tolist() for _ in range(10)]

print("training", *(f"{value:.4f}" for value in trained))
print("eval    ", *(f"{value:.4f}" for value in evaluated))
assert [round(value, 4) for value in trained] == [-1.0, 1.0]
assert [round(value, 4) for value in evaluated] == [-0.6868, 0.7296]
assert again == [evaluated] * 10
assert frozen == [4.9698, 1.9940, 10]
assert [round(b.item(), 4) for b in norm.buffers()] == frozen

# %%
# What the counter is for: with ``momentum=None`` every batch has the same
# weight, which is one over their number so far. The average is then right
# after one batch already, and stays so.

plain = nn.BatchNorm1d(1, momentum=None).to(device)
plain(batch)
plain(batch + 2)

print(f"momentum=None: running_mean {plain.running_mean.item():.4f}")
assert round(plain.running_mean.item(), 4) == 6.0  # the mean of 5 and 7

# %%
# Without the averages there is nothing to read: the buffers are None, none of
# them is saved, and evaluation normalises with the batch, as training does.

alone = nn.BatchNorm1d(1, track_running_stats=False).to(device).eval()
by_batch = [round(value, 4) for value in alone(batch).flatten().tolist()]

print("no averages, eval:", *by_batch)
assert by_batch == [-1.0, 1.0]
assert alone.running_mean is None and not alone.training
assert list(alone.state_dict()) == ["weight", "bias"]

# %%
# Each average starts from its default and approaches the value in the batches.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, ax = plt.subplots(
    figsize=(6, 2.5), facecolor="none", layout="constrained"
)
fig.suptitle(
    "running_mean goes from 0 to 5, running_var from 1 to 2, then both freeze",
    color=GREY,
    fontsize=10,
)
ax.set_facecolor("none")
ax.spines[:].set_color(GREY)
ax.tick_params(colors=GREY)
ax.axvspan(0, 10, color=GREEN, alpha=0.15, lw=0)
for start, values, still, colour in (
    (0.0, means, frozen[0], GREEN),
    (1.0, variances, frozen[1], ORANGE),
):
    steps = [start, *values, *[still] * 10]
    ax.plot(steps, color=colour, marker="o", ms=4)
ax.text(4.5, 3.2, "running_mean", color=GREY, size=11)
ax.text(4.5, 0.7, "running_var", color=GREY, size=11)
ax.text(0.3, 5.2, "train()", color=GREY, size=11)
ax.text(10.3, 5.2, "eval()", color=GREY, size=11)
ax.set_xlabel("call", color=GREY)
ax.set(xlim=(0, 20), ylim=(-0.3, 6), xticks=(0, 5, 10, 15, 20))
plt.show()

# %%
# Remember: after training, ask for ``eval()``, or the input decides what it is
# normalised with and moves the averages besides. The rule behind it is in
# :doc:`buffers_freeze_in_eval`.
