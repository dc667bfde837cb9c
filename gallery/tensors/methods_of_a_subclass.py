"""
Methods of a subclass of Tensor
===============================

I subclass ``Tensor`` and add nothing. Which results are of my class? And how
do I get between a method and what it does?

Nearly all results are: nearly every call with such a tensor goes through
``__torch_function__``, and the one that ``Tensor`` has runs the call and
converts what comes out. Override it and you see each of them, methods of
Python and of C++ alike.
"""

import warnings

import torch
from torch.overrides import TorchFunctionMode, get_default_nowrap_functions

# %%
# A class without a line of its own. Results are converted, tuples of them too,
# and a number stays a number. The tensors that a tensor merely keeps, its
# gradient and its base, are on a list, and are left as they are.


class Metres(torch.Tensor):
    pass


x = torch.tensor([3.0, 1.0, 2.0]).as_subclass(Metres)
x.requires_grad_()
ordered = x.sort()
results = {
    "x + 1": x + 1,
    "torch.sin(x)": torch.sin(x),
    "x.sort().values": ordered.values,
    "x.tolist()": x.tolist(),
    "x.grad": x.sum().backward() or x.grad,
}

for call, result in results.items():
    print(f"{call:16} {type(result).__name__}")
assert [type(r).__name__ for r in results.values()] == [
    *["Metres"] * 3,
    "list",
    "Tensor",
]
assert type(ordered).__name__ == "sort"  # still the named tuple
assert torch.Tensor.grad.__get__ in get_default_nowrap_functions()

# %%
# With two subclasses in one call, each is asked, and neither converts: a class
# only speaks for its ancestors. So the call fails, unless one of the two is a
# subclass of the other.


class Seconds(torch.Tensor):
    pass


class Kilometres(Metres):
    pass


one = torch.ones(3)
try:
    x * one.as_subclass(Seconds)
except TypeError as error:
    message = str(error)
product = x * one.as_subclass(Kilometres)

print("Metres * Seconds:", message)
print("Metres * Kilometres:", type(product).__name__)
assert message == "unsupported operand type(s) for *: 'Metres' and 'Seconds'"
assert type(product) is Kilometres

# %%
# To get in between, override ``__torch_function__`` and call that of
# ``super()``. Most methods of ``Tensor`` written in Python begin by asking
# whether their tensor has one, and hand themselves over.


class Noted(torch.Tensor):
    calls = []

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        cls.calls.append(func.__name__)
        return super().__torch_function__(func, types, args, kwargs)


def calls_of(action):
    """What ``__torch_function__`` was called with during an action."""
    Noted.calls.clear()
    action()
    return Noted.calls[:]


n = torch.ones(2).as_subclass(Noted).requires_grad_()
out = (n * n).sum()
seen = {
    "out.backward()": calls_of(out.backward),
    "n.register_hook(print)": calls_of(lambda: n.register_hook(print)),
    "n.register_post_...(print)": calls_of(
        lambda: n.register_post_accumulate_grad_hook(print)
    ),
    "n.module_load(one)": calls_of(
        lambda: n.detach().module_load(torch.zeros(2))
    ),
    "2 * n + 1": calls_of(lambda: 2 * n + 1),
}
torch.storage._reset_warn_typed_storage_removal()  # it is given only once
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    seen["n.storage()"] = calls_of(n.storage)

for call, names in seen.items():
    print(f"{call:27}", *names)
assert list(seen.values()) == [
    ["backward"],
    ["register_hook"],
    ["register_post_accumulate_grad_hook"],
    ["detach", "module_load"],
    ["mul", "add"],
    ["storage"],
]
assert str(caught[0].message).startswith("TypedStorage is deprecated.")

# %%
# Each appears once, although ``backward`` itself calls methods of the tensor:
# inside ``Tensor.__torch_function__`` the whole mechanism is switched off for
# subclasses. The storage, by the way, is the older kind, which knows a dtype;
# ``untyped_storage`` gives the bytes without a warning. A few calls ask
# nobody, such as ``torch.as_tensor``.

assert n.untyped_storage().nbytes() == 8
assert calls_of(lambda: torch.as_tensor(n)) == []
with torch._C.DisableTorchFunctionSubclass():
    assert calls_of(lambda: n + 1) == [] and type(n + 1) is torch.Tensor

# %%
# ``super()`` matters in the override: it passes on which class to convert to.
# Asked through ``Tensor``, the method converts to nothing, and does not answer
# for a subclass at all.

tensor_method = torch.Tensor.__torch_function__
total = tensor_method(torch.sum, (), (torch.ones(2),))
print("through Tensor:", total, tensor_method(torch.sum, (Noted,), (n,)))
assert type(total) is torch.Tensor and total.item() == 2
assert tensor_method(torch.sum, (Noted,), (n,)) is NotImplemented

# %%
# Remember: a subclass is asked before anything is computed, and only a
# ``TorchFunctionMode`` is asked before it. ``Parameter`` has this switched
# off, which is why ``weight + 1`` is a plain tensor. How the same is done to
# ``backward`` of the module ``torch.autograd``:
# :doc:`/gallery/backward/subclass_takes_over`.


class Watch(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        Noted.calls.append("mode")
        return func(*args, **(kwargs or {}))


with Watch():
    assert calls_of(lambda: n + 1) == ["mode", "add"]

weight = torch.nn.Parameter(torch.ones(1))
assert type(weight + 1) is torch.Tensor
assert torch.nn.Parameter.__torch_function__ is not (
    torch.Tensor.__torch_function__
)
