"""
An output that has no derivative
================================

My function returns two tensors, and only one of them can be differentiated.
What do I do with the other?

Say so with ``ctx.mark_non_differentiable``. Otherwise it claims to require a
gradient, and whoever builds on it gets one: whatever your ``backward`` makes
of it, usually nothing, without an error.
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
# Magnitude and sign of a tensor. The sign is a float like any other, but it is
# constant wherever it is smooth.

received = []


class Polar(Function):
    @staticmethod
    def forward(ctx, x, marked, materialized):
        magnitude, sign = x.abs(), x.sign()
        if marked:
            ctx.mark_non_differentiable(sign)
        ctx.set_materialize_grads(materialized)
        ctx.save_for_backward(sign)
        return magnitude, sign

    @staticmethod
    def backward(ctx, grad, grad_of_sign):
        received.append(grad_of_sign)
        (sign,) = ctx.saved_tensors
        return (None if grad is None else sign * grad), None, None


x = torch.tensor([3.0, -4.0], device=device, requires_grad=True)
outputs = {
    marked: Polar.apply(x, marked, True)  # (magnitude, sign)
    for marked in (False, True)
}

for marked, (magnitude, sign) in outputs.items():
    print(f"marked={marked!s:5} magnitude {magnitude.requires_grad},", end=" ")
    print(f"sign {sign.requires_grad}")
flags = [[t.requires_grad for t in pair] for pair in outputs.values()]
assert flags == [[True, True], [True, False]]

# %%
# What the mark is for: an unmarked sign lets itself be differentiated, and the
# answer is a gradient of zero. The marked one refuses, and the mistake is
# found where it was made.

(slope,) = torch.autograd.grad(outputs[False][1].sum(), x)
try:
    torch.autograd.grad(outputs[True][1].sum(), x)
except RuntimeError as error:
    message = str(error)

print("unmarked:", [abs(g) for g in slope.tolist()])
print("marked:  ", message)
assert slope.tolist() == [0, 0]
assert message.endswith("does not require grad and does not have a grad_fn")

# %%
# ``backward`` still has one argument for each output, since the number of
# arguments cannot depend on what is used. For a tensor that nobody used, and
# for one without a derivative, it gets zeros. If making them is too expensive,
# ``ctx.set_materialize_grads(False)`` has it get ``None`` instead. That is
# what it gets in any case for an output that is no tensor.

received.clear()
outputs[True][0].sum().backward()
Polar.apply(x, True, False)[0].sum().backward()
lists = [None if g is None else g.tolist() for g in received]

print("x.grad", x.grad.tolist(), " received for the sign", *lists)
assert x.grad.tolist() == [2, -2]  # 1 and -1, twice
assert lists == [[0, 0], None]

# %%
# An output of integers needs no mark: integers never have a derivative.


class Rounded(Function):
    @staticmethod
    def forward(ctx, x):
        return x.abs(), x.round().int()


_, whole = Rounded.apply(x)

print("integers:", whole.dtype, whole.requires_grad)
assert whole.tolist() == [3, -4] and not whole.requires_grad

# %%
# The mark has a gap: a view of the input still says that it requires a
# gradient, though no way leads back. Return its ``detach()``.


class Column(Function):
    @staticmethod
    def forward(ctx, x):
        view, detached = x.view(2, 1), x.view(2, 1).detach()
        ctx.mark_non_differentiable(view, detached)
        return view, detached


columns = Column.apply(x)
print("marked view and its detach():", [t.requires_grad for t in columns])
assert [t.requires_grad for t in columns] == [True, False]
assert columns[0].grad_fn is None

# %%
# Return several outputs in a tuple. A list counts as one output that is no
# tensor, and what is in it has no history, without a word.


class Listed(Function):
    @staticmethod
    def forward(ctx, x):
        return [x.abs(), 2 * x]


print("in a list:", [t.requires_grad for t in Listed.apply(x)])
assert [t.requires_grad for t in Listed.apply(x)] == [False, False]

# %%
# The two outputs with the mark: a way back for gradients from one of them.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Gradients come back from the magnitude; the marked sign has no way back",
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


node = box("Polar", (0.4, 0.5), fill=GREEN)
box("x", (0.12, 0.5), node, edge=GREY)
names = ("magnitude", "sign")
drawn = zip((0.78, 0.22), names, outputs[True], strict=True)
for height, name, output in drawn:
    line = "-" if output.requires_grad else "--"
    edge = GREEN if output.requires_grad else ORANGE
    place = (0.78, height)
    end = box(name, place, edge=edge, line=line)
    ends = {"patchA": end.get_bbox_patch(), "shrinkA": 0}
    ends |= {"patchB": node.get_bbox_patch(), "shrinkB": 0}
    style = "-|>" if output.requires_grad else "-"
    way = {"arrowstyle": style, "color": edge, "ls": line, **ends}
    ax.annotate("", node.get_position(), place, arrowprops=way)
plt.show()

# %%
# Remember: mark every float output that has no derivative, all in one call, as
# a second call replaces the first. An unmarked one is differentiated without
# complaint. More on the two methods:
# :doc:`linear_function`.
