"""
``to`` moves what is registered
===============================

I moved my model to another device. Why does one of its tensors complain that
it is on the wrong one?

Because ``to`` goes through the parameters, with their gradients, and the
buffers of every module, and through nothing else. A plain tensor attribute
stays where it was made.
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
# One tensor of each kind. The device to move to is ``meta``, which every
# machine has: tensors there have a shape and no data.


class Kinds(nn.Module):
    def __init__(self):
        super().__init__()
        self.parameter = nn.Parameter(torch.zeros(2))
        self.register_buffer("buffer", torch.zeros(2))
        self.register_buffer("unsaved", torch.zeros(2), persistent=False)
        self.register_buffer("count", torch.tensor(0))
        self.tensor = torch.zeros(2)
        self.listed = [torch.zeros(2)]


def tensors(module):
    """All tensors of a module, registered or not."""
    names = ("parameter", "buffer", "unsaved", "count", "tensor")
    found = {name: getattr(module, name) for name in names}
    return found | {"listed": module.listed[0]}


model = Kinds().to("meta")
assert "unsaved" not in model.state_dict()
places = {name: t.device.type for name, t in tensors(model).items()}

print("device", places)
assert places == {
    "parameter": "meta",
    "buffer": "meta",
    "unsaved": "meta",
    "count": "meta",
    "tensor": "cpu",
    "listed": "cpu",
}

# %%
# A change of dtype goes the same way, with an exception that makes sense for a
# counter: only floating-point and complex tensors are converted.

model = Kinds().to(torch.bfloat16)
dtypes = {
    name: str(t.dtype).removeprefix("torch.")
    for name, t in tensors(model).items()
}

print("dtype", dtypes)
assert dtypes == {
    "parameter": "bfloat16",
    "buffer": "bfloat16",
    "unsaved": "bfloat16",
    "count": "int64",
    "tensor": "float32",
    "listed": "float32",
}

# %%
# Between dtypes, and between the CPU and a GPU, a parameter gets new data: the
# object stays, and an optimizer that holds it is not left behind. (On the way
# to ``meta`` even a parameter is a new object:
# :doc:`/gallery/moving_and_saving/same_parameter_after_to`.) A buffer is
# replaced by a new tensor, and whoever kept the old one keeps the old one.

model = Kinds()
parameter, buffer = model.parameter, model.buffer
model.to(torch.bfloat16)

print("same parameter", model.parameter is parameter, end=", ")
print("same buffer", model.buffer is buffer)
assert model.parameter is parameter
assert parameter.dtype == torch.bfloat16
assert model.buffer is not buffer
assert buffer.dtype == torch.float32

# %%
# The mistake and its error. Where the two devices are is not important; that
# they are two is. (A CPU tensor without dimensions is let through: it counts
# as a number.)

model = Kinds().to("meta")
try:
    torch.add(model.parameter, model.tensor)
except RuntimeError as error:
    message = str(error)

print(message)
assert message == "Tensor on device cpu is not on the expected device meta!"
assert torch.add(model.parameter, torch.tensor(1.0)).is_meta

# %%
# If a tensor cannot be registered, make it where it is used: on the device of
# an input. Then it never has to be moved.


class Ramp(nn.Module):
    def forward(self, values):
        return values * torch.arange(len(values), device=values.device)


result = Ramp()(torch.ones(3, device=device))

print("on the input's device:", result.tolist())
assert result.device.type == torch.device(device).type
assert result.tolist() == [0.0, 1.0, 2.0]

# %%
# Where each tensor is after ``to("meta")``, as recorded above.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    'to("meta") moves parameters and buffers; plain tensors stay on the CPU',
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()

sides = {"cpu": (0.03, 0.3, ORANGE), "meta": (0.43, 0.54, GREEN)}
for place, (left, width, colour) in sides.items():
    ax.add_patch(
        plt.Rectangle((left, 0.06), width, 0.88, ec=GREY, fc="none", ls="--")
    )
    ax.text(left + 0.02, 0.83, place, color=GREY, size=12)
    names = [name for name, at in places.items() if at == place]
    columns = 1 + (len(names) > 2)
    for index, name in enumerate(names):
        across = (index % columns + 0.5) / columns
        down = 0.58 - 0.32 * (index // columns)
        style = {"boxstyle": "round,pad=0.5", "fc": colour, "ec": "none"}
        at = {"ha": "center", "va": "center", "size": 11, "bbox": style}
        ax.text(left + width * across, down, name, color="white", **at)
ax.annotate(
    "",
    (0.43, 0.5),
    (0.33, 0.5),
    arrowprops={"arrowstyle": "-|>", "color": GREY},
)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: register a tensor that has to travel. It need not be saved for
# that: :doc:`persistent_or_not`. The same rule decides what a checkpoint
# holds, in :doc:`plain_tensor_is_not_saved`.
