"""
The same model on any device
============================

How do I write a program once, for machines with and without an accelerator?

Ask ``torch.accelerator`` for the device, once, and hand it on: to the model,
to the inputs, and to every tensor that is created along the way. Nothing else
in the program mentions a device.
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
# The choice is the statement above. ``torch.accelerator`` stands for whatever
# kind of accelerator this torch was built for; if the machine has none, the
# CPU remains. (The environment variable lets you choose for yourself.)

kind = torch.device(device).type
computes = "the CPU, no accelerator," if kind == "cpu" else f"a {kind} device"

print(computes, "computes here")
assert kind == "cpu" or torch.accelerator.is_available()

# %%
# The model is made on the CPU, where a seed gives the same numbers whatever
# the accelerator, and computes there once, for comparison. Then model and
# inputs move.

torch.manual_seed(0)
model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
rows = torch.randn(5, 3)
expected = model(rows).detach()

model.to(device)
result = model(rows.to(device))
result.sum().backward()
parts = {
    "parameters": {p.device.type for p in model.parameters()},
    "result": {result.device.type},
    "gradients": {p.grad.device.type for p in model.parameters()},
}

for part, places in parts.items():
    print(f"{part:11}", *places)
assert all(places == {kind} for places in parts.values())
torch.testing.assert_close(
    result.detach().cpu(), expected, rtol=1e-3, atol=1e-4
)

# %%
# Results agree up to rounding, since another device may add in another order.
# So compare with a tolerance, after bringing them to one place: ``.cpu()``.
#
# Instead of moving a finished model you can build it in place. Under ``with
# torch.device(...)`` factory functions such as ``torch.zeros`` make their
# tensors there, without a stay on the CPU, unless a call names another device.

with torch.device(device):
    built = nn.Linear(3, 1)
    zeros = torch.zeros(2)

ways = [built.weight, zeros, torch.zeros(2, device=device), zeros.cpu()]
print("built on", built.weight.device.type, "| brought back to", end=" ")
print(ways[-1].device.type)
assert [t.device.type for t in ways] == [kind, kind, kind, "cpu"]
assert [list(t.shape) for t in ways] == [[1, 3], [2], [2], [2]]

# %%
# ``meta`` is a device on every machine. It has no memory: tensors there have a
# size and a dtype, and no numbers. The program below is the same again, and
# shows that nothing in it insists on another device. A stray ``.to("cpu")``
# would be found without any accelerator.

with torch.device("meta"):
    sketch = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
shape = sketch(rows.to("meta"))

print("on meta:", list(shape.shape), shape.device.type)
assert shape.shape == expected.shape == (5, 1)
assert round(expected[0].item(), 4) == -0.0063
assert shape.device.type == "meta"
assert sketch[0].weight.data_ptr() == 0  # nothing behind it
try:
    shape.cpu()
except NotImplementedError as error:
    message = str(error)
assert message == "Cannot copy out of meta tensor; no data!"

# %%
# One program, run on each of the devices above.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "One program: numbers on a device that computes, a shape on meta",
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


lanes = {"cpu": f"{expected[0].item():.4f} ..."}
if kind != "cpu":
    lanes[kind] = f"{result[0].item():.4f} ..."
lanes["meta"] = f"{list(shape.shape)}"
heights = (0.7, 0.24) if len(lanes) == 2 else (0.84, 0.5, 0.16)
for height, (lane, outcome) in zip(heights, lanes.items(), strict=True):
    ax.text(0.17, height, lane, color=GREY, ha="right", va="center", size=12)
    line = "--" if lane == "meta" else "-"
    first = box("rows", (0.3, height), edge=GREY, line=line)
    colour = GREY if lane == "meta" else GREEN
    second = box("model", (0.52, height), first, fill=colour)
    box(outcome, (0.8, height), second, edge=colour, line=line)
plt.show()

# %%
# Remember: one variable for the device, and ``.to(device)`` or ``device=`` for
# the model, its inputs and whatever you create. What a model takes along:
# :doc:`what_moves`.
