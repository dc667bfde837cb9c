"""
A ``register_buffer`` of one's own
==================================

"Registering a non-persistent buffer on a Module subclass that implements
``register_buffer()`` without the persistent argument is not allowed": which
class does that?

One that overrides the method as it was before torch 1.6, without
``persistent``. An assignment looks for that name in the signature first, and
leaves the argument out where it is not: ``*args, **kwargs`` do not count.
"""

import torch
from torch import nn

# %%
# Three classes, to be compared with ``nn.Module``. Two note each call; the
# last would pass on whatever it is given.

calls = []


class Old(nn.Module):
    def register_buffer(self, name, tensor):
        calls.append(f"Old {name}")
        super().register_buffer(name, tensor)


class New(nn.Module):
    def register_buffer(self, name, tensor, persistent=True):
        calls.append(f"New {name} {persistent}")
        super().register_buffer(name, tensor, persistent)


class Any(nn.Module):
    def register_buffer(self, *args, **kwargs):
        super().register_buffer(*args, **kwargs)


# %%
# Buffers assigned to each, one that is saved and one that is not.

t = torch.zeros(1)
saved, refused = {}, {}
for kind in (nn.Module, Old, New, Any):
    module = kind()
    module.mean = nn.Buffer(t)
    try:
        module.mask = nn.Buffer(t, persistent=False)
    except RuntimeError as error:
        refused[kind.__name__] = str(error)
    saved[kind.__name__] = list(module.state_dict())

print("calls:", *calls, sep="  ")
print("saved:", saved)
print("refused by", *refused, sep="  ")
assert calls == ["Old mean", "New mean True", "New mask False"]
assert saved == dict.fromkeys(("Module", "Old", "New", "Any"), ["mean"])
assert refused == dict.fromkeys(
    ("Old", "Any"),
    "Registering a non-persistent buffer on a Module subclass that "
    "implements register_buffer() without the persistent argument is not "
    "allowed.",
)

# %%
# A tensor that is assigned to the name of a buffer goes the same way: it takes
# the buffer's place, and is saved or not as the buffer was. A name that
# becomes a parameter is saved from then on.

module = nn.Module()
module.mask = nn.Buffer(t, persistent=False)
module.mask = torch.ones(1)
as_buffer = list(module.state_dict())
module.mask = nn.Parameter(t)
as_parameter = list(module.state_dict())

print("saved as a buffer", as_buffer, " and as a parameter", as_parameter)
assert as_buffer == [] and as_parameter == ["mask"]
assert module._non_persistent_buffers_set == set()

# %%
# One kind of module refuses such a buffer: a script module. It is still there,
# though ``torch.jit.script`` is deprecated. That function accepts a module
# which has one, but in the script module it makes, the buffer is saved.

script = torch.jit.ScriptModule()
try:
    script.register_buffer("mask", t, persistent=False)
except RuntimeError as error:
    message = str(error)

print(message)
assert message == "ScriptModule does not support non-persistent buffers"

# %%
# Without data, ``nn.Buffer()`` is empty, to be filled in later.

assert nn.Buffer().shape == (0,) and nn.Buffer().persistent

# %%
# Remember: an override needs ``persistent=True`` as its third argument, after
# the tensor. What the argument does: :doc:`persistent_or_not`.
