"""
register_parameter takes a name, and None
=========================================

When is ``self.bias = nn.Parameter(...)`` not enough?

When the name is made at run time, or when a parameter is optional.
``register_parameter(name, None)`` keeps a place for a parameter: the attribute
exists, is None, and until it is deleted accepts nothing but a ``Parameter`` or
None.
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
# A polynomial whose number of coefficients is an argument. The loop makes the
# names; the result is the same as with assignments.


class Polynomial(nn.Module):
    def __init__(self, *coefficients):
        super().__init__()
        for power, start in enumerate(coefficients):
            parameter = nn.Parameter(torch.tensor(start))
            self.register_parameter(f"c{power}", parameter)

    def forward(self, x):
        powers = enumerate(self.parameters())
        return sum(parameter * x**power for power, parameter in powers)


x = torch.tensor(5.0, device=device)
model = Polynomial(1.0, 0.0, 2.0).to(device)
y = model(x)
y.backward()
names = [name for name, _ in model.named_parameters()]
grads = [parameter.grad.item() for parameter in model.parameters()]

print("y", y.item(), *names, grads)
assert y.item() == 51.0  # 1 + 2 * 5**2
assert names == ["c0", "c1", "c2"]
assert model.c2.item() == 2.0
assert grads == [1.0, 5.0, 25.0]

# %%
# An optional parameter. ``forward`` may ask ``self.bias is None``, and nothing
# is listed or saved for it. ``nn.Linear(..., bias=False)`` does the same.


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(1))
        self.register_parameter("bias", None)


scale = Scale()
linear = nn.Linear(1, 1, bias=False)
for module in (scale, linear):
    assert list(module._parameters) == ["weight", "bias"]
    assert module.bias is None
    assert [name for name, _ in module.named_parameters()] == ["weight"]
    assert list(module.state_dict()) == ["weight"]

# %%
# What the kept place is good for: it remembers that a parameter belongs here.
# An attribute that was set to None in the ordinary way would take the tensor
# below without complaint, and never train it.

forgotten = nn.Module()
forgotten.bias = None
forgotten.bias = torch.zeros(1)
try:
    scale.bias = torch.zeros(1)
except TypeError as error:
    message = str(error)

print(message)
assert list(forgotten.parameters()) == []
assert message.startswith("cannot assign 'torch.FloatTensor' as parameter")
assert message.endswith("'bias' (torch.nn.Parameter or None expected)")
scale.bias = nn.Parameter(torch.zeros(1))
filled = [name for name, _ in scale.named_parameters()]
assert filled == ["weight", "bias"]

# %%
# As with modules, a name has no dot, and hides no attribute. An assignment is
# less careful: it replaces an ordinary attribute of the same name.

refused = {}
for name in ("a.b", "note"):
    try:
        module = nn.Module()
        module.note = "ordinary"
        module.register_parameter(name, nn.Parameter(torch.zeros(1)))
    except KeyError as error:
        refused[name] = error.args[0]
module.note = nn.Parameter(torch.zeros(1))

print(*refused.values(), sep="\n")
assert refused == {
    "a.b": 'parameter name can\'t contain "."',
    "note": "attribute 'note' already exists",
}
assert [name for name, _ in module.named_parameters()] == ["note"]

# %%
# Who knows the name ``bias``: filled yes, open no.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A kept place: _parameters knows bias, parameters and state_dict do not",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()

rows = {"bias is a Parameter": scale, "kept place": linear}
rows |= {"plain attribute": forgotten}
columns = {
    0.45: ("_parameters", lambda m: m._parameters),
    0.67: ("parameters()", lambda m: dict(m.named_parameters())),
    0.88: ("state_dict()", lambda m: m.state_dict()),
}
answers = []
for row, (label, module) in enumerate(rows.items()):
    height = 0.62 - 0.23 * row
    ax.text(0.31, height, label, color=GREY, ha="right", va="center", size=11)
    for left, (_, names_of) in columns.items():
        known = "bias" in names_of(module)
        answers.append(known)
        inside, edge = (GREEN, GREEN) if known else ("none", ORANGE)
        ax.scatter(left, height, s=180, facecolor=inside, edgecolor=edge)
for left, (heading, _) in columns.items():
    ax.text(left, 0.82, heading, color=GREY, ha="center", size=11)
ax.set(xlim=(0, 1), ylim=(0, 1))
assert answers == [True, True, True, True, False, False, False, False, False]
plt.show()

# %%
# Remember: assign where you can; ``register_parameter`` is for computed names
# and for parameters that may be missing. Which tensors it turns away is in
# :doc:`parameter_must_be_leaf`.
