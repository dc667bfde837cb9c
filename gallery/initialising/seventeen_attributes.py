"""
What ``Module.__init__`` creates
================================

What is in a module before I put anything into it?

Seventeen attributes: the training mode, four stores for what you register, and
twelve for hooks. Before ``__init__`` there is none.
"""

from collections import OrderedDict

import matplotlib.pyplot as plt
from torch import nn

# %%
# An object exists before its ``__init__`` runs. ``__new__`` makes it, and its
# ``__dict__`` is empty.

module = nn.Module.__new__(nn.Module)
before = dict(vars(module))
nn.Module.__init__(module)
after = dict(vars(module))

print("before", len(before), "after", len(after))
assert before == {}
assert len(after) == 17

# %%
# In three groups. Eight of the twelve for hooks hold the hooks themselves. The
# other four are notes on how hooks were registered: with keywords (two), to be
# called always, and of which kind the backward hooks are.

groups = {"mode": [], "stores": [], "hooks": []}
for name in after:
    kind = "hooks" if "hook" in name else "stores"
    groups["mode" if name == "training" else kind].append(name)

for kind, names in groups.items():
    print(f"{len(names):2} {kind}")
print(*groups["mode"], *groups["stores"])
assert groups["mode"] == ["training"]
assert groups["stores"] == [
    "_parameters",
    "_buffers",
    "_non_persistent_buffers_set",
    "_modules",
]
assert sorted(groups["hooks"]) == [
    "_backward_hooks",
    "_backward_pre_hooks",
    "_forward_hooks",
    "_forward_hooks_always_called",
    "_forward_hooks_with_kwargs",
    "_forward_pre_hooks",
    "_forward_pre_hooks_with_kwargs",
    "_is_full_backward_hook",
    "_load_state_dict_post_hooks",
    "_load_state_dict_pre_hooks",
    "_state_dict_hooks",
    "_state_dict_pre_hooks",
]

# %%
# The types tell what is expected of each. The hooks of a call have an order
# that ``prepend=True`` can change, and of the two kinds of dict only an
# ``OrderedDict`` can move an entry to the front. The three stores that find a
# value by its name are plain dicts (since torch 2.5).

of_type = {}
for name, value in after.items():
    of_type.setdefault(type(value).__name__, []).append(name)

for kind, names in of_type.items():
    few = ", ".join(names) if len(names) < 4 else f"{len(names)} for hooks"
    print(f"{kind:12}{few}")
assert of_type.pop("dict") == ["_parameters", "_buffers", "_modules"]
assert of_type.pop("set") == ["_non_persistent_buffers_set"]
assert of_type.pop("bool") == ["training"]
assert of_type.pop("NoneType") == ["_is_full_backward_hook"]
assert {*of_type} == {"OrderedDict"} and len(of_type["OrderedDict"]) == 11
assert hasattr(OrderedDict, "move_to_end") and not hasattr(dict, "move_to_end")

# %%
# ``Module.__init__`` fills in all seventeen without asking
# ``Module.__setattr__``: that function sorts parameters, modules and buffers
# into the stores, which costs time, and here there is nothing to sort. A
# subclass that counts assignments sees none.


class Counting(nn.Module):
    count = 0

    def __setattr__(self, name, value):
        type(self).count += 1
        super().__setattr__(name, value)


counting = Counting()
during = Counting.count
counting.training = False

print("assignments seen during __init__:", during, "and after it:", end=" ")
print(Counting.count - during)
assert during == 0 and Counting.count == 1
assert counting.training is False

# %%
# One square for each attribute.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "1 attribute for the mode, 4 stores and 12 attributes for hooks",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
colours = {"mode": GREY, "stores": ORANGE, "hooks": GREEN}
for row, (kind, names) in enumerate(groups.items()):
    height = 0.72 - 0.3 * row
    ax.text(0.14, height + 0.08, kind, color=GREY, ha="right", size=12)
    for column in range(len(names)):
        corner = (0.17 + 0.068 * column, height)
        size = {"width": 0.058, "height": 0.2}
        ax.add_patch(plt.Rectangle(corner, fc=colours[kind], **size))
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: a module's parameters, buffers, children and own hooks are all kept
# in these seventeen. Without them nothing can be registered with it:
# :doc:`without_init`.
