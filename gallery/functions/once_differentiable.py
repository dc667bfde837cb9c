"""
once_differentiable refuses the second time
===========================================

My ``backward`` calls code that autograd cannot follow. How do I keep others
from differentiating it again, and getting wrong numbers?

Decorate it with ``once_differentiable``. It runs ``backward`` unrecorded, and
puts a node behind the result that raises an error when a second ``backward``
reaches it. The guard has gaps, shown below.
"""

import math
import os

import matplotlib.pyplot as plt
import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The ``backward`` of ``Careless`` leaves torch: it computes with the number as
# a Python float. ``Honest`` is the same, decorated. ``Followed`` stays inside.

modes = []


class Careless(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**3

    @staticmethod
    def backward(ctx, grad):
        modes.append(torch.is_grad_enabled())
        (x,) = ctx.saved_tensors
        return 3 * math.pow(x.item(), 2) * grad


class Honest(Careless):
    backward = staticmethod(once_differentiable(Careless.backward))


class Followed(Careless):
    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * grad


# %%
# Of ``(x**3)**2`` at 2, the first derivative is ``6 * 2**5`` and the second
# ``30 * 2**4``. The first is right three times.

x = torch.tensor(2.0, device=device, requires_grad=True)


def slope_of(cube):
    """The first derivative of ``cube(x)**2``, recorded."""
    return torch.autograd.grad(cube.apply(x) ** 2, x, create_graph=True)[0]


found = {}
for cube in (Followed, Careless, Honest):
    x.grad = None
    slope = slope_of(cube)
    try:
        slope.backward()
        found[cube.__name__] = slope.item(), x.grad.item()
    except RuntimeError as error:
        found[cube.__name__] = slope.item(), str(error)

for name, (slope, bend) in found.items():
    print(f"{name:9} {slope:g}, {bend}")
assert found["Followed"] == (192, 480)
assert found["Careless"] == (192, 288)  # wrong, and nothing says so
assert found["Honest"] == (
    192,
    "trying to differentiate twice a function that was marked with "
    "@once_differentiable",
)

modes.clear()
for cube in (Careless, Honest):
    slope_of(cube)
assert modes == [True, False]  # recorded, unrecorded

# %%
# In a plain ``backward`` nothing is recorded, and the decorator only passes
# the gradients on. Of a product it guards both, with one node.


class Product(Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        a, b = ctx.saved_tensors
        return grad * b, grad * a


factors = [
    torch.tensor(v, device=device, requires_grad=True) for v in (2.0, 5.0)
]
(Product.apply(*factors) ** 2).backward()
pair = torch.autograd.grad(
    Product.apply(*factors) ** 2, factors, create_graph=True
)
print("both guarded:", *(type(part.grad_fn).__name__ for part in pair))
assert [f.grad.item() for f in factors] == [100, 40]
assert [type(part.grad_fn).__name__ for part in pair] == ["Error", "Error"]
assert pair[0].grad_fn is pair[1].grad_fn

# %%
# The guard is a node named ``Error``, and it is a dead end: no edge leads from
# it to ``x``. ``backward()`` runs into it. ``torch.autograd.grad``, and
# ``backward(inputs=...)`` too, run only what lies on a way to their inputs, so
# they never get there. Alone that is noticed by ``grad``; in a sum the guarded
# part is silently taken for a constant. Under ``torch.func`` it is so even
# alone: the gradient of a guarded gradient is 0.

slope = slope_of(Honest)
guard = slope.grad_fn
try:
    torch.autograd.grad(slope, x)
except RuntimeError as error:
    message = str(error)
(bend,) = torch.autograd.grad(slope + x**2, x)

print(f"{type(guard).__name__} behind the result;", message.partition(". ")[0])
print(f"slope + x**2: {bend.item():g}, which is of x**2 alone")
assert type(guard).__name__ == "Error"
assert guard.next_functions[0][0].variable is not x
assert "appears to not have been used in the graph" in message
assert bend.item() == 4

# %%
# And it is put up only if an incoming gradient itself requires one. When
# nothing comes after the function, that gradient is a plain 1, and the result
# has no history at all. Nor is it put up where gradients come in a list
# (``boxed_grads_call``): the decorator does not look into it.

bare, followed = (
    torch.autograd.grad(cube.apply(x), x, create_graph=True)[0]
    for cube in (Honest, Followed)
)

print(f"nothing after it: {bare.item():g}, grad_fn {bare.grad_fn}")
assert bare.item() == followed.item() == 12
assert bare.grad_fn is None and followed.grad_fn is not None


class Boxed(Careless):
    boxed_grads_call = True
    backward = staticmethod(
        once_differentiable(lambda ctx, grads: Careless.backward(ctx, *grads))
    )


assert slope_of(Boxed).item() == 192 and slope_of(Boxed).grad_fn is None

# %%
# What each class answers when asked for the second derivative, 480.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "Second derivative: right, silently wrong, or refused when decorated",
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


for height, (name, (slope, bend)) in zip(
    (0.8, 0.48, 0.16), found.items(), strict=True
):
    ax.text(0.2, height, name, color=GREY, ha="right", va="center", size=12)
    first = box(f"first {slope:g}", (0.36, height), fill=GREEN)
    if isinstance(bend, str):
        box("error", (0.62, height), first, edge=ORANGE, line="--")
        verdict = "refused"
    else:
        inside = GREEN if bend == 480 else ORANGE
        box(f"second {bend:g}", (0.62, height), first, fill=inside)
        verdict = "right" if bend == 480 else "wrong"
    ax.text(0.8, height, verdict, color=GREY, va="center", size=12)
plt.show()

# %%
# Remember: decorate every ``backward`` that autograd cannot follow, and do not
# take the guard for complete. Better still is a ``backward`` that autograd can
# follow: :doc:`double_backward`.
