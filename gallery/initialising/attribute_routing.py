"""
Where an assignment to a module goes
====================================

I write ``self.x = value`` for parameters, modules, buffers and numbers alike.
How does torch know which is which?

``Module.__setattr__`` asks for the type of the value, and what the name is
already, and puts the value into the store of its kind; ``__getattr__`` finds
it there, and ``__delattr__`` removes it.
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
# Six assignments, and the store in which each is found afterwards. A plain
# tensor is no buffer: under a new name only ``nn.Buffer`` or
# ``register_buffer`` make one.

STORES = ("_parameters", "_modules", "_buffers")


def store(module, name):
    """The store in which a name is, or the instance's own __dict__."""
    found = [s for s in STORES if name in vars(module)[s]]
    found += ["__dict__"] * (name in vars(module))
    return found


t = torch.ones(1, device=device)
module = nn.Module()
module.parameter = nn.Parameter(t)
module.child = nn.ReLU()
module.buffer = nn.Buffer(t)
module.tensor = t
module.number = 3
module.nothing = None
names = ("parameter", "child", "buffer", "tensor", "number", "nothing")
found = {name: store(module, name) for name in names}

for name, places in found.items():
    print(f"{name:10} {type(getattr(module, name)).__name__:10}", *places)
assert found == {
    "parameter": ["_parameters"],
    "child": ["_modules"],
    "buffer": ["_buffers"],
    "tensor": ["__dict__"],
    "number": ["__dict__"],
    "nothing": ["__dict__"],
}

# %%
# Reading is the mirror image, with a twist: Python calls ``__getattr__`` only
# if the ordinary search fails. What is in ``__dict__`` is found at once, and
# what is in a store comes through ``__getattr__``, unless the class has an
# attribute of that name, which then hides it.


class Listening(nn.Module):
    def __getattr__(self, name):
        asked.append(name)
        return super().__getattr__(name)


asked = []
listening = Listening()
listening.child = nn.ReLU()
listening.number = 3
assert listening.child is listening._modules["child"]
assert listening.number == 3

print("__getattr__ was asked for", asked)
assert asked == ["child"]


class Hiding(nn.Module):
    child = None


hiding = Hiding()
hiding.child = nn.ReLU()
assert hiding.child is None and "child" in hiding._modules

# %%
# ``del`` goes to the right store, and what was removed is neither found nor
# saved under that name any more.

saved = list(module.state_dict())
for name in names[:4]:
    delattr(module, name)
try:
    del module.parameter
except AttributeError as error:
    message = str(error)

print("saved", saved, "then", list(module.state_dict()))
assert saved == ["parameter", "buffer"]
assert list(module.state_dict()) == [] and not hasattr(module, "tensor")
assert [s for s in STORES if vars(module)[s]] == []
assert message == "'Module' object has no attribute 'parameter'"

# %%
# The twist has a trap. If a property raises an ``AttributeError``, Python
# takes the ordinary search as failed and asks ``__getattr__``, which blames
# the property itself.


class Misleading(nn.Module):
    @property
    def width(self):
        return self.size[-1]  # there is no "size"


try:
    Misleading().width
except AttributeError as error:
    blamed = str(error)

print(blamed)
assert blamed == "'Misleading' object has no attribute 'width'"

# %%
# The kinds and their stores.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Parameter, module and buffer go to stores, the rest to __dict__",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
heights = dict(zip((*STORES, "__dict__"), (0.9, 0.7, 0.5, 0.18), strict=True))


def box(text, at, colour):
    """Draw a box."""
    style = {"boxstyle": "round,pad=0.35", "fc": colour, "ec": "none"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=11, color="white")
    return drawn


ends = {
    place: box(place, (0.78, height), GREY if place == "__dict__" else GREEN)
    for place, height in heights.items()
}
for row, (name, (place,)) in enumerate(found.items()):
    colour = GREY if place == "__dict__" else GREEN
    start = box(name, (0.22, 0.92 - 0.17 * row), colour)
    patches = {"patchA": start.get_bbox_patch(), "shrinkA": 0}
    patches |= {"patchB": ends[place].get_bbox_patch(), "shrinkB": 0}
    way = {"arrowstyle": "-|>", "color": colour, **patches}
    ax.annotate(
        "", ends[place].get_position(), start.get_position(), arrowprops=way
    )
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: the type decides about a new name, when it is assigned. What
# happens to a name that already belongs to a store is in
# :doc:`name_changes_kind`.
