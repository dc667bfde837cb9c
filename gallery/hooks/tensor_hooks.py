"""
A tensor hook sees one gradient
===============================

Can I change the gradient of one tensor, without a module around it?

Yes: ``tensor.register_hook`` takes a function of the gradient. What it returns
replaces the gradient, for the tensor itself and for everything before it.
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
# The gradient of a sum of products is the other factor. A hook doubles it, and
# ``remove()`` ends the doubling.

factor = torch.tensor([1.0, 2.0, 3.0], device=device)
v = torch.zeros(3, device=device, requires_grad=True)


def gradient():
    """The gradient of one pass, on its own."""
    v.grad = None
    (factor * v).sum().backward()
    return v.grad.tolist()


plain = gradient()
handle = v.register_hook(lambda grad: 2 * grad)
doubled = gradient()
handle.remove()
removed = gradient()

print("plain     ", plain)
print("with hook ", doubled)
print("removed   ", removed)
assert plain == removed == [1.0, 2.0, 3.0]
assert doubled == [2.0, 4.0, 6.0]

# %%
# The hook works on what arrives, before it is added to ``.grad``. What has
# already been collected there is not doubled.

with v.register_hook(lambda grad: 2 * grad):
    (factor * v).sum().backward()

print("collected ", v.grad.tolist())
assert v.grad.tolist() == [3.0, 6.0, 9.0]

# %%
# On a tensor in the middle, the hook changes what earlier tensors get by it.
# Several hooks follow one another in order of registration, each with the
# result of the one before; ``None`` changes nothing.

x = torch.tensor(5.0, device=device, requires_grad=True)
seen = []
y = x**3
y.register_hook(lambda grad: grad + 1)
y.register_hook(lambda grad: 10 * grad)
y.register_hook(lambda grad: seen.append(round(grad.item(), 4)))
z = torch.log(y)
z.register_hook(lambda grad: seen.append(grad.item()))
z.backward()

print("at z", seen[0], "at y", seen[1], "at x", round(x.grad.item(), 2))
assert seen == [1.0, 10.08]  # (1 / 125 + 1) * 10
assert round(x.grad.item(), 2) == 756.0  # 10.08 * 3 * 5**2

# %%
# Such a hook belongs to the value, not to the name: changed in place, the
# tensor has a new value, and the hook gets the gradient of the old one.

w = 1 * v
w.register_hook(seen.append)
w *= 4
w.sum().backward()
print("at the old w", seen[2].tolist())
assert seen[2].tolist() == [4.0, 4.0, 4.0]

# %%
# A hook needs a gradient to come. (One that is called with ``None`` has met an
# ``autograd.Function`` whose ``backward`` returned that. A hook that waits for
# ``.grad`` runs then as well, and finds none.)

try:
    factor.register_hook(print)
except RuntimeError as error:
    message = str(error)

print(message)
assert message == (
    "cannot register a hook on a tensor that doesn't require gradient"
)


class SendsNone(torch.autograd.Function):
    @staticmethod
    def forward(ctx, tensor):
        return tensor.clone()

    @staticmethod
    def backward(ctx, grad):
        return None


leaf, kept = torch.ones(2, device=device, requires_grad=True), []
leaf.register_hook(seen.append)
leaf.register_post_accumulate_grad_hook(lambda leaf: kept.append(leaf.grad))
SendsNone.apply(leaf).sum().backward()
assert seen[3:] == kept == [None]

# %%
# The gradient of the three elements, as three passes left it.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig, axes = plt.subplots(1, 3, figsize=(6, 2.5), sharey=True, facecolor="none")
fig.suptitle(
    "The gradient (1, 2, 3) is (2, 4, 6) while the hook is there",
    color=GREY,
    fontsize=10,
)
labels = ("plain", "with the hook", "removed")
for ax, label, values in zip(
    axes, labels, (plain, doubled, removed), strict=True
):
    colour = ORANGE if values == doubled else GREEN
    ax.bar(range(3), values, 0.7, color=colour)
    for place, value in enumerate(values):
        ax.text(place, value + 0.15, f"{value:g}", color=GREY, ha="center")
    ax.set_xlabel(label, color=GREY, size=11)
    ax.set(facecolor="none", xticks=[], yticks=[], ylim=(0, 7))
    ax.spines[:].set_visible(False)
fig.subplots_adjust(left=0.02, right=0.98, top=0.88, bottom=0.12)
plt.show()

# %%
# Remember: a tensor hook is a function of the gradient on its way in. To act
# when ``.grad`` has been written, use :doc:`post_accumulate_grad_hook`; for a
# whole module, :doc:`full_backward_hooks`.
