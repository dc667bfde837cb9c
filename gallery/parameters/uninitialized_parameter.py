"""
A parameter without a shape
===========================

"Attempted to use an uninitialized parameter": what can I do with the
parameters of an ``nn.LazyLinear`` before its first input?

Move them, convert them, deep-copy and save them, read and set attributes other
than the shape, and give them a shape. The rest is refused, and three of these
things have a catch.
"""

import copy
import pickle

import torch
from torch import nn
from torch.nn.parameter import (
    UninitializedBuffer,
    UninitializedParameter,
    is_lazy,
)

# %%
# A lazy layer knows its outputs. The inputs it learns from the first batch,
# which gives the parameters their shape in place: it changes their class.

lazy = nn.LazyLinear(2)
weight = lazy.weight
before = repr(weight)
lazy(torch.ones(1, 3))

print(before, "becomes", type(weight).__name__, tuple(weight.shape))
assert before == "<UninitializedParameter>"
assert weight is lazy.weight and type(weight) is nn.Parameter
assert weight.shape == (2, 3) and not is_lazy(weight)

# %%
# Asked before that, it names the remedy. A property, a method and an operation
# are refused in three forms; loading into another layer meets the first.

p = UninitializedParameter()
linear = nn.Linear(3, 2)
ATTEMPTS = {
    "p.shape": lambda: p.shape,
    "p.share_memory_()": p.share_memory_,
    "p + 1": lambda: p + 1,
    "load into nn.Linear": lambda: linear.load_state_dict(
        nn.LazyLinear(2).state_dict()
    ),
}
messages = {}
for text, attempt in ATTEMPTS.items():
    try:
        attempt()
    except (RuntimeError, ValueError) as error:
        messages[text] = str(error)

for text, message in messages.items():
    print(f"{text:20}", message.split(". ")[0])
SHAPE = "Can't access the shape of an uninitialized parameter or buffer. "
assert messages["p.shape"].startswith(SHAPE)
assert messages["load into nn.Linear"] == messages["p.shape"]
assert messages["p.share_memory_()"].startswith(
    "Can't share memory on an uninitialized parameter or buffer. "
)
assert messages["p + 1"].startswith(
    "Attempted to use an uninitialized parameter in <method 'add' of"
)

# %%
# The list of the allowed is short: conversions, and what a conversion asks. So
# to freeze a lazy layer, assign the attribute: ``requires_grad_`` is not on
# it, nor is what ``to_empty`` needs.

allowed = [
    method.__name__ for method in UninitializedParameter._allowed_methods
]
print(len(allowed), "methods are allowed, such as", *allowed[-7:-1])
assert {"to", "double", "cpu", "cuda", "copy_", "size"} <= set(allowed)
assert p.size() == (0,) and p.double().dtype == torch.float64
assert not {"requires_grad_", "empty_like"} & set(allowed)
frozen = nn.LazyLinear(2, bias=False)
frozen.weight.requires_grad = False
frozen(torch.ones(1, 3))
assert not frozen.weight.requires_grad and not is_lazy(frozen.weight)

# %%
# A shape by hand: ``materialize``. What the tensor becomes is written in its
# class; dtype and device are its own unless they are given.

half = UninitializedParameter(dtype=torch.float16)
half.materialize((2, 3))
given = UninitializedBuffer(device="meta")
given.materialize((4,), dtype=torch.float64)

print(type(half).__name__, half.dtype, " ", type(given).__name__, given.dtype)
assert (type(half), half.dtype) == (nn.Parameter, torch.float16)
assert (type(given), given.dtype) == (torch.Tensor, torch.float64)
assert isinstance(given, nn.Buffer) and given.is_meta
assert half.shape == (2, 3)

# %%
# Now the catches. Pickle keeps ``requires_grad``, and forgets the dtype, the
# device and whether a buffer is persistent.

double = UninitializedParameter(requires_grad=False, dtype=torch.float64)
secret = UninitializedBuffer(persistent=False)
again = pickle.loads(pickle.dumps((double, secret)))
deep, twice = copy.deepcopy((double, double))

print("dtype", double.dtype, "->", again[0].dtype, end="   ")
print("persistent", secret.persistent, "->", again[1].persistent)
assert again[0].dtype == torch.float32 and not again[0].requires_grad
assert again[1].persistent and not secret.persistent
on_meta = UninitializedParameter(device="meta")
assert pickle.loads(pickle.dumps(on_meta)).device.type == "cpu"
assert deep.dtype == torch.float64 and deep is twice

# %%
# A deep copy is made of an uninitialised parameter, but not of a buffer, which
# has no method for it. A layer with both cannot be copied before its first
# input.

copied = copy.deepcopy(nn.LazyLinear(2))
try:
    copy.deepcopy(nn.LazyBatchNorm1d())
except ValueError as error:
    message = str(error)

print("deepcopy(LazyBatchNorm1d()):", message.split(" at 0x")[0] + ">")
assert is_lazy(copied.weight)
assert "in <function Tensor.__deepcopy__" in message

# %%
# And on its way to ``meta`` a parameter is made anew, as an ordinary one
# without elements. The layer is lazy no more, and its first input finds no
# weight.

moved = nn.LazyLinear(2).to("meta")
try:
    moved(torch.ones(1, 3, device="meta"))
except AssertionError as error:
    message = str(error)
kind, shape = type(moved.weight).__name__, tuple(moved.weight.shape)

print("on meta:", kind, shape, " and then:", message)
assert message == (
    "The in_features inferred from input: 3 is not equal to in_features from "
    "self.weight: 0"
)
assert (kind, shape) == ("Parameter", (0,)) and not is_lazy(moved.weight)
assert is_lazy(nn.LazyLinear(2, device="meta").weight)  # this is the way

# %%
# Remember: run one batch through a lazy model before you do anything else to
# it. Why the move makes a new parameter:
# :doc:`/gallery/moving_and_saving/same_parameter_after_to`.
