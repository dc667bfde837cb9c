"""
ModuleDict keeps the order of insertion
=======================================

How do I keep modules under names and have them registered, and in which order
do they come back?

Use ``nn.ModuleDict``. Its keys are the names of its children, and the children
come in the order in which their keys were first put in.
"""
# sphinx_gallery_programs = {"Module 7": "child modelDict: powModel, logModel"}

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
# Only the type of the container differs from the version that hides them.


class Power(nn.Module):
    def forward(self, x, q):
        return x**q


class Log(nn.Module):
    def forward(self, y):
        return torch.log(y)


class LogOfPower(nn.Module):
    def __init__(self):
        super().__init__()
        self.modelDict = nn.ModuleDict(
            {"powModel": Power(), "logModel": Log()}
        )

    def forward(self, x, q):
        return self.modelDict["logModel"](self.modelDict["powModel"](x, q))


x = torch.tensor(5.0, device=device, requires_grad=True)
q = torch.tensor(3.0, device=device, requires_grad=True)
model = LogOfPower()
z = model(x, q)
z.backward()
children = [name for name, _ in model.named_children()]
keys = list(model.modelDict)

print(f"z {z.item():.4f}, x.grad {x.grad.item():.4f}, ", end="")
print(f"q.grad {q.grad.item():.4f}")
print(f"child {', '.join(children)}: {', '.join(keys)}")
assert round(z.item(), 4) == 4.8283
assert round(x.grad.item(), 4) == 0.6000
assert round(q.grad.item(), 4) == 1.6094
assert children == ["modelDict"]
assert [name for name, _ in model.modelDict.named_children()] == keys

# %%
# The order matters whenever a loop runs over the modules. Before torch 1.7 a
# plain dict handed to ``ModuleDict`` was sorted by its keys, from the time
# when a dict did not promise an order of its own: ``logModel`` came first, and
# a loop would have taken the logarithm before the power.

print("sorted it would be", ", ".join(sorted(keys)))
assert keys == ["powModel", "logModel"]
assert sorted(keys) == ["logModel", "powModel"]

# %%
# A key becomes the name of a child, and so shares its space with the
# attributes of ``ModuleDict`` itself. Names of its methods are taken.

try:
    model.modelDict["pop"] = nn.MaxPool2d(2)
except KeyError as error:
    message = error.args[0]

print(message)
assert message == "attribute 'pop' already exists"
assert list(model.modelDict) == keys

# %%
# The same dict, handed to ``ModuleDict`` today and before torch 1.7.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A dict in a ModuleDict: insertion order now, sorted keys before 1.7",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def column(left, heading, names):
    """Draw names under a heading."""
    ax.text(left, 0.86, heading, color=GREY, ha="center", size=12)
    for height, name in zip((0.57, 0.17), names, strict=True):
        colour = GREEN if name == "powModel" else GREY
        style = {"boxstyle": "round,pad=0.5", "fc": colour, "ec": "none"}
        place = {"ha": "center", "va": "center", "size": 12}
        ax.text(left, height, name, color="white", bbox=style, **place)


column(0.15, "put in", ["powModel", "logModel"])
column(0.50, "now", keys)
column(0.85, "before 1.7", sorted(keys))
ax.plot((0.15, 0.50, 0.85), (0.57, 0.57, 0.17), color=GREEN, zorder=1)
ax.plot((0.15, 0.50, 0.85), (0.17, 0.17, 0.57), color=GREY, zorder=1)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: use ``ModuleDict`` where you would write a dict of modules. Keys
# are strings, not empty and without a dot, that are free as attribute names,
# and their order is yours.
