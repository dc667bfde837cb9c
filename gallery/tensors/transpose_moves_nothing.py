"""
Transposing moves nothing
=========================

What does it cost to transpose or to slice a large tensor?

Next to nothing, whatever its size: the result reads the same storage with
another offset, size and stride. What no strides can describe is copied, and
what is picked by a list or a tensor of indices is always.
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
# Five ways to look at twelve numbers. Size, stride and offset differ, the
# storage is the same.

x = torch.arange(12.0, device=device).reshape(3, 4)
looks = {
    "x": x,
    "x.T": x.T,
    "x[:, 1:3]": x[:, 1:3],
    "x[::2]": x[::2],
    "x.diagonal()": x.diagonal(),
}


def same_storage(one, other):
    """Whether two tensors read the same storage."""
    return (
        one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()
    )


print(f"{'':14}{'size':8}{'stride':8}offset")
for name, look in looks.items():
    size, stride = list(look.shape), list(look.stride())
    print(f"{name:14}{size!s:8}{stride!s:8}{look.storage_offset()}")
    assert same_storage(look, x)

assert [look.storage_offset() for look in looks.values()] == [0, 0, 1, 0, 0]
assert [look.stride() for look in looks.values()] == [
    (4, 1),
    (1, 4),  # the two strides have changed places
    (4, 1),  # a slice keeps them, and moves the offset
    (8, 1),  # every other row: twice as far to the next
    (5,),
]
assert [list(look.shape) for look in looks.values()] == [
    [3, 4],
    [4, 3],
    [3, 2],
    [2, 4],
    [3],
]

# %%
# One storage means one set of numbers. Write through one of them, and all that
# read this place have changed.

x.T[3, 0] = -1.0

print("x[0, 3] is now", x[0, 3].item())
assert x[0, 3].item() == -1.0 == x[::2][0, 3].item()

# %%
# Some results no strides can describe. Read column by column, ``x`` is 0, 4,
# 8, 1 ...: two steps of 4, then 7 back. ``view`` promises not to copy, so it
# refuses; ``reshape`` copies when it must, and so does ``contiguous``.

try:
    x.T.view(12)
except RuntimeError as error:
    message = str(error)

columns = x.T.reshape(12)
ordered = x.T.contiguous()

print(message.partition(" (")[0])
print("x.T.reshape(12) copied:", not same_storage(columns, x))
assert message.startswith(
    "view size is not compatible with input tensor's size and stride"
)
assert columns[:5].tolist() == [0, 4, 8, 1, 5]
assert not same_storage(columns, x)
assert same_storage(x.reshape(12), x)  # rows are in order: no copy
assert ordered.stride() == (3, 1) and not same_storage(ordered, x)
assert not same_storage(x[[0, 2]], x)  # strides could, as in x[::2]
assert not x.T.is_contiguous() and x.T.contiguous().is_contiguous()

# %%
# The storage three times, with the numbers that the first row of each tensor
# reads. The arrows are steps of its last stride.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Three tensors step through the same storage in strides of their own",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))

cell = 0.055
for name, top in (("x", 0.72), ("x.T", 0.41), ("x[:, 1:3]", 0.1)):
    look = looks[name]
    read = [
        look.storage_offset() + j * look.stride()[1]
        for j in range(look.shape[1])
    ]
    ax.text(0.27, top + 0.06, f"{name}[0]", color=GREY, ha="right")
    for place in range(12):
        inside = GREEN if place in read else "none"
        corner = (0.3 + place * cell, top)
        ax.add_patch(plt.Rectangle(corner, cell, 0.16, fc=inside, ec=GREY))
    for start, end in zip(read, read[1:], strict=False):
        ends = [(0.3 + (at + 0.5) * cell, top + 0.16) for at in (start, end)]
        bend = {"arrowstyle": "-|>", "color": ORANGE}
        bend |= {"connectionstyle": "arc3,rad=-0.4", "shrinkA": 0}
        ax.annotate("", ends[1], ends[0], arrowprops=bend | {"shrinkB": 0})
plt.show()

# %%
# Remember: transposing, slicing and most reshaping make a new reading of the
# old numbers. It costs no copy, and a write through it is a write to all. What
# the three numbers mean is in :doc:`storage_offset_size_stride`.
