"""
A plain list hides its modules
==============================

Why are my layers not in ``parameters()``?

Because they sit in a Python list. Registration happens when a module is
assigned to an attribute; a list is not a module, and nobody looks inside it.
The model computes as before, and what ``parameters()`` is handed to never
trains them.
"""
# sphinx_gallery_programs = {"Module 3": "z 4.8283; children []"}

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
# Two modules in a list. The value and the gradients are right, and that is
# what makes the mistake hard to notice; but the model has no children.


class Power(nn.Module):
    def forward(self, x, q):
        return x**q


class Log(nn.Module):
    def forward(self, y):
        return torch.log(y)


class LogOfPower(nn.Module):
    def __init__(self):
        super().__init__()
        self.steps = [Power(), Log()]

    def forward(self, x, q):
        power, log = self.steps
        return log(power(x, q))


x = torch.tensor(5.0, device=device, requires_grad=True)
q = torch.tensor(3.0, device=device, requires_grad=True)
model = LogOfPower()
z = model(x, q)
z.backward()
children = list(model.named_children())

print(f"z {z.item():.4f}, x.grad {x.grad.item():.4f}, ", end="")
print(f"q.grad {q.grad.item():.4f}")
print("children", children)
assert round(z.item(), 4) == 4.8283
assert round(x.grad.item(), 4) == 0.6000
assert round(q.grad.item(), 4) == 1.6094
assert children == []

# %%
# ``Module.__setattr__`` sorts the value for a new name by its type: parameter,
# module, buffer, anything else. The list is "anything else": an ordinary
# attribute.

assert "steps" in vars(model)
assert "steps" not in model._modules

# %%
# What it costs shows with layers that have weights. The optimizer finds
# nothing to train, and ``eval()`` does not arrive: a dropout in this list
# would stay switched on.


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(2, 2), nn.Linear(2, 1)]


network = Network().eval()
try:
    torch.optim.SGD(network.parameters(), lr=0.1)
except ValueError as error:
    message = str(error)

print(message)
print("training:", network.training, "in the list:", end=" ")
print([layer.training for layer in network.layers])
assert message == "optimizer got an empty parameter list"
assert network.training is False
assert [layer.training for layer in network.layers] == [True, True]

# %%
# What torch sees is drawn filled. The dashed part exists, and torch has no way
# to it.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Torch sees the model (filled), not its list or what is in it (dashed)",
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
    drawn.set(size=13, color="white" if seen else GREY)
    for parent in parents:
        ends = {"patchA": parent.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-", **line, **ends}
        ax.annotate("", at, parent.get_position(), arrowprops=way)
    return drawn


model_box = box("model", (0.12, 0.5))
list_box = box("steps: list", (0.46, 0.5), model_box, seen=False)
for step, height in zip(model.steps, (0.8, 0.2), strict=True):
    box(type(step).__name__, (0.84, height), list_box, seen=False)
plt.show()

# %%
# Remember: a plain list computes but registers nothing. :doc:`module_list`
# holds modules in a list that torch sees.
