"""
State that is no tensor
=======================

My module counts something in a plain number. How does it get into the state
dict?

With two methods: ``get_extra_state`` and ``set_extra_state``. What the first
returns is saved under the key ``_extra_state``, whatever it is, and handed to
the second. To the check of keys it is one like any other; but an error in the
second method ends the loading there and then.
"""

import torch
from torch import nn

# %%
# A layer that counts its calls. The two methods turn it into something to save
# and back.


class Counted(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return self.scale * x

    def get_extra_state(self):
        return {"calls": self.calls}

    def set_extra_state(self, state):
        self.calls = state["calls"]


model = nn.Sequential(Counted())
for _ in range(3):
    model(torch.ones(1))
state = model.state_dict()
other = nn.Sequential(Counted())
other.load_state_dict(state)

print("saved", *state, " ", state["0._extra_state"])
print("loaded: calls", other[0].calls)
assert state["0._extra_state"] == {"calls": 3}
assert other[0].calls == 3

# %%
# The key is missing in a checkpoint from before the methods were written, and
# unexpected in a model without them. A class with only one of the two has half
# of the behaviour: this one saves and cannot load.


class OnlySaves(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def get_extra_state(self):
        return 1


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))


def complaint(module, state, **options):
    """What loading complains of, or reports."""
    try:
        return str(module.load_state_dict(state, **options))
    except RuntimeError as error:
        return str(error).splitlines()[1].strip()


saved = Counted().state_dict()
before = Plain().state_dict()
found = {
    "old state": complaint(Counted(), before),
    "old state, strict=False": complaint(Counted(), before, strict=False),
    "model without": complaint(Plain(), saved),
    "its own state": complaint(OnlySaves(), OnlySaves().state_dict()),
}

for case, said in found.items():
    print(f"{case:24}{said}")
assert found == {
    "old state": 'Missing key(s) in state_dict: "_extra_state".',
    "old state, strict=False": "_IncompatibleKeys("
    "missing_keys=['_extra_state'], unexpected_keys=[])",
    "model without": 'Unexpected key(s) in state_dict: "_extra_state".',
    "its own state": 'Unexpected key(s) in state_dict: "_extra_state".',
}

# %%
# It is the object itself that is in the dict, not a copy of it.

shared = {"calls": 0}


class Shares(Counted):
    def get_extra_state(self):
        return shared


assert Shares().state_dict()["_extra_state"] is shared

# %%
# Remember: a buffer is the simpler way for numbers, and moves with the model.
# For anything else write both methods. ``torch.load`` opens only plain types
# and tensors by default: :doc:`what_pickle_writes`.
