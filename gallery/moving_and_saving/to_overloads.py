"""
Four ways to say ``model.to(...)``
==================================

``to`` takes a device, a dtype, a tensor or a memory format. What does each
change, and does it change my model or return a new one?

It changes the model, unlike ``tensor.to``, and returns it. A dtype reaches
floating-point and complex tensors only; a device reaches all.
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
# A normalisation layer has a parameter, a buffer of floats and a counter,
# which is an integer. ``note`` is a plain tensor, which torch does not know.

NAMES = ("weight", "running_mean", "num_batches_tracked", "note")
CALLS = {
    'to("meta")': lambda m: m.to("meta"),
    "to(torch.float16)": lambda m: m.to(torch.float16),
    "to(like)": lambda m: m.to(like),
    "to(memory_format=...)": lambda m: m.to(memory_format=torch.channels_last),
}
like = torch.empty(0, dtype=torch.bfloat16, device="meta")


def state(module):
    """Device and dtype of the tensors, shortly."""
    tensors = (getattr(module, name) for name in NAMES)
    return [(t.device.type, str(t.dtype).split(".")[1]) for t in tensors]


def fresh():
    module = nn.BatchNorm2d(4).to(device)
    module.note = torch.ones(1, device=device)
    return module


before = state(fresh())
table, returned = {}, []
for text, call in CALLS.items():
    module = fresh()
    returned.append(call(module) is module)
    table[text] = state(module)

print(f"{'':22}{'weight':16}{'running_mean':16}{'counter':14}note")
for text, row in table.items():
    pairs = zip(row, before, strict=True)
    cells = ["-" if now == was else " ".join(now) for now, was in pairs]
    print("{:22}{:16}{:16}{:14}{}".format(text, *cells))

here = torch.device(device).type
kept = [(here, "float32"), (here, "float32"), (here, "int64")]
assert before == [*kept, (here, "float32")]
assert [row[3] for row in table.values()] == [(here, "float32")] * 4
assert {text: row[:3] for text, row in table.items()} == {
    'to("meta")': [("meta", t) for t in ("float32", "float32", "int64")],
    "to(torch.float16)": [(here, t) for t in ("float16", "float16", "int64")],
    "to(like)": [("meta", t) for t in ("bfloat16", "bfloat16", "int64")],
    "to(memory_format=...)": kept,
}
assert returned == [True] * 4

# %%
# The memory format found nothing to do here. It is for tensors of four or five
# dimensions.
#
# A counter in ``float16`` would stop at 2048, so integers stay what they are.
# Nor can weights become integers, which could not be trained: such a dtype is
# refused.

module = fresh()
try:
    module.to(torch.int32)
except TypeError as error:
    message = str(error)

print(message)
assert torch.tensor(2048, dtype=torch.float16) + 1 == 2048
assert message == (
    "nn.Module.to only accepts floating point or complex dtypes, "
    "but got desired dtype=torch.int32"
)

# %%
# The forms combine, and one parser in C++ reads them all: it makes four values
# out of whatever was written.

parse = torch._C._nn._parse_to
for arguments in (("meta", torch.float16, True), (torch.float16,), (like,)):
    print("parsed", *parse(*arguments))
assert parse("meta", torch.float16, True) == (
    torch.device("meta"),
    torch.float16,
    True,
    None,
)
assert parse(torch.float16) == (None, torch.float16, False, None)
assert parse(like) == (torch.device("meta"), torch.bfloat16, False, None)
assert parse(memory_format=torch.channels_last) == (
    None,
    None,
    False,
    torch.channels_last,
)

# %%
# A tensor's ``to`` is another function. It leaves the tensor alone.

tensor = torch.ones(1, device=device)
converted = tensor.to(torch.float16)
assert tensor.dtype == torch.float32 and converted.dtype == torch.float16

# %%
# Filled: the call changed the device (upper half) or the dtype (lower half).

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A device reaches all registered tensors, a dtype the floating ones",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
rows = dict(list(table.items())[:3])
labels = (*NAMES[:2], "counter", NAMES[3])
for column, label in enumerate(labels):
    middle = 0.42 + 0.165 * column
    ax.text(middle, 0.92, label, color=GREY, ha="center", size=10)
    for row, (text, now) in enumerate(rows.items()):
        bottom = 0.62 - 0.3 * row
        if column == 0:
            place = {"ha": "right", "va": "center", "size": 11}
            ax.text(0.32, bottom + 0.11, text, color=GREY, **place)
        pairs = zip(now[column], before[column], (GREEN, ORANGE), strict=True)
        for half, (new, was, colour) in enumerate(pairs):
            inside = colour if new != was else "none"
            corner = (middle - 0.06, bottom + 0.115 - 0.115 * half)
            size = {"width": 0.12, "height": 0.105}
            ax.add_patch(plt.Rectangle(corner, ec=colour, fc=inside, **size))
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: ``model.to(...)`` works in place on parameters and buffers, and
# leaves plain tensors behind. How it reaches them is in
# :doc:`apply_reaches_all`; what the memory format changes, in
# :doc:`memory_format`.
