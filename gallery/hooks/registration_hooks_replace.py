"""
Registration hooks can replace
==============================

Can I see each parameter, buffer and module at the moment a model gets it, and
put another in its place?

Yes: three global hooks are called before something is written to its store,
and what they return is written instead, unless it is ``None``. ``insert`` into
a container and ``del`` from one write past them, and so do ``to()`` and its
like, and a parameter that is set to ``None``.
"""

import torch
from torch import nn
from torch.nn.modules.module import (
    register_module_buffer_registration_hook,
    register_module_module_registration_hook,
    register_module_parameter_registration_hook,
)

# %%
# One function for all three, which notes the names and returns nothing. So
# everything stays as it is.

names = []


def note(module, name, value):
    names.append(name)


def registered(action):
    """What is noted during an action."""
    names.clear()
    handles = [
        register_module_parameter_registration_hook(note),
        register_module_buffer_registration_hook(note),
        register_module_module_registration_hook(note),
    ]
    try:
        action()
    finally:
        for handle in handles:
            handle.remove()
    return list(names)


t = torch.zeros(1)
model = nn.Module()
steps = nn.Sequential(nn.ReLU())


ACTIONS = {
    "m.weight = nn.Parameter(t)": lambda: setattr(
        model, "weight", nn.Parameter(t)
    ),
    "m.register_parameter(...)": lambda: model.register_parameter(
        "bias", nn.Parameter(t)
    ),
    "m.register_buffer(...)": lambda: model.register_buffer("mean", t),
    "m.child = nn.ReLU()": lambda: setattr(model, "child", nn.ReLU()),
    "m.child = None": lambda: setattr(model, "child", None),
    "m.add_module(...)": lambda: model.add_module("other", nn.ReLU()),
    "m.bias = None": lambda: setattr(model, "bias", None),
    "m.double()": lambda: model.double(),
    "m.mean = None": lambda: setattr(model, "mean", None),
    "sequence.append(...)": lambda: steps.append(nn.ReLU()),
    "sequence.insert(0, ...)": lambda: steps.insert(0, nn.ReLU()),
    "del sequence[0]": lambda: steps.__delitem__(0),
    "nn.Linear(1, 1)": lambda: nn.Linear(1, 1),
}
table = {text: registered(action) for text, action in ACTIONS.items()}

for text, seen in table.items():
    print(f"{text:28}", *(seen or ["not called"]))
assert list(table.values()) == [
    ["weight"],
    ["bias"],
    ["mean"],
    ["child"],
    ["child"],
    ["other"],
    [],
    [],
    ["mean"],
    ["1"],
    [],
    [],
    ["weight", "bias"],
]

# %%
# A parameter that is set to ``None`` is the other exception: a buffer or a
# module that is set to ``None`` does call its hook.
#
# Now hooks that return something: a parameter that starts at 7, a buffer of
# ones, a module that does nothing. They reach modules built by code that you
# did not write.


def seven(module, name, parameter):
    return nn.Parameter(torch.full_like(parameter, 7))


def ones(module, name, buffer):
    return torch.ones_like(buffer)


def nothing(module, name, child):
    return nn.Identity()


handles = [
    register_module_parameter_registration_hook(seven),
    register_module_buffer_registration_hook(ones),
    register_module_module_registration_hook(nothing),
]
try:
    built = nn.Module()
    built.scale = nn.Parameter(t)
    built.mean = nn.Buffer(t)
    built.step = nn.ReLU()
    built.add_module("other", nn.ReLU())
    built.step = None
finally:
    for handle in handles:
        handle.remove()
kinds = {name: type(m).__name__ for name, m in built.named_children()}

print("replaced:", built.scale.item(), built.mean.item(), kinds)
assert built.scale.item() == 7 and built.mean.item() == 1
assert kinds == {"step": "Identity", "other": "Identity"}
assert nn.Linear(1, 1).weight.item() != 7  # the hooks are removed

# %%
# ``step`` was set to ``None`` at last, and holds a module nevertheless: what
# the hook returns for ``None`` counts as well.
#
# Remember: keep the handles, for these hooks see every module of the process.
# What global hooks of a call can do is in :doc:`global_hooks`; what else
# ``insert`` leaves out, in :doc:`/gallery/containers/editing_a_module_list`.
