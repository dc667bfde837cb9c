"""
The number of a Function
========================

How does compiled autograd know that this walk may use what it recorded in an
earlier one?

It compares the graphs, node by node. Built-in nodes say what they are; of a
``Function`` it asks a key, and that is a number which the metaclass gave to
the class: the same code, the same number.
"""

import torch
from torch._dynamo import compiled_autograd
from torch.autograd import Function

# %%
# The metaclass counts. Each class that is made gets the next number, a
# subclass too, since its ``backward`` may be another one.


class Double(Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad


class DoubleAgain(Double):
    pass


x = torch.ones(2, requires_grad=True)
keys = [
    function.apply(x).grad_fn._compiled_autograd_key()
    for function in (Double, Double, DoubleAgain)
]

print("keys, from the first:", *(key[0] - keys[0][0] for key in keys))
assert keys[0] == keys[1] != keys[2]
assert keys[2][0] == keys[0][0] + 1

# %%
# Four walks, recorded by compiled autograd. There is no public switch that
# records and does not compile, hence the private one. Whatever it has not seen
# it records, and gives the record to the function that is to compile it; ours
# counts and compiles nothing.

recorded = []


def keep(graph_module):
    """Count a record, and run it as it is."""
    recorded.append(graph_module)
    return graph_module


counts = []
compiled_autograd.reset()
for function in (Double, Double, DoubleAgain, Double):
    x.grad = None
    result = function.apply(x).sum()
    with compiled_autograd._enable(keep):
        result.backward()
    counts.append(len(recorded))
    assert x.grad.tolist() == [2, 2]
compiled_autograd.reset()

print("records after each walk:", *counts)
assert counts == [1, 1, 2, 2]

# %%
# Remember: define a ``Function`` once, at the top of a module. A class made
# anew in every step is a new number each time, and nothing recorded is used
# again. What else the metaclass does: :doc:`function_metaclass`.
