"""
A module that may be absent
===========================

Some of my blocks have a ``shortcut`` and some do not. Should the others hold
``None``?

They may. ``None`` under the name of a module keeps the place. Torch prints it,
and leaves it out when it walks, moves or saves the children; but loading drops
the keys of that child without a complaint. Where the first value is ``None``,
the name is only an attribute, until a module comes.
"""

import torch
from torch import nn

# %%
# A block in three states, and what is known of its shortcut in each.


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.main = nn.Linear(2, 2)
        self.shortcut = None

    def forward(self, x):
        y = self.main(x)
        return y if self.shortcut is None else y + self.shortcut(x)


def known(block):
    """Where the name is, whether it is listed, saved and shown."""
    return (
        "_modules" if "shortcut" in block._modules else "__dict__",
        "shortcut" in dict(block.named_modules()),
        "shortcut" in dict(block.named_children()),
        any(key.startswith("shortcut") for key in block.state_dict()),
        "shortcut" in repr(block),
        "shortcut" in dir(block),
    )


block = Block()
states = {"None at first": known(block)}
block.shortcut = nn.Linear(2, 2)
states["a module"] = known(block)
block.shortcut = None
states["None again"] = known(block)

print(f"{'':15}{'where':10}", "modules children state repr dir")
for text, (where, *rest) in states.items():
    marks = ["yes" if known else "-" for known in rest]
    print(f"{text:15}{where:10}", "{:8}{:9}{:6}{:5}{}".format(*marks))
assert states == {
    "None at first": ("__dict__", False, False, False, False, True),
    "a module": ("_modules", True, True, True, True, True),
    "None again": ("_modules", False, False, False, True, True),
}

# %%
# It computes, moves, loads and switches in each state.

block = Block()
for shortcut in (None, nn.Linear(2, 2), None):
    block.shortcut = shortcut
    block.to(torch.float64).eval().zero_grad()
    block.load_state_dict(block.state_dict())
    assert block(torch.ones(1, 2, dtype=torch.float64)).shape == (1, 2)

# %%
# A checkpoint with a shortcut, loaded into a block with none: even strict
# loading takes the keys under a place for those of a module, and ignores them.
# Where the name is only an attribute, they are unexpected.

full = Block()
full.shortcut = nn.Linear(2, 2)
state = full.state_dict()
full.shortcut = None
ignored = full.load_state_dict(state)
try:
    Block().load_state_dict(state)
except RuntimeError as error:
    complaint = str(error)

print("a place:", ignored, " an attribute:", complaint.splitlines()[1].strip())
assert ignored.unexpected_keys == []
assert "Unexpected key(s)" in complaint and "shortcut.weight" in complaint

# %%
# To keep the place from the start, register ``None``. An attribute that holds
# ``None`` can still become anything but a buffer; a place for a module takes
# modules, ``None`` or a parameter, and no function.

block = Block()
try:
    block.shortcut = nn.Buffer(torch.zeros(2))
except KeyError as error:
    taken = error.args[0]
del block.shortcut
block.register_module("shortcut", None)
try:
    block.shortcut = torch.nn.functional.relu
except TypeError as error:
    message = str(error)

print(message)
assert taken == "attribute 'shortcut' already exists"
assert known(block) == states["None again"]
assert message == (
    "cannot assign 'torch.nn.functional.relu' as child module 'shortcut' "
    "(torch.nn.Module or None expected)"
)

# %%
# ``dir`` knows the names of parameters, buffers and modules, even where they
# lead to ``None``, so that a console can complete them. Names that begin with
# a digit it leaves out: nobody can write ``model.0``.

names = dir(nn.Sequential(nn.Linear(1, 1)))
print('"weight" in dir(nn.Linear(1, 1)):', "weight" in dir(nn.Linear(1, 1)))
assert {"weight", "bias"} <= set(dir(nn.Linear(1, 1)))
assert "running_mean" in dir(nn.BatchNorm1d(1)) and "0" not in names

# %%
# Remember: ``nn.Identity()`` instead of ``None`` spares the question in
# ``forward``, where doing nothing is what is meant. Which value takes which
# name: :doc:`/gallery/initialising/name_changes_kind`.
