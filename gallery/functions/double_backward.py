"""
A backward can be differentiated too
====================================

I wrote a ``backward``. Who writes the second derivative?

Autograd does. ``backward`` is made of tensor operations like any other code,
and with ``create_graph=True`` they are recorded. What it reads must lead back
to the inputs, as inputs and outputs do that come from ``saved_tensors`` (not
an output marked as non-differentiable).
"""

import os

import matplotlib.pyplot as plt
import torch
from torch.autograd import Function, gradcheck, gradgradcheck

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The cube, with a ``backward`` that notes whether it is being recorded.

recorded = []


class Cube(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad):
        recorded.append(torch.is_grad_enabled())
        (x,) = ctx.saved_tensors
        return 3 * x**2 * grad


x = torch.tensor(2.0, device=device, requires_grad=True)
y = Cube.apply(x)
(first,) = torch.autograd.grad(y, x, create_graph=True)
(second,) = torch.autograd.grad(first, x, create_graph=True)
(third,) = torch.autograd.grad(second, x)

print("x**3 and derivatives at 2:", end=" ")
print(*(value.item() for value in (y, first, second, third)))
assert [t.item() for t in (y, first, second, third)] == [8, 12, 12, 6]
assert recorded == [True]  # one call; the rest is differentiation of it

# %%
# Without ``create_graph`` the same method runs unrecorded, and its result is a
# number without a history. (``torch.func.grad`` always records.)

(alone,) = torch.autograd.grad(Cube.apply(x), x)

print("unrecorded:", alone.item(), alone.grad_fn)
assert recorded == [True, False]
assert alone.item() == 12 and alone.grad_fn is None

# %%
# The record breaks where ``backward`` uses numbers that autograd cannot see,
# here the detached input. For the first derivative nothing changes. The second
# is wrong, and nobody says so: of ``(x**3)**2`` at 2, it should be
# ``30 * 2**4``.


class Detached(Cube):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 3 * x.detach() ** 2 * grad


def derivatives(cube):
    """The first and second derivative of ``cube(x)**2``."""
    (slope,) = torch.autograd.grad(cube.apply(x) ** 2, x, create_graph=True)
    return [slope.item(), torch.autograd.grad(slope, x)[0].item()]


good, bad = derivatives(Cube), derivatives(Detached)

print("from Cube", good, " from Detached", bad)
assert good == [192, 480]
assert bad == [192, 288]

# %%
# ``gradcheck`` does not look that far; ``gradgradcheck`` does. (Both need
# double precision, and since not every accelerator has that, run on the CPU.)

torch.manual_seed(0)
sample = torch.randn(3, dtype=torch.float64, requires_grad=True)
checks = [
    check(cube.apply, (sample,), raise_exception=False)
    for cube in (Cube, Detached)
    for check in (gradcheck, gradgradcheck)
]

print("Cube passes both:", all(checks[:2]), " Detached:", checks[2:])
assert checks == [True, True, True, False]

# %%
# The function and two derivatives, both from the one ``backward``.

at = torch.linspace(-1, 1, 41, device=device, requires_grad=True)
lines = [Cube.apply(at)]
for _ in range(2):
    lines += torch.autograd.grad(lines[-1].sum(), at, create_graph=True)

assert (at[0].item(), at[-1].item(), len(lines)) == (-1, 1, 3)
assert torch.allclose(lines[1], 3 * at**2)
assert torch.allclose(lines[2], 6 * at)

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "x**3 and, through one backward, its first and second derivative",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0.08, 0.12, 0.72, 0.74), facecolor="none")
across = at.tolist()
names = ("x**3", "first", "second")
for line, name, colour in zip(
    lines, names, (GREY, GREEN, ORANGE), strict=True
):
    ax.plot(across, line.tolist(), color=colour, lw=2.5)
    ax.text(1.05, line[-1].item(), name, color=colour, va="center", size=12)
ax.set(xlim=(-1, 1), yticks=(-6, 0, 6), xticks=(-1, 0, 1))
ax.tick_params(colors=GREY, length=0)
for side, spine in ax.spines.items():
    spine.set(visible=side in ("left", "bottom"), color=GREY)
plt.show()

# %%
# Remember: write ``backward`` with tensor operations on saved inputs, saved
# outputs and the gradient, and it is differentiable. Check with
# ``gradgradcheck``. If it cannot be made so, say it:
# :doc:`once_differentiable`.
