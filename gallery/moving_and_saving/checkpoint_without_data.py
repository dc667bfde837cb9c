"""
A checkpoint without the numbers
================================

Can I write the file of a checkpoint before I have the numbers, or the memory
to hold them?

Yes: under ``torch.serialization.skip_data`` ``torch.save`` leaves room for
each storage and writes nothing into it. With fake tensors it describes a model
that was never in memory. Torch calls it a prototype, and four kinds of tensor
do not take part.
"""

import io
import warnings

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.serialization import skip_data

# %%
# The file, in the zip format, is as large as it would be, and loads as zeros:
# the place is reserved, for a program that fills it later. (The older format
# is refused.)


def save(obj, *, skip=None):
    """The bytes that ``torch.save`` makes of an object."""
    file = io.BytesIO()
    if skip is None:
        torch.save(obj, file)
    else:
        with skip:
            torch.save(obj, file)
    return file.getvalue()


def load(data):
    return torch.load(io.BytesIO(data))


torch.manual_seed(0)
model = nn.Linear(64, 64)
full = save(model.state_dict())
empty = save(model.state_dict(), skip=skip_data())
loaded = load(empty)

print(f"{len(full)} bytes, without the numbers {len(empty)}")
print("loaded:", {name: tuple(t.shape) for name, t in loaded.items()})
assert len(full) == len(empty) > 4 * 64 * 65
assert not any(t.any() for t in loaded.values())
assert [*loaded] == ["weight", "bias"] and model.weight.any()

# %%
# A model made under ``FakeTensorMode`` has sizes and dtypes and no numbers, so
# one that fits nowhere can be described. ``materialize_fake_tensors`` writes
# its tensors as ordinary ones; they come back real.

with FakeTensorMode():
    fake = nn.Linear(64, 64)
described = load(
    save(fake.state_dict(), skip=skip_data(materialize_fake_tensors=True))
)

print(
    type(fake.weight.data).__name__, "to", type(described["weight"]).__name__
)
assert type(fake.weight.data).__name__ == "FakeTensor"
assert type(described["weight"]) is torch.Tensor
assert described["weight"].shape == (64, 64) and len(described) == 2

# %%
# Three kinds are refused. The third are tensors of devices whose storage torch
# cannot see, such as XLA; a wrapper that claims to be on one stands for them.


class Elsewhere(torch.Tensor):
    @staticmethod
    def __new__(cls):
        return torch.Tensor._make_wrapper_subclass(cls, (2,), device="xla")

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        raise NotImplementedError("the example asks nothing of it")


with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # a prototype, and a deprecated kind
    nested = torch.nested.nested_tensor([torch.ones(1), torch.ones(2)])
    quantized = torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8)
refused = {"quantized": quantized, "nested": nested, "xla": Elsewhere()}

messages = {}
for kind, tensor in refused.items():
    try:
        save(tensor, skip=skip_data())
    except RuntimeError as error:
        messages[kind] = str(error)

for kind, message in messages.items():
    print(f"{kind:9} {message.partition(',')[0]}")
assert messages == {
    "quantized": "Cannot serialize qtensor under skip_data context manager, "
    "file an issue if you need this feature",
    "nested": "Cannot serialize nested tensor under skip_data context "
    "manager, file an issue if you need this feature",
    "xla": "Cannot serialize tensors on backends with no storage under "
    "skip_data context manager",
}

# %%
# A meta tensor has nothing to leave out. It is written as always, with a
# warning.

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    back = load(save(torch.ones(2, device="meta"), skip=skip_data()))

print("meta     ", caught[0].message)
assert [str(warning.message) for warning in caught] == [
    "Serializing tensors on the meta device under skip_data context manager "
    "is a no-op"
]
assert back.is_meta

# %%
# Remember: ``skip_data`` makes the frame of a checkpoint, as large as the
# whole and with zeros in it. What else goes into a file is in
# :doc:`what_pickle_writes`.
