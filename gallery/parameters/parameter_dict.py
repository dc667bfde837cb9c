"""
ParameterDict sorts, ModuleDict does not
========================================

In which order do the parameters of an ``nn.ParameterDict`` come back?

In the order of insertion, with one exception: a mapping handed over as a
whole, in the call, to ``update`` or with ``|``, is sorted by its keys, unless
it is an ``OrderedDict`` or another ``ParameterDict``. ``nn.ModuleDict`` gave
that habit up in torch 1.7, ``nn.ParameterDict`` still has it in 2.13.0.
"""

import os
from collections import OrderedDict
from types import MappingProxyType

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The two factors of ``z = logParam * log(powParam * x**q)``, under keys. As in
# a ``ParameterList``, tensors become parameters when they are put in.


class LogOfPower(nn.Module):
    def __init__(self):
        super().__init__()
        self.factors = nn.ParameterDict(
            {"powParam": torch.tensor(1.0), "logParam": torch.tensor(1.0)}
        )

    def forward(self, x, q):
        y = self.factors["powParam"] * x**q
        return self.factors["logParam"] * torch.log(y)


x = torch.tensor(5.0, device=device)
q = torch.tensor(3.0, device=device)
model = LogOfPower().to(device)
z = model(x, q)
z.backward()
found = {name: p.grad.item() for name, p in model.named_parameters()}

print(f"z {z.item():.4f}")
for name, grad in found.items():
    print(name, f"grad {grad:.4f}")
assert round(z.item(), 4) == 4.8283
assert list(found) == ["factors.logParam", "factors.powParam"]  # sorted
assert [round(grad, 4) for grad in found.values()] == [4.8283, 1.0]

# %%
# The keys went in as powParam, logParam and came out the other way round. The
# same keys, put in in other ways, and into a ``ModuleDict``:

plain = {"powParam": torch.zeros(1), "logParam": torch.zeros(1)}
one_by_one = nn.ParameterDict()
for key, value in plain.items():
    one_by_one[key] = value

orders = {
    "ParameterDict(dict)": nn.ParameterDict(plain),
    "ParameterDict(pairs)": nn.ParameterDict(list(plain.items())),
    "ParameterDict(OrderedDict)": nn.ParameterDict(OrderedDict(plain)),
    "one by one": one_by_one,
    "ModuleDict(dict)": nn.ModuleDict({key: nn.Identity() for key in plain}),
}
assert all(isinstance(each, nn.Module) for each in orders.values())
orders = {way: list(container) for way, container in orders.items()}

for way, keys in orders.items():
    print(f"{way:27}", *keys)
assert orders.pop("ParameterDict(dict)") == ["logParam", "powParam"]
assert all(keys == ["powParam", "logParam"] for keys in orders.values())
for mapping in (nn.ParameterDict() | plain, MappingProxyType(plain)):
    assert list(nn.ParameterDict(mapping)) == ["logParam", "powParam"]

# %%
# It matters wherever parameters are matched by position. An optimizer numbers
# its state that way: two models with the same keys, one filled from a dict and
# one from pairs, exchange the states of two parameters without an error when
# their shapes agree.

from_dict = nn.ParameterDict(plain)
from_pairs = nn.ParameterDict(list(plain.items()))
adam = torch.optim.Adam(from_dict.parameters())
from_dict["powParam"].sum().backward()
adam.step()
other = torch.optim.Adam(from_pairs.parameters())
other.load_state_dict(adam.state_dict())
owner = [key for key, p in from_pairs.items() if p in other.state]

print("the state of powParam went to", *owner)
assert owner == ["logParam"]

# %%
# One plain dict, two containers.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "From one plain dict: ModuleDict keeps its order, ParameterDict sorts",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def column(left, heading, names):
    """Draw names under a heading."""
    ax.text(left, 0.86, heading, color=GREY, ha="center", size=12)
    for height, name in zip((0.57, 0.17), names, strict=True):
        colour = GREEN if name == "powParam" else GREY
        style = {"boxstyle": "round,pad=0.5", "fc": colour, "ec": "none"}
        place = {"ha": "center", "va": "center", "size": 12}
        ax.text(left, height, name, color="white", bbox=style, **place)


column(0.15, "ModuleDict", orders["ModuleDict(dict)"])
column(0.50, "dict", list(plain))
column(0.85, "ParameterDict", list(from_dict))
ax.plot((0.15, 0.50, 0.85), (0.57, 0.57, 0.17), color=GREEN, zorder=1)
ax.plot((0.15, 0.50, 0.85), (0.17, 0.17, 0.57), color=GREY, zorder=1)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: if the order matters to you, give ``ParameterDict`` pairs or an
# ``OrderedDict``. :doc:`/gallery/containers/module_dict` tells the same story
# of modules.
