"""
create_graph records the walk itself
====================================

How do I differentiate a gradient?

Ask for it with ``create_graph=True``. The operations that compute the gradient
are then recorded like any others, under ``no_grad`` too, and it has a
``grad_fn``, unless it is constant. In ``inference_mode`` nothing is recorded.
"""

import os
import warnings

import matplotlib.pyplot as plt
import torch

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A function of two variables at (2, 3), its gradient, and the gradient of a
# product with that gradient: the Hessian times a vector, without the Hessian.


def f(p):
    return p[0] ** 2 * p[1]


p = torch.tensor([2.0, 3.0], device=device, requires_grad=True)
v = torch.tensor([1.0, 10.0], device=device)
(plain,) = torch.autograd.grad(f(p), p)
(slope,) = torch.autograd.grad(f(p), p, create_graph=True)
(product,) = torch.autograd.grad(slope @ v, p)

print("gradient", slope.tolist(), " Hessian @ v", product.tolist())
assert slope.tolist() == plain.tolist() == [12, 4]
assert product.tolist() == [46, 4]  # [[6, 4], [4, 0]] @ [1, 10]
assert slope.requires_grad and not plain.requires_grad
recorded = []
for mode in (torch.no_grad, torch.inference_mode):
    y = f(p)
    with mode():
        (slope,) = torch.autograd.grad(y, p, create_graph=True)
    recorded.append(slope.requires_grad)
assert recorded == [True, False]

# %%
# ``create_graph`` also keeps the first graph, since the second leads through
# it: ``retain_graph`` defaults to its value. Here both are walked again.

(slope,) = torch.autograd.grad(f(p), p, create_graph=True)
twice = [
    torch.autograd.grad(part, p, retain_graph=keep)[0].tolist()
    for part, keep in ((slope[0], True), (slope[1], False))
]

print("Hessian", twice)
assert twice == [[6, 4], [4, 0]]

# %%
# ``backward(create_graph=True)`` works too, but stores the recorded gradient
# in ``.grad``: the leaf holds the gradient, whose graph holds the leaf, and
# torch warns of the cycle, once in a process. Break it by setting ``.grad`` to
# ``None`` after use.

torch.set_warn_always(True)  # else only the first time in a process
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    f(p).backward(create_graph=True)
torch.set_warn_always(False)
said = [str(warning.message) for warning in caught]

print("warned:", said[0][:67])
assert len(said) == 1 and "will create a reference cycle" in said[0]
assert p.grad.grad_fn is not None and p.grad.tolist() == [12, 4]
p.grad = None

# %%
# A use: Newton's method divides by the second derivative. The smallest value
# of ``exp(x) - 2x`` lies at ``log 2``, and Newton's steps find it in four,
# where plain descent is still on the way.


def descend(newton, steps=4):
    """Where each step leads, from 0 on."""
    x = torch.tensor(0.0, device=device, requires_grad=True)
    places = [x.item()]
    for _ in range(steps):
        height = torch.exp(x) - 2 * x
        (slope,) = torch.autograd.grad(height, x, create_graph=newton)
        step = 0.2 * slope
        if newton:
            (bend,) = torch.autograd.grad(slope, x)
            step = slope / bend
        with torch.no_grad():
            x -= step
        places.append(x.item())
    return places


ways = {"Newton": descend(newton=True), "descent": descend(newton=False)}

for name, places in ways.items():
    print(f"{name:8}", *(f"{place:.4f}" for place in places))
rounded = [[round(p, 4) for p in places] for places in ways.values()]
assert rounded == [
    [0.0, 1.0, 0.7358, 0.694, 0.6931],
    [0.0, 0.2, 0.3557, 0.4703, 0.5502],
]

# %%
# Both ways towards ``log 2``, the dashed line.

GREY, GREEN, ORANGE = "#767676", "#2f7d6b", "#c2410c"
fig = plt.figure(figsize=(6, 2.5), facecolor="none")
fig.suptitle(
    "With second derivatives: Newton's four steps reach the minimum",
    color=GREY,
    fontsize=10,
)
ax = fig.add_axes((0.09, 0.13, 0.74, 0.72), facecolor="none")
ax.axhline(0.6931, color=GREY, ls="--", lw=1)
for colour, (name, places) in zip((GREEN, ORANGE), ways.items(), strict=True):
    ax.plot(places, color=colour, lw=2.5, marker="o")
    ax.text(4.15, places[-1], name, color=GREY, va="center", size=12)
ax.set(xlim=(-0.1, 4.1), yticks=(0, 0.5, 1), xticks=range(5))
ax.tick_params(colors=GREY, length=0)
for side, spine in ax.spines.items():
    spine.set(visible=side in ("left", "bottom"), color=GREY)
plt.show()

# %%
# Remember: ``create_graph=True`` makes a gradient a tensor like any other, and
# costs the memory of a second graph. With ``torch.autograd.grad`` there is no
# cycle: :doc:`autograd_grad`. A function of your own must be written for it:
# :doc:`../functions/double_backward`.
