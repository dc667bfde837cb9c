"""
ParameterList is a list that torch sees
=======================================

How do I keep parameters in a list and have them trained?

Use ``nn.ParameterList``. It is a module that registers its elements under the
names "0", "1" and so on, and it turns every tensor put in into a
``Parameter``. (One of integers cannot require a gradient, and is refused.)
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
# The two factors of ``z = logParam * log(powParam * x**q)``, in a list. They
# go in as plain tensors and come out as parameters.


class LogOfPower(nn.Module):
    def __init__(self):
        super().__init__()
        self.factors = nn.ParameterList([torch.tensor(1.0), torch.tensor(1.0)])

    def forward(self, x, q):
        of_power, of_log = self.factors
        return of_log * torch.log(of_power * x**q)


x = torch.tensor(5.0, device=device)
q = torch.tensor(3.0, device=device)
model = LogOfPower().to(device)
z = model(x, q)
z.backward()
found = dict(model.named_parameters())

print(f"z {z.item():.4f}")
for name, parameter in found.items():
    print(name, f"grad {parameter.grad.item():.4f}")
assert round(z.item(), 4) == 4.8283
assert list(found) == ["factors.0", "factors.1"]
grads = [round(parameter.grad.item(), 4) for parameter in found.values()]
assert grads == [1.0, 4.8283]

# %%
# Only tensors are turned into parameters. Anything else is assigned as it is,
# a module too, which becomes a child. A string or a number is then an ordinary
# attribute: it has a place in the list and is not trained, and a list in the
# list hides its parameters as any list does.

factors = model.factors
factors.append("a note")
factors.append([nn.Parameter(torch.tensor(1.0))])

print("length", len(factors), "parameters", len(list(factors.parameters())))
assert len(factors) == 4
assert len(list(factors.parameters())) == 2
assert factors[2] == "a note"
assert isinstance(factors[3][0], nn.Parameter)
assert list(nn.ParameterList([nn.ReLU()]).children())
assert list(model.state_dict()) == ["factors.0", "factors.1"]

# %%
# It holds and does not compute: a call is refused.

try:
    factors(x)
except RuntimeError as error:
    message = str(error)

print(message)
assert message == "ParameterList should not be called."

# %%
# The list after both additions. Only what is filled is trained and saved.

GREY, GREEN = "#767676", "#2f7d6b"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A ParameterList registers tensors (filled), no string or list (dashed)",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, *parents, seen=True):
    """Draw a box, and lines to it from its parents."""
    line = {"ls": "-" if seen else "--", "ec": GREEN if seen else GREY}
    style = {"boxstyle": "round,pad=0.5", "fc": GREEN if seen else "none"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style | line)
    drawn.set(size=12, color="white" if seen else GREY)
    for parent in parents:
        ends = {"patchA": parent.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-", **line, **ends}
        ax.annotate("", at, parent.get_position(), arrowprops=way)
    return drawn


list_box = box("factors: ParameterList", (0.5, 0.8))
for place, (index, value) in zip(
    (0.12, 0.38, 0.62, 0.87), enumerate(factors), strict=True
):
    kind = type(value).__name__
    known = str(index) in factors._parameters
    box(f"{index}: {kind}", (place, 0.24), list_box, seen=known)
plt.show()

# %%
# Remember: ``ParameterList`` for parameters that belong together by position.
# For parameters under keys see :doc:`parameter_dict`, and for modules
# :doc:`/gallery/containers/module_list`.
