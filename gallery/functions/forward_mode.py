"""
A Function in forward mode
==========================

My ``Function`` works with ``backward``. What does it need to work with
``torch.func.jvp`` and dual tensors as well?

A ``jvp``, which takes the tangents of the inputs and returns those of the
results, and ``save_for_forward`` for what it reads; ``torch.func.jvp`` also
wants a ``setup_context``. ``jvp`` runs at once, within ``apply``; nothing is
kept until a later walk.
"""

import os

import torch
from torch.autograd import Function, forward_ad

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# A product with both directions. The method that saves for ``jvp`` is another
# than the one that saves for ``backward``; either way ``saved_tensors`` gives
# them back.

order = []


class Product(Function):
    @staticmethod
    def forward(x, y):
        order.append("forward")
        return x * y

    @staticmethod
    def setup_context(ctx, inputs, output):
        order.append("setup_context")
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def jvp(ctx, x_tangent, y_tangent):
        order.append("jvp")
        x, y = ctx.saved_tensors
        return x_tangent * y + x * y_tangent

    @staticmethod
    def backward(ctx, grad):
        order.append("backward")
        x, y = ctx.saved_tensors
        return grad * y, grad * x


# %%
# A dual tensor is a number and a direction, the tangent. Here ``x`` moves by
# 1 and ``y`` by 10, and ``x * y`` by ``1 * 5 + 2 * 10``.

x, y = (torch.tensor(v, device=device, requires_grad=True) for v in (2.0, 5.0))
one, ten = (torch.tensor(v, device=device) for v in (1.0, 10.0))
with forward_ad.dual_level():
    dual = Product.apply(
        forward_ad.make_dual(x, one), forward_ad.make_dual(y, ten)
    )
    number, tangent = forward_ad.unpack_dual(dual)
in_apply, by_func = (
    order[:],
    torch.func.jvp(Product.apply, (x.detach(), y.detach()), (one, ten)),
)

print("result", number.item(), " tangent", tangent.item())
print("within apply:", *in_apply)
assert (number.item(), tangent.item()) == (10, 25)
assert [t.item() for t in by_func] == [10, 25]
assert in_apply == ["forward", "setup_context", "jvp"]

# %%
# Backward gives the same from the other side: the two gradients, times the
# tangents.

order.clear()
result = Product.apply(x, y)
result.backward()
together = x.grad * one + y.grad * ten
print("by backward:", together.item(), " ran", *order)
assert together.item() == 25 and "jvp" not in order

# %%
# Without ``save_for_forward``, ``jvp`` finds nothing: what was saved for
# ``backward`` is not there yet. And only tensors or ``None`` may be saved; a
# number is kept as an attribute.


class Forgot(Product):
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)


class Number(Product):
    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_forward(*inputs, 3)


class NoRule(Product):
    jvp = Function.jvp


messages = {}
for function in (Forgot, Number, NoRule):
    with forward_ad.dual_level():
        try:
            function.apply(forward_ad.make_dual(x, one), y)
        except Exception as error:
            messages[function.__name__] = f"{type(error).__name__}: {error}"

for name, message in messages.items():
    print(f"{name}:\n    {message[:90]}")
START = "save_for_forward expects all arguments to be tensors"
assert messages["Forgot"].startswith("ValueError: not enough values to unpack")
assert messages["Number"].startswith("AssertionError: " + START)
assert messages["NoRule"] == (
    "NotImplementedError: You must implement the jvp function for custom "
    "autograd.Function to use it with forward mode AD."
)

# %%
# A ``jvp`` is differentiated by ``backward``, but not by forward mode: the
# tangent of a tangent comes out as zero, without an error. Here ``x`` and
# ``y`` move by 1, ``x * y`` moves by ``x + y``, and that by 2.

ones = (one, one)
at = (x.detach(), y.detach())
second = {}
for name, product in {"built in": torch.mul, "own": Product.apply}.items():

    def slope(*parts, product=product):
        return torch.func.jvp(product, parts, ones)[1]

    forward_twice = torch.func.jvp(slope, at, ones)[1]
    backward_of_it = sum(torch.func.grad(slope, argnums=(0, 1))(*at))
    second[name] = [forward_twice.item(), backward_of_it.item()]

print("jvp of jvp, grad of jvp:", second)
assert second == {"built in": [2, 2], "own": [0, 2]}

# %%
# Remember: ``backward`` and ``jvp`` are two rules for one derivative, each
# with its own way to save, and nothing checks that they agree but
# ``torch.autograd.gradcheck(..., check_forward_ad=True)``.

doubles = [t.detach().double().requires_grad_() for t in (x.cpu(), y.cpu())]
assert torch.autograd.gradcheck(Product.apply, doubles, check_forward_ad=True)
