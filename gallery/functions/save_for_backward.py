"""
What save_for_backward protects
===============================

Why must I write ``ctx.save_for_backward(x)``, when ``ctx.x = x`` works?

It works until somebody changes ``x``, runs backward twice, or counts the
memory. ``save_for_backward`` notes the version of a tensor, lets it go after
use, and hands an output back without keeping it alive. An attribute does none
of that.
"""

import gc
import os
import weakref

import matplotlib.pyplot as plt
import torch
from torch.autograd import Function

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The exponential in two versions. Both save their *output*, which is what the
# derivative is made of.


class Saved(Function):
    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx, grad):
        (y,) = ctx.saved_tensors
        return y * grad


class Kept(Function):
    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.y = y
        return y

    @staticmethod
    def backward(ctx, grad):
        return ctx.y * grad


x = torch.tensor([0.0, 1.0], device=device, requires_grad=True)
both = (Saved, Kept)
for function in both:
    (slope,) = torch.autograd.grad(function.apply(x).sum(), x)
    assert [round(g, 4) for g in slope.tolist()] == [1.0, 2.7183]

# %%
# First protection: against changes. The output is doubled in place before
# backward. One version notices; the other uses the doubled numbers and returns
# gradients twice as large. (A change by way of ``.data`` or NumPy is not
# counted, and so not noticed either.)


def after_a_change(function):
    y = function.apply(x)
    with torch.no_grad():
        y.mul_(2)
    try:
        (slope,) = torch.autograd.grad(y.sum(), x)
    except RuntimeError as error:
        return str(error)
    return [round(g, 4) for g in slope.tolist()]


changed = [after_a_change(function) for function in both]

print("changed: ", changed[0][:48], "...|", changed[1])
assert "has been modified by an inplace operation" in changed[0]
assert changed[1] == [2.0, 5.4366]

# %%
# Second: against keeping memory. Backward lets go of what was saved as soon as
# it was used, unless told to ``retain_graph`` (``create_graph`` implies it),
# and a second backward that asks for it is told so. The attribute stays as
# long as the graph does.


def twice(function):
    y = function.apply(x).sum()
    y.backward()
    try:
        y.backward()
    except RuntimeError as error:
        return str(error)
    return "no error"


again = [twice(function) for function in both]

print("again:   ", again[0][:48], "...|", again[1])
assert again[0].startswith("Trying to backward through the graph a second")
assert again[1] == "no error"

# %%
# Third: against a cycle. The output has the node as its ``grad_fn``, and the
# node has the output as its attribute: neither is freed when the last name
# goes, only when Python's collector comes by. On an accelerator that can mean
# running out of memory. ``save_for_backward`` keeps the numbers of an output,
# and makes the tensor around them anew.


def freed_at_once(function):
    y = function.apply(x)
    watch = weakref.ref(y)
    gc.disable()
    del y
    at_once = watch() is None
    gc.enable()
    gc.collect()
    return at_once, watch() is None


freed = [freed_at_once(function) for function in both]

print(
    "freed:   ", *("at once" if at_once else "later" for at_once, _ in freed)
)
assert freed == [(True, True), (False, True)]

# %%
# Fourth: hooks see it. What was saved can be packed, for instance moved to
# another memory, by whoever runs your function.


def packed(function):
    seen = []
    with torch.autograd.graph.saved_tensors_hooks(
        lambda t: seen.append(t.shape) or t, lambda t: t
    ):
        function.apply(x)
    return seen


hooked = [len(packed(function)) for function in both]

print("hooks see", *hooked)
assert hooked == [1, 0]

# %%
# The method takes tensors and ``None``. A result from within ``forward`` may
# be saved, too, but it has no history, and a second derivative through it is
# lost. Anything else is no tensor, needs no protection, and may be an
# attribute. It is refused only where something is saved: not under
# ``no_grad``, nor if no input requires a gradient.


class Number(Saved):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x, None, 3)
        return x


try:
    Number.apply(x)
except TypeError as error:
    message = str(error)

print(message)
assert message == (
    "save_for_backward can only save variables, but argument 2 is of type int"
)
assert Number.apply(x.detach()).tolist() == [0, 1]

# %%
# The four protections, as just seen. Filled: there. Open: not there.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "save_for_backward gives four protections, ctx.x = x gives none of them",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))

rows = {
    "a change is noticed": [isinstance(c, str) for c in changed],
    "freed by backward": [a != "no error" for a in again],
    "no cycle": [at_once for at_once, _ in freed],
    "hooks see it": [bool(h) for h in hooked],
}
assert list(rows.values()) == [[True, False]] * 4
for place, heading in ((0.62, "save_for_backward"), (0.88, "ctx.x = x")):
    ax.text(place, 0.86, heading, color=GREY, ha="center", size=11)
for height, (label, ticks) in zip(
    (0.68, 0.48, 0.28, 0.08), rows.items(), strict=True
):
    ax.text(0.42, height, label, color=GREY, ha="right", va="center", size=11)
    for place, there in zip((0.62, 0.88), ticks, strict=True):
        inside = GREEN if there else "none"
        edge = GREEN if there else ORANGE
        ax.scatter(place, height, s=160, facecolor=inside, edgecolor=edge)
plt.show()

# %%
# Remember: tensors go through ``save_for_backward``, everything else may be an
# attribute of ``ctx``. How versions are counted is shown in
# :doc:`../tensors/views_and_version`.
