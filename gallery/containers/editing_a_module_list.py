"""
An ``nn.ModuleList`` is not quite a list
========================================

Which habits of a list does an ``nn.ModuleList`` share?

Reading slices, negative indices, ``del`` and ``pop``, with the names kept in
step; but no assignment to a slice, and no ``remove``, ``clear`` or ``sort``.
``insert`` is the one to be careful with: it checks neither the place nor what
is put there, and a negative place leaves a list with modules in it broken.
"""

from torch import nn

# %%
# Modules are told apart by their width. The names of the modules are what a
# checkpoint would be saved under.


def layers(*widths):
    """A list of linear layers of these widths."""
    return nn.ModuleList(nn.Linear(1, width) for width in widths)


def seen(modules):
    """The names and widths of the modules, in order."""
    pairs = modules.named_children()
    return " ".join(f"{name}:{m.out_features}" for name, m in pairs)


modules = layers(2, 3, 5, 7)
last, part = modules[-1], modules[1:3]
assert last.out_features == 7
assert type(part) is nn.ModuleList and part[0] is modules[1]

# %%
# A slice is a new list of the same modules, numbered from 0. Whatever is
# deleted, the rest is numbered anew.

results = {"modules[1:3]": seen(part)}
del modules[0]
results["del modules[0]"] = seen(modules)
del modules[:-1]
results["del modules[:-1]"] = seen(modules)
modules.insert(0, nn.Linear(1, 2))
results["insert(0, ...)"] = seen(modules)

for text, outcome in results.items():
    print(f"{text:18}{outcome}")
assert results == {
    "modules[1:3]": "0:3 1:5",
    "del modules[0]": "0:3 1:5 2:7",
    "del modules[:-1]": "0:7",
    "insert(0, ...)": "0:2 1:7",
}

# %%
# ``insert`` moves what lies behind the place by one, from the end, and writes
# into the gap. With -1 it goes on until it asks for a module of the name
# "-1". By then everything has moved, and the first module is there twice.

broken = layers(2, 3, 5)
try:
    broken.insert(-1, nn.Linear(1, 7))
except KeyError as error:
    asked = error.args[0]

print("insert(-1, ...)   KeyError:", asked, " leaves", len(broken), "of 3")
assert asked == "-1"
assert len(broken) == 4 and broken[0] is broken[1]

# %%
# A place behind the end leaves a gap in the names. The module counts, and is
# trained and saved, but no index finds it, only a slice or a loop.

gap = layers(2, 3)
gap.insert(5, nn.Linear(1, 7))
try:
    gap[2]
except KeyError as error:
    lost = error.args[0]

print("insert(5, ...)    KeyError:", lost, " with names", seen(gap))
assert seen(gap) == "0:2 1:3 5:7" and len(gap) == 3
assert lost == "2" and seen(gap[2:]) == "0:7"

# %%
# And a thing that is no module is accepted, to fail later and elsewhere.

no_module = layers(2)
no_module.insert(0, "no module")
try:
    next(no_module.parameters())
except AttributeError as error:
    late = str(error)

print("insert(0, str)    later:", late)
assert late == "'str' object has no attribute 'named_modules'"

# %%
# Checked are these:

REFUSED = {
    "modules[4]": lambda: layers(2)[4],
    "extend(1)": lambda: layers(2).extend(1),
    "append(1)": lambda: layers(2).append(1),
    "modules[0:1] =": lambda: layers(2).__setitem__(slice(1), layers(3)),
}
messages = {}
for text, attempt in REFUSED.items():
    try:
        attempt()
    except (IndexError, TypeError) as error:
        messages[text] = f"{type(error).__name__}: {error}"

for text, message in messages.items():
    print(f"{text:18}{message}")
assert messages == {
    "modules[4]": "IndexError: index 4 is out of range",
    "extend(1)": "TypeError: ModuleList.extend should be called with an "
    "iterable, but got int",
    "append(1)": "TypeError: int is not a Module subclass",
    "modules[0:1] =": "TypeError: 'slice' object cannot be interpreted as an "
    "integer",
}

# %%
# Remember: insert at 0 to ``len(modules)``, and only modules. What
# ``nn.Sequential`` does instead: :doc:`editing_a_sequential`.
