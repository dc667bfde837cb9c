"""Nodes, and what they keep for the way back.

A node is what an operation leaves behind. It has one edge for each input, leading to
where that input's gradient is to be sent, and the tensors that its formula needs.

*Kept from torch*: names, ``next_functions``, sequence numbers, hooks and pre-hooks; saved
tensors with the version at which they were saved, freed after use; nobody is held in a
circle, so that a graph goes as soon as its result does.

*Left out*: ``saved_tensors_hooks``, anomaly mode, attributes such as ``_saved_self``.
"""

from __future__ import annotations

import itertools
import re
import weakref
from abc import ABC
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from .hooks import Hook, RemovableHandle, Table, add_hook

if TYPE_CHECKING:
    from .base import TensorBase
    from .tensor import Tensor

Gradients = tuple["Tensor | None", ...]
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
    "operation: [{} {}]{} is at version {}; expected version {} instead. Hint: enable anomaly "
    "detection to find the operation that failed to compute its gradient, with "
    "torch.autograd.set_detect_anomaly(True, check_nan=False)."
)


class Node(ABC):
    """What ``isinstance`` may ask for: every kind of node belongs to it."""


class _FunctionBase:
    """What all nodes have. The class of a node computes in ``apply``."""

    next_functions: tuple[Edge, ...] = ()
    _input_metadata: tuple[Any, ...] = ()  # shape and kind of each output, i. e. gradient
    _number: float
    _place = ""  # where in C++ a kind of node is defined that has no formulas
    # Few nodes have hooks, so the tables are made when first needed.
    _prehooks: Table | None = None
    _hooks: Table | None = None
    _tensor_hooks: tuple[tuple[int, Table], ...] = ()
    _retained: tuple[tuple[int, weakref.ref[TensorBase]], ...] = ()

    def name(self) -> str:
        """The operation, with ``Backward`` and the number of its formula."""
        return self._place + type(self).__name__

    def apply(self, *grads: Tensor | None) -> Any:
        """From the gradients of the outputs to those of the inputs."""
        raise NotImplementedError

    def run(self, grads: Gradients) -> Gradients:
        """What the engine calls."""
        return self.apply(*grads)  # type: ignore[no-any-return]

    def __call__(self, *grads: Tensor | None) -> Any:
        result = self.run(grads)
        return result[0] if len(result) == 1 else result

    def release(self) -> None:
        """Let go of what was saved."""

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(grad_inputs, grad_outputs)`` after the node; it may replace the first."""
        self._hooks = OrderedDict() if self._hooks is None else self._hooks
        return add_hook(self._hooks, hook)

    def register_prehook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(grad_outputs)`` before the node; it may replace them."""
        self._prehooks = OrderedDict() if self._prehooks is None else self._prehooks
        return add_hook(self._prehooks, hook)

    @property
    def metadata(self) -> dict[str, Any]:
        """A dict for notes of one's own."""
        return self.__dict__.setdefault("_notes", {})  # type: ignore[no-any-return]

    def _sequence_nr(self) -> float:
        return self._number


Node.register(_FunctionBase)
Edge = tuple[_FunctionBase | None, int]
NO_EDGE: Edge = (None, 0)


class SavedTensor:
    """A tensor, and the version at which a formula was promised its numbers.

    The output of the node itself is kept without its history, and gets it back when it
    is fetched: otherwise node and tensor would keep each other alive.
    """

    __slots__ = ("output_nr", "tensor", "version")

    def __init__(self, tensor: Tensor, output_nr: int | None = None) -> None:
        self.tensor = tensor if output_nr is None else tensor.detach()
        self.version = tensor._storage.version
        self.output_nr = output_nr

    def unpack(self, node: _FunctionBase) -> Tensor:
        """The tensor, if nobody has changed it since."""
        tensor = self.tensor
        if self.output_nr is not None:
            tensor = tensor.detach()
            tensor._edge = (node, self.output_nr)
        if tensor._storage.version != self.version:
            of = f", which is {output_of(tensor)}," if tensor.grad_fn is not None else ""
            kind = "CPUBoolType" if tensor.dtype.name == "bool" else tensor.type()
            what = (kind, list(tensor.shape), of, tensor._version, self.version)
            raise RuntimeError(CHANGED.format(*what))
        return tensor


def output_of(tensor: TensorBase) -> str:
    """Where a tensor came from, in the words of the messages."""
    node, nr = tensor._edge or NO_EDGE
    return f"output {nr} of {re.sub('Backward0?(?=[0-9]*$)', '', node.name() if node else '')}"
