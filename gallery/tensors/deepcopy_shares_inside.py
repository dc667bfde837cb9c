"""
A deep copy shares inside, not outside
======================================

I deep-copy a model in which two layers share a weight. Do they share it in the
copy? And does the copy share anything with the original?

In the copy they share, as in the original. Between copy and original no number
is shared: ``deepcopy`` copies each storage once, whole, and plain tensors that
shared the old storage share the new one.
"""

import copy
import os

import matplotlib.pyplot as plt
import torch
from torch import nn

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)
if torch.device(device).type in ("mps", "mtia"):
    device = "cpu"

# %%
# Two tensors on one storage, copied together. The copies are again two tensors
# on one storage: writing through one changes the other, and leaves the
# originals as they are. (On ``mps`` and ``mtia`` each tensor is cloned by
# itself, and the copies do not share; so there this example uses the CPU. On
# any device the copy of a conjugated view has numbers of its own.)


def storage_of(tensor):
    return tensor.untyped_storage().data_ptr()


pair = {"x": torch.arange(6.0, device=device).reshape(2, 3)}
pair["x.T"] = pair["x"].T
twin = copy.deepcopy(pair)
twin["x"][0, 2] = 9.0

print("copy    ", twin["x"].tolist(), twin["x.T"].tolist())
print("original", pair["x"].tolist(), pair["x.T"].tolist())
assert storage_of(twin["x"]) == storage_of(twin["x.T"])
assert storage_of(twin["x"]) != storage_of(pair["x"])
assert twin["x.T"].tolist() == [[0, 3], [1, 4], [9, 5]]
assert pair["x"].tolist() == [[0, 1, 2], [3, 4, 5]]
assert twin["x.T"].stride() == pair["x.T"].stride() == (1, 3)

z = torch.tensor([1 + 2j], device=device)
conjugated = z.conj()
both = copy.deepcopy([z, conjugated])
assert storage_of(z) == storage_of(conjugated)
assert storage_of(both[0]) != storage_of(both[1])

# %%
# What makes this work is the memo that ``deepcopy`` hands down: whatever was
# copied before, tensor or storage, is looked up instead of copied again. Two
# calls have two memos, and their copies share nothing.

apart = [copy.deepcopy(tensor) for tensor in pair.values()]
assert storage_of(apart[0]) != storage_of(apart[1])

# %%
# Tied weights are one ``Parameter`` under two names, and the memo finds it the
# second time: they stay tied.

torch.manual_seed(0)
model = nn.ModuleDict({"into": nn.Linear(4, 4), "out": nn.Linear(4, 4)})
model["out"].weight = model["into"].weight
model.to(device)
clone = copy.deepcopy(model)

print("tied in the copy:", clone["out"].weight is clone["into"].weight)
assert clone["out"].weight is clone["into"].weight
assert clone["out"].weight is not model["out"].weight
assert torch.equal(clone["out"].weight, model["out"].weight)
assert [list(p.shape) for p in clone.parameters()] == [[4, 4], [4], [4]]

# %%
# A ``Parameter`` has a ``__deepcopy__`` of its own, which clones the numbers,
# keeps ``requires_grad`` and leaves the rest. So two *different* parameters on
# one storage come apart, and the gradient, which a plain tensor takes along,
# stays behind.

both = torch.ones(4, device=device)
parts = [nn.Parameter(both[:3]), nn.Parameter(both[1:])]
parts[0].sum().backward()
plain = torch.ones(2, device=device, requires_grad=True)
(3 * plain).sum().backward()
copies = copy.deepcopy(parts)

print("parameter's copy: grad", copies[0].grad)
print("plain tensor's copy: grad", copy.deepcopy(plain).grad.tolist())
assert storage_of(parts[0]) == storage_of(parts[1]) == storage_of(both)
assert [p.storage_offset() for p in parts] == [0, 1] and len(both) == 4
assert storage_of(copies[0]) != storage_of(copies[1])
assert parts[0].grad.tolist() == [1, 1, 1] and copies[0].grad is None
assert copy.deepcopy(plain).grad.tolist() == [3, 3]

# %%
# The whole storage is copied, whatever part of it the tensor reads. Two
# numbers out of a thousand cost 4000 bytes; a clone takes what is read.

few = torch.arange(1000.0, device=device)[:2]
sizes = [
    made.untyped_storage().nbytes()
    for made in (copy.deepcopy(few), few.clone())
]

print(f"two numbers: deepcopy {sizes[0]} bytes, clone {sizes[1]} bytes")
assert sizes == [4000, 8]

# %%
# A tensor that was computed and recorded has a history, and a copy of it would
# have to lose the history or to share it with the original. So it is refused.

computed = model["out"].weight * 2
try:
    copy.deepcopy(computed)
except RuntimeError as error:
    message = str(error)

print(message.partition("  ")[0])
assert computed.grad_fn.name() == "MulBackward0"
assert message.startswith(
    "Only Tensors created explicitly by the user (graph leaves) support the "
    "deepcopy protocol"
)

# %%
# Lines lead from each tensor to the storage that it reads.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Original and copy: two tensors on one storage each, nothing in between",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))


def box(text, at, *sources, fill="none", edge="none", line="-"):
    """Draw a box, and arrows to it from its sources."""
    style = {"boxstyle": "round,pad=0.4", "fc": fill, "ec": edge, "ls": line}
    drawn = ax.text(*at, text, ha="center", va="center", bbox=style)
    drawn.set(size=11, color=GREY if fill == "none" else "white")
    for source in sources:
        ends = {"patchA": source.get_bbox_patch(), "shrinkA": 0}
        ends |= {"patchB": drawn.get_bbox_patch(), "shrinkB": 0}
        way = {"arrowstyle": "-|>", "color": GREY, **ends}
        ax.annotate("", at, source.get_position(), arrowprops=way)
    return drawn


for side, label, tensors in ((0.04, "original", pair), (0.54, "copy", twin)):
    ax.text(side, 0.88, label, color=GREY, size=12)
    boxes = [
        box(name, (side + 0.06, height), edge=GREEN)
        for name, height in zip(tensors, (0.66, 0.22), strict=True)
    ]
    numbers = tensors["x"].flatten().tolist()
    row = " ".join(f"{number:g}" for number in numbers)
    assert storage_of(tensors["x"]) == storage_of(tensors["x.T"])
    colour = GREEN if label == "original" else ORANGE
    box(row, (side + 0.3, 0.44), *boxes, fill=colour)
plt.show()

# %%
# Remember: one ``deepcopy`` call keeps what is shared within it, and cuts what
# is shared with the outside; parameters keep only their identity. To copy the
# numbers of one tensor, ``clone`` is enough. Which tensors are leaves:
# :doc:`leaf_and_non_leaf`.
