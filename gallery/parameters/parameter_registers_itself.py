"""
A Parameter registers itself
============================

How does a tensor become something that my module trains?

Wrap it in ``nn.Parameter`` and assign it to an attribute. The module then
lists it, and it asks for a gradient without being told to.
"""
# sphinx_gallery_programs = {"Parameter 1": "powParam data 1.0 grad 1.0; logParam data 1.0 grad 4.828313827514648; z MulBackward0"}

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
# Each step multiplies by a number of its own. Nothing is declared beyond the
# assignment in ``__init__``.


class Power(nn.Module):
    def __init__(self):
        super().__init__()
        self.powParam = nn.Parameter(torch.tensor(1.0))

    def forward(self, x, q):
        return self.powParam * x**q


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
z.backward()
found = dict(model.named_parameters())

print(f"z {z.item():.4f}, {type(z.grad_fn).__name__}")
for name, parameter in found.items():
    print(name, "data", parameter.item(), "grad", parameter.grad.item())
assert round(z.item(), 4) == 4.8283
assert type(z.grad_fn).__name__ == "MulBackward0"
assert list(found) == ["powModel.powParam", "logModel.logParam"]
assert [p.item() for p in found.values()] == [1.0, 1.0]
assert round(found["powModel.powParam"].grad.item(), 4) == 1.0  # 1 / powParam
assert round(found["logModel.logParam"].grad.item(), 4) == 4.8283  # log(125)

# %%
# The type decides, and only the type, as ``isinstance`` sees it. A tensor that
# requires a gradient gets one, but the module does not list it, so no
# optimizer will change it. ``Module.__setattr__`` asks whether the value is a
# ``Parameter`` before it asks anything else.


class Candidates(nn.Module):
    def __init__(self):
        super().__init__()
        self.tensor = torch.tensor(2.0, requires_grad=True)
        self.parameter = nn.Parameter(torch.tensor(1.0))
        self.frozen = nn.Parameter(torch.tensor(3.0), requires_grad=False)


candidates = Candidates()
listed = {name: p.requires_grad for name, p in candidates.named_parameters()}

print("listed, and requires_grad:", listed)
assert isinstance(candidates.parameter, torch.Tensor)
assert candidates.tensor.requires_grad
assert listed == {"parameter": True, "frozen": False}

# %%
# A frozen parameter is still a parameter: it is saved, moved and listed, and
# the backward pass leaves it alone. The two questions "does the module own
# it?" and "does it get a gradient?" have separate answers.

(candidates.parameter * candidates.frozen * candidates.tensor).backward()

print("grad:", candidates.parameter.grad, candidates.frozen.grad)
assert candidates.parameter.grad.item() == 6.0  # 3 * 2
assert candidates.tensor.grad.item() == 3.0
assert candidates.frozen.grad is None
assert list(candidates.state_dict()) == ["parameter", "frozen"]

# %%
# The computation from left to right; below each parameter its gradient.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Each module owns one parameter, and each parameter gets a gradient",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, *sources, fill="none"):
    """Draw a box, and arrows to it from its sources."""
    style = {"boxstyle": "round,pad=0.4", "fc": fill, "ec": "none"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=12, color=GREY if fill == "none" else "white")
    for source in sources:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": GREY, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


before = box("x**q", (0.08, 0.8))
for place, (name, parameter) in zip((0.27, 0.63), found.items(), strict=True):
    short = name.split(".")[1]
    label = f"{short} = {parameter.item():g}"
    owned = box(label, (place, 0.42), fill=GREEN)
    grad = f"grad {parameter.grad.item():.4f}"
    box(grad, (place, 0.13), fill=ORANGE)
    if short == "logParam":
        before = box("log", (0.45, 0.8), before)
    before = box("×", (place, 0.8), before, owned)
box(f"z = {z.item():.4f}", (0.87, 0.8), before)
plt.show()

# %%
# Remember: ``nn.Parameter`` plus an attribute is a registration. A tensor with
# ``requires_grad=True`` is none. The attribute has to be the module's own:
# :doc:`dict_hides_parameters` shows a parameter that torch does not find.
