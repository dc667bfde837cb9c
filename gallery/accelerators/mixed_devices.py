"""
Tensors on different devices do not mix
=======================================

"Expected all tensors to be on the same device": why does torch not move one of
them itself, and are there exceptions?

A hidden copy between devices would be slow and hard to find, so torch leaves
it to you. The exceptions are numbers: in elementwise operations a Python
number and a CPU tensor with no dimensions may meet a tensor on any device. And
the index in ``x[index]`` may stay on the CPU.
"""

import os

import matplotlib.pyplot as plt
import torch

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The other device is the accelerator, or ``meta`` where there is none: it
# computes shapes, and has the same rule.

kind = torch.device(device).type
other = "meta" if kind == "cpu" else device
there = torch.device(other).type

here = torch.ones(3)
away = torch.ones(3, device=other)
pairs = {
    "vector + vector": lambda: away + here,
    "vector + Python number": lambda: away + 2.0,
    "vector + CPU scalar": lambda: away + torch.tensor(2.0),
    "vector + moved vector": lambda: away + here.to(other),
}

outcomes = {}
for pair, compute in pairs.items():
    try:
        outcomes[pair] = compute().device.type
    except RuntimeError as error:
        outcomes[pair], message = "refused", str(error)

reason = "no accelerator is used" if kind == "cpu" else "an accelerator"
print(f"the vectors lie on {there} ({reason})")
for pair, outcome in outcomes.items():
    print(f"{pair:24}{outcome}")
print(message.partition("!")[0])
assert there != "cpu"
assert list(outcomes.values()) == ["refused", there, there, there]
assert away[torch.tensor([0, 2])].device.type == there  # an index from the CPU
if there == "meta":
    assert (
        message == "Tensor on device cpu is not on the expected device meta!"
    )
else:
    assert "Expected all tensors to be on the same device" in message

# %%
# ``copy_`` is there to cross from one device to another. It writes into a
# tensor that stays where it is. An assignment to a slice is such a copy.

assert away.copy_(here) is away
away[:2] = here[:2]
assert away.device.type == there and here.device.type == "cpu"

# %%
# The error is mostly met where a function creates a tensor of its own and
# takes the default device. Take the device of an argument instead, and the
# function works wherever it is called.


def positions(x):
    return x + torch.arange(3)


def positions_there(x):
    return x + torch.arange(3, device=x.device)


try:
    positions(away)
except RuntimeError as error:
    careless = str(error)
followers = [
    positions_there(away),
    torch.zeros_like(away),
    away.new_zeros(5),
]

print("arange(3): refused, with device=x.device:", end=" ")
print(followers[0].device.type)
assert careless == message
assert [len(t) for t in followers] == [3, 3, 5]
assert [t.device.type for t in followers] == [there] * 3
assert positions_there(here).tolist() == [1, 2, 3]

# %%
# A move is an operation like any other, and gradients take the same way back.
# So a leaf on the CPU gets its gradient on the CPU, though the work was done
# on the device. (This needs numbers, so without an accelerator it all happens
# on the CPU.)

leaf = torch.tensor([1.0, 2.0], requires_grad=True)
worked = leaf.to(device) ** 2
worked.sum().backward()

print(f"computed on {worked.device.type}, gradient on", end=" ")
print(leaf.grad.device.type, leaf.grad.tolist())
assert worked.device.type == kind and leaf.grad.device.type == "cpu"
assert leaf.grad.tolist() == [2, 4]

# %%
# What may meet a vector on another device. Filled: allowed.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A CPU vector may not meet a vector elsewhere; numbers and copies may",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))


def box(text, at, *sources, fill="none", edge="none", line="-"):
    """Draw a box, and arrows to it from its sources."""
    style = {"boxstyle": "round,pad=0.4", "fc": fill, "ec": edge, "ls": line}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=11, color=GREY if fill == "none" else "white")
    for source in sources:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": GREY, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


centre = box(f"vector on\n{there}", (0.83, 0.5), edge=GREY)
labels = ("CPU vector", "Python number", "CPU scalar", "CPU vector, moved")
drawn = zip((0.87, 0.62, 0.37, 0.12), labels, outcomes.values(), strict=True)
for height, label, outcome in drawn:
    allowed = outcome != "refused"
    fill = GREEN if allowed else "none"
    edge = GREEN if allowed else ORANGE
    line = "-" if allowed else "--"
    start = box(label, (0.22, height), fill=fill, edge=edge, line=line)
    ends = {"patchA": start.get_bbox_patch(), "shrinkA": 0}
    ends |= {"patchB": centre.get_bbox_patch(), "shrinkB": 0}
    way = {"arrowstyle": "-|>", "color": edge, "ls": line, **ends}
    ax.annotate("", (0.83, 0.5), (0.22, height), arrowprops=way)
plt.show()

# %%
# Remember: create helper tensors with ``device=x.device`` or ``zeros_like``,
# and move on purpose. What a model moves by itself: :doc:`what_moves`.
