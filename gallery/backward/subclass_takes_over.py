"""
A subclass takes over backward
==============================

Can a class of tensors have a say in ``torch.autograd.backward`` and ``grad``?

Yes: before anything is walked both functions look at their outputs and inputs
(not at the gradients), and hand the call over if one is of a class with
``__torch_function__``. There you can log it, change its arguments, or answer
in its place.
"""

import torch
from torch.autograd import backward, grad

# %%
# A class that notes each call of the two, and answers one of them itself: it
# doubles what ``grad`` finds. The rest goes on to ``super()``.


class Doubled(torch.Tensor):
    calls = []

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        result = super().__torch_function__(func, types, args, kwargs)
        if func in (backward, grad, torch.Tensor.backward):
            cls.calls.append((func.__qualname__, sorted(kwargs)))
        if func is grad:
            return tuple(2 * g for g in result)
        return result


x = torch.ones(2, requires_grad=True)
loss = (3 * x).sum().as_subclass(Doubled)

# %%
# The method hands over under its own name, and what ``super()`` then runs is
# not handed over again: one call is noted, not two.

loss.backward(retain_graph=True)
by_method, x.grad = x.grad.tolist(), None
backward(loss, retain_graph=True)
by_function, x.grad = x.grad.tolist(), None

for name, arguments in Doubled.calls:
    print(f"{name:16}", *arguments)
print("x.grad:", by_method, "and", by_function)
assert [name for name, _ in Doubled.calls] == ["Tensor.backward", "backward"]
assert Doubled.calls[0][1] == [
    "create_graph",
    "gradient",
    "inputs",
    "retain_graph",
]
assert by_method == by_function == [3, 3]

# %%
# ``grad`` with a tuple of inputs and with a dict. Both arrive as a tuple, and
# the answer is put back into a dict.

as_tuple = grad(loss, (x,), retain_graph=True)
as_dict = grad(loss, {"x": x}, retain_graph=True)

print(
    "grad:", as_tuple[0].tolist(), {k: g.tolist() for k, g in as_dict.items()}
)
print("class:", type(as_tuple[0]).__name__)
assert as_tuple[0].tolist() == as_dict["x"].tolist() == [6, 6]
assert isinstance(as_tuple, tuple) and list(as_dict) == ["x"]
assert Doubled.calls[-1][0] == Doubled.calls[-2][0] == "grad"

# %%
# It is enough that an input is of the class. Of the leaf itself nothing
# special is needed; with ``inputs`` in ``backward`` it is the same.

leaf = torch.ones(2).as_subclass(Doubled).requires_grad_()
plain = (3 * leaf).sum().as_subclass(torch.Tensor)
Doubled.calls.clear()
backward(plain, inputs=[leaf])

print("asked for an input:", Doubled.calls[0][0])
assert [name for name, _ in Doubled.calls] == ["backward"]
assert leaf.grad.tolist() == [3, 3]

Doubled.calls.clear()
backward(2 * x, torch.ones(2).as_subclass(Doubled))  # only its gradient is
assert Doubled.calls == [] and x.grad.tolist() == [2, 2]

# %%
# Remember: what a subclass wants to know about a walk, it can learn at its
# beginning. Inside, the engine works in C++ and asks no
# ``__torch_function__``; only a ``__torch_dispatch__`` sees its operations.
# (Hooks and a ``Function`` are Python, and ask as any code does.) Other calls:
# :doc:`/gallery/tensors/methods_of_a_subclass`.
