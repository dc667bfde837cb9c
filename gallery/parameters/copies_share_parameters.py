"""
A copy of a ParameterDict shares its parameters
===============================================

If I take a slice of an ``nn.ParameterList`` or a ``copy()`` of an
``nn.ParameterDict``, do I train the original?

Yes. As with a list and a dict, the container is new and what it holds is not.
New parameters come from ``copy.deepcopy``.
"""

import copy
import os

import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Three factors in a list, and two in a dict. A number may be among them: it is
# kept, but is no parameter.

factors = nn.ParameterList(torch.full((1,), n) for n in (2.0, 3.0, 5.0))
table = nn.ParameterDict({"scale": torch.ones(1), "power": 3})
factors.to(device), table.to(device)

part, again, deep = factors[1:], table.copy(), copy.deepcopy(table)
shared = {
    "factors[1:]": part[0] is factors[1],
    "table.copy()": again["scale"] is table["scale"],
    "copy.deepcopy(table)": deep["scale"] is table["scale"],
}
for way, same in shared.items():
    print(f"{way:22}", "the same parameters" if same else "new parameters")
assert list(shared.values()) == [True, True, False]
assert type(part) is nn.ParameterList and len(part) == 2
assert list(again) == list(table) == ["power", "scale"]  # sorted, once
assert again["power"] == 3

# %%
# A step on the slice is a step on the original.

optimizer = torch.optim.SGD(part.parameters(), lr=0.5)
torch.prod(torch.cat(list(part))).backward()
optimizer.step()
values = [f.item() for f in factors]

print("after a step on the slice, the list holds", *values)
assert values == [2.0, 0.5, 3.5]

# %%
# A slice in strides of more than one, or backwards, works as in a list; what a
# ``ParameterList`` does not have is ``+``, ``insert`` and ``del``.

assert [f.item() for f in factors[::-2]] == [3.5, 2.0]
missing = [
    name
    for name in ("__add__", "insert", "__delitem__", "pop")
    if not hasattr(nn.ParameterList, name)
]
print("not in a ParameterList:", *missing)
assert missing == ["__add__", "insert", "__delitem__", "pop"]

# %%
# A key has to be a string. The check comes after the key was noted, so that
# the failed assignment leaves a key without a value behind.

try:
    table[3] = torch.ones(1)
except TypeError as error:
    message = str(error)
try:
    dict(table.items())
except TypeError as error:
    later = str(error)

print("table[3] = ...:", message.split(" (")[0])
print("and then", list(table), "of which 3 cannot be read")
assert message.startswith(
    "Index given to ParameterDict cannot be used as a key as it is not a "
    "string (type is 'int')."
)
assert list(table) == ["power", "scale", 3] and len(table) == 3
assert later == message

# %%
# ``copy.copy`` is a trap: it makes a module around the same store of
# parameters, so that what is added to one of the two is in both.

shallow = copy.copy(part)
shallow.append(torch.ones(1))
print("added to a shallow copy, and listed:", len(list(part.parameters())))
assert len(list(part.parameters())) == 3 and len(part) == 2

# %%
# Remember: a slice or a ``copy()`` to choose among parameters, a deep copy to
# have others. What a deep copy of a tensor keeps is in
# :doc:`/gallery/tensors/deepcopy_shares_inside`.
