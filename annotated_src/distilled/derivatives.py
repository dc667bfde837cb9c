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
from typing import TYPE_CHECKING, Any, ParamSpec

from .grad_mode import GradMode
from .graph import gradient_edge
from .nodes import FREED, NO_EDGE, Edge, Gradients, SavedTensor, _FunctionBase, count

if TYPE_CHECKING:
    from .tensor import Tensor

P = ParamSpec("P")
Formula = Callable[..., "Tensor | None"]
NUMBERS = (int, float)


class Derivative(_FunctionBase):
    """The node of a built-in operation."""

    formulas: tuple[Formula, ...]
    reads: tuple[tuple[str, ...], ...]  # the names that each formula reads
    saves: frozenset[str]  # names of tensors
    values: dict[str, Any] | None  # what stands behind the names; None when it was freed

    def apply(self, *grads: Tensor | None) -> Gradients:
        """Each formula, where somebody wants its result."""
        (grad,), values = grads, self.values
        if values is None:
            raise RuntimeError(FREED)
        read = {k: v.unpack(self) if type(v) is SavedTensor else v for k, v in values.items()}
        return tuple(
            [
                formula(grad, *[read[name] for name in names])
                if grad is not None and node
                else None
                for (node, _), formula, names in zip(
                    self.next_functions, self.formulas, self.reads, strict=True
                )
            ]
        )

    def release(self) -> None:
        """Let go of the tensors; a node that saved none can be used again."""
        for name, value in (self.values or {}).items():
            if type(value) is SavedTensor or name in self.saves:
                self.values = None


def differentiable(
    name: str, *formulas: Formula
) -> Callable[[Callable[P, Tensor]], Callable[P, Tensor]]:
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

    def decorate(operation: Callable[P, Tensor]) -> Callable[P, Tensor]:
        parameters = inspect.signature(operation).parameters
        names, inputs = tuple(parameters), len(formulas)
        place, _, short = name.rpartition("::")
        kind: Any = type(short, (Derivative,), {"formulas": formulas, "__module__": "builtins"})
        kind._place = place and place + "::"
        kind.reads = tuple(tuple(inspect.signature(f).parameters)[1:] for f in formulas)
        kind.readers = {
            name: [i for i in range(inputs) if name in kind.reads[i]]
            for name in sorted(
                {name for reads in kind.reads for name in reads}, key=lambda n: (n == "result", n)
            )
        }
        kind.saves = frozenset((*names[:inputs], "result", "places"))

        def save(name: str, result: Tensor, args: tuple[Any, ...], given: dict[str, Any]) -> Any:
            if name == "result":
                return SavedTensor(result, 0)
            if name == "sizes":
                return args[0].shape
            at = names.index(name)
            value = args[at] if at < len(args) else given.get(name, parameters[name].default)
            return SavedTensor(value) if hasattr(value, "_storage") else value

        @functools.wraps(operation)
        def recorded(*args: P.args, **kwargs: P.kwargs) -> Tensor:
            if not GradMode.enabled:
                return operation(*args, **kwargs)
            given: tuple[Any, ...] = args if len(args) >= inputs else (*args, *kwargs.values())
            edges: list[Edge] = [
                NO_EDGE if isinstance(x, NUMBERS) else gradient_edge(x) for x in given[:inputs]
            ]
            result = operation(*args, **kwargs)
            # A view of a leaf, made under ``no_grad``, requires a gradient and has no edge.
            wanted = any([e is not NO_EDGE for e in edges]) or any(
                [x.requires_grad for x in given[:inputs] if not isinstance(x, NUMBERS)]
            )
            if not (wanted and result._storage.dtype.is_floating_point):
                return result
            values = {
                name: save(name, result, given, kwargs)
                for name, readers in kind.readers.items()
                if name == "result" or inputs == 1 or any([edges[i][0] for i in readers])
            }
            node = kind()
            node._number, node.next_functions, node.values = next(count), tuple(edges), values
            node._input_metadata = ((result.shape, result._storage.dtype),)
            result._edge = (node, 0)
            return result

        return recorded

    return decorate
