"""
A deep copy of your own kind of tensor
======================================

``copy.deepcopy`` fails on a subclass of ``Tensor`` that I wrote. What does it
want?

A copy of the same class. ``deepcopy`` makes it with ``new_empty``, or with
``clone`` if there are no data to copy, and both return a plain tensor
unless the class says otherwise. Six messages tell which step failed.
"""

import copy
import warnings

import torch

# %%
# The smallest subclass, and one that answers ``new_empty``. The second is
# copied with its attributes and with what is in its slots.


class Bare(torch.Tensor):
    pass


class Named(torch.Tensor):
    __slots__ = ("name", "unset")

    def new_empty(self, *args, **kwargs):
        return super().new_empty(*args, **kwargs).as_subclass(type(self))


x = torch.arange(3.0)
named = x.as_subclass(Named)
named.name, named.steps = "weights", [1, 2]
made = copy.deepcopy(named)

print("copied:", type(made).__name__, made.name, made.steps, made.tolist())
assert type(made) is Named and made.tolist() == [0, 1, 2]
assert made.name == "weights" and not hasattr(made, "unset")
assert made.steps == [1, 2] and made.steps is not named.steps

# %%
# A wrapper subclass has no data: its ``clone`` is asked, and ends in
# ``__torch_dispatch__``. ``Wrapper`` wraps the result, ``Leaky`` does not.


class Leaky(torch.Tensor):
    @staticmethod
    def __new__(cls, inner):
        return torch.Tensor._make_wrapper_subclass(
            cls, inner.shape, dtype=inner.dtype
        )

    def __init__(self, inner):
        self.inner = inner

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return func(args[0].inner, *args[1:], **(kwargs or {}))


class Wrapper(Leaky):
    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return cls(super().__torch_dispatch__(func, types, args, kwargs))


wrapped = Wrapper(x)
made = copy.deepcopy(wrapped)
print("copied:", type(made).__name__, "of", made.inner.tolist())
assert type(made) is Wrapper and made.inner.tolist() == [0, 1, 2]
assert made.inner is not x

# %%
# Now what fails. A quantized tensor is rebuilt by a function that knows no
# subclass; a class may claim a way of quantizing that has no form; a
# conjugated one passes ``new_empty`` and loses its class when it is
# conjugated. The last has a history.


class Symmetric(torch.Tensor):
    def qscheme(self):
        return torch.per_tensor_symmetric


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that quantized tensors are deprecated
    quantized = torch.quantize_per_tensor(x, 0.5, 0, torch.quint8)
weight = torch.ones(1, requires_grad=True)
CAUSES = {
    "no new_empty": x.as_subclass(Bare),
    "clone() of a wrapper": Leaky(x),
    "quantized": quantized.as_subclass(Bare),
    "a qscheme of its own": quantized.as_subclass(Symmetric),
    "conjugated": torch.tensor([1j]).conj().as_subclass(Named),
    "not a leaf": 2 * weight,
}

messages = {}
for cause, tensor in CAUSES.items():
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a storage with a dtype
            copy.deepcopy(tensor)
    except RuntimeError as error:
        messages[cause] = str(error)

for cause, message in messages.items():
    print(f"{cause}:\n    {message[:104]} ...")
START = "The default implementation of __deepcopy__() for "
EXPECTED = {
    "no new_empty": START + "non-wrapper subclasses only works for subclass "
    "types that implement new_empty()",
    "clone() of a wrapper": START + "wrapper subclasses only works for "
    "subclass types that implement clone()",
    "quantized": START + "quantized tensors expects the tensor returned by",
    "a qscheme of its own": "Unsupported qscheme torch.per_tensor_symmetric",
    "conjugated": "Type of deepcopy result does not match the type of the",
    "not a leaf": "Only Tensors created explicitly by the user",
}
assert messages.keys() == EXPECTED.keys() == CAUSES.keys()
assert all(messages[cause].startswith(EXPECTED[cause]) for cause in CAUSES)

# %%
# Why even ``Bare`` does not work: an ordinary call of ``new_empty`` does
# return a ``Bare``, because every call of a subclass goes through
# ``__torch_function__``, which converts the result. Inside ``__deepcopy__``
# that is switched off.

bare = x.as_subclass(Bare)
with torch._C.DisableTorchFunctionSubclass():
    inside = bare.new_empty([])
print("new_empty outside:", type(bare.new_empty([])).__name__, end="; ")
print("inside:", type(inside).__name__)
assert type(bare.new_empty([])) is Bare and type(inside) is torch.Tensor

# %%
# Remember: give a subclass a ``new_empty`` and a wrapper a ``clone`` that
# return the class, or a ``__deepcopy__`` of its own, as ``Parameter`` has.
# What converts results elsewhere: :doc:`methods_of_a_subclass`.
