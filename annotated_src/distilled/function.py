"""``Function``: an operation of one's own, with its derivative.

A class that derives from ``Function`` is never instantiated. Its metaclass makes a second
class beside it, whose objects are both the ``ctx`` of ``forward`` and ``backward`` and the
node in the graph.

*Kept from torch*: ``FunctionMeta``, the two lines of ancestors and their order; all of
``FunctionCtx`` that is for ``backward``; what becomes of the outputs (an input returned
as it is, one changed in place, one without a derivative); ``once_differentiable``; messages.

*Left out*: ``vmap`` and ``jvp``, ``save_for_forward``, the older kinds of Function.
"""

from __future__ import annotations

import inspect
import itertools
import warnings
from typing import Any

from . import creation, graph
from .grad_mode import is_grad_enabled, no_grad
from .nodes import FREED, NO_EDGE, Gradients, SavedTensor, _FunctionBase, count
from .once import once_differentiable  # noqa: F401  # this is its public place
from .tensor import Tensor

AUTOGRAD_FUNCTION_COUNTER = itertools.count()


class FunctionCtx:
    """What ``forward`` may leave on ``ctx``: notes, which are read when it has returned."""

    to_save: tuple[Tensor | None, ...] | None = None
    dirty_tensors: tuple[Tensor, ...] | None = None
    non_differentiable: tuple[Tensor, ...] | None = None
    materialize_grads = True

    def save_for_backward(self, *tensors: Tensor | None) -> None:
        """Keep tensors for ``backward``, which finds them in ``saved_tensors``."""
        self.to_save = tensors

    def mark_dirty(self, *args: Tensor) -> None:
        """Say which inputs were changed in place."""
        self.dirty_tensors = args

    def mark_non_differentiable(self, *args: Tensor) -> None:
        """Say which outputs have no derivative."""
        self.non_differentiable = args

    def set_materialize_grads(self, value: bool) -> None:
        """Whether ``backward`` gets zeros, or None, for outputs that nobody used."""
        self.materialize_grads = value


class _HookMixin:
    """In torch, a place for hooks of tensors; here nobody needs it but the MRO."""


class BackwardCFunction(_FunctionBase, FunctionCtx, _HookMixin):
    """The base of the second class: a node that calls the user's ``backward``."""

    _forward_cls: type[_SingleLevelFunction]
    _saved: tuple[SavedTensor | None, ...] | None = ()
    _is_tensor: tuple[bool, ...] = ()  # for each argument of ``forward``
    needs_input_grad: tuple[bool, ...] = ()

    def apply(self, *args: Any) -> Any:
        """Call ``backward`` of the class that this belongs to."""
        return self._forward_cls.backward(self, *args)

    @property
    def saved_tensors(self) -> tuple[Tensor | None, ...]:
        """What ``forward`` saved, after a look at the versions."""
        if self._saved is None:
            raise RuntimeError(FREED)
        return tuple(None if saved is None else saved.unpack(self) for saved in self._saved)

    def release(self) -> None:
        """Let go of the saved tensors; without any the node can be used again."""
        self._saved = None if self._saved else self._saved

    def _output(self, output: Tensor, nr: int, inputs: list[Tensor], recorded: bool) -> Tensor:
        """What becomes of an output: it gets its history, or none."""
        changed, returned, constant = (
            any(output is x for x in group or ())
            for group in (self.dirty_tensors, inputs, self.non_differentiable)
        )
        if changed:
            output._storage.version += 1
            if recorded and output.requires_grad and output.is_leaf:
                raise RuntimeError(
                    "a leaf Variable that requires grad has been used in an in-place operation."
                )
        elif returned:  # an input as it is must keep its own history
            with no_grad():
                output = output.view(output.shape)
        if constant or not recorded or not output.is_floating_point():
            return output.detach() if recorded and output.requires_grad else output
        if changed:
            graph.rebase(output, (self, nr))
            return output
        output._edge = (self, nr)
        if output._base is not None:
            output._seen_version = output._version
            output._origin = f"Output {nr} of {self._forward_cls.__name__}"
        return output

    def _save(self, index: int, tensor: Tensor | None) -> SavedTensor | None:
        if tensor is None:
            return None
        if not isinstance(tensor, Tensor):
            kind = type(tensor).__name__
            raise TypeError(
                f"save_for_backward can only save variables, but argument {index} is of type {kind}"
            )
        node, nr = tensor._edge or NO_EDGE
        return SavedTensor(tensor, nr if node is self else None)

    def run(self, grads: Gradients) -> Gradients:
        """Around ``apply``: zeros for None before it, a check of what it returns after it."""
        if self.materialize_grads:
            pairs = zip(grads, self._input_metadata, strict=True)
            grads = tuple(
                creation.zeros(meta[0], dtype=meta[1]) if grad is None else grad
                for grad, meta in pairs
            )
        result, expected = self.apply(*grads), len(self._is_tensor)
        results = list(result) if isinstance(result, tuple) else [result]
        while len(results) > expected and results[-1] is None:
            results.pop()
        if len(results) != expected:
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients (expected "
                f"{expected}, got {len(results)})"
            )
        for i, (grad, is_tensor) in enumerate(zip(results, self._is_tensor, strict=True), 1):
            if not (grad is None or is_tensor):
                raise RuntimeError(
                    f"function {self.name()} returned a gradient different than None at position "
                    f"{i}, but the corresponding forward input was not a Variable"
                )
            if not (grad is None or isinstance(grad, Tensor)):
                raise RuntimeError(f"expected Variable or None (got {type(grad).__name__})")
        return tuple(itertools.compress(results, self._is_tensor))


class FunctionMeta(type):
    """Makes the second class of every Function, when its ``class`` statement ends.

    >>> class Double(Function):
    ...     pass
    >>> Double._backward_cls.__name__, Double._backward_cls._forward_cls is Double
    ('DoubleBackward', True)
    """

    _backward_cls: type[BackwardCFunction]

    def __init__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> None:
        made: dict[str, Any] = {"_forward_cls": cls, "__module__": "torch.autograd.function"}
        made["_autograd_function_id"] = next(AUTOGRAD_FUNCTION_COUNTER)
        cls._backward_cls = type(name + "Backward", (BackwardCFunction,), made)
        super().__init__(name, bases, attrs)


class _SingleLevelFunction(_FunctionBase, FunctionCtx, _HookMixin, metaclass=FunctionMeta):
    """The methods that a user writes."""

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the outputs: ``(ctx, *args)``, or ``(*args)`` beside a ``setup_context``."""
        raise NotImplementedError(
            "You must implement the forward function for custom autograd.Function."
        )

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Save what ``backward`` needs, where ``forward`` has no ``ctx``."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """From the gradients of the outputs to those of the inputs."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom "
            "autograd.Function to use it with backward mode AD."
        )


class Function(_SingleLevelFunction):
    """The base of operations of one's own.

    >>> import annotated_src.distilled as torch
    >>> class Square(Function):
    ...     @staticmethod
    ...     def forward(ctx, x):
    ...         ctx.save_for_backward(x)
    ...         return x * x
    ...
    ...     @staticmethod
    ...     def backward(ctx, grad):
    ...         (x,) = ctx.saved_tensors
    ...         return 2 * x * grad
    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> y = Square.apply(x)
    >>> y.backward()
    >>> y, x.grad
    (tensor(9., grad_fn=<SquareBackward>), tensor(6.))
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        warnings.warn(f"{type(self)} should not be instantiated.", DeprecationWarning, stacklevel=2)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: it was once the way to use an object of a Function."""
        raise RuntimeError("Legacy autograd function with non-static forward method is deprecated.")

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run ``forward``, and hang the ``ctx`` behind its outputs."""
        separate = cls.setup_context is not _SingleLevelFunction.setup_context
        if separate:
            bound = inspect.signature(cls.forward).bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        ctx = cls._backward_cls()
        ctx._number = next(count)
        ctx._is_tensor = tuple(isinstance(x, Tensor) for x in args)
        ctx.needs_input_grad = tuple(isinstance(x, Tensor) and x.requires_grad for x in args)
        inputs = [x for x in args if isinstance(x, Tensor)]
        recorded = is_grad_enabled() and any(ctx.needs_input_grad)
        if recorded:
            ctx.next_functions = tuple(graph.gradient_edge(x) for x in inputs)
        with no_grad():
            result = cls.forward(*args, **kwargs) if separate else cls.forward(ctx, *args, **kwargs)
            if separate:
                cls.setup_context(ctx, args, result)
        outputs = [
            ctx._output(x, nr, inputs, recorded) if isinstance(x, Tensor) else x
            for nr, x in enumerate(result if isinstance(result, tuple) else (result,))
        ]
        ctx._input_metadata = tuple(
            (x.shape, x.dtype) if isinstance(x, Tensor) else ((), None) for x in outputs
        )
        if recorded:
            ctx._saved = tuple(ctx._save(i, x) for i, x in enumerate(ctx.to_save or ()))
        ctx.to_save = ctx.dirty_tensors = ctx.non_differentiable = None
        return tuple(outputs) if isinstance(result, tuple) else outputs[0]
