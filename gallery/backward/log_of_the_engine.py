"""
A log of the engine's steps
===========================

How do I see what ``backward`` runs, without a change to the model?

Set the logger ``torch.autograd.graph`` to ``DEBUG``. Each walk then writes a
line for each node that it runs, with the gradients that arrive there; it does
so by registering a hook on every node first.
"""

import logging
import re

import torch
from torch.autograd import backward
from torch.autograd.graph import get_gradient_edge

torch.manual_seed(0)
model = torch.nn.Sequential(
    torch.nn.Linear(3, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1)
)
x = torch.randn(4, 3)

# %%
# A handler that collects the lines. For a whole program the environment
# variable ``TORCH_LOGS="+autograd"`` does it, and prints them.

lines = []
logger = logging.getLogger("torch.autograd.graph")
handler = logging.Handler()
handler.emit = lambda record: lines.append(record.getMessage())


def logged(walk):
    """The lines that a walk wrote, without the addresses of the nodes."""
    lines.clear()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False  # to no other handler
    try:
        walk()
    finally:
        logger.propagate = True
        logger.setLevel(level)
        logger.removeHandler(handler)
    return [re.sub(r"<(\w+) object at \w+>", r"\1", line) for line in lines]


loss = model(x).square().mean()
steps = logged(loss.backward)

print(*steps, sep="\n")
assert steps[0] == "Executing: MeanBackward0 with grad_outputs: [f32[]]"
assert "Executing: TanhBackward0 with grad_outputs: [f32[4, 2]]" in steps
names = [step.split()[1] for step in steps]
assert names.count("AddmmBackward0") == 2
assert names.count("AccumulateGrad") == len(list(model.parameters())) == 4

# %%
# The order is the engine's: of the nodes that are ready the one made last (in
# its thread; each counts for itself), and ``AccumulateGrad`` before any other.
# The hooks are taken off at the end of the walk, so a second one writes its
# own lines and no more.

loss = model(x).square().mean()
assert logged(lambda: loss.backward(retain_graph=True)) == steps
assert logged(loss.backward) == steps

# %%
# With the logger as it was, nothing is written and no hook registered. A walk
# that starts at a gradient edge is logged as well.

lines.clear()
logger.addHandler(handler)
model(x).sum().backward()
logger.removeHandler(handler)
assert lines == []

start = get_gradient_edge(model[:2](x).sum())
from_edge = logged(lambda: backward(start))
print(len(steps), "steps of the whole;", len(from_edge), "from the edge")
assert from_edge[0] == "Executing: SumBackward0 with grad_outputs: [f32[]]"

# %%
# ``torch.autograd.grad`` stops before the leaf's ``AccumulateGrad``: it runs
# none, and none is in the log.

loss = model(x).square().mean()
of_grad = logged(lambda: torch.autograd.grad(loss, model[2].bias))
assert [step.split()[1] for step in of_grad][-1] == "AddmmBackward0"

# %%
# Remember: the log names the nodes and the shapes of gradients in the order of
# the walk. Which part of the graph a node stands for is in
# :doc:`graph_behind_a_result`; where a ``nan`` came from, :doc:`anomaly_mode`
# tells.
