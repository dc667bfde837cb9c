"""
A module wraps a computation
============================

What changes when a computation is wrapped in an ``nn.Module``?

It gets a name and a place to keep state, and calling the module runs its
``forward``. For autograd nothing changes: it records the operations inside,
and a module without backward hooks leaves no trace in the graph.
"""
# sphinx_gallery_programs = {"Module 1": "z 4.8283; grads 0.6000 and 1.6094"}

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
# The computation is ``log(x**q)``. The class says how to compute it in
# ``forward``; the call is written ``model(x, q)``.


class LogOfPower(nn.Module):
    def forward(self, x, q):
        return torch.log(x**q)


x = torch.tensor(5.0, device=device, requires_grad=True)
q = torch.tensor(3.0, device=device, requires_grad=True)

model = LogOfPower()
z = model(x, q)
z.backward()

print(f"z {z.item():.4f}, x.grad {x.grad.item():.4f}, ", end="")
print(f"q.grad {q.grad.item():.4f}")
assert round(z.item(), 4) == 4.8283
assert round(x.grad.item(), 4) == 0.6000  # q / x
assert round(q.grad.item(), 4) == 1.6094  # log x

# %%
# ``grad_fn`` is the end of the graph that autograd recorded. Follow it back to
# the inputs, once for the module's result and once for the bare expression:
# the same operations stand in both, and no node for the module.


def operations(node):
    """The names of a node and of all nodes before it."""
    before = [operations(n) for n, _ in node.next_functions if n is not None]
    return [type(node).__name__, *sum(before, [])]


print("module:    ", *operations(z.grad_fn))
print("expression:", *operations(torch.log(x**q).grad_fn))

assert operations(z.grad_fn) == [
    "LogBackward0",
    "PowBackward1",
    "AccumulateGrad",
    "AccumulateGrad",
]
assert operations(torch.log(x**q).grad_fn) == operations(z.grad_fn)

# %%
# Values flow to the right through the module's two operations. The gradients
# end at ``x`` and ``q``.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Values run from x and q through pow and log to z; gradients run back",
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


x_box = box(f"x = {x.item():g}", (0.14, 0.69))
q_box = box(f"q = {q.item():g}", (0.14, 0.35))
pow_box = box("pow", (0.43, 0.52), x_box, q_box, fill=GREEN)
log_box = box("log", (0.64, 0.52), pow_box, fill=GREEN)
box(f"z = {z.item():.4f}", (0.88, 0.52), log_box)
box(f"x.grad {x.grad.item():.4f}", (0.14, 0.88), fill=ORANGE)
box(f"q.grad {q.grad.item():.4f}", (0.14, 0.16), fill=ORANGE)
ax.add_patch(
    plt.Rectangle((0.35, 0.3), 0.37, 0.44, ec=GREY, fc="none", ls="--")
)
ax.text(0.535, 0.16, "model", color=GREY, ha="center", size=12)
plt.show()

# %%
# Remember: a module organises a computation and leaves the mathematics alone.
# Between ``model(x, q)`` and ``forward`` lies the code that
# :doc:`/walkthroughs/calling-a-module` reads line by line.
