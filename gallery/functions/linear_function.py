"""
A linear function with a backward of its own
============================================

How do I write an operation together with its derivative, and how do I know
that the derivative is right?

Subclass ``Function``: ``forward`` computes and saves, ``backward`` turns the
gradient of the output into one gradient for each input. ``gradcheck`` compares
it with finite differences. ``needs_input_grad`` says which inputs require a
gradient, so that those of the others need not be computed.
"""

import os

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.autograd import Function, gradcheck

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# ``computed`` is only there to show what was computed. The bias is optional:
# without one, ``forward`` has two inputs, and the third gradient is ``None``.
# A ``None`` too many at the end is allowed, so one ``return`` serves both.
# The bias was added to every row of the batch, so its gradient is the sum over
# the rows.

computed = []


class Affine(Function):
    @staticmethod
    def forward(ctx, rows, weight, bias=None):
        ctx.save_for_backward(rows, weight)
        result = rows @ weight.T
        return result if bias is None else result + bias

    @staticmethod
    def backward(ctx, grad):
        rows, weight = ctx.saved_tensors
        ways = {
            "rows": lambda: grad @ weight,
            "weight": lambda: grad.T @ rows,
            "bias": lambda: grad.sum(0),
        }
        needed = (*ctx.needs_input_grad, False)[:3]
        computed[:] = [n for n, need in zip(ways, needed, strict=True) if need]
        return tuple(
            way() if name in computed else None for name, way in ways.items()
        )


# %%
# The figures first, small enough to follow by hand.

rows = torch.tensor([[1.0, 2.0], [3.0, 4.0]], device=device)
weight = torch.tensor([[5.0, 6.0]], device=device, requires_grad=True)
bias = torch.tensor([7.0], device=device, requires_grad=True)
result = Affine.apply(rows, weight, bias)
result.sum().backward()

print("result", result.tolist(), " made by", type(result.grad_fn).__name__)
print("weight.grad", weight.grad.tolist(), " bias.grad", bias.grad.tolist())
print("computed", *computed)
assert result.tolist() == [[24], [46]]
assert type(result.grad_fn).__name__ == "AffineBackward"
assert weight.grad.tolist() == [[4, 6]] and bias.grad.tolist() == [2]
assert computed == ["weight", "bias"]  # nobody needs that of the rows

# %%
# With the weight frozen and no bias, only the rows need a gradient. One of
# three computations is left.

inputs = rows.clone().requires_grad_()
Affine.apply(inputs, weight.detach()).sum().backward()

print("computed", *computed, inputs.grad.tolist())
assert computed == ["rows"]
assert inputs.grad.tolist() == [[5, 6], [5, 6]]

# %%
# It does not say for which of them this walk was started.

torch.autograd.grad(Affine.apply(inputs, weight).sum(), weight)

print("asked for that of the weight alone, computed", *computed)
assert computed == ["rows", "weight"]

# %%
# ``gradcheck`` moves every input that requires a gradient a little (the others
# go unchecked) and compares what the outputs do with what ``backward`` says,
# to a tolerance of a tenth of a per cent. It needs double precision, and since
# not every accelerator has that, it runs on the CPU. The second class has a
# mistake that no shape gives away: it is found.

torch.manual_seed(0)
exact = {"dtype": torch.float64, "requires_grad": True}
sample = torch.randn(4, 3, **exact)
parts = torch.randn(2, 3, **exact), torch.randn(2, **exact)


class Mistaken(Affine):
    @staticmethod
    def backward(ctx, grad):
        return Affine.backward(ctx, grad * 1.01)


right = [
    gradcheck(Affine.apply, (sample, *parts)),
    gradcheck(Affine.apply, (sample, parts[0])),
    gradcheck(Mistaken.apply, (sample, *parts), raise_exception=False),
]

print("gradcheck: with bias, without, mistaken:", *right)
assert right == [True, True, False]

# %%
# And it does what ``nn.Linear`` does: the same result, the same gradients.

layer = nn.Linear(3, 2).to(device)
batch = torch.randn(4, 3).to(device).requires_grad_()
theirs = layer(batch)
ours = Affine.apply(batch, layer.weight, layer.bias)
tensors = batch, layer.weight, layer.bias
pairs = list(
    zip(
        torch.autograd.grad(ours.square().sum(), tensors),
        torch.autograd.grad(theirs.square().sum(), tensors),
        strict=True,
    )
)

print("equals nn.Linear:", all(torch.allclose(a, b) for a, b in pairs))
torch.testing.assert_close(ours, theirs)
for mine, reference in pairs:
    torch.testing.assert_close(mine, reference)
assert computed == ["rows", "weight", "bias"]

# %%
# Why the formulas look as they do: there is one way only to multiply these
# shapes. The boxes are drawn to scale, for a batch of four rows.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Each gradient has the shape of its input: rows, weight and bias",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0, 0, 1, 0.88))
ax.set_axis_off()
ax.set(xlim=(0, 1), ylim=(0, 1))

shapes = {"grad": ours, "rows": batch, "weight": layer.weight}
shapes |= {"grad.T": ours.T, "bias": layer.bias[None]}
assert [list(t.shape) for t in shapes.values()] == [
    [4, 2],
    [4, 3],
    [2, 3],
    [2, 4],
    [1, 2],
]


def matrix(name, left, fill):
    """Draw a box of a tensor's shape, and its name."""
    height, width = shapes[name].shape
    wide, high = 0.021 * width, 0.1 * height
    style = {"fc": fill, "ec": GREY}
    ax.add_patch(plt.Rectangle((left, 0.56 - high / 2), wide, high, **style))
    middle = left + wide / 2
    label = f"{name}.grad" if fill == ORANGE else name
    ax.text(middle, 0.2, label, color=GREY, ha="center", size=9)


for left, wanted, factors, sign in (
    (0.03, "rows", ("grad", "weight"), "@"),
    (0.365, "weight", ("grad.T", "rows"), "@"),
    (0.735, "bias", ("grad",), ".sum(0)"),
):
    matrix(wanted, left, ORANGE)
    ax.text(left + 0.08, 0.54, "=", color=GREY, size=12)
    matrix(factors[0], left + 0.12, GREEN)
    end = left + 0.13 + 0.021 * shapes[factors[0]].shape[1]
    ax.text(end, 0.54, sign, color=GREY, size=9)
    if len(factors) == 2:
        matrix(factors[1], end + 0.05, GREEN)
plt.show()

# %%
# Remember: one gradient for each input, ``None`` where there is none to give;
# ask ``needs_input_grad`` before an expensive one; and let ``gradcheck`` have
# the last word. What torch makes of the class: :doc:`function_metaclass`.
