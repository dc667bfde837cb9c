"""
A function asks its argument first
==================================

Does ``nn.ReLU`` work on a class of my own that is no tensor?

Yes, if the class has a ``__torch_function__``. Nearly every function of
``torch.nn.functional`` looks for it before it does anything else, and leaves
the work to it. The module, which calls the function, need not know.
"""

import torch
from torch import nn
from torch.nn import functional as F

# %%
# An interval, from a lower to an upper tensor. Where it has no answer of its
# own, it says so.

asked = []


class Interval:
    """All values from ``low`` to ``high``."""

    def __init__(self, low, high):
        self.low, self.high = low, high

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        asked.append((func.__name__, kwargs))
        if func is F.relu:  # grows with its input
            (x,) = args
            return cls(F.relu(x.low), F.relu(x.high))
        if func is F.dropout and not kwargs["training"]:
            return args[0]
        return NotImplemented


x = Interval(torch.tensor([-2.0, 1.0]), torch.tensor([-1.0, 3.0]))
model = nn.Sequential(nn.ReLU(), nn.Dropout(0.5)).eval()
y = model(x)

for name, arguments in asked:
    print(name, "asked with", arguments)
print("from", y.low.tolist(), "to", y.high.tolist())
assert type(y) is Interval
assert y.low.tolist() == [0.0, 1.0] and y.high.tolist() == [0.0, 3.0]
assert asked == [
    ("relu", {"inplace": False}),
    ("dropout", {"p": 0.5, "training": False, "inplace": False}),
]
F.dropout(x, training=False)  # p and inplace are not written
assert asked[-1] == asked[-2]

# %%
# These two are written in Python, and hand over all their arguments, defaults
# included, whether the caller wrote them or not. (One written in C++, such as
# ``F.linear``, hands over what was written.) And the function itself is handed
# over, as the key to look it up by.
#
# Whoever answers ``NotImplemented`` leaves it to the other arguments' classes.
# Here there are none, and so it ends in a ``TypeError``, as an operator of
# Python would.

model.train()
try:
    model(x)
except TypeError as error:
    message = str(error)

print(message.splitlines()[0])
assert message.startswith(
    "no implementation found for 'torch.nn.functional.dropout' on types that "
    "implement __torch_function__: ["
)

# %%
# For a plain tensor the question costs next to nothing: C++ looks at the
# class, and goes on. Only under a ``TorchFunctionMode``, such as that of
# ``with torch.device(...)``, the answer is yes: then the mode is asked.

assert torch.overrides.has_torch_function_unary(x)
assert not torch.overrides.has_torch_function_unary(x.low)
with torch.device("cpu"):
    assert torch.overrides.has_torch_function_unary(x.low)

# %%
# Remember: what a model computes can be taken over from outside, function by
# function. A subclass of ``torch.Tensor`` is asked in the same way:
# :doc:`/gallery/tensors/methods_of_a_subclass`.
