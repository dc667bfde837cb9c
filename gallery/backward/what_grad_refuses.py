"""
What torch.autograd.grad refuses
================================

``torch.autograd.grad`` takes more arguments than ``backward``. Which do not go
together, and what about an input that was not used?

An unused input is an error, or ``None`` with ``allow_unused``, or zeros with
``materialize_grads``; one that requires no gradient is an error whatever the
options. Most other refusals are about inputs that are not tensors. As in
``backward``, only a real ``dict`` passes as one.
"""

import warnings
from collections import OrderedDict

import torch
from torch.autograd import grad
from torch.autograd.graph import get_gradient_edge

# %%
# ``x`` is used and ``z`` is not. A dict of inputs gives a dict of gradients.

x = torch.ones(3, requires_grad=True)
z = torch.zeros(2, requires_grad=True)


def y():
    """A new result, with a graph of its own."""
    return (2 * x).sum()


allowed = grad(y(), {"x": x, "z": z}, allow_unused=True)
zeros = grad([y(), y()], (x, z), materialize_grads=True)

print(
    "allow_unused     ",
    {name: g if g is None else g.tolist() for name, g in allowed.items()},
)
print("materialize_grads", *(g.tolist() for g in zeros), "of two results")
assert allowed["x"].tolist() == [2, 2, 2] and allowed["z"] is None
assert [g.tolist() for g in zeros] == [[4, 4, 4], [0, 0]]

# %%
# To make zeros takes the input's size. A gradient edge, a place in the graph,
# stands for an input as well, but has no tensor to take the size from.

through_edge = grad(y(), get_gradient_edge(x))
assert through_edge[0].tolist() == [2, 2, 2]

ATTEMPTS = {
    "z": lambda: grad(y(), [x, z]),
    "materialize_grads=True, allow_unused=False": lambda: grad(
        y(), [x, z], materialize_grads=True, allow_unused=False
    ),
    "materialize_grads=True and an edge": lambda: grad(
        y(), get_gradient_edge(z), materialize_grads=True
    ),
    "no requires_grad": lambda: grad(y(), x.detach(), allow_unused=True),
    "OrderedDict(x=x)": lambda: grad(y(), OrderedDict(x=x)),
    "[]": lambda: grad(y(), []),
}
messages = {}
for call, attempt in ATTEMPTS.items():
    try:
        attempt()
    except (RuntimeError, TypeError, ValueError) as error:
        messages[call] = f"{type(error).__name__}: {error}"

for call, message in messages.items():
    print(call, "\n   ", message[:100])
assert list(messages.values()) == [
    "RuntimeError: The differentiated Tensor at index 1 appears to not have "
    "been used in the graph. Set allow_unused=True if this is the desired "
    "behavior.",
    "ValueError: Expected allow_unused to be True or not passed when "
    "materialize_grads=True, but got: allow_unused=False.",
    "RuntimeError: materialize_grads cannot be used when the given input is "
    "a GradientEdge",
    "RuntimeError: One of the differentiated Tensors does not require grad",
    "TypeError: `inputs` argument to `grad()` must be a dict, not "
    "OrderedDict. Other Mapping types are not supported.",
    "RuntimeError: `inputs` argument to `grad()` cannot be empty.",
]

# %%
# ``only_inputs`` is an argument from before ``backward`` had its ``inputs``:
# it is still there, and does nothing but warn.

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    (g,) = grad(y(), x, only_inputs=False)

print("only_inputs=False:", str(caught[0].message).partition(" (")[0])
assert g.tolist() == [2, 2, 2] and x.grad is None
assert [w.category for w in caught] == [FutureWarning]
assert str(caught[0].message).startswith(
    "only_inputs argument is deprecated and is ignored now"
)

# %%
# Remember: ``materialize_grads`` where the next step needs a tensor whatever
# was used, ``allow_unused`` where ``None`` is an answer. What is said about
# gradients that do not fit is the same as in :doc:`what_backward_refuses`.
