"""
Start backward without the tensor
=================================

I keep a big result only to call ``backward`` on it later. Can I keep its place
in the graph and let its numbers go?

Yes, as a gradient edge: a node, and which output of its operation is meant.
``backward`` and ``torch.autograd.grad`` take an edge in place of a result or
of an input. What needs the tensor itself is refused or, in the ``inputs`` of
``backward``, left out: a result that is not there gets no ``.grad``.
"""

import os
import warnings
import weakref

import torch
from torch.autograd import Function, backward, grad
from torch.autograd.graph import get_gradient_edge, register_multi_grad_hook

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The result goes, the edge stays, and backward starts there. An edge knows
# size, dtype and device of the gradient that belongs there: for one number it
# makes a 1 by itself.

x = torch.ones(3, device=device, requires_grad=True)
y = 2 * x
edge = get_gradient_edge(y)
gone = weakref.ref(y)
del y
backward(edge, torch.ones(3, device=device))
from_vector = x.grad.tolist()

x.grad = None
backward(get_gradient_edge((3 * x).sum()))
from_number = x.grad.tolist()

print("the result is gone:", gone() is None, " x.grad", from_vector)
print("from one number: x.grad", from_number)
assert gone() is None and edge.node.name() == "MulBackward0"
assert from_vector == [2, 2, 2] and from_number == [3, 3, 3]

# %%
# As an input, an edge says where to stop. That of a leaf is the node that
# would write its ``.grad``; here nothing is written.

x.grad = None
leaf_edge = get_gradient_edge(x)
(gradient,) = grad((x**2).sum(), leaf_edge)

print("edge of a leaf:", leaf_edge.node.name(), gradient.tolist())
assert leaf_edge.node.name() == "torch::autograd::AccumulateGrad"
assert gradient.tolist() == [2, 2, 2] and x.grad is None

backward((x**2).sum(), inputs=leaf_edge)
assert x.grad.tolist() == [2, 2, 2]

# %%
# One result of several: the node is the same, ``output_nr`` differs.

parts = torch.stack([x, 2 * x]).unbind()
edges = [get_gradient_edge(part) for part in parts]
print("two results:", *(edge.output_nr for edge in edges))
assert edges[0].node is edges[1].node
assert [edge.output_nr for edge in edges] == [0, 1]

# %%
# For a ``Function`` written in Python the edge holds a third thing, the node
# of a view that was made only to keep the graph alive. It dates from the time
# when the Python object of such a node did not do that; in torch 2.13 it does.


class Twice(Function):
    @staticmethod
    def forward(ctx, t):
        return 2 * t

    @staticmethod
    def backward(ctx, g):
        return 2 * g


x.grad = None
own = get_gradient_edge(Twice.apply(x))
print("token:", own.ownership_token.name(), "and before", edge.ownership_token)
assert own.ownership_token.name() == "ViewBackward0"
assert own.ownership_token.next_functions[0][0] is own.node
assert edge.ownership_token is None
backward(own, torch.ones(3, device=device))
assert x.grad.tolist() == [2, 2, 2]

# %%
# What is refused. There has to be a place in the graph; a gradient must fit it
# and must be given unless it is one real number. For a nested tensor of the
# older kind there is a message that is never reached: to ask for its shape
# fails first, with one of C++.

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # that nested tensors are a prototype
    rows = torch.nested.nested_tensor([x.detach(), x.detach()])
outside = x.detach()
ATTEMPTS = {
    "no history": lambda: get_gradient_edge(outside),
    "no history, a hook": lambda: register_multi_grad_hook([outside], print),
    "three numbers": lambda: backward(get_gradient_edge(2 * x)),
    "does not fit": lambda: backward(
        get_gradient_edge(2 * x), torch.ones(2, device=device)
    ),
    "nested": lambda: backward(get_gradient_edge(2 * rows.requires_grad_())),
}
messages = {}
for cause, attempt in ATTEMPTS.items():
    try:
        attempt()
    except (RuntimeError, AssertionError) as error:
        messages[cause] = str(error)

for cause, message in messages.items():
    print(f"{cause}:\n    {message[:75]}")
*others, last = messages.values()
assert others == [
    "It is not possible to get the gradient edge for a Tensor that does not "
    "require gradients",
    "Expected gradient function to be set",
    "grad can be implicitly created only for scalar outputs",
    "Mismatch in shape: grad_output[0] has a shape of torch.Size([2]) and "
    "output[0] has a shape of torch.Size([3]).",
]
assert "variant" in last

# %%
# Remember: an edge is a place in the graph without the numbers that were
# computed there. What the graph itself keeps, it keeps:
# :doc:`graph_behind_a_result`.
