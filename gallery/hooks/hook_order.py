"""
Hooks run in order of registration
==================================

I registered three hooks on one module. Which one goes first, and can a later
one get in front?

Global hooks first, then the module's own in the order of registration. With
``prepend=True`` a hook goes to the front of the module's own. Each is handed
what the one before it returned.
"""

import os

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn.modules.module import (
    register_module_forward_hook,
    register_module_forward_pre_hook,
    register_module_full_backward_hook,
    register_module_full_backward_pre_hook,
)

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# For each of the four kinds: two hooks, one that is prepended, and last of all
# a global one. The order is the same for all kinds.

ORDER = ["global", "prepended", "first", "second"]
KINDS = {
    "forward_pre_hook": register_module_forward_pre_hook,
    "forward_hook": register_module_forward_hook,
    "full_backward_pre_hook": register_module_full_backward_pre_hook,
    "full_backward_hook": register_module_full_backward_hook,
}
ran = {kind: [] for kind in KINDS}


def note(kind, name):
    """A hook that notes its name and changes nothing."""
    return lambda *seen: ran[kind].append(name)


module = nn.Identity()
handles = []
for kind, register_globally in KINDS.items():
    register = getattr(module, f"register_{kind}")
    register(note(kind, "first"))
    register(note(kind, "second"))
    register(note(kind, "prepended"), prepend=True)
    handles.append(register_globally(note(kind, "global")))

x = torch.tensor(3.0, device=device, requires_grad=True)
module(x).backward()
for handle in handles:
    handle.remove()

for kind, names in ran.items():
    print(f"{kind:24}{', '.join(names)}")
assert ran == dict.fromkeys(KINDS, ORDER)

# %%
# Order matters when hooks change things, because each gets the work of the one
# before. Adding one and then doubling is not doubling and then adding one.


def add_one(module, args, output):
    return output + 1


def double(module, args, output):
    return 2 * output


results = {}
for prepend in (False, True):
    module = nn.Identity()
    module.register_forward_hook(add_one)
    module.register_forward_hook(double, prepend=prepend)
    results[prepend] = module(x).item()

print(
    "double registered last:", results[False], "and prepended:", results[True]
)
assert results == {False: 8.0, True: 7.0}

# %%
# The hooks of one kind are listed before the first of them runs, so a hook may
# take itself away while it runs: it has its turn once, and the others keep
# theirs, those too that it removes (without keywords, as that wish goes with
# the handle). Hooks that run after an error (:doc:`always_call`), for a state
# dict or at registration are not listed. A forward hook that a pre-hook
# registers is in time for the same call; a backward hook is not.

ran["once"] = []
module = nn.Identity()


def once(module, args, output):
    ran["once"].append("once")
    handle.remove()


handle = module.register_forward_hook(once)
module.register_forward_hook(note("once", "always"))
module(x)
module(x)

print("two calls:", ", ".join(ran["once"]))
assert ran["once"] == ["once", "always", "always"]
assert len(module._forward_hooks) == 1
assert ran["forward_hook"] == ORDER  # nothing was added: no global hook left

module, ran["late"] = nn.Identity(), []


def register_late(module, args):
    module.register_forward_hook(note("late", "in time"))


module.register_forward_pre_hook(register_late)
module(x)
assert ran["late"] == ["in time"]

module, ran["backward"] = nn.Identity(), []


def register_too_late(module, args):
    module.register_full_backward_hook(note("backward", "in time"))


module.register_forward_pre_hook(register_too_late)
module(x).backward()
assert ran["backward"] == []

module, ran["removed"] = nn.Identity(), []
module.register_forward_hook(lambda *seen: handle.remove())
handle = module.register_forward_hook(
    lambda *seen: ran["removed"].append(len(seen)), with_kwargs=True
)
module(x)
assert ran["removed"] == [3]  # with keywords there are four

module = nn.Identity()
handle = module.register_state_dict_pre_hook(lambda *seen: handle.remove())
module.register_state_dict_pre_hook(lambda *seen: None)
try:
    module.state_dict()
except RuntimeError as error:
    assert str(error) == "OrderedDict mutated during iteration"
else:
    raise AssertionError("accepted")

# %%
# The order in which they were registered, and that in which they ran.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Registered last, the global hook runs first; then the prepended one",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()

registered = ["first", "second", "prepended", "global"]
order = ran["forward_hook"]
for left, heading in ((0.22, "registered"), (0.78, "run")):
    ax.text(left, 0.9, heading, color=GREY, ha="center", size=11)
for name in registered:
    heights = [
        0.74 - 0.21 * names.index(name) for names in (registered, order)
    ]
    moved = name in ("prepended", "global")
    colour = ORANGE if moved else GREEN
    ax.plot((0.22, 0.78), heights, color=colour, zorder=1)
    for left, height in zip((0.22, 0.78), heights, strict=True):
        style = {"boxstyle": "round,pad=0.35", "fc": colour, "ec": "none"}
        place = {"ha": "center", "va": "center", "size": 11}
        ax.text(left, height, name, color="white", bbox=style, **place)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: global, then prepended, then as registered; the later prepended
# stands before the earlier. How the kinds follow each other is shown in
# :doc:`every_hook`, and the loops that run them are read in
# :doc:`/walkthroughs/calling-a-module`.
