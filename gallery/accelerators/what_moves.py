"""
What moves with a model
=======================

I moved my model to another device. Why does it still say that a tensor is on
the CPU?

``.to()`` moves what is registered: parameters and buffers, of the module and
of its children. A plain tensor attribute, and whatever sits in a list or a
dict, stays where it was made.
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
# Where to move to? To the accelerator if there is one, else to ``meta``: a
# device without memory that every machine has, and as far from the CPU as any.

kind = torch.device(device).type
target = "meta" if kind == "cpu" else device
there = torch.device(target).type
reason = "no accelerator is used" if kind == "cpu" else "the accelerator"

print(f"moving to {there}: {reason}")
assert there != "cpu" and (there == "meta") == (kind == "cpu")

# %%
# A model with a tensor of every kind.


class Scaler(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 2)
        self.register_buffer("mean", torch.ones(2))
        self.scale = torch.full((2,), 3.0)
        self.history = [torch.zeros(2)]

    def forward(self, x):
        return self.linear(x - self.mean) * self.scale


model = Scaler()
x = torch.ones(1, 2)
assert torch.equal(model(x)[0], 3 * model.linear.bias)  # x - mean is 0

moved = model.to(target)
places = {
    "linear.weight": model.linear.weight.device.type,
    "linear.bias": model.linear.bias.device.type,
    "mean": model.mean.device.type,
    "scale": model.scale.device.type,
    "history[0]": model.history[0].device.type,
}

for name, place in places.items():
    print(f"{name:14}{place}")
assert moved is model  # a module is moved itself, not copied
assert list(places.values()) == [there, there, there, "cpu", "cpu"]

# %%
# The move raises no error; the first call does. Up to the multiplication with
# the forgotten tensor everything lies on the one device.

try:
    model(x.to(target))
except RuntimeError as error:
    message = str(error)

print(message.partition("!")[0])
if there == "meta":
    assert (
        message == "Tensor on device cpu is not on the expected device meta!"
    )
else:
    assert "Expected all tensors to be on the same device" in message

# %%
# The cure is to register it. An attribute that is a buffer already can be
# assigned to; one that is a plain attribute has to go first.

scale = model.scale
del model.scale
model.register_buffer("scale", scale)
model.to(target)
result = model(x.to(target))

print("registered: scale on", model.scale.device.type, end=", ")
print("result on", result.device.type)
assert model.scale.device.type == result.device.type == there
assert result.shape == (1, 2)

# %%
# A tensor, in contrast to a module, is not moved but copied. A result that is
# not used is lost; and where there is nothing to do, the tensor itself comes
# back, so do not count on a copy.

x.to(target)
kept = x.to(target)

print("x on", x.device.type, " kept on", kept.device.type)
assert x.device.type == "cpu" and kept.device.type == there
assert kept.to(target) is kept and x.to("cpu") is x

# %%
# The model after the first move.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Parameters and buffers move; a plain tensor and a list stay behind",
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


for left, heading in ((0.25, "cpu"), (0.75, there)):
    ax.text(left, 0.88, heading, color=GREY, ha="center", size=12)
ax.plot((0.5, 0.5), (0.05, 0.95), color=GREY, ls="--", lw=1)
heights = {"cpu": [0.56, 0.3], there: [0.68, 0.43, 0.18]}
for name, place in places.items():
    fill = ORANGE if place == "cpu" else GREEN
    left = 0.25 if place == "cpu" else 0.75
    box(name, (left, heights[place].pop(0)), fill=fill)
plt.show()

# %%
# Remember: what is to move with the model must be registered with it, as a
# parameter or as a buffer. Assign the result when you move a tensor. Which
# tensors may meet although they lie apart: :doc:`mixed_devices`.
