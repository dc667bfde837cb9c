"""The graph that a forward pass leaves behind: from tensors to nodes.

A tensor that came out of a recorded operation has an *edge*: the node of the operation,
and which of its outputs the tensor is. At a leaf an ``AccumulateGrad`` stands in for the
node.

*Kept from torch*: a leaf has one node, as long as somebody holds it; ``CopySlices`` for a
change made through a view, and new histories for the views of what was changed; what must
not be changed in place.

*Left out*: views with several outputs, which may never be changed.
"""

from __future__ import annotations

import math
import weakref
from typing import TYPE_CHECKING

from .grad_mode import GradMode, set_grad_enabled
from .nodes import NO_EDGE, Edge, Gradients, _FunctionBase, count, output_of
from .nodes import Node as Node

if TYPE_CHECKING:
    from .base import TensorBase
    from .tensor import Tensor

VIEW_CHANGED = (
    "{} created in no_grad mode and {} inplace with grad mode enabled. Given that this "
    "use case is ambiguous and error-prone, it is forbidden. You can clarify your code by moving "
    "both the view and the inplace either both inside the no_grad block (if you don't want the "
    "inplace to be tracked) or both outside (if you want the inplace to be tracked)."
)
OUTPUT_CHANGED = (
    "{} is a view and {} inplace. This view was created inside a custom Function (or because an "
    "input was returned as-is) and the autograd logic to handle view+inplace would override the "
    "custom backward associated with the custom Function, leading to incorrect gradients. This "
    "behavior is forbidden. You can fix this by cloning the output of the custom Function."
)


class AccumulateGrad(_FunctionBase):
    """The node of a leaf: what arrives here is added to ``.grad``.

    It holds its tensor, and the tensor knows it only weakly.
    """

    __module__ = "builtins"  # so that it is shown without a module, as in torch
    _place, _number = "torch::autograd::", math.inf  # before all others

    def __init__(self, variable: TensorBase) -> None:
        self.variable = variable

    def apply(self, *grads: Tensor | None) -> Gradients:
        """Add, in place unless the addition itself is recorded; then the hooks."""
        (grad,), leaf = grads, self.variable
        if grad is None or not leaf.requires_grad:
            return ()
        if leaf._edge is not None:
            raise RuntimeError("leaf variable has been moved into the graph interior")
        if leaf._grad is None:
            strides = zip(leaf.shape, leaf._stride, grad._stride, strict=True)
            if GradMode.enabled or any(n != 1 and a != b for n, a, b in strides):
                leaf._grad = leaf.detach().clone().copy_(grad)
            else:
                leaf._grad = grad.clone()
        elif GradMode.enabled:
            leaf._grad = leaf._grad + grad
        else:
            leaf._grad.add_(grad)
        for hook in list((leaf._post_accumulate_grad_hooks or {}).values()):
            if (result := hook(leaf)) is not None:
                kind = type(result).__name__
                raise TypeError(f"expected Variable, but hook returned '{kind}'")
        return ()


def accumulator(leaf: TensorBase) -> AccumulateGrad:
    """The one node of a leaf, made anew when no graph holds it any longer."""
    node = leaf._accumulator() if leaf._accumulator is not None else None
    if node is None:
        node = AccumulateGrad(leaf)
        leaf._accumulator = weakref.ref(node)
    node._input_metadata = ((leaf.shape, leaf.dtype),)
    return node


def gradient_edge(tensor: TensorBase) -> Edge:
    """Where the gradient of a tensor goes: to its operation, or to its ``.grad``."""
    if tensor._base is not None:
        refresh(tensor)
    if tensor._edge is not None:
        return tensor._edge
    return (accumulator(tensor), 0) if tensor._requires_grad else NO_EDGE


def refresh(view: TensorBase) -> None:
    """After a change in place, a view's history is that of its base, seen through the view."""
    base = view._base
    if base is None or view._seen_version == view._storage.version:
        return
    if view._edge is None and not base.requires_grad:
        return
    if view._origin is not None:
        what = "its base or another view of its base has been modified"
        raise RuntimeError(_refusal(view, what))
    with set_grad_enabled(True):
        seen = base.as_strided(view.shape, view._stride, view._offset)
    _move(view, seen._edge or NO_EDGE)
    view._seen_version = view._storage.version


def _refusal(view: TensorBase, what: str) -> str:
    if view._origin:
        return OUTPUT_CHANGED.format(view._origin, what)
    which = f"O{output_of(view)[1:]} is a view of a view which was" if view._edge else "A view was"
    return VIEW_CHANGED.format(which, what)


def check_in_place(tensor: TensorBase, recorded: bool) -> None:
    """Refuse a change that would lose the history of a leaf."""
    if not (recorded and GradMode.enabled):
        return
    if tensor._base is not None and tensor._origin is not None:
        raise RuntimeError(_refusal(tensor, "is being modified"))
    what = "is being used in an in-place operation."
    if tensor.requires_grad and tensor._base is not None and tensor._base._edge is None:
        raise RuntimeError(f"a view of a leaf Variable that requires grad {what}")
    if tensor.requires_grad and tensor._edge is None:
        raise RuntimeError(f"a leaf Variable that requires grad {what}")


class CopySlices(_FunctionBase):
    """A change made through a view, as seen by the base.

    The gradient of the part that was changed goes through the operation; the rest of it
    belongs to the base as it was before.
    """

    __module__, _place = "builtins", "torch::autograd::"

    def __init__(self, base: TensorBase, view: TensorBase, function: _FunctionBase) -> None:
        self.next_functions = (gradient_edge(base), *function.next_functions[1:])
        self.function, self._number = function, next(count)
        self.base_strides = base._stride
        self.part = (view.shape, view._stride, view._offset - base._offset)
        self._input_metadata = ((base.shape, base.dtype),)

    def apply(self, *grads: Tensor | None) -> Gradients:
        """Cut the part out, send it through the function, put the result in its place."""
        if grads[0] is None:
            return (None,) * len(self.next_functions)
        whole = grads[0]._copy(self.base_strides)
        part = whole.as_strided(*self.part)
        first, *others = self.function.run((part.clone(),))
        part.zero_() if first is None else part.copy_(first)
        return (whole, *others)

    def release(self) -> None:
        """Let go of what the function saved."""
        self.function.release()


def rebase(tensor: TensorBase, edge: Edge) -> None:
    """After a change in place: the history of the tensor, or of its base, ends with this edge."""
    if tensor._base is not None and edge[0] is not None:
        _move(tensor._base, (CopySlices(tensor._base, tensor, edge[0]), 0))
        refresh(tensor)
    else:
        _move(tensor, edge)


def _move(tensor: TensorBase, edge: Edge) -> None:
    """Hooks stay with the node that a tensor had; what ``retain_grad`` asked for moves on."""
    old, new = (tensor._edge or NO_EDGE)[0], edge[0]
    tensor._edge, tensor._backward_hooks = edge, None
    if old is not None and new is not None and any(t() is tensor for _, t in old._retained):
        old._retained = tuple(kept for kept in old._retained if kept[1]() is not tensor)
        new._retained += ((edge[1], weakref.ref(tensor)),)
