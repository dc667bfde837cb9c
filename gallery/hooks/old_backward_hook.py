"""
``register_backward_hook`` sees the last operation
==================================================

Why does the ``grad_input`` of my backward hook make no sense?

Because ``register_backward_hook`` knows nothing of the module. It hangs on the
operation that made the output, and shows the gradients of *that* operation's
inputs. ``register_full_backward_hook`` shows those of the module's inputs.
"""
# sphinx_gallery_programs = {"Hook 3": "grad_input 0.0080; full 0.6000 1.6094"}

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
# The same product, written both ways. A module's user cannot tell them apart.


class Power(nn.Module):
    def __init__(self):
        super().__init__()
        self.powParam = nn.Parameter(torch.tensor(1.0))

    def forward(self, x, q):
        return self.powParam * x**q


class Swapped(Power):
    def forward(self, x, q):
        return x**q * self.powParam


def gradients(kind, register):
    """What a hook of a module is shown, as plain numbers."""
    seen = []

    def hook(module, grad_input, grad_output):
        for grads in (grad_input, grad_output):
            seen.append(tuple(round(grad.item(), 4) for grad in grads))

    x = torch.tensor(5.0, device=device, requires_grad=True)
    q = torch.tensor(3.0, device=device, requires_grad=True)
    module = kind().to(device)
    register(module, hook)
    torch.log(module(x, q)).backward()
    return seen


# %%
# ``x`` and ``q`` go in, so two gradients are no surprise; but these are not
# theirs. The last operation is the product, its inputs are ``powParam`` and
# the power, and their order is the order of writing. torch knows of the trap
# and warns here, though not of the order alone (:doc:`old_hook_warnings`).

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    old = gradients(Power, nn.Module.register_backward_hook)
    old_swapped = gradients(Swapped, nn.Module.register_backward_hook)


def show(label, grads):
    texts = [", ".join(f"{value:.4f}" for value in group) for group in grads]
    print(f"{label:14}grad_input ({texts[0]})  grad_output ({texts[1]})")


show("old", old)
show("old, swapped", old_swapped)
print(f"{caught[0].category.__name__}: ...", end=" ")
print(*str(caught[0].message).split(". ")[1:2])
assert old == [(1.0, 0.0080), (0.0080,)]
assert old_swapped == [(0.0080, 1.0), (0.0080,)]
assert [warning.category for warning in caught] == [FutureWarning] * 2
assert "This hook will be missing some grad_input" in str(caught[0].message)

# %%
# The full hook gives the derivatives of ``log(x**q)`` with respect to ``x``
# and ``q``, however the product is written, and warns of nothing. To that end
# torch passes the module's arguments through an identity function of its own
# before ``forward`` runs, and hangs the hook there.

full = gradients(Power, nn.Module.register_full_backward_hook)
full_swapped = gradients(Swapped, nn.Module.register_full_backward_hook)

show("full", full)
show("full, swapped", full_swapped)
assert full == full_swapped == [(0.6000, 1.6094), (0.0080,)]

# %%
# One module cannot have both kinds: a single flag says which one its hooks
# are.

module = Power()
module.register_full_backward_hook(print)
try:
    module.register_backward_hook(print)
except RuntimeError as error:
    message = str(error)

print(message)
assert message.startswith("Cannot use both regular backward hooks and full")
assert module._is_full_backward_hook is True

# %%
# The frame is the module. The old hook shows what arrives on the two arrows
# into its last operation (orange), the full hook what arrives at the frame's
# entrance (green).

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "The old hook sees the inputs of the product, the full hook x and q",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, fill="none"):
    """Draw a box."""
    style = {"boxstyle": "round,pad=0.4", "fc": fill, "ec": "none"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=12, color=GREY if fill == "none" else "white")
    return drawn


def arrow(start, end, grad, colour, above):
    """Draw an arrow labelled with the gradient that comes back along it."""
    ends = {"patchA": start.get_bbox_patch(), "shrinkA": 0}
    ends |= {"patchB": end.get_bbox_patch(), "shrinkB": 0}
    way = {"arrowstyle": "-|>", "color": colour, **ends}
    (left, low), (right, high) = start.get_position(), end.get_position()
    ax.annotate("", (right, high), (left, low), arrowprops=way)
    place = (left + right) / 2, (low + high) / 2 + above
    ax.text(*place, f"{grad:.4f}", color=colour, ha="center", size=11)


x_box, q_box = box("x", (0.06, 0.6)), box("q", (0.06, 0.24))
parameter = box("powParam", (0.39, 0.8))
power = box("pow", (0.42, 0.42), GREEN)
product = box("mul", (0.65, 0.6), GREEN)
result = box("y", (0.94, 0.6))
arrow(x_box, power, full[0][0], GREEN, 0.06)
arrow(q_box, power, full[0][1], GREEN, -0.13)
arrow(parameter, product, old[0][0], ORANGE, 0.05)
arrow(power, product, old[0][1], ORANGE, -0.14)
arrow(product, result, old[1][0], GREY, 0.04)
ax.add_patch(
    plt.Rectangle((0.3, 0.2), 0.43, 0.76, ec=GREY, fc="none", ls="--")
)
ax.text(0.515, 0.06, "Power", color=GREY, ha="center", size=12)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: use ``register_full_backward_hook``. What it can do beside looking
# is in :doc:`full_backward_hooks`; where both kinds are attached is read in
# :doc:`/walkthroughs/calling-a-module`.
