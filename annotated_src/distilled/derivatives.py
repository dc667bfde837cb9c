"""From formulas to nodes: how an operation gets its derivative.

Above each operation stands one formula for each input that has a derivative, from the
gradient of the result to that of the input. The other parameters of a formula say what it
reads: arguments of the operation, by their names; ``result``; ``sizes``, the shape of the
first input. Tensors among them are saved, but only those that some gradient will need.
Where an input was broadcast, the engine sums; no formula needs to.

*Kept from torch*: the idea, as in its ``derivatives.yaml``; names of nodes; which tensors
a formula reads, and so what must not be changed in place; formulas made of operations,
so that they can be differentiated again.

*Left out*: forward-mode formulas, complex numbers; most operations that torch has only for
derivatives of derivatives.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from .grad_mode import GradMode
from .graph import FREED, NO_EDGE, SavedTensor, _FunctionBase, count
from .history import gradient_edge
from .tensor import Tensor

Operation = Callable[..., Any]


class Derivative(_FunctionBase):
    """The node of a built-in operation."""

    formulas: tuple[Operation, ...]
    reads: list[list[Any]]  # for each formula the arguments, by their places, or "result", "sizes"
    orders: list[list[int]]  # by the names of the operands, as in torch: backwards, and forwards
    saved: list[Any] | None  # for each formula what it reads
    frees = False  # whether there are tensors among it, or operands: torch saves both as tensors

    def apply(self, grad: Any) -> Any:  # it has one output
        """Each formula, where somebody wants its result."""
        if self.saved is None:
            raise RuntimeError(FREED)
        results: list[Any] = [None] * len(self.formulas)
        # In torch's order, in which nodes are made if this pass is recorded. If it is not,
        # backwards: a formula reads the other operands, and torch looks at the first one first.
        for nr in self.orders[GradMode.enabled]:
            # Fetched, so that a changed tensor is noticed, even if there is no gradient to compute.
            read = []
            for x in self.saved[nr]:
                read.append(x.unpack(self) if x.__class__ is SavedTensor else x)
            if grad is not None and self.next_functions[nr][0] is not None:
                results[nr] = self.formulas[nr](grad, *read)
        return results

    run = apply

    def release(self) -> None:
        """Let go of tensors and operands; a node that saved none of them can be used again.

        So a second ``backward`` through a sum passes, and through a product does not.
        """
        if self.frees:
            self.saved = None


def differentiable(name: str, *formulas: Operation) -> Callable[[Operation], Operation]:
    """Record an operation: hang a node behind its result if a gradient may be wanted.

    >>> import annotated_src.distilled as torch
    >>> @differentiable("CubeBackward0", lambda grad, self: grad * 3 * self * self)
    ... def cube(self):
    ...     return self.detach() ** 3
    >>> x = torch.tensor(2.0, requires_grad=True)
    >>> y = cube(x)
    >>> y, torch.autograd.grad(y, x)
    (tensor(8., grad_fn=<CubeBackward0>), (tensor(12.),))
    """

    def decorate(operation: Operation) -> Operation:
        own, inputs = list(inspect.signature(operation).parameters), len(formulas)
        names = [list(inspect.signature(formula).parameters)[1:] for formula in formulas]
        place, _, short = name.rpartition("::")
        kind: Any = type(short, (Derivative,), {"__module__": "builtins", "formulas": formulas})
        kind._place = place and place + "::"
        reads = kind.reads = [[own.index(n) if n in own else n for n in row] for row in names]
        kind.orders = [sorted(range(inputs), key=own.__getitem__, reverse=r) for r in (True, False)]

        @functools.wraps(operation)
        def recorded(*args: Any) -> Any:
            result = operation(*args)
            # A derivative asks what a small change does. Whole numbers cannot change a little.
            if not (GradMode.enabled and result.dtype.is_floating_point):
                return result
            edges: list[Any] = []
            saved: list[Any] = []
            history = frees = False
            # For each input that wants a gradient, save what its formula reads. What only the
            # formulas of other inputs read is not held, so it may be changed in place.
            for nr, places in enumerate(reads):
                x = args[nr]
                edge = NO_EDGE if x.__class__ is float else gradient_edge(x)
                edges.append(edge)
                if edge[0] is None and (inputs > 1 or edge is NO_EDGE):
                    history = history or edge is not NO_EDGE
                    saved.append(())
                    continue
                values, history = [], True
                for place in places:
                    if place.__class__ is int:
                        value, frees = args[place], frees or place < inputs
                    else:
                        value = args[0].shape if place == "sizes" else result
                    if value.__class__ is not float and isinstance(value, Tensor):
                        value = SavedTensor(value, 0 if place == "result" else None)
                        frees = True
                    values.append(value)
                saved.append(values)
            if not history:
                return result
            # The result knows its node, and the node nothing of the result: whoever drops the
            # result drops the graph.
            node = kind()
            node.next_functions, node.saved, node._number = tuple(edges), saved, next(count)
            node._outputs, node.frees = ((result.shape, result.dtype),), frees
            result._edge = (node, 0)
            return result

        return recorded

    return decorate
