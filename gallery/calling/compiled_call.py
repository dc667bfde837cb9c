"""
``compile()`` replaces the call
===============================

I compiled my module with ``model.compile()``. What runs now when I write
``model(x)``?

The compiled function. ``compile()`` stores it in ``_compiled_call_impl``, and
``__call__`` asks for that before all else. What ``torch.compile`` was given is
``_call_impl``, so hooks go through it too; how much of it becomes compiled
code is the compiler's to decide.
"""

import copy
import inspect
import os
import pickle
from unittest import mock

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The way is short enough to be read in full. ``None``, the value before
# ``compile()``, is found on the class.

print(inspect.getsource(nn.Module.__call__).rstrip())
assert nn.Module._compiled_call_impl is None
assert nn.Module.__call__ is nn.Module._wrapped_call_impl

# %%
# A real compiler takes seconds to start, and who is asked first does not
# depend on it. So ``torch.compile`` is replaced by a stand-in: it notes what
# it is asked to compile, and returns a function that notes each call.

ran = []


class LogOfPower(nn.Module):
    def forward(self, x, q):
        ran.append("forward")
        return torch.log(x**q)


def stand_in(function, **options):
    def compiled(*args, **kwargs):
        ran.append("compiled")
        return function(*args, **kwargs)

    compiled.what, compiled.options = function, options
    return compiled


model = LogOfPower()
model.register_forward_hook(lambda *seen: ran.append("hook"))
outer = nn.Sequential(nn.Identity(), nn.Identity())
with mock.patch("torch.compile", stand_in):
    answer = model.compile(backend="inductor")
    outer.compile()

compiled = model._compiled_call_impl
print("compiled:", compiled.what.__name__, "with", compiled.options)
assert answer is None  # the model itself was changed
assert compiled.what == model._call_impl
assert compiled.options == {"backend": "inductor"}

# %%
# Calls of the model go through the compiled function, and through the hook
# that is a part of ``_call_impl``. ``model.forward`` goes around both.

x = torch.tensor(5.0, device=device)
q = torch.tensor(3.0, device=device)
ways = {}
calls = {"model(x, q)": model, "model.forward(x, q)": model.forward}
for text, call in calls.items():
    ran.clear()
    z = call(x, q)
    ways[text] = [*ran]
    print(f"{text:20}{', '.join(ran)}: {z:.4f}")
    assert round(z.item(), 4) == 4.8283

assert ways["model(x, q)"] == ["compiled", "forward", "hook"]
assert ways["model.forward(x, q)"] == ["forward"]

# %%
# Only the module that was asked has a compiled call. Its children do not need
# one: their calls happen within. (So a hook that a child gets after the first
# compiled call may not run: by default the compiler does not look for it, and
# the old code serves until something else makes it compile anew.) Nor does the
# compiled function travel: a copy made by pickling or by ``copy`` has none,
# because ``__getstate__`` leaves it out.

own = [m._compiled_call_impl is not None for m in outer.modules()]
copied = pickle.loads(pickle.dumps(outer))

print("compiled: outer and its children", own, end=", ")
print("copy", copied._compiled_call_impl is not None)
assert own == [True, False, False]
assert "_compiled_call_impl" in vars(outer)
assert copied._compiled_call_impl is None
assert copy.deepcopy(outer)._compiled_call_impl is None

# %%
# And back: without the attribute, the class's ``None`` is found again.

del model._compiled_call_impl
ran.clear()
model(x, q)
ways["after del"] = [*ran]

print("after del:", ", ".join(ran))
assert ran == ["forward", "hook"]

# %%
# What each call ran, in order.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "The compiled function is asked first; forward goes around it",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
for height, (text, steps) in zip((0.8, 0.48, 0.16), ways.items(), strict=True):
    ax.text(0.36, height, text, color=GREY, ha="right", va="center", size=11)
    for left, step in zip((0.48, 0.7, 0.89), steps, strict=False):
        colour = ORANGE if step == "compiled" else GREEN
        style = {"boxstyle": "round,pad=0.45", "fc": colour, "ec": "none"}
        place = {"ha": "center", "va": "center", "size": 12}
        ax.text(left, height, step, color="white", bbox=style, **place)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: ``model.compile()`` changes the model in place. It replaces the
# call and not ``forward``, so the advice of :doc:`call_or_forward` holds
# twice.
# :doc:`/walkthroughs/calling-a-module` reads the lines that decide.
