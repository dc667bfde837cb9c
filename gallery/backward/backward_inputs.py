"""
backward for some of the leaves only
====================================

How do I get the gradients of some parameters, and leave ``.grad`` of all the
others as it is?

``backward(inputs=[...])``. Only what lies on a way from the result to these
tensors is run, and of the leaves only they receive anything.
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
# A graph with two branches. A hook on each node notes that it was run.


def branches():
    """Fresh leaves, the product of two branches, and the nodes run."""
    a = torch.tensor(0.0, device=device, requires_grad=True)
    b = torch.tensor(2.0, device=device, requires_grad=True)
    left, right = torch.exp(a), b * b
    y = left * right
    ran = []
    for name, result in (("product", y), ("exp", left), ("square", right)):
        result.grad_fn.register_hook(lambda *_, name=name: ran.append(name))
    return (a, b, left, y), ran


def value(gradient):
    return None if gradient is None else gradient.item()


(a, b, left, y), everything = branches()
y.backward()

print("all:       ", *everything, "| a", value(a.grad), "b", value(b.grad))
assert (value(a.grad), value(b.grad)) == (4, 4)
assert sorted(everything) == ["exp", "product", "square"]

# %%
# For ``a`` alone, the branch of ``b`` is not even computed.

(a, b, left, y), some = branches()
y.backward(inputs=[a])

print("inputs=[a]:", *some, "| a", value(a.grad), "b", value(b.grad))
assert (value(a.grad), value(b.grad)) == (4, None)
assert some == ["product", "exp"]

# %%
# Setting ``requires_grad`` to ``False`` would do something else: no new graph
# leads to the leaf, and an old one brings it nothing any more. ``inputs=``
# chooses for one walk over a graph that has it all. So one graph can serve two
# losses, as where two networks are trained against each other.

(a, b, left, y), _ = branches()
y.backward(inputs=[a], retain_graph=True)
(-y).backward(inputs=[b])

print("two losses: a", value(a.grad), "b", value(b.grad))
assert (value(a.grad), value(b.grad)) == (4, -4)

# %%
# A tensor inside the graph can be named too; it gets a ``.grad`` although it
# is no leaf. (That is ``retain_grad``, and it lasts: later walks fill this
# ``.grad`` as well.) The walk ends with its node, and nothing reaches the
# leaves behind it, unless they are named. An empty list is refused: to the
# engine it would mean all leaves.

(a, b, left, y), inner = branches()
y.backward(inputs=[left], retain_graph=True)
try:
    y.backward(inputs=[])
except RuntimeError as error:
    message = str(error)

print("inputs=[left]: left", value(left.grad), "a", value(a.grad))
print(message)
assert (value(left.grad), value(a.grad)) == (4, None)
assert inner == ["product", "exp"]
assert left.retains_grad
assert message == "`inputs` argument to `backward()` cannot be empty."

# %%
# What ``inputs=[a]`` ran is filled.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "With inputs=[a] the walk takes the branch of a and leaves that of b",
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


def stop(name, at, *sources):
    """A node of the graph, filled if it was run."""
    if name in some or name == "a":
        return box(name, at, *sources, fill=GREEN)
    return box(name, at, *sources, edge=GREY, line="--")


top = stop("product", (0.15, 0.5))
stop("a", (0.82, 0.76), stop("exp", (0.5, 0.76), top))
stop("b", (0.82, 0.24), stop("square", (0.5, 0.24), top))
plt.show()

# %%
# Remember: ``inputs=`` narrows one walk, ``requires_grad_(False)`` narrows the
# graph. If you want the gradients returned instead of stored, use
# :doc:`autograd_grad`.
