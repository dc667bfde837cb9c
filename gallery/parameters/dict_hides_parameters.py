"""
A plain dict hides its parameters
=================================

My parameter gets a gradient. Why does it never change?

Because it sits in a Python dict, and the optimizer was given
``model.parameters()``. The gradient comes from the graph, which knows every
tensor used; the list of parameters comes from the module, which knows only
what was registered.
"""
# sphinx_gallery_programs = {"Parameter 2": "only logModel.logParam listed"}

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
# One parameter in a dict, one as an attribute. The hidden one has to be made
# on the right device, because ``.to(device)`` will not find it either.


class Power(nn.Module):
    def __init__(self):
        super().__init__()
        start = torch.tensor(1.0, device=device)
        self.numbers = {"powParam": nn.Parameter(start)}

    def forward(self, x, q):
        return self.numbers["powParam"] * x**q


class Log(nn.Module):
    def __init__(self):
        super().__init__()
        self.logParam = nn.Parameter(torch.tensor(1.0))

    def forward(self, y):
        return self.logParam * torch.log(y)


class LogOfPower(nn.Module):
    def __init__(self):
        super().__init__()
        self.powModel = Power()
        self.logModel = Log()

    def forward(self, x, q):
        return self.logModel(self.powModel(x, q))


x = torch.tensor(5.0, device=device)
q = torch.tensor(3.0, device=device)
model = LogOfPower().to(device)
z = model(x, q)
listed = [name for name, _ in model.named_parameters()]

print(f"z {z.item():.4f}, listed", listed)
assert round(z.item(), 4) == 4.8283
assert listed == ["logModel.logParam"]
assert list(model.state_dict()) == ["logModel.logParam"]

# %%
# One step of an optimizer towards ``z = 10``. Both parameters have a gradient
# afterwards; the step changes one.

hidden = model.powModel.numbers["powParam"]
seen = model.logModel.logParam
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
(z - 10).square().backward()
grads = [round(p.grad.item(), 4) for p in (hidden, seen)]
optimizer.step()
after = [round(p.item(), 4) for p in (hidden, seen)]

print("grads", *grads, "then powParam", after[0], "logParam", after[1])
assert grads == [-10.3434, -49.941]
assert after == [1.0, 1.4994]

# %%
# Clearing gradients goes by the same list. So the hidden gradient stays, and
# the next backward pass adds to it: were the parameter given to an optimizer
# now, a step before the next clearing would use the sum of all gradients so
# far.

optimizer.zero_grad()
kept = hidden.grad.item()
(model(x, q) - 10).square().backward()

print(f"hidden grad {kept:.4f}, after one more backward", end=" ")
print(f"{hidden.grad.item():.4f} (logParam {seen.grad.item():.4f})")
assert round(kept, 4) == -10.3434
assert round(hidden.grad.item(), 4) == -18.6212
assert round(seen.grad.item(), 4) == -26.6559  # this pass alone

# %%
# What torch sees is drawn filled; the dashed part exists, and computes.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Torch sees logParam (filled); the dict hides powParam (dashed)",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, *parents, seen=True):
    """Draw a box, and lines to it from its parents."""
    line = {"ls": "-" if seen else "--", "ec": GREEN if seen else GREY}
    style = {"boxstyle": "round,pad=0.5", "fc": GREEN if seen else "none"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style | line)
    drawn.set(size=11, color="white" if seen else GREY)
    for parent in parents:
        ends = {"patchA": parent.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-", **line, **ends}
        ax.annotate("", at, parent.get_position(), arrowprops=way)
    return drawn


model_box = box("model", (0.08, 0.5))
pow_box = box("powModel", (0.32, 0.78), model_box)
log_box = box("logModel", (0.32, 0.22), model_box)
dict_box = box("numbers: dict", (0.59, 0.78), pow_box, seen=False)
box('"powParam"', (0.87, 0.78), dict_box, seen=False)
box("logParam", (0.87, 0.22), log_box)
plt.show()

# %%
# Remember: autograd and the optimizer learn of a parameter in two ways, and a
# container can hide it from one of them. :doc:`parameter_list` and
# :doc:`parameter_dict` hide nothing, and :doc:`register_parameter` registers
# by hand.
