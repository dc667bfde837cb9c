"""
Moved with the module, not saved with it
========================================

My module holds a table that it can compute anew at any time. Should it be in
every checkpoint?

No: register it with ``persistent=False``. It then goes where the module goes
and stays out of ``state_dict``, so a checkpoint neither carries it nor insists
on its shape.
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
# A layer weighs the values of a sequence less the older they are. The weights
# are a table, as long as the longest sequence; one parameter scales the sum.


class Fading(nn.Module):
    def __init__(self, longest, persistent):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(2.0))
        ages = torch.arange(longest, dtype=torch.float32)
        self.register_buffer("table", 0.5**ages, persistent=persistent)

    def forward(self, values):
        return self.scale * (values * self.table[: len(values)]).sum()


values = torch.tensor([1.0, 1.0, 1.0], device=device)
saved = {}
for persistent in (True, False):
    layer = Fading(4, persistent).to(device)
    result = layer(values).item()
    saved[persistent] = list(layer.state_dict())
    print(f"persistent={persistent}: result {result}, saved", end=" ")
    print(*saved[persistent])
    assert result == 3.5  # 2 * (1 + 1/2 + 1/4)
    assert len(layer.table) == 4
    assert layer.table.device.type == torch.device(device).type
    assert [name for name, _ in layer.named_buffers()] == ["table"]
assert saved == {True: ["scale", "table"], False: ["scale"]}

# %%
# Where it matters: the sequences get longer, and an old checkpoint is loaded
# into a layer with a longer table. The table in the file is in the way; the
# one that is not in the file is not.

old = {p: Fading(4, p).state_dict() for p in (True, False)}
try:
    Fading(8, True).load_state_dict(old[True])
except RuntimeError as error:
    message = str(error)
longer = Fading(8, False)
report = longer.load_state_dict(old[False])

print(message.splitlines()[1].strip().partition(":")[0])
print("not persistent:", report)
assert "size mismatch for table: copying a param with shape" in message
assert "torch.Size([4])" in message and "torch.Size([8])" in message
assert report.missing_keys == report.unexpected_keys == []
assert longer.table.tolist()[-1] == 0.5**7

# %%
# The choice goes with the name. Assigning a tensor keeps it; registering the
# name again can change it, and so can assigning an ``nn.Buffer``.

layer = Fading(4, False)
layer.table = torch.ones(4)
kept = list(layer.state_dict())
layer.register_buffer("table", torch.ones(4))
changed = list(layer.state_dict())
layer.table = nn.Buffer(torch.ones(4), persistent=False)
changed_back = list(layer.state_dict())

print("assigned:", *kept, "- registered again:", *changed)
assert kept == changed_back == ["scale"]
assert changed == ["scale", "table"]

# %%
# What torch does with four kinds of tensor in a module, asked of a module that
# has one of each. Filled: yes. Open: no.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A buffer that is not persistent is moved, but neither saved nor trained",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()

module = nn.Module()
module.parameter = nn.Parameter(torch.zeros(1))
module.register_buffer("persistent", torch.zeros(1))
module.register_buffer("not persistent", torch.zeros(1), persistent=False)
module.tensor = torch.zeros(1)
rows = {"parameter": "parameter", "persistent": "buffer"}
rows |= {"not persistent": "buffer, persistent=False"}
rows |= {"tensor": "plain tensor"}
trained = {name for name, _ in module.named_parameters()}
in_file = set(module.state_dict())
module.to(torch.bfloat16)
moved = {n for n in rows if getattr(module, n).dtype == torch.bfloat16}
columns = {0.52: ("trained", trained), 0.70: ("saved", in_file)}
columns |= {0.88: ("moved", moved)}
for left, (heading, _) in columns.items():
    ax.text(left, 0.86, heading, color=GREY, ha="center", size=11)
for row, (name, label) in enumerate(rows.items()):
    height = 0.7 - 0.19 * row
    ax.text(0.42, height, label, color=GREY, ha="right", va="center", size=11)
    for left, (_, names) in columns.items():
        inside, edge = (GREEN, GREEN) if name in names else ("none", ORANGE)
        ax.scatter(left, height, s=180, facecolor=inside, edgecolor=edge)
ax.set(xlim=(0, 1), ylim=(0, 1))
assert trained == {"parameter"}
assert in_file == {"parameter", "persistent"}
assert moved == {"parameter", "persistent", "not persistent"}
plt.show()

# %%
# Remember: persistent is for what was learned or observed, not for what can be
# computed from the arguments of ``__init__``. :doc:`what_to_moves` is about
# the last column.
