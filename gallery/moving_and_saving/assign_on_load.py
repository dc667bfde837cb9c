"""
``assign=True`` takes the tensors themselves
============================================

What does ``load_state_dict(state, assign=True)`` do that loading does not?

Loading copies numbers into the model's tensors and keeps their dtype and
device. With ``assign=True`` the tensors of the state take their place, with
their own dtype and device, and nothing is copied.
"""

import os
import warnings

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A model in ``float16`` and a state in ``float32``, loaded both ways.

state = {"weight": torch.tensor([[1.0, 2.0]], device=device)}
table = {}
for assign in (False, True):
    model = nn.Linear(2, 1, bias=False, dtype=torch.float16, device=device)
    old = model.weight
    model.load_state_dict(state, assign=assign)
    new = model.weight
    assert new.tolist() == [[1.0, 2.0]]
    table[assign] = {
        "dtype": str(new.dtype),
        "same parameter": new is old,
        "memory of the state": new.data_ptr() == state["weight"].data_ptr(),
        "requires grad": new.requires_grad,
    }

print(f"{'assign':22}{'False':16}True")
for what in table[True]:
    print(f"{what:22}{table[False][what]!s:16}{table[True][what]}")
assert table == {
    False: {
        "dtype": "torch.float16",
        "same parameter": True,
        "memory of the state": False,
        "requires grad": True,
    },
    True: {
        "dtype": "torch.float32",
        "same parameter": False,
        "memory of the state": True,
        "requires grad": True,
    },
}

# %%
# Two things follow. An optimizer made before the load holds the old parameter;
# and whoever changes the model changes the state.

with torch.no_grad():
    model.weight += 1

print("the state after the model was changed", state["weight"].tolist())
assert state["weight"].tolist() == [[2.0, 3.0]]

# %%
# It was made for models on ``meta``. Numbers cannot be copied into a tensor
# without data: torch warns, for each entry, that nothing happens. Assigning
# them works, and the model never needs memory of its own.

empty = nn.Linear(2, 1, bias=False, device="meta")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    empty.load_state_dict(state)
still_meta = empty.weight.is_meta
empty.load_state_dict(state, assign=True)

print(f"{caught[0].category.__name__}:", str(caught[0].message)[:70], "...")
print("still meta:", still_meta, "and then", empty.weight.tolist())
assert len(caught) == 1 and "which is a no-op" in str(caught[0].message)
assert still_meta and not empty.weight.is_meta
assert empty.weight.tolist() == [[2.0, 3.0]]
assert empty.weight.data_ptr() == state["weight"].data_ptr()

# %%
# Copying leaves the numbers in two places, assigning in one.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Loading copies into the model's tensor; assign takes the state's",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()


def box(text, at, fill, edge="none"):
    """Draw a box."""
    style = {"boxstyle": "round,pad=0.5", "fc": fill, "ec": edge, "ls": "--"}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=11, color=GREY if fill == "none" else "white")
    return drawn


for height, assign in ((0.76, False), (0.26, True)):
    dtypes = {a: table[a]["dtype"].split(".")[1] for a in table}
    state_box = box(f"state: {dtypes[True]}", (0.37, height), ORANGE)
    own = box(f"model: {dtypes[False]}", (0.8, height), GREEN)
    word = "copied"
    if assign:
        own.remove()
        own = box("model", (0.8, height), "none", GREEN)
        word = "assigned"
    ax.text(0.02, height, f"assign={assign}", color=GREY, va="center", size=11)
    ends = {"patchA": state_box.get_bbox_patch(), "shrinkA": 0}
    ends |= {"patchB": own.get_bbox_patch(), "shrinkB": 0}
    ends |= {"arrowstyle": "<|-" if assign else "-|>", "color": GREY}
    ax.annotate("", (0.8, height), (0.37, height), arrowprops=ends)
    ax.text(0.595, height + 0.1, word, color=GREY, ha="center", size=11)
ax.set(xlim=(0, 1), ylim=(0, 1))
plt.show()

# %%
# Remember: assign to fill a model from ``meta``, or to take over the dtype of
# the file, and make the optimizer afterwards. :doc:`meta_device` shows the
# other way to leave ``meta``, and :doc:`state_dict_is_no_copy` what a state
# shares.
