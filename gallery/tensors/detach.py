"""
detach cuts the history, not the storage
========================================

How do I use a value without sending gradients through it, and may I change it
then?

``detach`` gives the same numbers without the history. It does not copy: what
you write into the detached tensor is written into the original. If you want to
change it, take ``detach().clone()``.
"""

import os

import matplotlib.pyplot as plt
import torch

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Three ways to take a value further. They differ in two things: whether the
# graph goes on, and whether the numbers are shared.

x = torch.tensor([2.0, 3.0], device=device, requires_grad=True)
y = x * x
ways = {
    "y.detach()": y.detach(),
    "y.clone()": y.clone(),
    "y.detach().clone()": y.detach().clone(),
}


def shares(one, other):
    """Whether two tensors read the same storage."""
    return (
        one.untyped_storage().data_ptr() == other.untyped_storage().data_ptr()
    )


print(f"{'':20}history  shares numbers")
for way, tensor in ways.items():
    history = tensor.grad_fn is not None
    print(f"{way:20}{history!s:9}{shares(tensor, y)}")
    assert torch.equal(tensor, y)
assert y.tolist() == [4, 9]
facts = [(t.requires_grad, shares(t, y)) for t in ways.values()]
assert facts == [(False, True), (True, False), (False, False)]

# %%
# Once detached, a tensor is a constant to autograd. The derivative of ``x *
# x`` is ``2 * x``; with one factor detached, that factor is a number, and the
# derivative is the number.

(free,) = torch.autograd.grad((x * x).sum(), x)
(stopped,) = torch.autograd.grad((x * x.detach()).sum(), x)

print("x * x", free.tolist(), " x * x.detach()", stopped.tolist())
assert free.tolist() == [4, 6]
assert stopped.tolist() == [2, 3]

# %%
# Shared numbers are shared both ways. The write below reaches ``y``, and since
# a detached tensor shares the version counter too, backward notices when it
# needed the old numbers. (The derivative of ``exp`` is computed from its
# result.)

y = x.exp()
cut = y.detach()
cut.zero_()
try:
    y.sum().backward()
except RuntimeError as error:
    message = str(error)

print("y after cut.zero_()", y.tolist(), " version", y._version)
print(message[message.index("which is") : message.index(". Hint")])
assert y.tolist() == [0, 0]
assert y._version == cut._version == 1
assert "is at version 1; expected version 0 instead" in message

# %%
# The copy can be changed without consequences.

y = x.exp()
own = y.detach().clone()
own.zero_()
y.sum().backward()

print("with a clone, x.grad", [round(g, 4) for g in x.grad.tolist()])
assert [round(g, 4) for g in x.grad.tolist()] == [7.3891, 20.0855]
assert own.tolist() == [0, 0] and y._version == 0

# %%
# The three as found above: an arrow where gradients can return, a common
# storage where the numbers are shared.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "detach keeps the numbers, clone keeps the history, both keep neither",
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


y_box = box("y", (0.08, 0.52), fill=GREEN)
heights = (0.86, 0.52, 0.18)
drawn = zip(heights, ways, facts, strict=True)
for height, way, (history, shared) in drawn:
    colour = GREEN if shared else ORANGE
    arrow = (y_box,) if history else ()
    box(way, (0.33, height), *arrow, fill=colour)
    words = "with history" if history else "a constant"
    words += ", the same numbers" if shared else ", its own numbers"
    ax.text(0.55, height, words, color=GREY, va="center", size=11)
plt.show()

# %%
# Remember: ``detach`` to use a value as a constant, ``detach().clone()`` to
# own it. How a change is noticed is in :doc:`views_and_version`.
