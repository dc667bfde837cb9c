"""
``model.forward(x)`` skips the hooks
====================================

May I call ``model.forward(x)`` myself, and what do I lose?

You may, and most modules give a result without an error. (A lazy one does not
before its first call, which a hook of its own prepares.) But the code that
runs hooks is in ``__call__``, so none runs for this module: no global one,
none of its own, and none of its own in the backward pass. Its children are
called as ever, with their hooks. If a hook changes the output, the two calls
return different values.
"""

import os

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook
from torch.nn.utils import prune

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Five kinds of hook, each noting that it ran. The forward hook also doubles
# the output.


class LogOfPower(nn.Module):
    def forward(self, x, q):
        return torch.log(x**q)


ran = []


def note(kind, answer=None):
    """A hook that notes its kind and returns what ``answer`` makes."""

    def hook(module, *seen):
        ran.append(kind)
        return answer(*seen) if answer else None

    return hook


model = LogOfPower()
model.register_forward_pre_hook(note("forward pre-hook"))
model.register_forward_hook(
    note("forward hook", answer=lambda args, output: 2 * output)
)
model.register_full_backward_pre_hook(note("full backward pre-hook"))
model.register_full_backward_hook(note("full backward hook"))
everywhere = register_module_forward_hook(note("global forward hook"))

# %%
# One forward and backward pass each way, with the same inputs.


def run(function):
    """The result, the gradients and the hooks that ran."""
    ran.clear()
    x = torch.tensor(5.0, device=device, requires_grad=True)
    q = torch.tensor(3.0, device=device, requires_grad=True)
    z = function(x, q)
    z.backward()
    values = [round(t.item(), 4) for t in (z, x.grad, q.grad)]
    return values, list(ran)


by_call, hooks_of_call = run(model)
by_forward, hooks_of_forward = run(model.forward)
everywhere.remove()

print(f"{'':24}{'model(x, q)':14}model.forward(x, q)")
print(f"{'z':24}{by_call[0]:<14}{by_forward[0]}")
for kind in hooks_of_call:
    skipped = "ran" if kind in hooks_of_forward else "-"
    print(f"{kind:24}{'ran':14}{skipped}")

assert by_call == [9.6566, 1.2000, 3.2189]
assert by_forward == [4.8283, 0.6000, 1.6094]
assert hooks_of_forward == []
assert hooks_of_call == [
    "forward pre-hook",
    "global forward hook",
    "forward hook",
    "full backward pre-hook",
    "full backward hook",
]

# %%
# Hooks carry more than debugging aids. Pruned weights, for one, are made anew
# in a forward pre-hook before every call, and ``.forward`` goes on with the
# old ones without a word.

pruned = prune.l1_unstructured(nn.Linear(4, 4), "weight", amount=0.5)
assert len(pruned._forward_pre_hooks) == 1

with torch.no_grad():
    pruned.weight_orig.fill_(100.0)  # what is trained; weight is made of it
ones = torch.ones(1, 4)
assert pruned.forward(ones).abs().max() < 10 < pruned(ones).abs().max()

# %%
# One direct call is right: ``super().forward`` inside ``forward``. It takes
# part in a call that is already under way, and the hooks run once.


class Doubled(LogOfPower):
    def forward(self, x, q):
        return 2 * super().forward(x, q)


doubled = Doubled()
doubled.register_forward_hook(note("forward hook"))
by_super, hooks_of_super = run(doubled)

print("with super().forward:", by_super[0], *hooks_of_super)
assert by_super == [9.6566, 1.2000, 3.2189]
assert hooks_of_super == ["forward hook"]

# %%
# Filled: the hook ran. Open: it did not.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Five kinds of hook run on model(x, q), none on model.forward(x, q)",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()

columns = {
    0.60: ("model(x, q)", hooks_of_call),
    0.84: ("model.forward(x, q)", hooks_of_forward),
}
for left, (heading, hooks) in columns.items():
    ax.text(left, 0.88, heading, color=GREY, ha="center", size=11)
    for row, kind in enumerate(hooks_of_call):
        height = 0.74 - 0.16 * row
        inside = GREEN if kind in hooks else "none"
        edge = GREEN if kind in hooks else ORANGE
        ax.scatter(left, height, s=180, facecolor=inside, edgecolor=edge)
for row, kind in enumerate(hooks_of_call):
    height = 0.74 - 0.16 * row
    ax.text(0.42, height, kind, color=GREY, ha="right", va="center", size=11)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: call the module, not its ``forward``. Where each hook gets its turn
# is read in :doc:`/walkthroughs/calling-a-module`.
