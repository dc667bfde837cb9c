"""
setup_context separates computing from saving
=============================================

Some functions have ``forward(ctx, x)``, others ``forward(x)`` and a
``setup_context``. What is the difference?

To the gradient, none. But a ``forward`` without ``ctx`` is a plain function of
its inputs: it can be called by itself, and torch can run it under other
transforms, such as ``torch.func.grad``, which the old form refuses.
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
# One power function, in both forms. ``backward`` is the same.

events = []


class OldPower(Function):
    @staticmethod
    def forward(ctx, x, q=3):
        events.append(("forward", torch.is_grad_enabled()))
        ctx.save_for_backward(x)
        ctx.q, ctx.needed = q, ctx.needs_input_grad
        return x**q

    @staticmethod
    def backward(ctx, grad):
        events.append(("backward", ctx.needed))
        (x,) = ctx.saved_tensors
        return grad * ctx.q * x ** (ctx.q - 1), None


class Power(Function):
    @staticmethod
    def forward(x, q=3):
        events.append(("forward", torch.is_grad_enabled()))
        return x**q

    @staticmethod
    def setup_context(ctx, inputs, output):
        events.append(("setup_context", len(inputs)))
        x, ctx.q = inputs
        ctx.save_for_backward(x)
        ctx.needed = ctx.needs_input_grad

    backward = OldPower.backward


def run(function):
    """The value, the gradient and the methods that ran."""
    events.clear()
    x = torch.tensor(5.0, device=device, requires_grad=True)
    z = function.apply(x)
    z.backward()
    return [z.item(), x.grad.item()], list(events)


old, new = run(OldPower), run(Power)

for form, (values, ran) in (("old", old), ("new", new)):
    print(f"{form}: value and gradient {values}")
    print("    ", *(f"{name}={seen}" for name, seen in ran))
assert old[0] == new[0] == [125, 75]

# %%
# What ran, and what it saw. ``forward`` runs with gradients off in either
# form, since ``backward`` replaces whatever could be recorded in it. The new
# form sees its defaults: ``setup_context`` gets both inputs, although
# ``apply`` was called with one, and ``needs_input_grad`` has an entry for
# each. In either form ``apply`` takes keywords, but not for parameters that
# can be given by keyword only.

assert old[1] == [("forward", False), ("backward", (True,))]
assert new[1] == [
    ("forward", False),
    ("setup_context", 2),
    ("backward", (True, False)),
]


class KeywordOnly(Power):
    @staticmethod
    def forward(x, *, q=3):
        return x**q


five = torch.tensor(5.0, device=device)
try:
    KeywordOnly.apply(five)
except TypeError as error:
    message = str(error)

print("keyword only:", message)
assert [f.apply(five, q=2).item() for f in (OldPower, Power)] == [25, 25]
assert message.endswith("got an unexpected keyword argument 'q'")

# %%
# The new ``forward`` is an ordinary function.

plain = Power.forward(torch.tensor(4.0, device=device), 2)

print("Power.forward(4, 2)", plain.item())
assert plain.item() == 16

# %%
# Transforms from ``torch.func`` that differentiate save at a level of their
# own each, while ``forward`` runs once. In the old form both happen in one go,
# and cannot be taken apart.

at = torch.tensor(5.0, device=device)
slope = torch.func.grad(Power.apply)(at)
try:
    torch.func.grad(OldPower.apply)(at)
except RuntimeError as error:
    message = str(error)

print("torch.func.grad of the new form", slope.item())
print("of the old:", message.partition(" (vmap")[0])
assert slope.item() == 75
assert "it must override the setup_context staticmethod" in message

# %%
# One thing the old form can do and the new cannot: save an intermediate result
# of ``forward``. ``setup_context`` sees inputs and outputs only, so such a
# result has to be returned, as an output more.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "The old forward computes and saves; setup_context takes over the saving",
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


rows = {0.72: ("old", old[1]), 0.24: ("new", new[1])}
colours = {"forward": GREEN, "setup_context": ORANGE, "backward": GREY}
signatures = {
    "old": {
        "forward": "forward(ctx, x, q)",
        "backward": "backward(ctx, grad)",
    },
    "new": {
        "forward": "forward(x, q)",
        "setup_context": "setup_context(ctx, …)",
        "backward": "backward(ctx, grad)",
    },
}
for height, (form, ran) in rows.items():
    ax.text(0.03, height, form, color=GREY, va="center", size=12)
    before = ()
    places = (0.25, 0.53, 0.84) if len(ran) == 3 else (0.25, 0.84)
    for place, (name, _) in zip(places, ran, strict=True):
        text = signatures[form][name]
        drawn = box(text, (place, height), *before, fill=colours[name])
        drawn.set(size=9.5)
        before = (drawn,)
plt.show()

# %%
# Remember: write ``forward`` without ``ctx`` and save in ``setup_context``
# (torch 2.0 and later). :doc:`function_under_vmap` builds on it, and
# :doc:`save_for_backward` shows why saving goes through ``ctx`` at all.
