"""
Modules nest
============

How does a module learn that another one is part of it?

By attribute assignment. ``self.powModel = Power()`` registers the child under
that name, and everything that walks a model follows the registered names.
"""
# sphinx_gallery_programs = {"Module 2": "children powModel, logModel"}

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
# One module for each step, and one that holds both as attributes.


class Power(nn.Module):
    def forward(self, x, q):
        return x**q


class Log(nn.Module):
    def forward(self, y):
        return torch.log(y)


class LogOfPower(nn.Module):
    def __init__(self):
        super().__init__()
        self.powModel = Power()
        self.logModel = Log()

    def forward(self, x, q):
        return self.logModel(self.powModel(x, q))


x = torch.tensor(5.0, device=device, requires_grad=True)
q = torch.tensor(3.0, device=device, requires_grad=True)
model = LogOfPower()
z = model(x, q)
z.backward()
children = [name for name, _ in model.named_children()]

print(f"z {z.item():.4f}, x.grad {x.grad.item():.4f}, ", end="")
print(f"q.grad {q.grad.item():.4f}")
print("children", ", ".join(children))
assert round(z.item(), 4) == 4.8283
assert round(x.grad.item(), 4) == 0.6000
assert round(q.grad.item(), 4) == 1.6094
assert children == ["powModel", "logModel"]

# %%
# The children are no ordinary attributes. ``Module.__setattr__`` puts a module
# into the dict ``_modules`` instead of the instance's ``__dict__``, and
# ``Module.__getattr__`` finds it there again.

assert "powModel" not in vars(model)
assert list(model._modules) == ["powModel", "logModel"]
assert model.powModel is model._modules["powModel"]

# %%
# A model can be a child in turn. ``named_children`` looks one level down,
# ``named_modules`` all the way, and a path of names leads to any module. That
# is how one ``eval()`` at the top reaches every module below.

outer = nn.Module()
outer.inner = model
paths = [path for path, _ in outer.named_modules()]
outer.eval()

print("paths", paths)
assert [name for name, _ in outer.named_children()] == ["inner"]
assert paths == ["", "inner", "inner.powModel", "inner.logModel"]
assert outer.get_submodule("inner.logModel") is model.logModel
assert not model.powModel.training and not model.logModel.training

# %%
# Each box below is a module, labelled with its path.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Boxes in boxes: outer holds inner, inner holds powModel and logModel",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def frame(label, left, bottom, width, height):
    size = {"width": width, "height": height}
    ax.add_patch(plt.Rectangle((left, bottom), ec=GREEN, fc="none", **size))
    ax.text(left + 0.02, bottom + height - 0.13, label, color=GREY, size=12)


frame("outer", 0.05, 0.04, 0.90, 0.94)
frame(paths[1], 0.10, 0.11, 0.80, 0.68)
for left, path in zip((0.15, 0.52), paths[2:], strict=True):
    ax.add_patch(plt.Rectangle((left, 0.2), 0.33, 0.34, fc=GREEN))
    place = {"ha": "center", "va": "center", "size": 12}
    ax.text(left + 0.165, 0.37, path, color="white", **place)
plt.show()

# %%
# Remember: assigning a module to an attribute is what registers it, and the
# attribute's name becomes a part of its path. The paths are also the prefixes
# of the keys in a ``state_dict``.
