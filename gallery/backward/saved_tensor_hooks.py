"""
What is saved can be packed
===========================

Most of the memory of a training step is tensors saved for backward. Can I
store them differently?

Yes. Under ``saved_tensors_hooks(pack, unpack)`` torch stores what ``pack``
returns, and gives backward what ``unpack`` makes of it. Between the two it may
be anything: half the precision, memory of another device, a file.
"""

import os

import matplotlib.pyplot as plt
import torch
from torch.autograd.graph import save_on_cpu, saved_tensors_hooks

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# Three operations that each save their result. The hooks change nothing yet;
# they look. Packing happens during the computation, unpacking in backward and
# in reverse order.

log = []
torch.manual_seed(0)
start = torch.rand(1000).to(device)


def compute(pack, unpack):
    """The gradient at the start, and the bytes that were kept."""
    kept = []

    def counting(tensor):
        packed = pack(tensor)
        kept.append(packed.nbytes)
        log.append(f"pack {len(kept)}")
        return len(kept), packed

    def noting(numbered):
        number, packed = numbered
        log.append(f"unpack {number}")
        return unpack(packed)

    x = start.clone().requires_grad_()
    with saved_tensors_hooks(counting, noting):
        y = x.tanh().exp().sigmoid()
    log.append("backward")
    y.sum().backward()
    return x.grad, sum(kept)


exact, full = compute(pack=lambda t: t, unpack=lambda t: t)

print(*log, sep=", ")
print("kept", full, "bytes")
assert log == [
    "pack 1",
    "pack 2",
    "pack 3",
    "backward",
    "unpack 3",
    "unpack 2",
    "unpack 1",
]
assert full == 12000

# %%
# Now half the precision. The result is computed as before, the gradient from
# coarser numbers.

rough, half = compute(
    pack=lambda t: t.to(torch.float16), unpack=lambda t: t.to(torch.float32)
)
off = (rough - exact).abs().max().item()

print("kept", half, "bytes; gradient off by less than 0.001:", off < 0.001)
assert half == 6000
assert 0 < off < 0.001

# %%
# One pair that is shipped: ``save_on_cpu`` parks everything in the memory of
# the CPU and fetches it back. What is on the CPU already is not even copied,
# unless ``pin_memory=True`` asks for memory of another kind.

x = start.clone().requires_grad_()
with save_on_cpu():
    y = x.tanh().exp().sigmoid()
parked = y.grad_fn._raw_saved_result.data
y.sum().backward()

print("parked on", parked[1].device, " gradient on", x.grad.device.type)
assert parked[1].device.type == "cpu"
assert x.grad.device.type == torch.device(device).type
assert torch.equal(x.grad, exact)

# %%
# The hooks that are active *when a tensor is saved* count, of nested pairs the
# innermost alone. Backward may run outside the ``with``, as it did in all
# these examples.

with saved_tensors_hooks(lambda t: log.append("late") or t, lambda t: t):
    x.exp()  # one saved tensor, packed
    packed_inside = log.count("late")
    with saved_tensors_hooks(lambda t: t, lambda t: t):
        x.exp()  # packed by the inner pair only
x.exp()

assert packed_inside == log.count("late") == 1

# %%
# Under hooks nothing compares versions: torch cannot know what became of a
# packed tensor. A result that is changed in place, elsewhere an error, spoils
# the gradient in silence if ``pack`` has kept it or shares its numbers.

x = torch.zeros(2, device=device, requires_grad=True)
with saved_tensors_hooks(lambda t: t.detach(), lambda t: t):
    y = x.exp()
y.add_(1)  # without hooks the walk would refuse
y.sum().backward()

print("wrong:", x.grad.tolist(), " right: [1.0, 1.0]")
assert x.grad.tolist() == [2, 2]

# %%
# What was kept between computation and backward.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Kept for backward: 12000 bytes as they are, 6000 packed as float16",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))
for height, size, label, colour in (
    (0.6, full, "as they are", GREY),
    (0.22, half, "packed", GREEN),
):
    for part in range(3):
        wide = 0.19 * size / full
        corner = (0.3 + part * (wide + 0.006), height)
        ax.add_patch(plt.Rectangle(corner, wide, 0.24, fc=colour))
        name = ("tanh", "exp", "sigmoid")[part]
        drawn = ax.text(corner[0] + wide / 2, height + 0.12, name, size=9)
        drawn.set(ha="center", va="center", color="white")
    ax.text(0.26, height + 0.12, label, color=GREY, ha="right", va="center")
    end = 0.33 + 3 * wide
    ax.text(end, height + 0.12, f"{size}", color=GREY, va="center", size=12)
plt.show()

# %%
# Remember: ``pack`` and ``unpack`` see every tensor saved under them (but no
# factor that was a number), also in a ``Function`` of your own if it uses
# :doc:`../functions/save_for_backward`. They must not change the tensor that
# they get. A ``pack`` that returns this tensor, as here, lets a saved result
# and its node hold each other until a backward without ``retain_graph`` has
# run, and for ever if none runs; ``t.detach()`` does not.
