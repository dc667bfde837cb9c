"""
Editing an ``nn.Sequential``
============================

Can I change an ``nn.Sequential`` that exists: insert a layer, cut one out,
repeat it?

Yes, as you would a list. But its modules have names, and the edits do not
agree on them: deleting numbers everything anew, a slice keeps the old names,
and ``append`` trusts the length. One pair of edits loses a module.
"""

from collections import OrderedDict

import torch
from torch import nn

# %%
# Modules that multiply, to be told apart. Each edit is made to a fresh
# sequence of three; the table shows its names and factors afterwards.


class Times(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return self.factor * x


def seen(sequence):
    """The names and factors of a sequence, in order."""
    pairs = sequence._modules.items()  # named_children skips repetitions
    return " ".join(f"{name}:{module.factor}" for name, module in pairs)


def delete(sequence, index):
    del sequence[index]


EDITS = {
    "s[1] = Times(7)": lambda s: s.__setitem__(1, Times(7)),
    "s.append(Times(7))": lambda s: s.append(Times(7)),
    "s.extend([Times(7)])": lambda s: s.extend([Times(7)]),
    "s.insert(0, Times(7))": lambda s: s.insert(0, Times(7)),
    "s.insert(-1, Times(7))": lambda s: s.insert(-1, Times(7)),
    "del s[0]": lambda s: delete(s, 0),
    "del s[1:]": lambda s: delete(s, slice(1, None)),
    "s[1:]": lambda s: s[1:],
    "s * 2": lambda s: s * 2,
}


def after(edit):
    """What an edit returns, or what it made of the sequence."""
    sequence = nn.Sequential(Times(2), Times(3), Times(5))
    result = edit(sequence)
    return seen(sequence if result is None else result)


table = {text: after(edit) for text, edit in EDITS.items()}

for text, outcome in table.items():
    print(f"{text:24}{outcome}")
assert table == {
    "s[1] = Times(7)": "0:2 1:7 2:5",
    "s.append(Times(7))": "0:2 1:3 2:5 3:7",
    "s.extend([Times(7)])": "0:2 1:3 2:5 3:7",
    "s.insert(0, Times(7))": "0:7 1:2 2:3 3:5",
    "s.insert(-1, Times(7))": "0:2 1:3 2:7 3:5",
    "del s[0]": "0:3 1:5",
    "del s[1:]": "0:2",
    "s[1:]": "1:3 2:5",
    "s * 2": "0:2 1:3 2:5 3:2 4:3 5:5",
}

# %%
# Look at the slice: its names begin at 1, so that they still fit a checkpoint
# of the whole. ``append`` takes the length for the next name, which here is a
# name in use.

tail = nn.Sequential(Times(2), Times(3), Times(5))[1:]
tail.append(Times(7))
result = tail(torch.tensor(1.0)).item()

print("the slice, with 7 appended:", seen(tail), " at x = 1:", result)
assert seen(tail) == "1:3 2:7"  # where is 5?
assert result == 21.0

# %%
# Numbering it anew is safe: ``nn.Sequential(*s[1:])``.

fresh = nn.Sequential(*nn.Sequential(Times(2), Times(3), Times(5))[1:])
fresh.append(Times(7))
assert seen(fresh) == "0:3 1:5 2:7"

# %%
# Names of your own, none that a module's methods have, come in an
# ``OrderedDict``. They survive an assignment, but not a deletion by index; and
# ``insert``, before the end, wants numbers.

named = nn.Sequential(OrderedDict(two=Times(2), three=Times(3)))
named[0] = Times(7)
kept = seen(named)
try:
    named.insert(0, Times(5))
except KeyError as error:
    missing = error.args[0]
del named[0]

print("assigned", kept, "  insert misses", missing, "  deleted", seen(named))
assert kept == "two:7 three:3"
assert missing == "1"
assert seen(named) == "0:3"

# %%
# A factor repeats the modules themselves: twice the steps, and not one
# parameter more.

linear = nn.Sequential(nn.Linear(2, 2))
twice = linear * 2
print("steps", len(twice), "parameters", len(list(twice.parameters())))
assert twice[0] is twice[1] is linear[0]
assert len(list(twice.parameters())) == 2

# %%
# What is refused:

REFUSED = {
    "s[3]": lambda s: s[3],
    "s.insert(4, Times(7))": lambda s: s.insert(4, Times(7)),
    "s.insert(0, 7)": lambda s: s.insert(0, 7),
    "s * 1.5": lambda s: s * 1.5,
    "s * 0": lambda s: s * 0,
}
messages = {}
for text, edit in REFUSED.items():
    try:
        after(edit)
    except (AssertionError, IndexError, TypeError, ValueError) as error:
        messages[text] = f"{type(error).__name__}: {error}"

CLASS = "<class 'torch.nn.modules.container.Sequential'>"
for text, message in messages.items():
    print(f"{text:24}{message.replace(CLASS, '(...)')}")
assert messages == {
    "s[3]": "IndexError: index 3 is out of range",
    "s.insert(4, Times(7))": "IndexError: Index out of range: 4",
    "s.insert(0, 7)": "AssertionError: module should be of type: "
    "<class 'torch.nn.modules.module.Module'>",
    "s * 1.5": "TypeError: unsupported operand type(s) for *: "
    f"{CLASS} and <class 'float'>",
    "s * 0": f"ValueError: Non-positive multiplication factor 0 for {CLASS}",
}

# %%
# Remember: after a slice, build a new sequence before you append. How an
# ``nn.ModuleList`` does with the same edits: :doc:`editing_a_module_list`.
