"""Operations that write their result into their first operand.

Each is made from the operation that gives a new tensor.

*Kept from torch*: the name with ``_`` at the end; the version counter; a new history for
the operand; what is refused.

*Left out*: forms in place of views, such as ``t_``; the check for operands that overlap in part.
"""

from typing import Any

from . import creation, pointwise, shapes
from .creation import values
from .derivatives import Operation, differentiable
from .grad_mode import GradMode
from .graph import NO_EDGE, SavedTensor
from .history import check_in_place, gradient_edge, rebase
from .tensor import Tensor


def _write(self: Any, source: Any) -> None:
    """Put numbers into a tensor's places in memory, and count the change."""
    places = shapes.positions(self.shape, self._stride, self._offset)
    for place, value in zip(places, values(source, self.shape, self.dtype), strict=True):
        self._storage[place] = value
    self._counter[0] += 1


def _in_place(operation: Operation) -> Operation:
    """The form of an operation that writes its result into its first operand.

    The operation runs on a copy of the operand, and its node takes over the operand's
    history: what the node saved of the operand is the copy, what it saved of the result
    is the operand from now on. (Torch copies an operand only if a formula will read it.)
    """

    def changed(self: Any, *args: Any, **kwargs: Any) -> Any:
        operands = [x for x in (self, *args) if isinstance(x, Tensor)]
        check_in_place(self, self.is_floating_point() and any(x.requires_grad for x in operands))
        # After `expand` many elements are one number, and the last one written would win. Where all
        # are given the same, that does no harm.
        shared = any(n > 1 and not step for n, step in zip(self.shape, self._stride, strict=True))
        unread = len(operands) == 1 and operation in {_fill, _zeroed}
        if shared and self.numel() and not unread:
            what = "unsupported operation: more than one element of the written-to tensor refers"
            what += " to a single memory location. Please clone() the tensor before performing the"
            raise RuntimeError(f"{what} operation.")
        # The edge is taken before the change; afterwards it leads to the change itself.
        before = gradient_edge(self) if GradMode.enabled else NO_EDGE
        result = operation(self.clone(), *args, **kwargs)
        if (mine := list(self.shape)) != (got := list(result.shape)):
            raise RuntimeError(f"output with shape {mine} doesn't match the broadcast shape {got}")
        if result.dtype.category > self.dtype.category:
            what = f"result type {result.dtype.scalar_name} can't be cast to the desired output"
            raise RuntimeError(f"{what} type {self.dtype.scalar_name}")
        _write(self, result)
        # The node was made for a copy, and is now made to stand behind the operand: its first
        # edge leads where the operand came from, and what it saved of the result is the operand,
        # at the version that it has now.
        if result._edge is not None:
            node = result._edge[0]
            node.next_functions = (before, *node.next_functions[1:])
            node._outputs = ((self.shape, self.dtype),)
            for read, places in zip(node.saved, node.reads, strict=True):
                if read and "result" in places:
                    read[places.index("result")] = SavedTensor(self, 0)
            rebase(self, result._edge)
        return self

    # For `inspect.signature`: it takes what the operation takes, by the same names.
    changed.__wrapped__ = operation  # type: ignore[attr-defined]
    return changed


# Of the old numbers nothing is left. What they came from gets zeros all the same and not None, so
# that its `.grad` exists after the pass, as in torch.
def _nothing(grad: Any) -> Any:
    return creation.zeros_like(grad)


@differentiable("torch::autograd::CopyBackwards", _nothing, lambda grad: grad)
def _copied(self: Any, other: Any) -> Any:
    shape = shapes.broadcast_shapes(self.shape, other.shape)
    return other.detach().to(self.dtype).expand(shape).detach()


def _full(self: Any, value: Any) -> Any:
    return creation.full_like(self, value.item() if hasattr(value, "item") else value)


_zeroed = differentiable("ZeroBackward0", _nothing)(lambda self: creation.zeros_like(self))
_filled = differentiable("FillBackward2", _nothing)(_full)
_filled_from = differentiable("FillBackward3", _nothing, lambda grad: grad.sum())(_full)


def _fill(self: Any, value: Any) -> Any:
    return (_filled_from if isinstance(value, Tensor) else _filled)(self, value)


BINARY = (pointwise.add, pointwise.sub, pointwise.mul, pointwise.div, pointwise.pow)
UNARY = (pointwise.neg, pointwise.exp, pointwise.log, pointwise.tanh, pointwise.relu)
add_, sub_, mul_, div_, pow_ = map(_in_place, BINARY)
neg_, exp_, log_, tanh_, relu_ = map(_in_place, UNARY)
copy_, fill_, zero_ = map(_in_place, (_copied, _fill, _zeroed))
