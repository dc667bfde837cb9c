"""
Anomaly mode finds the guilty line
==================================

My gradients are ``nan``. Which line of my code is to blame?

Run once under ``torch.autograd.detect_anomaly()``, forward and backward. Every
node made there remembers where in your code that was, and backward stops at
the first one that returns a ``nan``, and says where it was made.
"""

import os
import warnings

import matplotlib.pyplot as plt
import torch

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The distance of two points, when they are the same. The value is right, and
# the gradient is ``nan``.


def distance(a, b):
    gap = a - b
    squares = gap.square()
    total = squares.sum()
    return total.sqrt()


point = torch.tensor([1.0, 2.0], device=device)
a = point.clone().requires_grad_()
d = distance(a, point)
d.backward()

print("distance", d.item(), " gradient", a.grad.tolist())
assert d.item() == 0
assert a.grad.isnan().all()

# %%
# Nothing tells where it came from. Under anomaly mode backward raises, and a
# warning shows the line that made the node. (A first warning says that the
# mode is on and slow; both are collected here instead of shown.)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    try:
        with torch.autograd.detect_anomaly():
            distance(a, point).backward()
    except RuntimeError as error:
        message = str(error)
said = [str(warning.message) for warning in caught]
(trace,) = [text for text in said if text.startswith("Error detected")]
guilty = trace.splitlines()[-2].strip()

print(message)
print(trace.partition(". ")[0], "at:", guilty)
assert (
    message == "Function 'PowBackward0' returned nan values in its 0th output."
)
assert trace.startswith("Error detected in PowBackward0. ")
assert "in distance" in trace and guilty == "squares = gap.square()"

# %%
# With the backward pass alone under it, the node is named and the line is not:
# what was made before the mode remembers nothing.

outside = distance(a, point)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    try:
        with torch.autograd.set_detect_anomaly(True):
            outside.backward()
    except RuntimeError as error:
        assert str(error) == message
assert "No forward pass information" in str(caught[0].message)

# %%
# So the ``nan`` appeared in ``squares = gap.square()``. That is where it came
# up; the reason may lie in a node that ran before. Let us look at what goes
# back.

steps = {}
a.grad = None
gap = a - point
squares = gap.square()
total = squares.sum()
d = total.sqrt()
for name, tensor in (("total", total), ("squares", squares), ("gap", gap)):
    tensor.register_hook(lambda g, name=name: steps.update({name: g.tolist()}))
d.backward()

print("going back:", steps)
assert steps["total"] == float("inf")  # 1 / (2 * sqrt(0))
assert steps["squares"] == [float("inf")] * 2
assert str(steps["gap"]) == "[nan, nan]"  # 2 * 0 * inf

# %%
# ``sqrt`` returned an infinite slope, which is right for it; multiplied by the
# zero of ``gap.square()`` it made a ``nan``. Anomaly mode checks for ``nan``
# and not for ``inf``. The cure belongs to the line with the ``sqrt``.


def safe_distance(a, b):
    return ((a - b).square().sum() + 1e-12).sqrt()


a.grad = None
with torch.autograd.set_detect_anomaly(True):  # the same, without the warning
    assert torch.is_anomaly_enabled()
    safe_distance(a, point).backward()

print("cured:", a.grad.tolist())
assert a.grad.tolist() == [0, 0]

# %%
# Backward from right to left: where it was infinite, and where ``nan``.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "sqrt sends back inf, square makes a nan of it: anomaly mode names square",
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


box_d = box("d", (0.94, 0.55), edge=GREY)
before = box_d
for place, label, fill in (
    (0.78, "sqrt", GREEN),
    (0.54, "sum", GREEN),
    (0.3, "square", ORANGE),
    (0.07, "sub", GREEN),
):
    before = box(label, (place, 0.55), before, fill=fill)
for place, value in ((0.66, "inf"), (0.42, "inf"), (0.18, "nan")):
    ax.text(place, 0.65, value, color=GREY, ha="center", size=11)
note = "PowBackward0:\nnan first"
ax.text(0.3, 0.16, note, color=GREY, ha="center", size=11)
plt.show()

# %%
# Remember: switch anomaly mode on to find a ``nan``, read the line that it
# names and those after it, and switch it off again: it is slow. The order in
# which backward goes is that of :doc:`graph_behind_a_result`.
