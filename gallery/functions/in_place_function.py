"""
A function that changes its input must say so
=============================================

May the ``forward`` of my function change its input in place?

Yes, if it tells autograd with ``ctx.mark_dirty(x)`` and returns ``x``. Without
the mark the numbers change all the same, but the tensor's history does not,
and gradients through it are wrong.
"""

import os

import matplotlib.pyplot as plt
import torch
from torch.autograd import Function

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Two functions that double in place; one says so.


class Double(Function):
    @staticmethod
    def forward(ctx, x):
        x.mul_(2)
        ctx.mark_dirty(x)
        return x

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad


class Silent(Double):
    @staticmethod
    def forward(ctx, x):
        x.mul_(2)
        return x


# %%
# ``y`` is ``3 * w``, and each function makes ``6 * w`` of it. While gradients
# are on, the mark rewrites the history of ``y``: its ``grad_fn`` is now the
# function, and the result is ``y`` itself. Without it, ``y`` holds ``6 * w``
# and says that it is ``3 * w``.

w = torch.tensor([1.0, 2.0], device=device, requires_grad=True)
found = {}
for function in (Double, Silent):
    y = w * 3
    result = function.apply(y)
    (through_y,) = torch.autograd.grad(y.sum(), w, retain_graph=True)
    (through_result,) = torch.autograd.grad(result.sum(), w)
    found[function.__name__] = {
        "y": y.tolist(),
        "grad_fn": y.grad_fn.name(),
        "same": result is y,
        "through y": through_y.tolist(),
        "through result": through_result.tolist(),
    }

for name, facts in found.items():
    print(f"{name:7}", *facts.values())
assert found["Double"] == {
    "y": [6, 12],
    "grad_fn": "DoubleBackward",
    "same": True,
    "through y": [6, 6],
    "through result": [6, 6],
}
assert found["Silent"] == {
    "y": [6, 12],
    "grad_fn": "MulBackward0",
    "same": False,
    "through y": [3, 3],
    "through result": [6, 6],
}

# %%
# A leaf that requires a gradient cannot be rewritten: it would cease to be a
# leaf, and its gradient would have no place to go. Torch refuses it and views
# of it, except under ``no_grad`` or ``inference_mode``, but only after
# ``forward`` has run. By then the numbers are changed.

leaf = torch.tensor([1.0, 2.0], device=device, requires_grad=True)
try:
    Double.apply(leaf)
except RuntimeError as error:
    message = str(error)

print(message)
print("and the leaf is now", leaf.tolist())
assert message == (
    "a leaf Variable that requires grad has been used in an in-place "
    "operation."
)
assert leaf.tolist() == [2, 4] and leaf.is_leaf
with torch.no_grad():
    Double.apply(leaf)
assert leaf.tolist() == [4, 8] and leaf.is_leaf and leaf.requires_grad

# %%
# Both histories of ``y``. The numbers are the same.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "With mark_dirty the graph behind y is right, without it one step short",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))


def box(text, at, *sources, fill="none", edge="none", line="-"):
    """Draw a box, and arrows to it from its sources."""
    style = {"boxstyle": "round,pad=0.4", "fc": fill, "ec": edge, "ls": line}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=11, color=GREY if fill == "none" else "white")
    for source in sources:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": GREY, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


for height, (name, facts) in zip((0.72, 0.24), found.items(), strict=True):
    right = facts["through y"] == [6, 6]
    colour = GREEN if right else ORANGE
    last = box("w", (0.3, height), edge=GREY)
    last = box("* 3", (0.45, height), last, fill=GREEN)
    if facts["grad_fn"] != "MulBackward0":
        last = box(name, (0.62, height), last, fill=GREEN)
    value, slope = facts["y"][0], facts["through y"][0]
    box(f"y = {value:g}\nslope {slope:g}", (0.86, height), last, edge=colour)
    label = "marked" if right else "not marked"
    ax.text(0.03, height, label, color=GREY, va="center", size=12)
plt.show()

# %%
# Remember: change an input in place only with ``mark_dirty``, return it, and
# expect a refusal for leaves that require a gradient. How in-place changes are
# counted is shown in :doc:`../tensors/views_and_version`.
