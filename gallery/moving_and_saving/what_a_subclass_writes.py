"""
What pickle writes for your own kind of tensor
==============================================

I pickle a tensor with attributes, or of a class of my own. What is in the
file, and what is lost?

A plain tensor first, and around it the class and the attributes. A wrapper,
which has no numbers of its own, becomes an empty one; what it wraps is an
attribute. Hooks and ``.grad`` are lost.
"""

import pickle
import warnings

import torch
from torch._subclasses.fake_tensor import FakeTensorMode

# %%
# What a tensor has in Python, an attribute or a class, is written by
# ``_rebuild_from_type_v2`` around the function that rebuilds the tensor. Hooks
# are left out, with a warning, and so is the gradient, without one. (A
# parameter loses its hooks without a warning, too.)

x = torch.arange(3.0)
named = torch.ones(1, requires_grad=True)
named.note = "for the report"
named.grad = torch.ones(1)
named.register_hook(lambda grad: None)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    outer, (inner, kind, _, state) = named.__reduce_ex__(2)
    back = pickle.loads(pickle.dumps(named))

print(outer.__name__, "around", inner.__name__, "and", state)
assert outer.__name__ == "_rebuild_from_type_v2"
assert inner.__name__ == "_rebuild_tensor_v2" and kind is torch.Tensor
assert back.note == "for the report" and not back._backward_hooks
assert "on tensor will not be serialized" in str(caught[0].message)
assert len(caught) == 2 and back.grad is None  # written twice

parameter = torch.nn.Parameter(torch.ones(1))
parameter.register_hook(lambda grad: None)
with warnings.catch_warnings():
    warnings.simplefilter("error")
    assert not pickle.loads(pickle.dumps(parameter))._backward_hooks

# %%
# A wrapper subclass keeps its numbers in an inner tensor and has no storage.
# Its size and dtype are rebuilt as an empty wrapper; the inner tensor returns
# as an attribute. A fake tensor is written in the same way, but what it has in
# Python, its mode, cannot be pickled.


class Wrapper(torch.Tensor):
    @staticmethod
    def __new__(cls, inner, device="cpu"):
        return torch.Tensor._make_wrapper_subclass(
            cls, inner.shape, dtype=inner.dtype, device=device
        )

    def __init__(self, inner, device="cpu"):
        self.inner = inner

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return torch.ones(2)  # whatever is asked: this is all it can say


outer, (inner, kind, _, state) = Wrapper(x).__reduce_ex__(2)
print("wrapper:", inner.__name__, "and", list(state))
assert inner.__name__ == "_rebuild_wrapper_subclass" and kind is Wrapper
assert state["inner"] is x

fake = FakeTensorMode().from_tensor(x)
assert fake.__reduce_ex__(2)[1][0] is inner
try:
    pickle.dumps(fake)
except (AttributeError, pickle.PicklingError) as error:
    message = str(error)
assert message.startswith("Can't pickle local object 'WeakValueDictionary")

# %%
# Devices whose tensors have no storage on this side, such as XLA, are written
# as a copy on the CPU, and moved back on loading. A wrapper can claim to be
# on such a device, which shows the way without having one.

_, (inner, _, (numbers, dtype, device, _), _) = Wrapper(
    torch.zeros(2), "xla"
).__reduce_ex__(2)
print("xla:", inner.__name__, numbers.device, device)
assert inner.__name__ == "_rebuild_device_tensor_from_cpu_tensor"
assert numbers.tolist() == [1, 1] and dtype == torch.float32

# %%
# A class may claim what no tensor of torch's own is: a way of quantizing, or a
# sparse layout, that there is no form for. That is refused.


class Symmetric(torch.Tensor):
    def qscheme(self):
        return torch.per_tensor_symmetric


class Odd(Wrapper):
    is_sparse = True
    layout = torch.jagged


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that quantized tensors are deprecated
    quantized = torch.quantize_per_tensor(x, 0.5, 0, torch.quint8)
messages = []
for tensor in (quantized.as_subclass(Symmetric), Odd(x)):
    try:
        tensor.__reduce_ex__(2)
    except (RuntimeError, NotImplementedError) as error:
        messages.append(str(error))

print(*messages, sep="\n")
assert messages == [
    "Serialization is not supported for tensors of type "
    "torch.per_tensor_symmetric",
    "sparse tensor __reduce_ex__ for layout `torch.jagged`",
]

# %%
# Remember: ``__reduce_ex__`` writes the class by name and ``__dict__`` as it
# is, so the class must be there when the file is loaded. The kinds of tensor
# inside are in :doc:`what_pickle_writes`.
