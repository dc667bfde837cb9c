"""
What ``strict`` loading checks
==============================

``load_state_dict`` complains of missing and unexpected keys. Is
``strict=False`` the cure?

It silences the two complaints about keys and reports them as a result instead.
Wrong shapes remain errors, but for one (:doc:`what_load_refuses`). And an
error comes too late to protect the model: what fitted is loaded by then.
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
# A model with two entries, and a state with one that fits, one too many, and
# one too few.


def fresh(inputs=2):
    model = nn.Linear(inputs, 1, device=device)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    return model


state = {
    "weight": torch.tensor([[1.0, 2.0]], device=device),
    "scale": torch.ones(1, device=device),
}
strict = fresh()
try:
    strict.load_state_dict(state)
except RuntimeError as error:
    complaints = [line.strip() for line in str(error).splitlines()]

loose = fresh()
report = loose.load_state_dict(state, strict=False)

print(*complaints, sep="\n")
print("strict=False:", report)
assert complaints == [
    "Error(s) in loading state_dict for Linear:",
    'Missing key(s) in state_dict: "bias".',
    'Unexpected key(s) in state_dict: "scale".',
]
assert report.missing_keys == ["bias"]
assert report.unexpected_keys == ["scale"]

# %%
# Look at the strict model after its error: the weight has been loaded. The
# check of the keys comes last, and nothing is undone.

weights = {"strict": strict.weight.tolist(), "loose": loose.weight.tolist()}

print("weights", weights)
assert weights == {"strict": [[1.0, 2.0]], "loose": [[1.0, 2.0]]}
assert strict.bias.item() == loose.bias.item() == 0.0

# %%
# ``strict`` is about keys only. A shape that does not fit is an error either
# way, and here too, the entry that fits has been loaded.

wide = fresh(inputs=3)
try:
    wide.load_state_dict(
        {**state, "bias": torch.ones(1, device=device)}, strict=False
    )
except RuntimeError as error:
    mismatch = str(error).splitlines()[1].strip()

print(mismatch)
assert mismatch == (
    "size mismatch for weight: copying a param with shape torch.Size([1, 2]) "
    "from checkpoint, the shape in current model is torch.Size([1, 3])."
)
assert wide.weight.tolist() == [[0.0, 0.0, 0.0]] and wide.bias.item() == 1.0

# %%
# One row for each key. Filled: it is there; the last column says what becomes
# of it.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "One key fits, one is missing, one is unexpected: only one is loaded",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
fates = {"weight": "loaded", "bias": "missing", "scale": "unexpected"}
in_model = [name for name, _ in loose.named_parameters()]
for left, heading in ((0.4, "model"), (0.6, "state"), (0.84, "with strict")):
    ax.text(left, 0.86, heading, color=GREY, ha="center", size=12)
for row, (key, fate) in enumerate(fates.items()):
    height = 0.66 - 0.25 * row
    colour = GREEN if fate == "loaded" else ORANGE
    ax.text(0.25, height, key, color=GREY, ha="right", va="center", size=12)
    ax.text(
        0.84, height, fate, color=colour, ha="center", va="center", size=12
    )
    for left, keys in ((0.4, in_model), (0.6, state)):
        inside = colour if key in keys else "none"
        ax.scatter(left, height, s=200, facecolor=inside, edgecolor=colour)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: with ``strict=False``, read the report. After an error, do not go
# on with the model. Keys that have been renamed are translated by a hook:
# :doc:`/gallery/hooks/state_dict_hooks`.
