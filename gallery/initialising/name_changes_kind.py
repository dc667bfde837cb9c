"""
When a name changes its kind
============================

``self.x`` holds a parameter. May I assign a tensor, a module or ``None``?

Only ``None``, or another parameter: its name is the best defended. The name of
a module gives way to a parameter, that of a buffer to a parameter or a module,
and an ordinary attribute of the object to anything but a buffer.
"""

import os

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Every old kind against every new value: 24 assignments, each to a fresh
# module. A letter tells in which store the name is afterwards.

t = torch.zeros(1, device=device)
MAKE = {
    "Parameter": lambda: nn.Parameter(t),
    "Module": nn.ReLU,
    "Buffer": lambda: nn.Buffer(t),
    "tensor": lambda: t,
    "None": lambda: None,
    "number": lambda: 1,
}
OLD = ("Parameter", "Module", "Buffer", "number")
LETTERS = {"_parameters": "P", "_modules": "M", "_buffers": "B"}
errors = {}


def assign(old, new):
    """The letter of the store after the second assignment, or "-"."""
    module = nn.Module()
    module.x = MAKE[old]()
    try:
        module.x = MAKE[new]()
    except (TypeError, KeyError) as error:
        errors[old, new] = error.args[0]
        return "-"
    stores = [LETTERS[s] for s in LETTERS if "x" in vars(module)[s]]
    (letter,) = stores + ["d"] * ("x" in vars(module))
    return letter


table = {old: "".join(assign(old, new) for new in MAKE) for old in OLD}

print(" " * 10, *(f"{new:9}" for new in MAKE))
for old, letters in table.items():
    print(
        f"{old:10}", *(f"{letter:9}" for letter in letters[:-1]), letters[-1]
    )
assert table == {
    "Parameter": "P---P-",
    "Module": "PM--M-",
    "Buffer": "PMBBB-",
    "number": "PM-ddd",
}

# %%
# ``-`` is an error, and most errors name what the store of the name accepts,
# though not what would take the name away from it. The buffer fails
# differently where the name is taken by an ordinary attribute, for
# ``register_buffer`` does not move it away, as the assignment of a parameter
# or a module does. (An attribute of the class cannot be moved, and refuses a
# parameter in the same words.)

for pair in (("Parameter", "Module"), ("number", "Buffer")):
    print(errors[pair])
assert len(errors) == 9
assert errors["Parameter", "number"] == (
    "cannot assign 'int' as parameter 'x' "
    "(torch.nn.Parameter or None expected)"
)
assert errors["Module", "tensor"].endswith(
    "(torch.nn.Module or None expected)"
)
assert errors["Buffer", "number"].endswith(
    "(torch.nn.Buffer, torch.Tensor or None expected)"
)
assert errors["number", "Buffer"] == "attribute 'x' already exists"


class Default(nn.Module):
    x = 1


try:
    Default().x = nn.Parameter(t)
except KeyError as error:
    assert error.args[0] == errors["number", "Buffer"]
else:
    raise AssertionError("accepted")

# %%
# The quiet moves are the ones to know. A tensor assigned to a buffer's name
# becomes the buffer. ``None`` keeps the name in its store, so that a parameter
# can come back later. And to be free, a name must be deleted.

module = nn.Module()
module.x = nn.Parameter(t)
module.x = None
kept = "x" in module._parameters
listed, saved = list(module.parameters()), list(module.state_dict())
del module.x
module.x = t

print("None keeps the name:", kept, "but lists", listed, "and saves", saved)
assert kept and listed == [] and saved == []
assert vars(module)["x"] is t and module._parameters == {}

# %%
# Rows: what the name held. Columns: what is assigned. Green: a store keeps or
# takes the name; grey: an ordinary attribute; orange: refused.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "24 assignments: 9 are refused, 12 end in a store, 3 in __dict__",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
place = {"ha": "center", "va": "center", "size": 10}
for column, new in enumerate(MAKE):
    ax.text(1.5 + column, 0.3, new, color=GREY, **place)
for row, (old, letters) in enumerate(table.items()):
    ax.text(0.5, 1 + row, old, color=GREY, **place)
    for column, letter in enumerate(letters):
        colour = {"-": ORANGE, "d": GREY}.get(letter, GREEN)
        corner = (1.05 + column, 0.6 + row)
        ax.add_patch(plt.Rectangle(corner, 0.9, 0.8, fc=colour))
        middle = (1.5 + column, 1 + row)
        ax.text(*middle, letter, color="white", **place)
ax.set(xlim=(0, 7.1), ylim=(4.5, 0))
plt.show()

joined = "".join(table.values())
assert [joined.count("-"), joined.count("d")] == [9, 3]

# %%
# Remember: ``None`` to empty, ``del`` to free, and ``nn.Parameter(...)``
# around the tensor to replace a parameter. The stores are introduced in
# :doc:`attribute_routing`.
