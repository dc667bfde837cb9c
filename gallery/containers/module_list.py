"""
ModuleList is a list that torch sees
====================================

How do I keep modules in a list and have them registered?

Use ``nn.ModuleList``. It is a module, so the assignment registers it; and it
registers its elements as its own children, under the names "0", "1" and so on.
"""
# sphinx_gallery_programs = {"Module 5": "child modelList with (0), (1)"}

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
        self.modelList = nn.ModuleList([Power(), Log()])

    def forward(self, x, q):
        power, log = self.modelList
        return log(power(x, q))


x = torch.tensor(5.0, device=device, requires_grad=True)
q = torch.tensor(3.0, device=device, requires_grad=True)
model = LogOfPower()
z = model(x, q)
z.backward()
paths = [path for path, _ in model.named_modules()]

print(f"z {z.item():.4f}, x.grad {x.grad.item():.4f}, ", end="")
print(f"q.grad {q.grad.item():.4f}")
print(model)
assert round(z.item(), 4) == 4.8283
assert round(x.grad.item(), 4) == 0.6000
assert round(q.grad.item(), 4) == 1.6094
assert [name for name, _ in model.named_children()] == ["modelList"]
assert paths == ["", "modelList", "modelList.0", "modelList.1"]
assert "(0): Power()\n    (1): Log()" in repr(model)

# %%
# One book is kept instead of two: whatever changes the list changes the
# registration. ``append`` and ``extend`` do as on a list, and return the
# ``ModuleList``; what is different about ``insert`` is in
# :doc:`editing_a_module_list`.

steps = nn.ModuleList([Power(), Log()])
steps[1] = nn.Softplus()
steps.append(nn.Linear(1, 1))

print(list(steps.state_dict()))
assert [type(step).__name__ for step in steps.children()] == [
    "Power",
    "Softplus",
    "Linear",
]
assert list(steps.state_dict()) == ["2.weight", "2.bias"]

# %%
# A ``ModuleList`` holds and does not compute: it has no ``forward``, because
# nothing says that its elements run one after the other. (``nn.Sequential``
# says so.)

try:
    model.modelList(x)
except NotImplementedError as error:
    message = str(error)

print(message)
assert message == (
    'Module [ModuleList] is missing the required "forward" function'
)

# %%
# Everything is drawn filled: torch sees the list and what it holds.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Torch sees the model, its ModuleList and both modules in it",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, *parents):
    """Draw a box, and lines to it from its parents."""
    style = {"boxstyle": "round,pad=0.5", "fc": GREEN, "ec": GREEN}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=13, color="white")
    for parent in parents:
        ends = {"patchA": parent.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-", "color": GREEN, **ends}
        ax.annotate("", at, parent.get_position(), arrowprops=way)
    return drawn


model_box = box("model", (0.12, 0.5))
list_box = box("modelList", (0.46, 0.5), model_box)
steps = model.modelList.named_children()
for (name, step), height in zip(steps, (0.8, 0.2), strict=True):
    box(f"{name}: {type(step).__name__}", (0.84, height), list_box)
plt.show()

# %%
# Remember: use ``ModuleList`` where you would write a list of modules. It
# registers its elements by position, and leaves the calling to you.
