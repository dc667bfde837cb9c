"""
Every kind of hook, in order
============================

In which order do all the hooks run?

This example registers every kind that modules, tensors and the graph have, on
two nested modules, their tensors, a node of the graph and all modules at once,
and prints the complete order of one forward and one backward pass.
"""

import os
import warnings

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.autograd import graph
from torch.nn.modules import module as module_py

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# First the kinds, taken from torch itself so that none is forgotten: each
# ``register_...hook`` for all modules, one module, a tensor, a node, the
# graph.


def offered(place):
    """The names of the functions of a place that register a hook."""
    names = (name for name in dir(place) if name.startswith("register_"))
    return {name for name in names if name.endswith("hook")}


PLACES = (module_py, nn.Module, torch.Tensor, graph.Node, graph)
kinds = {(place, name) for place in PLACES for name in offered(place)}
assert len(kinds) == 22

# %%
# Two modules, the inner called ``log``. Each notes when its ``forward`` runs.

order = []


class Log(nn.Module):
    def forward(self, y):
        order.append(("log", "forward"))
        return torch.log(y)


class LogOfProduct(nn.Module):
    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(1.0))
        self.log = Log()

    def forward(self, x):
        order.append(("model", "forward"))
        return self.log(self.factor * x)


model = LogOfProduct().to(device)
x = torch.tensor(5.0, device=device, requires_grad=True)
used = set()


def register(place, name, *first, owner=None, on=None):
    """Register a hook that notes its kind and on what it ran."""

    def hook(*seen):
        module = "model" if seen[0] is model else "log"
        order.append((on or module, name.removeprefix("register_")))

    used.add((place, name))
    return getattr(owner or place, name)(*first, hook)


# %%
# Of the old and the full kind of backward hook only one can be used globally,
# and one on each module; pre-hooks go with either. The full kind it is, but
# for ``log``.

OLD, OLD_GLOBAL = "register_backward_hook", "register_module_backward_hook"

handles = [
    register(module_py, name)
    for name in sorted(offered(module_py) - {OLD_GLOBAL})
]
try:
    register(module_py, OLD_GLOBAL)
except RuntimeError as error:
    message = str(error)
assert message.startswith("Cannot use both regular backward hooks and full")

for name in sorted(offered(nn.Module)):
    owner = model.log if name == OLD else model
    register(nn.Module, name, owner=owner)

# %%
# Then the hooks of tensors, with a pair that sees every tensor saved for the
# backward pass. The result's hooks can be registered only when it exists.


def pack(tensor):
    order.append(("saved tensor", "pack"))
    return tensor


def unpack(tensor):
    order.append(("saved tensor", "unpack"))
    return tensor


for label, tensor in {"x": x, "factor": model.factor}.items():
    for name in sorted(offered(torch.Tensor)):
        register(torch.Tensor, name, owner=tensor, on=label)
both = (x, model.factor)
register(graph, "register_multi_grad_hook", both, on="x and factor")

with (
    graph.saved_tensors_hooks(pack, unpack),
    warnings.catch_warnings(record=True) as caught,  # of the old kind
):
    warnings.simplefilter("always")
    z = model(x)
register(torch.Tensor, "register_hook", owner=z, on="z")
for name in sorted(offered(graph.Node)):
    register(graph.Node, name, owner=z.grad_fn, on="z.grad_fn")

forward, order = order, []
z.backward()
backward, order = order, []
for handle in handles:
    handle.remove()

assert used == kinds
assert [warning.category for warning in caught] == [FutureWarning]
assert round(z.item(), 4) == 1.6094
assert round(x.grad.item(), 4) == 0.2

# %%
# The complete order. ``module_`` begins the names of global hooks, which run
# for both modules, and before a module's own.

for step, (owner, name) in enumerate(forward + backward, 1):
    heading = {1: "forward", 1 + len(forward): "backward"}.get(step, "")
    print(f"{heading:9}{step:2}  {owner:13} {name}")

assert forward == [
    ("model", "module_forward_pre_hook"),
    ("model", "forward_pre_hook"),
    ("model", "forward"),
    ("saved tensor", "pack"),
    ("saved tensor", "pack"),
    ("log", "module_forward_pre_hook"),
    ("log", "forward"),
    ("saved tensor", "pack"),
    ("log", "module_forward_hook"),
    ("model", "module_forward_hook"),
    ("model", "forward_hook"),
]
assert backward == [
    ("z", "hook"),
    ("z.grad_fn", "prehook"),
    ("model", "module_full_backward_pre_hook"),
    ("model", "full_backward_pre_hook"),
    ("z.grad_fn", "hook"),
    ("log", "module_full_backward_pre_hook"),
    ("log", "backward_hook"),
    ("saved tensor", "unpack"),
    ("log", "module_full_backward_hook"),
    ("saved tensor", "unpack"),
    ("saved tensor", "unpack"),
    ("factor", "hook"),
    ("factor", "post_accumulate_grad_hook"),
    ("model", "module_full_backward_hook"),
    ("model", "full_backward_hook"),
    ("x", "hook"),
    ("x and factor", "multi_grad_hook"),
    ("x", "post_accumulate_grad_hook"),
]

# %%
# Three things to read off. ``z.grad_fn`` is no logarithm: because the model
# has full backward hooks, its result comes out of torch's identity function,
# and the hooks of that node enclose the model's backward pre-hooks. A gradient
# goes through the hook of its tensor before it is added to ``.grad``. And the
# model's full backward hook stands between its parameter and its input.
#
# The kinds that are missing have other occasions: to save, to load and to
# build.

ran = {name for _, name in forward + backward}
silent = {name.removeprefix("register_") for _, name in kinds} - ran
silent.remove("module_backward_hook")  # refused above

model.load_state_dict(model.state_dict())
with module_py.register_module_module_registration_hook(
    lambda module, name, child: order.append(("model", "built"))
):
    model.extra = nn.Identity()
others = [name for _, name in order]

print("at other times:", len(silent), "kinds, such as", others[0])
assert others == [
    "state_dict_pre_hook",
    "state_dict_post_hook",
    "load_state_dict_pre_hook",
    "load_state_dict_post_hook",
    "built",
]
assert silent == {
    *others[:4],
    "module_module_registration_hook",
    "module_parameter_registration_hook",
    "module_buffer_registration_hook",
}

# %%
# One dot for each step, in time from the left to the right.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    f"{len(forward)} steps of one forward pass and {len(backward)} of its "
    "backward pass",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0.2, 0.02, 0.79, 0.86))
lanes = ["model", "log", "factor", "x", "x and factor", "z", "z.grad_fn"]
lanes.append("saved tensor")
steps = forward + backward
places = [lanes.index(owner) for owner, _ in steps]
colours = [GREEN] * len(forward) + [ORANGE] * len(backward)
ax.plot(range(len(steps)), places, color=GREY, lw=0.7, zorder=1)
ax.scatter(range(len(steps)), places, s=45, color=colours, zorder=2)
ax.text(5, 8, "forward", color=GREEN, ha="center", size=11)
ax.text(19.5, 8, "backward", color=ORANGE, ha="center", size=11)
ax.set_yticks(range(len(lanes)), lanes)
ax.set(facecolor="none", xticks=[])
ax.set_ylim(8.4, -0.4)
ax.tick_params(colors=GREY, length=0, labelsize=10)
ax.spines[:].set_visible(False)
plt.show()

# %%
# Remember: forward hooks enclose ``forward``, full backward hooks enclose its
# backward if a positional input requires grad, and global ones go first.
# :doc:`what_hooks_change` shows which of them reach what, and
# :doc:`/walkthroughs/calling-a-module` reads the code that makes the order.
