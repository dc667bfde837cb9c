"""
A tensor counts its changes
===========================

"One of the variables needed for gradient computation has been modified by an
inplace operation": how can torch know?

It counts. A tensor and all its views share one counter, ``_version``, and an
operation that writes in place adds one to it. What autograd saves, it saves
with the count of that moment, and backward compares.
"""

import os

import matplotlib.pyplot as plt
import torch

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A view of a view still has the first tensor as its ``_base``, and shares its
# counter. A clone has numbers of its own and its own count.

a = torch.zeros(4, device=device)
b = a[:2]
c = b[1:]
copy = a.clone()
family = {"a": a, "b": b, "c": c, "copy": copy}
counts = {"start": [t._version for t in family.values()]}

for change, write in {
    "a.add_(1)": lambda: a.add_(1),
    "c.mul_(5)": lambda: c.mul_(5),
    "b[0] = 7": lambda: b.__setitem__(0, 7),
    "copy.zero_()": lambda: copy.zero_(),
}.items():
    write()
    counts[change] = [t._version for t in family.values()]

for change, versions in counts.items():
    print(f"{change:13}", dict(zip(family, versions, strict=True)))
assert b._base is a and c._base is a and copy._base is None
assert a.tolist() == [7, 5, 1, 1] and copy.tolist() == [0, 0, 0, 0]
assert list(counts.values()) == [
    [0, 0, 0, 0],
    [1, 1, 1, 0],
    [2, 2, 2, 0],
    [3, 3, 3, 0],
    [3, 3, 3, 1],
]

# %%
# The derivative of ``exp`` is its result, so the result is saved, at version
# 0. Adding one to it in place makes the saved numbers wrong, and backward
# refuses to use them.

w = torch.ones(3, device=device, requires_grad=True)
y = w.exp()
y.add_(1)
try:
    y.sum().backward()
except RuntimeError as error:
    message = str(error)

print(message[message.index("which is") : message.index(". Hint")])
assert "which is output 0 of Exp, is at version 1" in message
assert "expected version 0 instead" in message
assert w.grad is None and round(y[0].item(), 4) == 3.7183

# %%
# Only what was saved is compared. Multiplication by a number needs neither its
# input nor its result for the gradient, so the same change is harmless there.

y = w * 2
y.add_(1)
y.sum().backward()

assert y._version == 1 and y.tolist() == [3, 3, 3]
assert w.grad.tolist() == [2, 2, 2]

# %%
# A write through ``.data`` is not counted. Nothing is refused, and the
# gradient is wrong: it should be 2.7183.

w.grad = None
y = w.exp()
y.data.add_(1)
y.sum().backward()

print(f"after y.data.add_(1): version {y._version}, ", end="")
print(f"w.grad {w.grad[0].item():.4f}")
assert y._version == 0
assert round(w.grad[0].item(), 4) == 3.7183
assert round(w.exp()[0].item(), 4) == 2.7183

# %%
# The counts as recorded above: one line for ``a``, ``b`` and ``c`` together.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "A tensor and its views share one version; a clone has its own",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0.08, 0.17, 0.9, 0.68), facecolor="none")
steps = range(len(counts) + 1)
last = counts["copy.zero_()"]
shared = [versions[0] for versions in (*counts.values(), last)]
alone = [versions[3] for versions in (*counts.values(), last)]
ax.step(steps, shared, where="post", color=GREEN, lw=3)
ax.step(steps, alone, where="post", color=ORANGE, lw=3)
ax.text(1.95, 2.4, "a, b, c", color=GREY, ha="right", size=12)
ax.text(3.9, 0.25, "copy", color=GREY, ha="right", size=12)
ax.set(yticks=(0, 1, 2, 3), xlim=(0, 4.6), ylim=(-0.2, 3.4))
ax.set_xticks(range(len(counts)), list(counts), size=9)
ax.tick_params(colors=GREY, length=0)
for side, spine in ax.spines.items():
    spine.set(visible=side in ("left", "bottom"), color=GREY)
plt.show()

# %%
# Remember: in-place changes are allowed as long as nobody needs the old
# numbers; who saved them sees by the count that they changed, unless hooks
# keep what is saved (:doc:`../backward/saved_tensor_hooks`). Write in place
# through the tensor or a view, never through ``.data``. Whether two tensors
# share their numbers is the subject of :doc:`transpose_moves_nothing`.
