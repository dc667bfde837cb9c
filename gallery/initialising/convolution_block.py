"""
A small convolution block
=========================

What does a block of layers get from being written as a module?

One call, one place for its state, and registration of the layers assigned in
``__init__``: 232 trained numbers and 17 others in a block of three layers,
found without a list of them anywhere.
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
# Convolution, normalisation, activation. The convolution has no bias, because
# in training the normalisation that follows would subtract it again, with the
# mean of the batch, and adds a bias of its own.


class ConvBlock(nn.Module):
    def __init__(self, channels_in, channels_out, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(
            channels_in, channels_out, 3, stride, padding=1, bias=False
        )
        self.norm = nn.BatchNorm2d(channels_out)
        self.act = nn.ReLU()

    def forward(self, images):
        return self.act(self.norm(self.conv(images)))


torch.manual_seed(0)
block = ConvBlock(3, 8, stride=2).to(device)
images = torch.randn(4, 3, 16, 16).to(device)
features = block(images)

print(tuple(images.shape), "->", tuple(features.shape))
assert features.shape == (4, 8, 8, 8)
assert features.min().item() == 0.0
maps = block.conv(images)
assert torch.allclose(block.norm(maps + 1), block.norm(maps), atol=1e-4)

# %%
# Each assignment registered a module, and each of these registered its
# parameters and buffers in turn. The names are paths through the attributes.

parameters = {name: p.numel() for name, p in block.named_parameters()}
buffers = {name: b.numel() for name, b in block.named_buffers()}

print("parameters", parameters)
print("buffers", list(buffers), sum(buffers.values()))
assert parameters == {
    "conv.weight": 8 * 3 * 3 * 3,
    "norm.weight": 8,
    "norm.bias": 8,
}
assert sum(parameters.values()) == 232
assert buffers == {
    "norm.running_mean": 8,
    "norm.running_var": 8,
    "norm.num_batches_tracked": 1,
}
assert sum(buffers.values()) == 17
assert sorted(block.state_dict()) == sorted([*parameters, *buffers])

# %%
# Blocks are modules, so blocks of blocks are. ``stride`` and the channels were
# arguments; a module is an ordinary object with an ordinary constructor.

model = nn.Sequential(
    ConvBlock(3, 8, stride=2),
    ConvBlock(8, 8),
    nn.Flatten(),
    nn.Linear(8 * 8 * 8, 10),
).to(device)
scores = model(images)
count = sum(p.numel() for p in model.parameters())

print("two blocks and a layer:", tuple(scores.shape), "with", count)
assert scores.shape == (4, 10)
assert count == 232 + (8 * 8 * 9 + 16) + (512 * 10 + 10) == 5954

# %%
# The area of a square is in proportion to the numbers of that entry.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "232 trained numbers (green) and 17 others (orange) in one block",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 6), ylim=(0, 2.2), aspect="equal")
entries = [(GREEN, *item) for item in parameters.items()]
entries += [(ORANGE, *item) for item in buffers.items()]
places = (0.85, 2.15, 2.95, 3.8, 4.65, 5.5)
for left, (colour, name, size) in zip(places, entries, strict=True):
    side = 0.09 * size**0.5
    corner = (left - side / 2, 1.2 - side / 2)
    ax.add_patch(plt.Rectangle(corner, side, side, fc=colour))
    text = name.replace(".", ".\n").replace("num_", "num_\n")
    text = text.replace("es_", "es_\n").replace("ning_", "ning_\n")
    ax.text(left, 0.35, text, color=GREY)
    ax.text(left, 1.95, size, color=GREY, ha="center", size=9)
for text in ax.texts:
    text.set(ha="center", va="center", size=9)
plt.show()

# %%
# Remember: assign layers in ``__init__``, after ``super().__init__()``, and
# use them in ``forward``. The rest follows from the assignments:
# :doc:`attribute_routing`. More ways to hold layers are in
# :doc:`/gallery/containers/modules_nest`.
