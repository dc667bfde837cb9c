"""
Only leaves keep a gradient
===========================

``requires_grad`` is true, ``backward`` ran, and ``.grad`` is ``None``. Why?

Because the tensor was computed. ``backward`` stores gradients where the graph
ends, at its leaves: the tensors that no recorded operation has made.
"""

import os
import warnings

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A leaf is a tensor without a ``grad_fn``. Whatever does not require a
# gradient has none and counts as a leaf too; the leaves that matter are those
# that require one.

w = torch.ones(2, device=device, requires_grad=True)
frozen = torch.ones(2, device=device)
tensors = {
    "torch.ones(2)": frozen,
    "torch.ones(2, requires_grad=True)": w,
    "nn.Parameter(torch.ones(2))": nn.Parameter(frozen),
    "w * 2": w * 2,
    "w[:1]": w[:1],
    "w.to(torch.float16)": w.to(torch.float16),
    "w.detach()": w.detach(),
}

print(f"{'':36}is_leaf  requires_grad")
for made, tensor in tensors.items():
    print(f"{made:36}{tensor.is_leaf!s:9}{tensor.requires_grad}")
    assert tensor.is_leaf == (tensor.grad_fn is None)
assert tensors["w * 2"].tolist() == [2, 2] and len(tensors["w[:1]"]) == 1
kinds = [(t.is_leaf, t.requires_grad) for t in tensors.values()]
assert kinds == [
    (True, False),
    (True, True),
    (True, True),
    (False, True),
    (False, True),
    (False, True),
    (True, False),
]

# %%
# The last but one is a classic. ``torch.ones(2, requires_grad=True)`` is a
# leaf, but ``.to(...)`` is an operation, where it has something to change, and
# the tensor with the name is its result: no leaf, no gradient. First convert,
# then ask for the gradient.


def read_grad(computed):
    """What ``.grad`` of a tensor holds, and the warnings on reading it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gradient = computed.grad
    return gradient, [str(warning.message) for warning in caught]


lost = torch.ones(2, device=device, requires_grad=True).to(torch.float16)
found = torch.ones(2, device=device).to(torch.float16).requires_grad_()
(lost.sum() + found.sum()).backward()

assert read_grad(lost)[0] is None
assert found.grad.tolist() == [1, 1]
assert not lost.is_leaf and found.is_leaf
assert w.to(torch.float32) is w  # nothing to change

# %%
# Reading ``.grad`` of a computed tensor gives ``None`` and a warning that says
# why. Ask for it beforehand with ``retain_grad``, and it is kept.

y = w * 2
z = y * 3
z.retain_grad()
z.sum().backward()
of_y, (said,) = read_grad(y)

print("y.grad", of_y, " z.grad", z.grad.tolist(), " w.grad", w.grad.tolist())
print("warned:", said.partition(". ")[0])
assert of_y is None
assert z.grad.tolist() == [1, 1] and w.grad.tolist() == [6, 6]
assert said.startswith("The .grad attribute of a Tensor that is not a leaf")

# %%
# Being a leaf that requires a gradient has a price: its numbers must not be
# changed under autograd's eyes, since the change would be an operation and the
# leaf its result. That is why optimizers change parameters under ``no_grad``.
# The flag, in turn, can be changed on leaves only.

refused = []
for attempt in (lambda: w.add_(1), lambda: y.requires_grad_(False)):
    try:
        attempt()
    except RuntimeError as error:
        refused.append(str(error).partition(". ")[0])
with torch.no_grad():
    w.add_(1)

print(*refused, sep="\n")
assert refused == [
    "a leaf Variable that requires grad is being used in an in-place "
    "operation.",
    "you can only change requires_grad flags of leaf variables",
]
assert w.is_leaf and w.tolist() == [2, 2] and frozen.tolist() == [1, 1]

# %%
# The graph of ``z``. Filled are the tensors that have a gradient afterwards:
# the leaf, and the one that was asked to retain it.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "The leaf w gets a gradient, z retains its own, y in between has none",
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


w_box = box("w", (0.12, 0.6), fill=GREEN)
y_box = box("y = w * 2", (0.43, 0.6), w_box, edge=GREY, line="--")
z_box = box("z = y * 3", (0.8, 0.6), y_box, fill=ORANGE)
for place, text in (
    (0.12, f"leaf\ngrad {w.grad[0].item():g}"),
    (0.43, f"computed\ngrad {of_y}"),
    (0.8, f"retain_grad()\ngrad {z.grad[0].item():g}"),
):
    ax.text(place, 0.2, text, color=GREY, ha="center", size=11)
plt.show()

# %%
# Remember: gradients arrive at leaves that require them. If ``.grad`` is
# ``None``, look at ``is_leaf`` first. To make a leaf out of a computed tensor,
# cut it off: :doc:`detach`.
