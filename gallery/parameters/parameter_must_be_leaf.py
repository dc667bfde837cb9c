"""
A parameter must be a leaf
==========================

May a parameter be computed from other parameters?

No. A parameter is where gradients end and where the optimizer writes, so it
has to be a leaf of the graph. A tensor with a ``grad_fn`` is the result of an
operation: it is refused, and its place is in ``forward``.
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
# Operations on a ``Parameter`` give plain tensors; only one that has nothing
# to do, as ``float`` here, gives the parameter back. So the usual mistake
# meets the check of the type first: the result is no ``Parameter`` any more.

scale = nn.Parameter(torch.tensor(2.0, device=device))
doubled = scale * 2
model = nn.Module()
try:
    model.register_parameter("doubled", doubled)
except TypeError as error:
    by_type = str(error)

print(type(doubled).__name__, doubled.grad_fn.name())
assert type(doubled) is torch.Tensor and doubled.item() == 4.0
assert scale.float() is scale
assert doubled.grad_fn.name() == "MulBackward0"
assert "object to parameter 'doubled' (torch.nn.Parameter or" in by_type

# %%
# Wrapping the result does not help, though it is accepted. ``nn.Parameter``
# takes the value and starts a new leaf, cut off from the tensor that it came
# from: the gradient ends here, and ``scale`` gets none.

model.wrapped = nn.Parameter(scale * 2)
(model.wrapped * 3).backward()

print("wrapped grad", model.wrapped.grad.item(), "scale grad", scale.grad)
assert model.wrapped.is_leaf and model.wrapped.grad_fn is None
assert model.wrapped.item() == 4.0
assert model.wrapped.grad.item() == 3.0
assert scale.grad is None

# %%
# A ``Parameter`` with a ``grad_fn`` takes some effort: freeze it, then change
# it in place with a tensor that requires a gradient. It keeps its type and is
# a leaf no longer. This is the one that the second check refuses, in the words
# that also name the cure.

grown = nn.Parameter(torch.tensor(1.0, device=device), requires_grad=False)
grown.mul_(scale)
refused = []
for register in (setattr, nn.Module.register_parameter):
    try:
        register(model, "grown", grown)
    except ValueError as error:
        refused.append(str(error))

print("grown:", type(grown).__name__, grown.grad_fn.name())
for sentence in refused[0].split(". "):
    print("   ", sentence)
assert isinstance(grown, nn.Parameter) and not grown.is_leaf
assert grown.grad_fn.name() == "MulBackward0" and grown.item() == 2.0
assert refused[0] == refused[1]  # an assignment asks register_parameter
assert refused[0].startswith("Cannot assign non-leaf Tensor to parameter")
assert refused[0].endswith("compute the value in the forward() method.")
assert [name for name, _ in model.named_parameters()] == ["wrapped"]

# %%
# The cure: own the leaf, and compute in ``forward``, afresh in every call.


class Doubled(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, x):
        return x * (self.scale * 2)


cured = Doubled().to(device)
y = cured(torch.tensor(3.0, device=device))
y.backward()

print("cured:", y.item(), "scale grad", cured.scale.grad.item())
assert y.item() == 12.0
assert cured.scale.grad.item() == 6.0

# %%
# Filled: what can be a parameter. The backward pass runs from the right to the
# left; wrapping cuts it.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Only a leaf (filled) is a parameter; wrapping a result cuts the graph",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, source=None, leaf=False, cut=False):
    """Draw a box, and a line to it from its source."""
    style = {"boxstyle": "round,pad=0.5", "ec": GREEN, "ls": "-"}
    style |= {"fc": GREEN if leaf else "none"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=11, color="white" if leaf else GREY)
    if source:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        line = {"ls": ":", "color": ORANGE} if cut else {"color": GREEN}
        way = {"arrowstyle": "-", "lw": 1.5, **line, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


scale_box = box("scale", (0.09, 0.72), leaf=scale.is_leaf)
result = box("scale * 2", (0.35, 0.72), scale_box, leaf=doubled.is_leaf)
box("used in forward", (0.76, 0.72), result)
scale_box = box("scale", (0.09, 0.22), leaf=scale.is_leaf)
result = box("scale * 2", (0.35, 0.22), scale_box, leaf=doubled.is_leaf)
leaf = model.wrapped.is_leaf
box("nn.Parameter(scale * 2)", (0.76, 0.22), result, leaf=leaf, cut=leaf)
plt.show()

# %%
# Remember: register what is trained, and compute the rest in ``forward``. A
# slice is a special kind of result: :doc:`parameter_of_a_view`.
