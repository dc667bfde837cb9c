"""Nodes, and what they keep for the way back.

A node is what an operation leaves behind. It has one edge for each input that could have a
gradient, leading to the node to which that gradient is to be sent, and it has the tensors that
its formulas need. The edge to a leaf leads to an ``AccumulateGrad``.

*Kept from torch*: names, ``next_functions``, sequence numbers, hooks and pre-hooks; saved
tensors with the version at which they were saved, freed after use; nobody is held in a
circle, so that a graph goes as soon as its result does (after ``backward(create_graph=True)``
a leaf and its ``.grad`` hold each other, here and there); a leaf has one node, as long as
somebody holds it.

*Left out*: ``saved_tensors_hooks``, anomaly mode, attributes such as ``_saved_self``.
"""

import itertools
import re
import weakref
from abc import ABC
from functools import cached_property
from typing import Any

from .grad_mode import GradMode
from .hooks import Hook, RemovableHandle, Table, add_hook, run_hooks

Edge = tuple[Any, int]
"""A node or None, and for which output of its operation the gradient is."""
NO_EDGE: Edge = (None, 0)
count = itertools.count()  # the sequence numbers of nodes

FREED = (
    "Trying to backward through the graph a second time (or directly access saved tensors "
    "after they have already been freed). Saved intermediate values of the graph are freed "
    "when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to "
    "backward through the graph a second time or if you need to access saved tensors after "
    "calling backward."
)
CHANGED = (
    "one of the variables needed for gradient computation has been modified by an inplace "
    "operation: [{0} {1}]{2} is at version {3._version}; expected version {4.version} instead. "
    "Hint: enable anomaly detection to find the operation that failed to compute its gradient, "
    "with torch.autograd.set_detect_anomaly(True, check_nan=False)."
)


class Node(ABC):
    """What ``isinstance`` may ask for: every kind of node belongs to it."""


# Torch's nodes are made in C++ and cannot derive from a class of Python; they are only said to
# belong to it. So it is here, too.
@Node.register
class _FunctionBase:
    """What all nodes have. The class of a node computes in ``run``."""

    next_functions: tuple[Edge, ...] = ()
    _outputs: tuple[Any, ...] = ()  # shape and kind of each output, that is of each gradient
    _number: int
    _place = ""  # the namespace in C++ of a kind of node that torch does not make from formulas
    # Few nodes have hooks: the engine looks for them where this says so.
    _hooked = False
    _prehooks = _hooks = Table()
    _tensor_hooks: tuple[tuple[int, Table], ...] = ()
    _retained: tuple[tuple[int, weakref.ref[Any]], ...] = ()

    run: Any
    """From the gradients of the outputs to those of the inputs: what the engine calls."""
    release: Any = lambda self: None
    """Let go of what was saved."""
    name: Any = lambda self: self._place + type(self).__name__
    """The operation, with ``Backward`` and the number of its formula."""
    metadata: Any = cached_property(lambda self: {})
    """For notes of one's own."""
    _sequence_nr: Any = lambda self: self._number

    def __call__(self, *grads: Any) -> Any:
        result = tuple(self.run(*grads))
        return result[0] if len(result) == 1 else result

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(grad_inputs, grad_outputs)`` after the node; it may replace the first."""
        self._hooked, self._hooks = True, self._hooks or Table()
        return add_hook(self._hooks, hook)

    def register_prehook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(grad_outputs)`` before the node; it may replace them."""
        self._hooked, self._prehooks = True, self._prehooks or Table()
        return add_hook(self._prehooks, hook)


class SavedTensor:
    """A tensor, and the version at which a formula was promised its numbers.

    The output of the node itself is kept without its history, and gets it back when it
    is fetched: otherwise node and tensor would keep each other alive.
    """

    __slots__ = ("output_nr", "tensor", "version")

    # Saving copies nothing, or every operation would need its memory twice. So the numbers may be
    # changed before they are used, and a wrong gradient would come out without a word. That is
    # what versions are for: they cannot give the old numbers back, but they can tell.
    def __init__(self, tensor: Any, output_nr: int | None = None) -> None:
        self.tensor = tensor if output_nr is None else tensor.detach()
        self.version, self.output_nr = tensor._counter[0], output_nr

    def unpack(self, node: _FunctionBase) -> Any:
        """The tensor, if nobody has changed it since."""
        tensor = self.tensor
        if self.output_nr is not None:
            tensor = tensor.detach()
            tensor._edge = (node, self.output_nr)
        if tensor._counter[0] != self.version:
            of, kind = "", "CPUBoolType" if tensor.dtype.name == "bool" else tensor.type()
            if (node := tensor.grad_fn) is not None:
                name = re.sub("Backward0?(?=[0-9]*$)", "", node.name())
                of = f", which is output {tensor.output_nr} of {name},"
            raise RuntimeError(CHANGED.format(kind, list(tensor.shape), of, tensor, self))
        return tensor


class AccumulateGrad(_FunctionBase):
    """The node of a leaf: what arrives here is added to ``.grad``.

    It holds its tensor, and the tensor knows it only weakly.
    """

    __module__ = "builtins"  # so that it is shown without a module, as in torch
    _place, _number, _hooked = "torch::autograd::", 2**64 - 1, True  # runs before all others
    # Those of a leaf are looked up there, as its node comes and goes.
    _tensor_hooks: Any = property(lambda self: ((0, self.variable._backward_hooks),))

    def __init__(self, variable: Any) -> None:
        self.variable = variable

    def run(self, grad: Any) -> Any:
        """Add, in place unless the addition itself is recorded; then the hooks."""
        leaf = self.variable
        if grad is None or not leaf.requires_grad:
            pass  # nothing is added, and the hooks run all the same
        elif leaf._edge is not None:
            raise RuntimeError("leaf variable has been moved into the graph interior")
        # Copied, since the gradient may belong to others as well: an addition sends the same one
        # to both of its operands. Torch keeps it uncopied if nobody else holds it. Laid out like
        # the leaf, so that an optimizer passes through both in the same order.
        elif leaf._grad is None:
            same = leaf._stride == grad._stride and not GradMode.enabled
            leaf._grad = grad.clone() if same else leaf.detach().clone().copy_(grad)
        elif GradMode.enabled:
            leaf._grad = leaf._grad + grad
        else:
            leaf._grad.add_(grad)
        if run_hooks(leaf._post_accumulate_grad_hooks, leaf) is not leaf:
            raise RuntimeError("Tensor post accumulate grad hooks should return None.")
        return ()


def accumulator(leaf: Any) -> AccumulateGrad:
    """The one node of a leaf, made anew when no graph holds it any longer."""
    # One, so that the gradients from all uses meet in it: they are added up first, and then hooks
    # run, once. The leaf holds it weakly, since it holds the leaf.
    node: AccumulateGrad | None = leaf._accumulator and leaf._accumulator()
    if node is None:
        node = AccumulateGrad(leaf)
        leaf._accumulator = weakref.ref(node)
    # Every time, as assigning to `.data` may have given the leaf another shape.
    node._outputs = ((leaf.shape, leaf.dtype),)
    return node
