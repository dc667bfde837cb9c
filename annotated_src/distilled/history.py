"""From tensors to nodes, and what becomes of that when a tensor is changed in place.

A tensor that came out of a recorded operation has an *edge*: the node of the operation,
and which of its outputs the tensor is.

*Kept from torch*: ``CopySlices`` for a change made through a view; new histories for the
views of what was changed; what must not be changed in place, and what may not be looked at
any more after it.

*Left out*: some of what torch says when it refuses a change.
"""

import weakref
from typing import Any

from .grad_mode import GradMode, enable_grad
from .graph import FREED, NO_EDGE, Edge, _FunctionBase, accumulator, count
from .hooks import Table

NUMBERS = {int, bool, float}  # which may stand in the place of a tensor


def gradient_edge(x: Any) -> Any:
    """Where the gradient of a tensor goes: to its operation, or to its ``.grad``.

    ``NO_EDGE`` itself says that none is wanted. A view made under ``no_grad`` of what requires a
    gradient requires one too, but has no node to send it to: what is computed from it is recorded,
    as in torch, and for that it gets a pair that is equal to ``NO_EDGE`` and not the same.
    """
    if x.__class__ in NUMBERS:
        return NO_EDGE
    if x._base is not None:
        refresh(x)
    if x._edge is not None:
        return x._edge
    if x._requires_grad:
        return accumulator(x), 0
    return (*NO_EDGE,) if x.requires_grad else NO_EDGE


def refresh(view: Any) -> None:
    """After a change in place, a view's history is that of its base, seen through the view."""
    # The counter is shared, so a change made anywhere shows here. It is looked at only when
    # somebody asks for the history: a change costs nothing for views that nobody uses any more.
    base, version = view._base, view._version
    if base is None or view._seen_version == version or not (view._edge or base.requires_grad):
        return
    if view._origin is not None:
        raise _refusal(view, "its base or another view of its base has been modified")
    # The way that the view was made leads to the base as it was. So it gets a new node, which leads
    # to the base as it is: one, however many views lay between, as its strides say where it lies.
    with enable_grad():
        seen = base.as_strided(view.shape, view._stride, view._offset)
    _move(view, seen._edge or NO_EDGE)
    view._seen_version = version


def _refusal(view: Any, what: str) -> RuntimeError:
    return RuntimeError(f"{view._origin} and {what} inplace. This is forbidden: clone it first.")


def check_in_place(tensor: Any, recorded: bool, when: str = "is being") -> None:
    """Refuse a change that would make a leaf the result of an operation.

    A view that was never looked at since its base got a history is refused as a leaf, as in torch.
    """
    # Gradients would go on to what it was computed from. Its `.grad` would stay empty, and an
    # optimizer would wait for it in vain. Under `no_grad` nothing is recorded, and it stays a
    # leaf: so optimizers change parameters.
    if not (recorded and GradMode.enabled):
        return
    if tensor._origin is not None:
        raise _refusal(tensor, "is being modified")
    viewed = tensor._base is not None and tensor._base._edge is None
    if tensor.requires_grad and (viewed or tensor._edge is None):
        what = "leaf Variable that requires grad {} used in an in-place operation."
        what = "a view of a " + what.format("is being") if viewed else "a " + what.format(when)
        raise RuntimeError(what)


class CopySlices(_FunctionBase):
    """A change made through a view, as seen by the base.

    The gradient of the part that was changed goes through the operation; the rest of it
    belongs to the base as it was before.
    """

    __module__, _place = "builtins", "torch::autograd::"

    def __init__(self, base: Any, view: Any, function: _FunctionBase) -> None:
        # The first edge of the function leads to where the view came from. Here the gradient of
        # that part goes to the base, with the rest.
        self.next_functions = (gradient_edge(base), *function.next_functions[1:])
        self.function: _FunctionBase | None = function  # None when it was let go
        self._number, self.base_stride = next(count), base._stride
        self.part = (view.shape, view._stride, view._offset - base._offset)
        self._outputs = ((base.shape, base.dtype),)

    def run(self, grad: Any) -> Any:
        """Cut the part out, send it through the function, put the result in its place."""
        if self.function is None:
            raise RuntimeError(FREED)
        if grad is None:
            return (None,) * len(self.next_functions)
        # A copy, as it is written to and others may hold the gradient; and laid out like the base,
        # so that the strides of the view find the same part in it. By ``copy_``, as in torch: its
        # node stands in the graph if this pass is recorded.
        whole = grad.detach()._copy(self.base_stride).copy_(grad)
        part = whole.as_strided(*self.part)
        first, *others = self.function.run(part.clone())
        part.zero_() if first is None else part.copy_(first)
        return (whole, *others)

    def release(self) -> None:
        """Let go of the function: the second time is refused even if that has saved nothing."""
        self.function = None


def rebase(tensor: Any, edge: Edge) -> None:
    """After a change in place: the history of the tensor, or of its base, ends with this edge."""
    if tensor._base is not None:
        _move(tensor._base, (CopySlices(tensor._base, tensor, edge[0]), 0))
        refresh(tensor)
    else:
        _move(tensor, edge)


def _move(tensor: Any, edge: Edge) -> None:
    """Hooks stay with the node that a tensor had; what ``retain_grad`` asked for moves on."""
    # A hook was given for the gradient of the numbers as they were then. `.grad` is one place, and
    # belongs to the numbers that the tensor has now.
    old, new = (tensor._edge or NO_EDGE)[0], edge[0]
    tensor._edge, tensor._backward_hooks = edge, Table()
    if old is not None and new is not None and any(t() is tensor for _, t in old._retained):
        old._retained = tuple(kept for kept in old._retained if kept[1]() is not tensor)
        new._hooked, new._retained = True, (*new._retained, (edge[1], weakref.ref(tensor)))
