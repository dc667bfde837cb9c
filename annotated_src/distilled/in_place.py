"""Operations that write their result into their first operand.

Each is made from the operation that gives a new tensor.

*Kept from torch*: the name with ``_`` at the end; the version counter; a new history for
the operand; what is refused, and in which order.

*Left out*: forms in place of views, such as ``t_``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import creation, elements, graph, pointwise, powers, tensor
from .derivatives import differentiable
from .dtypes import Number
from .nodes import SavedTensor
from .shapes import broadcast_shapes

if TYPE_CHECKING:
    from .tensor import Tensor


def _in_place(operation: Callable[..., Tensor], checked: bool = True) -> Callable[..., Tensor]:
    """The form of an operation that writes its result into its first operand.

    The operation runs on a copy of the operand, and its node takes over the operand's
    history: what the node saved of the operand is the copy, what it saved of the result
    is the operand from now on.
    """

    def changed(self: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        operands = [self, *(x for x in args if isinstance(x, tensor.Tensor))]
        graph.check_in_place(self, any(x.requires_grad for x in operands))
        if checked or (len(operands) > 1 and operation is _fill):
            elements.check_places(self, operands[1:])
        before = graph.gradient_edge(self)
        result = operation(self.clone(), *args, **kwargs)
        if (mine := list(self.shape)) != (theirs := list(result.shape)):
            raise RuntimeError(
                f"output with shape {mine} doesn't match the broadcast shape {theirs}"
            )
        if result.dtype.category > self.dtype.category:
            found, own = result.dtype.scalar_name, self.dtype.scalar_name
            raise RuntimeError(
                f"result type {found} can't be cast to the desired output type {own}"
            )
        elements.write(self, result)
        if result._edge is not None:
            node: Any = result._edge[0]
            node.next_functions = (before, *node.next_functions[1:])
            node._input_metadata = ((self.shape, self.dtype),)
            if "result" in node.values:
                node.values["result"] = SavedTensor(self, 0)
            graph.rebase(self, result._edge)
        return self

    changed.__name__ = operation.__name__.strip("_") + "_"
    changed.__doc__ = f"``{operation.__name__}``, in place."
    return changed


def _nothing(grad: Tensor) -> Tensor:
    return creation.zeros_like(grad)


@differentiable("torch::autograd::CopyBackwards", _nothing, lambda grad: grad)
def _copy(self: Tensor, source: Tensor) -> Tensor:
    shape = broadcast_shapes(self.shape, source.shape)
    return source.detach().to(self.dtype).expand(shape).detach()


def _fill(self: Tensor, value: Tensor | Number) -> Tensor:
    return (
        _fill_number(self, value) if isinstance(value, (int, float)) else _fill_tensor(self, value)
    )


@differentiable("FillBackward2", _nothing)
def _fill_number(self: Tensor, value: Number) -> Tensor:
    return creation.full_like(self, value)


@differentiable("FillBackward3", _nothing, lambda grad: grad.sum())
def _fill_tensor(self: Tensor, value: Tensor) -> Tensor:
    if value.shape:
        raise RuntimeError(f"fill_ only supports a value without dimensions, got {value.dim()}")
    return creation.full_like(self, value.item())


@differentiable("ZeroBackward0", _nothing)
def _zero(self: Tensor) -> Tensor:
    return creation.zeros_like(self)


BINARY = (pointwise.add, pointwise.sub, pointwise.mul, pointwise.div, powers.pow)
UNARY = (pointwise.neg, pointwise.exp, pointwise.log, pointwise.tanh, pointwise.relu)
add_, sub_, mul_, div_, pow_ = (_in_place(op) for op in BINARY)
neg_, exp_, log_, tanh_, relu_ = (_in_place(op) for op in UNARY)
copy_ = _in_place(_copy)
fill_, zero_ = _in_place(_fill, checked=False), _in_place(_zero, checked=False)
