"""
What every node of the graph has
================================

What can I ask of ``grad_fn``, whatever operation made it?

What the abstract class ``Node`` lists: eight names. It has no code of its own
behind them, and nodes do not inherit from it; it recognises them when asked.
"""

import os

import torch
from torch.autograd.graph import Node

device = os.environ.get("READING_DEVICE") or (
    torch.accelerator.current_accelerator().type
    if torch.accelerator.is_available()
    else "cpu"
)

# %%
# The eight, and what two nodes answer: one of a multiplication, and the one
# that it leads to, which writes the gradient of ``x``.

x = torch.ones(2, 3, device=device, requires_grad=True)
node = (2 * x).grad_fn
(leaf_node, input_nr), _ = node.next_functions
names = sorted(Node.__abstractmethods__)

for name, of in (("product", node), ("leaf", leaf_node)):
    (expected,) = of._input_metadata
    print(f"{name:8}{of.name()}, takes {tuple(expected.shape)}", end="")
    after = [n.name() for n, _ in of.next_functions if n]
    print(f" {expected.dtype}, leads to {after}")
print("all:", *names)
assert len(names) == 8
assert all(hasattr(of, name) for of in (node, leaf_node) for name in names)
assert node.name() == "MulBackward0" and input_nr == 0
assert leaf_node.name() == "torch::autograd::AccumulateGrad"
assert [n for n, _ in node.next_functions] == [leaf_node, None]
assert leaf_node.next_functions == ()
assert tuple(node._input_metadata[0].shape) == (2, 3)

# %%
# ``metadata`` is a method in ``Node`` and a dict at every node, for whoever
# wants to write something down; anomaly mode puts the forward pass's traceback
# there. The numbers say in which order the nodes were made in their thread
# (each counts for itself), and a leaf's node has the highest there is, so that
# the engine takes it first.

node.metadata["made in"] = "this example"
later = (3 * x).grad_fn
print("metadata", node.metadata, " order", later._sequence_nr() > 0)
assert node.metadata == {"made in": "this example"}
assert leaf_node._sequence_nr() > later._sequence_nr() > node._sequence_nr()

# %%
# It recognises built-in nodes and those of a ``Function``, by their class, and
# nothing else; the node that a TorchScript function leaves has the eight, and
# is not recognised. Nor can a class of your own become a node by inheriting:
# it would have to write all eight, and the engine would not take it.

assert isinstance(node, Node) and Node not in type(node).__mro__
assert not issubclass(int, Node)


class Unfinished(Node):
    pass


try:
    Unfinished()
except TypeError as error:
    message = str(error)
print(message.partition(" with ")[0])
assert message.startswith("Can't instantiate abstract class Unfinished")
assert all(name in message for name in names)

# %%
# One that does write all eight, and in each calls what ``Node`` has for it:
# nothing. Python makes the object; a call is an error.


class Finished(Node):
    def name(self):
        return super().name()

    @property
    def next_functions(self):
        return super().next_functions

    def metadata(self):
        return super().metadata()

    def _sequence_nr(self):
        return super()._sequence_nr()

    @property
    def _input_metadata(self):
        return super()._input_metadata

    def _register_hook_dict(self, tensor):
        super()._register_hook_dict(tensor)

    def register_hook(self, fn):
        return super().register_hook(fn)

    def register_prehook(self, fn):
        return super().register_prehook(fn)


finished, empty = Finished(), []
for name in names:
    takes_one = "hook" in name
    try:
        member = getattr(finished, name)
        member(None) if takes_one else member()
    except NotImplementedError:
        empty.append(name)

print(len(empty), "of", len(names), "raise NotImplementedError")
assert empty == names

# %%
# Remember: ``isinstance(t.grad_fn, Node)`` is true of torch's own operations
# and of a ``Function``, and the eight names are what you may use. The classes
# behind it are shown in :doc:`/gallery/functions/function_metaclass`.
