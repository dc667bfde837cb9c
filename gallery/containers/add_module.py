"""
add_module registers by hand
============================

My modules are made in a loop and live in a list. Can I still register them?

Yes: give each one to ``add_module`` with a name. Model and list then hold the
same objects, but in two places that nothing keeps in step.
"""
# sphinx_gallery_programs = {"Module 4": "children powModel, logModel"}

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
# The list drives the computation, ``add_module`` does the registering. Its
# gain over an assignment is that the name is a value: it can be computed.


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
        for kind, step in zip(("pow", "log"), self.steps, strict=True):
            self.add_module(f"{kind}Model", step)

    def forward(self, x, q):
        power, log = self.steps
        return log(power(x, q))


x = torch.tensor(5.0, device=device, requires_grad=True)
q = torch.tensor(3.0, device=device, requires_grad=True)
model = LogOfPower()
z = model(x, q)
z.backward()
children = dict(model.named_children())

print(f"z {z.item():.4f}, x.grad {x.grad.item():.4f}, ", end="")
print(f"q.grad {q.grad.item():.4f}")
print("children", ", ".join(children))
assert round(z.item(), 4) == 4.8283
assert round(x.grad.item(), 4) == 0.6000
assert round(q.grad.item(), 4) == 1.6094
assert list(children) == ["powModel", "logModel"]
assert model.powModel is model.steps[0] and model.logModel is model.steps[1]

# %%
# Not every string is a name. Dots separate the names in a path, so a name may
# not contain one (nor be empty); and an attribute that exists is not covered
# up. A module under that name is replaced, though, without a word.

refused = {}
for name in ("pow.Model", "steps"):
    try:
        model.add_module(name, Power())
    except KeyError as error:
        refused[name] = error.args[0]

print(*refused.values(), sep="\n")
assert refused == {
    "pow.Model": 'module name can\'t contain ".", got: pow.Model',
    "steps": "attribute 'steps' already exists",
}
other = nn.Module()
other.add_module("log", Log())
other.add_module("log", nn.Softplus())
assert type(other.log) is nn.Softplus

# %%
# Two books are kept, and they can disagree. Replace a step in the list, and
# the model computes with the new one while torch still trains, moves and saves
# the old one.

old, model.steps[1] = model.steps[1], nn.Softplus()

print("runs", model.steps[1], "but registered is", model.logModel)
assert model.logModel is old
assert model.steps[1] not in list(model.modules())

# %%
# Before the replacement, each module is reached twice: through the list, which
# torch does not see (dashed), and through its registered name.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Each module is reached by its name (solid) and by the list (dashed)",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, *ways, seen=True):
    """Draw a box, and lines to it: (parent, whether torch sees the way)."""
    line = {"ls": "-" if seen else "--", "ec": GREEN if seen else GREY}
    style = {"boxstyle": "round,pad=0.5", "fc": GREEN if seen else "none"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style | line)
    drawn.set(size=13, color="white" if seen else GREY)
    for parent, known in ways:
        ends = {"patchA": parent.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        line = {"ls": "-" if known else "--", "ec": GREEN if known else GREY}
        way = {"arrowstyle": "-", **line, **ends}
        ax.annotate("", at, parent.get_position(), arrowprops=way)
    return drawn


model_box = box("model", (0.12, 0.5))
list_box = box("steps: list", (0.46, 0.5), (model_box, False), seen=False)
for name, height in zip(children, (0.85, 0.15), strict=True):
    box(name, (0.84, height), (model_box, True), (list_box, False))
plt.show()

# %%
# Remember: ``add_module(name, module)`` registers as an assignment does, under
# a name made at run time, and refuses a name that anything but a module has.
# Where a list is the natural form, :doc:`module_list` keeps list and
# registration in one.
