"""``Function``: an operation of one's own, with its derivative.

A class that derives from ``Function`` is never instantiated. Its metaclass makes a second
class beside it, whose objects are both the ``ctx`` of ``forward`` and ``backward`` and the
node in the graph.

*Kept from torch*: ``FunctionMeta``, the two lines of ancestors and their order; all of
``FunctionCtx`` that is for ``backward``; what becomes of the outputs (an input returned
as it is, one changed in place, one without a derivative); ``once_differentiable``; many messages.

*Left out*: ``vmap`` and ``jvp``, ``save_for_forward``, the older kinds of Function and what
is said to those who still write them; errors where a dirty tensor is not returned, or an input
is saved that is returned as it is.
"""

import functools
import inspect
from itertools import compress
from typing import Any

from .creation import zeros
from .derivatives import differentiable
from .grad_mode import is_grad_enabled, no_grad
from .graph import FREED, NO_EDGE, SavedTensor, _FunctionBase, count
from .history import check_in_place, gradient_edge, rebase
from .tensor import Tensor


class FunctionCtx:
    """What ``forward`` may leave on ``ctx``: notes, which are read when it has returned."""

    to_save = dirty_tensors = non_differentiable = tuple[Any, ...]()
    materialize_grads = True

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep tensors for ``backward``, which finds them in ``saved_tensors``."""
        # In an attribute of `ctx` nobody would look at their versions, and an output would hold
        # its node, which held the output: neither would be freed before the garbage collector ran.
        self.to_save = tensors

    def mark_dirty(self, *args: Any) -> None:
        """Say which inputs were changed in place."""
        self.dirty_tensors = args

    def mark_non_differentiable(self, *args: Any) -> None:
        """Say which outputs have no derivative."""
        self.non_differentiable = args

    def set_materialize_grads(self, value: bool) -> None:
        """Whether ``backward`` gets zeros, or None, for outputs that nobody used."""
        self.materialize_grads = value


class _HookMixin:
    """In torch, a place for hooks of tensors; here nobody needs it but the MRO."""


def _tuple(value: Any) -> tuple[Any, ...]:
    """One result or several, as users may return them."""
    return value if isinstance(value, tuple) else (value,)


class BackwardCFunction(_FunctionBase, FunctionCtx, _HookMixin):
    """The base of the second class: a node that calls the user's ``backward``."""

    _forward_cls: Any
    _saved: Any = ()  # None when freed
    _is_tensor: tuple[bool, ...]  # for each argument of ``forward``

    def apply(self, *args: Any) -> Any:
        """Call ``backward`` of the class that this belongs to."""
        return self._forward_cls.backward(self, *args)

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What ``forward`` saved, after a look at the versions."""
        if self._saved is None:
            raise RuntimeError(FREED)
        return tuple(None if saved is None else saved.unpack(self) for saved in self._saved)

    def release(self) -> None:
        """Let go of the saved tensors; without any the node can be used again."""
        self._saved = None if self._saved else self._saved

    def run(self, *grads: Any) -> Any:
        """Around ``apply``: zeros for None before it, a check of what it returns after it."""
        if self.materialize_grads:
            pairs = zip(grads, self._outputs, strict=True)
            grads = tuple(zeros(m[0], dtype=m[1]) if g is None and m[1] else g for g, m in pairs)
        results, expected = _tuple(self.apply(*grads)), len(self._is_tensor)
        what = f"function {self.name()} returned"
        if len(results) < expected or any(extra is not None for extra in results[expected:]):
            got = f"(expected {expected}, got {len(results)})"
            raise RuntimeError(f"{what} an incorrect number of gradients {got}")
        for i, (grad, is_tensor) in enumerate(zip(results, self._is_tensor, strict=False), 1):
            if not (grad is None or is_tensor):
                raise RuntimeError(f"{what} a gradient different than None at position {i}")
            if not (grad is None or isinstance(grad, Tensor)):
                raise RuntimeError(f"expected Variable or None (got {type(grad).__name__})")
        return tuple(compress(results, self._is_tensor))

    def _output(self, output: Any, nr: int, inputs: list[Any], recorded: bool) -> Any:
        """What becomes of an output: it gets its history, or none.

        The user wrote ``forward`` without thinking of nodes, so it may have returned a tensor
        that has a history already: an input, or a view of one.
        """
        if not isinstance(output, Tensor):
            return output
        groups = self.dirty_tensors, inputs, self.non_differentiable
        changed, returned, constant = (any(output is x for x in group) for group in groups)
        if changed:
            check_in_place(output, recorded, "has been")
            output._counter[0] += 1
        elif returned:  # an input as it is must keep its own history
            with no_grad():
                output = output.view(output.shape)
        if constant or not recorded or not output.is_floating_point():
            return output.detach() if output.requires_grad else output
        if changed:
            rebase(output, (self, nr))
        else:
            output._edge, output._seen_version = (self, nr), output._version
            if output._base is not None:
                output._origin = f"Output {nr} of {self._forward_cls.__name__} is a view"
        return output

    def _save(self, index: int, tensor: Any) -> SavedTensor | None:
        if tensor is None:
            return None
        if not isinstance(tensor, Tensor):
            what = f"save_for_backward can only save variables, but argument {index} is of type"
            raise TypeError(f"{what} {type(tensor).__name__}")
        node, nr = tensor._edge or NO_EDGE
        return SavedTensor(tensor, nr if node is self else None)


class FunctionMeta(type):
    """Makes the second class of every Function, when its ``class`` statement ends.

    >>> class Double(Function):
    ...     pass
    >>> Double._backward_cls.__name__, Double._backward_cls._forward_cls is Double
    ('DoubleBackward', True)
    """

    _backward_cls: Any

    def __init__(cls, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> None:
        made = {"_forward_cls": cls, "__module__": "torch.autograd.function"}
        cls._backward_cls = type(name + "Backward", (BackwardCFunction,), made)
        super().__init__(name, bases, attrs)


class _SingleLevelFunction(_FunctionBase, FunctionCtx, _HookMixin, metaclass=FunctionMeta):
    """The methods that a user writes."""

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """Compute the outputs: ``(ctx, *args)``, or ``(*args)`` beside a ``setup_context``."""
        raise NotImplementedError("You must implement the forward function")

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> Any:
        """Save what ``backward`` needs, where ``forward`` has no ``ctx``."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx: Any, *grad_outputs: Any) -> Any:
        """From the gradients of the outputs to those of the inputs."""
        raise NotImplementedError("You must implement either the backward or vjp method")


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

    @classmethod
    def apply(cls, *args: Any, **kwargs: Any) -> Any:
        """Run ``forward``, and hang the ``ctx`` behind its outputs."""
        separate = cls.setup_context is not _SingleLevelFunction.setup_context
        if separate:  # it is handed all arguments in their order, those left out too
            bound = inspect.signature(cls.forward).bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        # One object is both: what `forward` leaves on it, `backward` finds when the engine runs it.
        ctx: Any = cls._backward_cls()
        ctx._number, ctx._is_tensor = next(count), tuple(isinstance(x, Tensor) for x in args)
        ctx.needs_input_grad = tuple(getattr(x, "requires_grad", False) for x in args)
        inputs = list(compress(args, ctx._is_tensor))
        recorded = is_grad_enabled() and any(ctx.needs_input_grad)
        if recorded:  # before ``forward`` can change the inputs and so their histories
            ctx.next_functions = tuple(gradient_edge(x) for x in inputs)
        # What `forward` does is not recorded: the way back is the one that the user wrote.
        with no_grad():
            result = cls.forward(*args, **kwargs) if separate else cls.forward(ctx, *args, **kwargs)
            if separate:
                cls.setup_context(ctx, args, result)
        results = enumerate(_tuple(result))
        outputs = tuple(ctx._output(x, nr, inputs, recorded) for nr, x in results)
        ctx._outputs = [(getattr(x, "shape", ()), getattr(x, "dtype", None)) for x in outputs]
        if recorded:
            ctx._saved = [ctx._save(i, x) for i, x in enumerate(ctx.to_save)]
        # An output among these would be held by its own node.
        ctx.to_save = ctx.dirty_tensors = ctx.non_differentiable = ()
        return outputs if isinstance(result, tuple) else outputs[0]


def _refuse(grad: Any) -> Any:
    """The derivative of what was computed by a backward that has none."""
    what = "trying to differentiate twice a function that was marked with @once_differentiable"
    raise RuntimeError(what)


_guarded = differentiable("torch::autograd::Error", _refuse)(lambda grad: grad.detach())


def once_differentiable(function: Any) -> Any:
    """Say of a ``backward`` that it cannot be differentiated again; who tries is told so."""

    @functools.wraps(function)
    def wrapper(ctx: Any, *args: Any) -> Any:
        with no_grad():
            outputs = function(ctx, *args)
        if not (is_grad_enabled() and any(getattr(x, "requires_grad", False) for x in args)):
            return outputs
        # It was computed from what requires a gradient, so it must not look like a constant:
        # it gets a node, which refuses.
        pretended = [None if x is None else x.detach().requires_grad_() for x in _tuple(outputs)]
        return tuple(None if x is None else _guarded(x) for x in pretended)

    return wrapper
