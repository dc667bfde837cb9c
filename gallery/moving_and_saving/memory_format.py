"""
What ``memory_format`` changes
==============================

I read that ``channels_last`` makes convolutions faster. What does it do to my
model?

It reorders the numbers in memory and changes neither shapes nor, but for
rounding, results. Only tensors of four dimensions take part, and the output of
a convolution has the format if its weight or its input has.
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
# The strides tell how far apart in memory two neighbours are. Normally a step
# along the width is the shortest; with channels last it is one from channel to
# channel, so that all channels of a pixel lie together.

torch.manual_seed(0)
conv = nn.Conv2d(3, 8, 3, padding=1).to(device)
images = torch.randn(2, 3, 5, 5).to(device)
expected = conv(images)
strides = {"weight": conv.weight.stride(), "bias": conv.bias.stride()}
shape = conv.weight.shape

conv.to(memory_format=torch.channels_last)
output = conv(images)
after = {"weight": conv.weight.stride(), "bias": conv.bias.stride()}

print("shape", tuple(conv.weight.shape))
for name in strides:
    print(f"{name:7}strides {strides[name]} -> {after[name]}")
assert conv.weight.shape == shape == (8, 3, 3, 3)
assert strides == {"weight": (27, 9, 3, 1), "bias": (1,)}
assert after == {"weight": (27, 1, 9, 3), "bias": (1,)}

# %%
# The images were not converted, the output comes with channels last all the
# same, and its numbers are those of before but for rounding.

is_last = output.is_contiguous(memory_format=torch.channels_last)

print("output strides", output.stride())
torch.testing.assert_close(output, expected, rtol=1e-2, atol=1e-2)
assert is_last and output.shape == (2, 8, 5, 5)
assert output.stride() == (200, 1, 40, 8)
assert images.stride() == (75, 25, 5, 1)

# %%
# For tensors of five dimensions there is ``channels_last_3d``. Each format
# refuses the other's, so that neither suits a model with both.

try:
    nn.Conv3d(3, 8, 3).to(memory_format=torch.channels_last)
except RuntimeError as error:
    message = str(error)

print(message)
assert message == "required rank 4 tensor to use channels_last format"

# %%
# On a tensor the same word is a conversion like any other; the shape stays,
# and only the walk through memory differs. Here are 2 channels of 2 x 3
# numbers, in the order in which memory holds them.

small = torch.arange(12, device=device).view(1, 2, 2, 3)
last = small.to(memory_format=torch.channels_last)


def in_memory(tensor):
    """The numbers in the order in which they lie in memory."""
    return tensor.as_strided((tensor.numel(),), (1,)).tolist()


print("usual        ", in_memory(small))
print("channels last", in_memory(last))
assert torch.equal(small, last) and last.shape == small.shape
assert in_memory(small) == list(range(12))
assert in_memory(last) == [0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]

# %%
# The same twelve numbers, coloured by channel.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Two channels in memory: one after the other, or in turns",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
rows = {"usual": in_memory(small), "channels last": in_memory(last)}
for row, (label, numbers) in enumerate(rows.items()):
    bottom = 0.56 - 0.46 * row
    ax.text(0.03, bottom + 0.27, label, color=GREY, size=11)
    for column, number in enumerate(numbers):
        corner = (0.03 + 0.079 * column, bottom)
        colour = GREEN if number < 6 else ORANGE
        ax.add_patch(plt.Rectangle(corner, 0.071, 0.22, fc=colour))
        middle = (corner[0] + 0.0355, bottom + 0.11)
        place = {"ha": "center", "va": "center", "size": 11}
        ax.text(*middle, number, color="white", **place)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: convert the model once and the first input if you can; the formats
# after that follow. ``to`` does the converting: :doc:`to_overloads`.
