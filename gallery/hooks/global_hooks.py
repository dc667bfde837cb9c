"""
Global hooks run for every module
=================================

How do I watch all the modules of a model that I did not write?

Register a global hook: one function that torch calls for each call of any
module in the process, but not for those inside a scripted or traced module, or
one that was compiled before. That reach is also its danger, so keep the handle
and remove the hook.
"""

import os

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn.modules import module as module_py
from torch.nn.modules.module import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
    register_module_parameter_registration_hook,
)

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A pair of global hooks records who is called within whom. The handle is a
# context manager: the hook is gone after the block, even if an error ends it.

calls, depth = [], 0


def enter(module, args):
    global depth
    calls.append((depth, type(module).__name__))
    depth += 1


def leave(module, args, output):
    global depth
    depth -= 1


torch.manual_seed(0)
model = nn.Sequential(
    nn.Linear(2, 3), nn.Sequential(nn.ReLU(), nn.Linear(3, 1))
).to(device)
x = torch.ones(1, 2, device=device)

with (
    register_module_forward_pre_hook(enter),
    register_module_forward_hook(leave),
):
    model(x)
    nn.functional.relu(x)  # no module, no hook
model(x)  # after the block: no hook

for level, name in calls:
    print("  " * level + name)
assert calls == [
    (0, "Sequential"),
    (1, "Linear"),
    (1, "Sequential"),
    (2, "ReLU"),
    (2, "Linear"),
]
assert depth == 0

# %%
# Three more global hooks watch modules being built: they run when a parameter,
# a buffer or a child is registered, and may replace it
# (:doc:`registration_hooks_replace` has the exceptions). This one freezes
# every bias of a model while the model is made.

names = []


def freeze_bias(module, name, parameter):
    names.append(name)
    if name == "bias":
        parameter.requires_grad_(False)


with register_module_parameter_registration_hook(freeze_bias):
    built = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
trained = [n for n, p in built.named_parameters() if p.requires_grad]

print("registered", names, "trained", trained)
assert names == ["weight", "bias"] * 2
assert trained == ["0.weight", "1.weight"]
assert nn.Linear(1, 1).bias.requires_grad

# %%
# One wart of torch 2.13: a global forward hook registered ``with_kwargs=True``
# leaves a crumb. ``remove()`` takes away the hook, and forgets the note that
# it wanted keywords. No other hook is called for it; but torch goes on
# believing that there are global hooks, and warns of them when a module that
# ``torch.compile`` returned is called.

handle = register_module_forward_hook(
    lambda module, args, kwargs, output: None, with_kwargs=True
)
handle.remove()
left = module_py._global_forward_hooks_with_kwargs
crumbs = {"hooks": len(module_py._global_forward_hooks), "notes": len(left)}
believed = bool(module_py._has_any_global_hook())
del left[handle.id]

print("after remove():", crumbs)
assert crumbs == {"hooks": 0, "notes": 1}
assert believed
assert not module_py._has_any_global_hook()

# %%
# The calls as the hooks recorded them: the further in, the deeper.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Two global hooks record every call: Sequential, and four within it",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
width = 1 / len(calls)
for index, (level, name) in enumerate(calls):
    inside = [later for later, _ in calls[index + 1 :]]
    span = next((n for n, k in enumerate(inside) if k <= level), len(inside))
    size = (width * (span + 1) - 0.02, 0.22)
    corner = (0.01 + width * index, 0.72 - 0.3 * level)
    ax.add_patch(plt.Rectangle(corner, *size, fc=GREEN))
    middle = corner[0] + size[0] / 2, corner[1] + size[1] / 2
    ax.text(*middle, name, color="white", ha="center", va="center", size=11)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: global hooks are for tools that watch, within a ``with`` block.
# They see modules and no functions, and they run before a module's own hooks
# (:doc:`hook_order`). :doc:`/walkthroughs/calling-a-module` reads the test
# that keeps a call fast as long as there are none.
