"""
A module without data
=====================

Can I build a model that does not fit into memory, and fill it later?

Yes, on the device ``meta``. Its tensors have a shape and a dtype and no data.
``to_empty`` gives them memory, and no values: those you must provide.
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
# A layer of 37 GiB, made in no time, and even called: the shape of the result
# is computed, the result is not.

with torch.device("meta"):
    big = nn.Linear(100_000, 100_000, bias=False)
size = big.weight.numel() * big.weight.element_size() / 2**30
shape = tuple(big(torch.empty(7, 100_000, device="meta")).shape)

print(f"{big.weight.device}, {size:.2f} GiB, result {shape}")
assert big.weight.is_meta and round(size, 2) == 37.25
assert shape == (7, 100_000)

# %%
# Nothing can be copied out of it, so ``to`` refuses and names the way.

model = nn.BatchNorm1d(3, device="meta")
try:
    model.to(device)
except NotImplementedError as error:
    message = str(error)

print(message.split(" instead")[0])
assert message.startswith("Cannot copy out of meta tensor; no data! ")
assert "Please use torch.nn.Module.to_empty()" in message

# %%
# ``to_empty`` allocates memory, with whatever happens to be in it. Reset the
# parameters, or load a state dict, before you use the model. The buffers are
# as empty: a state dict fills the persistent ones, and a ``reset_parameters``
# those that it thinks of, here all.

weight = model.weight
model.to_empty(device=device)
model.reset_parameters()
values = {name: t.tolist() for name, t in model.state_dict().items()}

print({name: values[name] for name in ("weight", "running_mean")})
assert model.weight.device.type == torch.device(device).type
assert model.weight is not weight
assert values == {
    "weight": [1.0] * 3,
    "bias": [0.0] * 3,
    "running_mean": [0.0] * 3,
    "running_var": [1.0] * 3,
    "num_batches_tracked": 0,
}

# %%
# Make the optimizer after this step, for the parameters are other objects.
#
# Going the other way, ``to("meta")`` throws the data away and keeps the shape.

model.to("meta")
described = {name: tuple(t.shape) for name, t in model.named_parameters()}

print("described", described)
assert described == {"weight": (3,), "bias": (3,)}
assert all(t.is_meta for t in model.state_dict().values())

# %%
# Three steps from a description to a model.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "From meta to a model: to_empty gives memory, then come the values",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
stages = {
    0.17: ("meta", "shape (3,)", ["", "", ""], "none"),
    0.5: (device, "memory", ["?", "?", "?"], ORANGE),
    0.83: (device, "values", [f"{v:g}" for v in values["weight"]], GREEN),
}
for middle, (where, what, cells, fill) in stages.items():
    ax.text(middle, 0.85, where, color=GREY, ha="center", size=12)
    ax.text(middle, 0.24, what, color=GREY, ha="center", size=12)
    for column, text in enumerate(cells):
        corner = (middle - 0.12 + 0.08 * column, 0.45)
        size = {"width": 0.08, "height": 0.24}
        edge = GREY if fill == "none" else "none"
        box = plt.Rectangle(corner, fc=fill, ec=edge, ls="--", **size)
        ax.add_patch(box)
        place = {"ha": "center", "va": "center", "size": 13}
        ax.text(corner[0] + 0.04, 0.56, text, color="white", **place)
for start, text in ((0.3, "to_empty"), (0.63, "reset")):
    way = {"arrowstyle": "-|>", "color": GREY}
    ax.annotate("", (start + 0.07, 0.57), (start, 0.57), arrowprops=way)
    ax.text(start + 0.035, 0.36, text, color=GREY, ha="center", size=9)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: build on ``meta``, then ``to_empty`` and fill; or fill straight
# from a file, with the tensors of the file themselves: :doc:`assign_on_load`.
