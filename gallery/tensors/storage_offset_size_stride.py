"""
A tensor is a view on a storage
===============================

Where in memory is element ``[i, j]`` of my tensor?

The numbers of a strided tensor, which is the usual kind, lie in one row, the
storage. A tensor adds three things to it: an offset, a size and a stride for
each dimension. Element ``[i, j]`` is number ``offset + i * stride[0] + j *
stride[1]`` of that row.
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
# Twelve numbers, read as three rows of four. The storage itself knows neither
# rows nor numbers, only bytes: twelve times four of them.

x = torch.arange(12.0, device=device).reshape(3, 4)
storage = x.untyped_storage()

print(f"storage {storage.nbytes()} bytes, {x.element_size()} for a number")
print(f"x: offset {x.storage_offset()}, size {list(x.shape)}, ", end="")
print(f"stride {list(x.stride())}")
assert (storage.nbytes(), x.element_size()) == (48, 4)
assert (x.storage_offset(), x.shape, x.stride()) == (0, (3, 4), (4, 1))

# %%
# A stride says how many numbers to step over for the next index of its
# dimension: 4 to the next row, 1 to the next column. The rule needs nothing
# else. Here it is, checked on every element.


def position(tensor, *index):
    """Where in the storage an element lies, counted in numbers."""
    steps = zip(index, tensor.stride(), strict=True)
    return tensor.storage_offset() + sum(i * step for i, step in steps)


def positions(tensor):
    """The position of every element of a tensor of two dimensions."""
    rows, columns = map(range, tensor.shape)
    return [[position(tensor, i, j) for j in columns] for i in rows]


print("x[2, 1] lies at", position(x, 2, 1))
assert position(x, 2, 1) == 9
assert positions(x) == x.tolist()  # the numbers were chosen to say where

# %%
# Because the three are all there is, ``as_strided`` can build any tensor of
# this dtype from them, as long as no stride is negative. Offset 5 and size 2
# by 2 make the middle of ``x``: the same tensor as the slice. A stride of 0
# reads a row again and again, and a stride of 1 in both dimensions makes
# windows that overlap. All of them read the one storage.

middle = x.as_strided((2, 2), (4, 1), 5)
repeated = x.as_strided((3, 4), (0, 1), 0)
windows = x.as_strided((10, 3), (1, 1), 0)

print("middle", middle.tolist(), "windows", windows[:2].tolist(), "...")
assert torch.equal(middle, x[1:, 1:3])
assert middle.tolist() == [[5, 6], [9, 10]] == positions(middle)
assert repeated.tolist() == [[0, 1, 2, 3]] * 3
assert repeated.stride() == x[0].expand(3, 4).stride() == (0, 1)
assert torch.equal(windows, x.flatten().unfold(0, 3, 1))
for tensor in (middle, repeated, windows):
    assert tensor.untyped_storage().data_ptr() == storage.data_ptr()

# %%
# What lies outside the storage cannot be read. The last element that this
# tensor would need is number 13, so the storage would have to have 14 numbers.

try:
    x.as_strided((2, 2), (4, 1), 8)
except RuntimeError as error:
    message = str(error)

print("refused: needs", message.partition("size of ")[2])
assert message.endswith("size of 56 are out of bounds for storage of size 48")

# %%
# The storage, with the four numbers of ``middle`` filled. Orange: one step in
# each dimension.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Twelve numbers in a row; offset 5 and strides 4 and 1 pick out four",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))

left, cell = 0.08, 0.07


def centre(place):
    return left + (place + 0.5) * cell


chosen = [place for row in positions(middle) for place in row]
for place, number in enumerate(x.flatten().tolist()):
    inside = GREEN if place in chosen else "none"
    corner = (left + place * cell, 0.38)
    ax.add_patch(plt.Rectangle(corner, cell, 0.24, fc=inside, ec=GREY))
    label = ax.text(centre(place), 0.5, f"{number:g}", size=12)
    label.set(ha="center", va="center")
    label.set_color("white" if place in chosen else GREY)


def step(start, end, height, text, side):
    """An arrow from one number to another, over or under the row."""
    bend = {"arrowstyle": "-|>", "color": ORANGE, "shrinkA": 0, "shrinkB": 0}
    bend |= {"connectionstyle": f"arc3,rad={side * 0.35}"}
    ends = (centre(start), height), (centre(end), height)
    ax.annotate("", ends[1], ends[0], arrowprops=bend)
    middle_of = (centre(start) + centre(end)) / 2
    ax.text(middle_of, height - side * 0.24, text, color=GREY, ha="center")


step(chosen[0], chosen[2], 0.63, "stride 4", -1)
step(chosen[0], chosen[1], 0.37, "stride 1", 1)
bar = {"arrowstyle": "|-|,widthA=.3,widthB=.3", "color": ORANGE}
ends = {"shrinkA": 0, "shrinkB": 0}
ax.annotate("", (left + 5 * cell, 0.3), (left, 0.3), arrowprops=bar | ends)
ax.text(left + 2.5 * cell, 0.13, "offset 5", color=GREY, ha="center")
plt.show()

# %%
# Remember: storage, offset, size and stride decide what a tensor reads, and
# several tensors can read one storage. :doc:`transpose_moves_nothing` uses
# that; :doc:`views_and_version` shows how torch keeps track of it.
