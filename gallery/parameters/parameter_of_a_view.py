"""
A slice of a parameter is no parameter
======================================

Can I make one row of a weight a parameter of its own?

Not in a way that lasts. The slice itself is a plain tensor and is not
registered; wrapped in ``nn.Parameter`` it is accepted and shares the memory of
the weight, but only until the model is converted or copied.
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
# First the slice as it comes. It is a view with a ``grad_fn``, and an
# attribute like any other: no error, and no registration. The error comes
# later, when the model is copied: what is not a leaf cannot be.


class Rows(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(3, 4, device=device))
        self.slice = self.weight[0]
        self.wrapped = nn.Parameter(self.weight[0])


model = Rows()
listed = [name for name, _ in model.named_parameters()]
try:
    copy.deepcopy(model)
except RuntimeError as error:
    message = str(error)

print("listed", listed, "and slice has", model.slice.grad_fn.name())
print(message.partition(" at the moment")[0])
assert listed == ["weight", "wrapped"]
assert type(model.slice) is torch.Tensor
assert model.slice.grad_fn.name() == "SelectBackward0"
assert model.slice._is_view()
assert model.weight.shape == (3, 4)
assert model.slice.data_ptr() == model.weight.data_ptr()
assert message.startswith("Only Tensors created explicitly by the user")

# %%
# Next the wrapped slice. To autograd it is a new leaf and no view of anything;
# in memory it is still the weight's first row. What is written through one
# name can be read through the other.


def shared(module):
    """Whether both parameters lie in the same storage."""
    both = (module.weight, module.wrapped)
    one, other = (p.untyped_storage().data_ptr() for p in both)
    return one == other


model = Rows()
del model.slice
with torch.no_grad():
    model.wrapped.fill_(7.0)

print("weight[0]", model.weight[0].tolist(), "shared", shared(model))
assert model.wrapped.is_leaf and not model.wrapped._is_view()
assert shared(model)
assert model.weight[0].tolist() == [7.0, 7.0, 7.0, 7.0]
assert model.weight[1].tolist() == [0.0, 0.0, 0.0, 0.0]

# %%
# Two leaves have two gradients. A loss that uses the weight leaves the wrapped
# row without one, although its memory changes with every step.

model.weight.sum().backward()

print("weight has a grad:", model.weight.grad is not None, end=", ")
print("wrapped:", model.wrapped.grad)
assert model.weight.grad is not None
assert model.wrapped.grad is None

# %%
# And the memory is shared only for a while. A copy and a conversion treat each
# parameter alone, so each gets memory of its own; from then on the two go
# their own ways. ``to`` without a change of dtype or device moves nothing, and
# the sharing lasts.

copied = copy.deepcopy(model)
kept = shared(model.to(torch.float32))
converted = model.to(torch.bfloat16)
with torch.no_grad():
    converted.wrapped.fill_(9.0)
row = converted.weight[0].tolist()
together = {
    "as made": shared(Rows()),
    "to(float32)": kept,
    "deepcopy": shared(copied),
    "to(bfloat16)": shared(converted),
}

print("shared", together)
print("weight[0] after the conversion", row)
assert list(together.values()) == [True, True, False, False]
assert row == [7.0, 7.0, 7.0, 7.0]
assert converted.wrapped.tolist() == [9.0, 9.0, 9.0, 9.0]

# %%
# Each block of cells is one storage. Sharing is one block with two names;
# conversion makes two blocks of it.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A wrapped row shares the weight's memory until a conversion or copy",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def cells(left, bottom, rows, colours):
    """Draw a storage as rows of four cells."""
    for row in range(rows):
        for column in range(4):
            corner = (left + 0.06 * column, bottom + 0.15 * (rows - 1 - row))
            size = {"width": 0.06, "height": 0.15}
            look = {"fc": colours[row], "ec": GREY}
            ax.add_patch(plt.Rectangle(corner, **size, **look))


rest = ["none", "none"]
cells(0.17, 0.2, 3, [ORANGE, *rest])
ax.text(0.155, 0.35, "weight", color=GREY, ha="right", size=11)
ax.text(0.155, 0.55, "wrapped", color=GREY, ha="right", size=11)
ax.text(0.29, 0.05, "as made", color=GREY, ha="center", size=11)
cells(0.68, 0.2, 3, [GREEN, *rest])
cells(0.68, 0.75, 1, [ORANGE])
ax.text(0.665, 0.35, "weight", color=GREY, ha="right", size=11)
ax.text(0.665, 0.8, "wrapped", color=GREY, ha="right", size=11)
ax.text(0.80, 0.05, "to(bfloat16)", color=GREY, ha="center", size=11)
way = {"arrowstyle": "-|>", "color": GREY}
ax.annotate("", (0.56, 0.43), (0.46, 0.43), arrowprops=way)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: keep one parameter and slice it in ``forward``. What a parameter
# may be at all is in :doc:`parameter_must_be_leaf`.
