"""
A plain dict hides its modules
==============================

Why is my layer not saved, and not moved by ``.to()``?

Because it sits in a Python dict. To torch a dict of modules is an ordinary
attribute, as a list is: every method that walks the model passes it by.
"""
# sphinx_gallery_programs = {"Module 6": "z 4.8283; children []"}

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
# Two modules under two keys. The keys look like names of children, and are
# none.


class Power(nn.Module):
    def forward(self, x, q):
        return x**q


class Log(nn.Module):
    def forward(self, y):
        return torch.log(y)


class LogOfPower(nn.Module):
    def __init__(self):
        super().__init__()
        self.steps = {"powModel": Power(), "logModel": Log()}

    def forward(self, x, q):
        return self.steps["logModel"](self.steps["powModel"](x, q))


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
# What it costs: of these two layers one is an attribute, the other sits in a
# dict. Converting the model leaves the second one behind in ``float32``, and a
# checkpoint does not contain it. Saving raises no error; the loss shows only
# when the file is loaded again and the layer has fresh random weights.


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.seen = nn.Linear(2, 1)
        self.heads = {"unseen": nn.Linear(2, 1)}


heads = Heads().to(torch.bfloat16)
dtypes = heads.seen.weight.dtype, heads.heads["unseen"].weight.dtype

print("dtypes", *dtypes)
print("saved", list(heads.state_dict()))
assert dtypes == (torch.bfloat16, torch.float32)
assert list(heads.state_dict()) == ["seen.weight", "seen.bias"]

# %%
# What torch sees is drawn filled. The dashed part exists, and torch has no way
# to it.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Torch sees the model (filled), not its dict or what is in it (dashed)",
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
dict_box = box("steps: dict", (0.46, 0.5), model_box, seen=False)
for key, height in zip(model.steps, (0.8, 0.2), strict=True):
    box(f'"{key}"', (0.84, height), dict_box, seen=False)
plt.show()

# %%
# Remember: a plain dict computes but registers nothing. :doc:`module_dict`
# holds modules under keys that torch sees.
