"""
Global hooks that always run
============================

A tool wants to see the end of every call, those that fail included. Does
``always_call=True`` work for all modules at once?

It does: a failing call passes the hook once for each module on its way out.
Global hooks go first and may replace what the module's own ones are shown.
But with keyword arguments the two kinds differ.
"""

import warnings

import torch
from torch import nn
from torch.nn.modules import module as module_py
from torch.nn.modules.module import (
    register_module_forward_hook as register_for_all,
)
from torch.utils.checkpoint import checkpoint

# %%
# Two modules, one within the other. The inner one fails.


class Log(nn.Module):
    def forward(self, y, *, least=0.0):
        if y <= least:
            raise ValueError("too small")
        return torch.log(y)


class Shifted(nn.Module):
    def __init__(self):
        super().__init__()
        self.log = Log()

    def forward(self, x, *, least=0.0):
        return self.log(x - 4, least=least)


def fails(module, value):
    """Call with a value that is too small."""
    try:
        module(torch.tensor(value), least=0.0)
    except ValueError as error:
        return str(error)
    raise AssertionError("no error")


# %%
# One hook that always runs, beside one that does not. The error passes the
# inner module first.

order, model = [], Shifted()


def leaving(module, args, output):
    order.append((type(module).__name__, output))


def never(module, args, output):
    raise AssertionError("skipped after an error")


with register_for_all(leaving, always_call=True), register_for_all(never):
    raised = fails(model, 3.0)

for name, output in order:
    print("leaving", name, "with", output)
assert raised == "too small"
assert order == [("Log", None), ("Shifted", None)]

# %%
# A second hook raises after a ``forward`` that went well, so the output is no
# longer ``None``. Registered behind it or before it, the hook that always runs
# is called once.


def strict(module, args, output):
    if output.item() < 1:
        raise ValueError("small")


ALWAYS = {"always_call": True}
ways = {
    "behind": ((strict, {}), (leaving, ALWAYS)),
    "before": ((leaving, ALWAYS), (strict, {})),
}
for way, ((hook, options), (other, others)) in ways.items():
    order.clear()
    with register_for_all(hook, **options), register_for_all(other, **others):
        raised = fails(Log(), 1.0)
    shown = [(name, output.item()) for name, output in order]
    print(f"{way} a hook that raises:", shown)
    assert raised == "small"
    assert shown == [("Log", 0.0)]

# %%
# What a global hook returns is shown to the hooks after it, the module's own
# included, and goes no further. What it raises becomes a warning, and the
# first error goes on.

order.clear()
inner = Log()
inner.register_forward_hook(leaving, always_call=True)
with (
    register_for_all(lambda *seen: "from the global one", always_call=True),
    register_for_all(lambda *seen: {}["missing"], always_call=True),
    warnings.catch_warnings(record=True) as caught,
):
    warnings.simplefilter("always")
    raised = fails(inner, -1.0)

messages = [str(w.message) for w in caught]
print("own hook:", order, "raised:", raised)
print("warned:", *messages)
assert order == [("Log", "from the global one")]
assert raised == "too small"
assert messages == [
    "global module forward hook with ``always_call=True`` raised an exception "
    "that was silenced as another error was raised in forward: 'missing'"
]

# %%
# With keyword arguments, a module's own hook is called with four arguments in
# either case. A global hook is called with four after a call that went well,
# and with three after an error.

counts = {"own": [], "global": []}


def counting(kind):
    return lambda *seen: counts[kind].append(len(seen))


both = {"with_kwargs": True, "always_call": True}
inner = Log()
inner.register_forward_hook(counting("own"), **both)
with register_for_all(counting("global"), **both) as handle:
    inner(torch.tensor(1.0), least=0.0)
    fails(inner, -1.0)

print("arguments of a hook, after success and after an error:", counts)
assert counts == {"own": [4, 4], "global": [4, 3]}

# %%
# One table keeps the number of that hook after it was removed; see
# :doc:`global_hooks`. This example takes it out, through a private name, as
# there is no other way.

del module_py._global_forward_hooks_with_kwargs[handle.id]
assert not module_py._has_any_global_hook()

# %%
# An error need not be a failure. A checkpoint without reentry stops its second
# run of ``forward`` by one, as soon as it has what it needs.

order.clear()
x = torch.tensor(5.0, requires_grad=True)
with register_for_all(leaving, always_call=True):
    checkpoint(nn.Sigmoid(), x, use_reentrant=False).backward()

print("first run and second:", [output is None for _, output in order])
assert [output is None for _, output in order] == [False, True]

# %%
# Remember: let a global hook that always runs take ``*args``, and expect
# ``None`` for the output. The same for one module: :doc:`always_call`.
