"""
grad returns what backward stores
=================================

Is there a way to get a gradient without touching anybody's ``.grad``?

``torch.autograd.grad(result, inputs)``. It runs the same engine, hands back
one gradient for each input in the order asked, and stores nothing in a leaf.
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
# Two leaves and a tensor in between. ``grad`` gives the derivative by any of
# them; no leaf has a ``.grad`` afterwards.

x = torch.tensor(2.0, device=device, requires_grad=True)
w = torch.tensor(3.0, device=device, requires_grad=True)


def compute():
    hidden = w * x
    return hidden, hidden**2


hidden, y = compute()
gradients = torch.autograd.grad(y, (w, hidden, x))

print("by w, hidden, x:", *(g.item() for g in gradients))
print("w.grad", w.grad, " x.grad", x.grad)
assert [g.item() for g in gradients] == [24, 12, 36]
assert w.grad is None and x.grad is None

# %%
# The same three by ``backward``: stored in the leaves, added to what is there,
# and for the tensor in between only because it asks. (Such a tensor gets its
# ``.grad`` in a walk of ``grad`` too, if that comes by; leaves do not.)

hidden, y = compute()
hidden.retain_grad()
y.backward()
stored = [t.grad.item() for t in (w, hidden, x)]

print("stored:", *stored)
assert stored == [24, 12, 36]

# %%
# Since nothing is accumulated, no hook for that runs either: a hook that waits
# for the finished ``.grad`` of a leaf does not see this walk. A hook on the
# tensor does, if the tensor is among the inputs or on the way to one.

seen = []
hooks = [
    w.register_post_accumulate_grad_hook(lambda _: seen.append("accumulated")),
    w.register_hook(lambda _: seen.append("passed")),
]
torch.autograd.grad(compute()[1], x)  # not w: neither hook runs
assert seen == []
torch.autograd.grad(compute()[1], w)
compute()[1].backward()
for hook in hooks:
    hook.remove()

print("hooks by grad, then by backward:", *seen)
assert seen == ["passed", "passed", "accumulated"]

# %%
# ``backward`` passes over a leaf that the result does not depend on. ``grad``
# was asked for it by name, so it complains; ``allow_unused`` gives ``None``
# and ``materialize_grads`` a zero instead.

other = torch.tensor(1.0, device=device, requires_grad=True)
try:
    torch.autograd.grad(compute()[1], other)
except RuntimeError as error:
    message = str(error)
answers = [
    torch.autograd.grad(compute()[1], (w, other), **how)[1]
    for how in ({"allow_unused": True}, {"materialize_grads": True})
]

print(message.partition(". ")[0])
print("allow_unused:", answers[0], " materialize_grads:", answers[1].item())
assert message.startswith(
    "The differentiated Tensor at index 0 appears to not have been used"
)
assert answers[0] is None and answers[1].item() == 0

# %%
# Several results are summed, each with its weight from ``grad_outputs``; the
# answer still has one gradient for each input.

hidden, y = compute()
one, ten = torch.tensor(1.0, device=device), torch.tensor(10.0, device=device)
(mixed,) = torch.autograd.grad((hidden, y), w, grad_outputs=(one, ten))

print("hidden + 10 * y by w:", mixed.item())
assert mixed.item() == 242  # 2 + 10 * 24
assert len(seen) == 3  # the hooks are gone

# %%
# Where the gradients end up.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "backward puts gradients into the leaves, grad returns what was asked",
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


for left, heading, wanted in (
    (0.0, "y.backward()", ("w.grad", "x.grad")),
    (0.5, "grad(y, (w, hidden, x))", ("w", "hidden", "x")),
):
    ax.text(left + 0.04, 0.87, heading, color=GREY, size=11)
    start = box("y", (left + 0.08, 0.42), edge=GREY)
    fill = ORANGE if len(wanted) == 2 else GREEN
    values = {"w": gradients[0], "hidden": gradients[1], "x": gradients[2]}
    spread = (0.66, 0.18) if len(wanted) == 2 else (0.7, 0.42, 0.14)
    for height, name in zip(spread, wanted, strict=True):
        number = values[name.removesuffix(".grad")].item()
        box(f"{name} {number:g}", (left + 0.34, height), start, fill=fill)
plt.show()

# %%
# Remember: ``backward`` for training steps, where an optimizer reads
# ``.grad``; ``grad`` for everything else that wants a derivative. Second
# derivatives: :doc:`create_graph`.
