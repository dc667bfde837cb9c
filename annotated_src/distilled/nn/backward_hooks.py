"""Backward hooks of a module: markers in the graph for full ones; for others, the last node.

*Kept from torch* (`torch.utils.hooks.BackwardHook`): inputs and outputs each go through a
function that changes nothing, whose node sees the gradients of all of them at once: the one at
the outputs runs the pre-hooks and keeps what comes in, the one at the inputs runs the hooks.
What is no tensor is None in what hooks see. Non-full hooks hang on the node of the first tensor
in the result, so they see what the last operation sees; a warning says what they miss.

*Left out*: nothing.
"""

from __future__ import annotations

import warnings
from typing import Any

from ..function import Function
from ..grad_mode import is_grad_enabled
from ..hooks import Hook, for_module
from ..tensor import Tensor


class BackwardHookFunction(Function):
    """The marker: hands its tensors on, and their gradients back."""

    @staticmethod
    def forward(ctx: Any, *args: Tensor) -> tuple[Tensor, ...]:
        """Hand the tensors on."""
        ctx.mark_non_differentiable(*[arg for arg in args if not arg.requires_grad])
        return args

    @staticmethod
    def backward(ctx: Any, *args: Any) -> Any:
        """Hand the gradients back."""
        return args


class BackwardHook:
    """The two markers of one call of a module, and the hooks that run on them."""

    def __init__(self, module: Any, user_hooks: list[Hook], user_pre_hooks: list[Hook]) -> None:
        self.module, self.user_hooks, self.user_pre_hooks = module, user_hooks, user_pre_hooks
        self.grad_outputs: Any = None
        self.n_inputs = self.n_outputs = 0
        self.inputs: list[int] | None = None  # where the tensors stand, if they are marked
        self.outputs: list[int] | None = None

    def setup_input_hook(self, args: Any) -> Any:
        """Send the tensors among the arguments through a marker."""
        self.n_inputs = len(args)
        args, self.inputs = _marked(args, self._at_inputs)
        return args

    def setup_output_hook(self, result: Any) -> Any:
        """Send the result, or the tensors of the tuple that it is, through a marker."""
        results = result if isinstance(result, tuple) else (result,)
        self.n_outputs = len(results)
        results, self.outputs = _marked(results, self._at_outputs)
        return results if isinstance(result, tuple) else results[0]

    def _at_outputs(self, _: Any, grad_output: Any) -> Any:
        """A hook of the node at the outputs, which the engine reaches first."""
        self.grad_outputs = grads = _spread(self.outputs, grad_output, self.n_outputs)
        for hook in self.user_pre_hooks:
            grads = _replaced(hook(self.module, grads), grads, "pre hook", "grad_output")
        self.grad_outputs = grads
        if self.inputs is None:  # there is no other node: the hooks run here, and change nothing
            warnings.warn(_NO_INPUTS, stacklevel=5)
            for hook in self.user_hooks:
                changed = hook(self.module, (None,) * self.n_inputs, grads)
                nothing = isinstance(changed, tuple) and all(grad is None for grad in changed)
                if changed is not None and not nothing:
                    raise RuntimeError(_MUST_BE_NONE)
            self.grad_outputs = None
        return tuple(grads[at] for at in self.outputs or ())

    def _at_inputs(self, grad_input: Any, _: Any) -> Any:
        """A hook of the node at the inputs, which the engine reaches last."""
        if self.grad_outputs is None:
            return None  # the gradient did not come through the module's outputs
        grads = _spread(self.inputs, grad_input, self.n_inputs)
        for hook in self.user_hooks:
            changed = hook(self.module, grads, self.grad_outputs)
            grads = _replaced(changed, grads, "hook", "grad_input")
        self.grad_outputs = None
        return tuple(grads[at] for at in self.inputs or ())


def _marked(values: Any, hook: Hook) -> tuple[Any, list[int] | None]:
    """The values, with their tensors through a marker that has the hook, and where those stand."""
    places = [at for at, value in enumerate(values) if isinstance(value, Tensor)]
    if not (is_grad_enabled() and any(values[at].requires_grad for at in places)):
        return values, None
    tensors = BackwardHookFunction.apply(*[values[at] for at in places])
    next(tensor.grad_fn for tensor in tensors if tensor.grad_fn).register_hook(hook)
    new = dict(enumerate(values)) | dict(zip(places, tensors, strict=True))
    # A named tuple is built from its fields, not from one sequence of them.
    return (tuple if type(values) is tuple else type(values)._make)(new.values()), places


def _spread(places: list[int] | None, grads: Any, length: int) -> Any:
    """Gradients at the places of their tensors, None at all others."""
    at = dict(zip(places or (), grads, strict=True))
    return tuple(at.get(place) for place in range(length))


def _replaced(changed: Any, grads: Any, kind: str, what: str) -> Any:
    """What a hook returned, or what it was given if it returned None."""
    if changed is not None and len(changed) != len(grads):
        raise RuntimeError(
            f"Backward {kind} returned an invalid number of {what}, got {len(changed)}, "
            f"but expected {len(grads)}"
        )
    return grads if changed is None else changed


def hang_on_node(module: object, hooks: list[Hook], args: Any, result: Any) -> None:
    """Give non-full hooks to the node of the first tensor in the result, if it has one."""
    first: Any = result
    while not isinstance(first, Tensor):
        if isinstance(first, dict):
            first = next(value for value in first.values() if isinstance(value, Tensor))
        else:
            first = first[0]
    node: Any = first.grad_fn
    if node is None:
        return
    for hook in hooks:
        node.register_hook(for_module(hook, module))
    if missing := _what_is_missing(args, result, node):
        warnings.warn(f"Using {missing}", FutureWarning, stacklevel=4)


def _what_is_missing(args: Any, result: Any, grad_fn: Any) -> str:
    """Only if the module is a single operation are its gradients those of the node."""
    on, when = "non-full backward hooks on a Module that does not", "a non-full backward hook when"
    results, inputs = _as_tensors(result), _as_tensors(args)
    if results is None:
        return f"{on} return{_TENSORS}{_DEPRECATED} of the grad_output{_USE_FULL}"
    if inputs is None:
        return f"{on} take as input{_TENSORS}{_DEPRECATED} of the grad_input{_USE_FULL}"
    nodes = {tensor.grad_fn for tensor in results} - {None}
    if len(nodes) > 1:
        what = "outputs are generated by different autograd Nodes"
        return f"{when} {what}{_DEPRECATED} grad_output{_USE_FULL}"
    if nodes != {grad_fn}:
        return f"{when} outputs are nested in python data structure{_DEPRECATED} grad_output."
    if {tensor.grad_fn for tensor in inputs} - {None} != {n for n, _ in grad_fn.next_functions}:
        what = "the forward contains multiple autograd Nodes"
        return f"{when} {what}{_DEPRECATED} grad_input{_USE_FULL}"
    return ""


def _as_tensors(value: Any) -> tuple[Tensor, ...] | None:
    """A tensor or a tuple of nothing else as a tuple; None for what is neither."""
    values = value if isinstance(value, tuple) else (value,)
    return values if all(isinstance(part, Tensor) for part in values) else None


_TENSORS = " a single Tensor or a tuple of Tensors"
_DEPRECATED = (
    " is deprecated and will be removed in future versions. This hook will be missing some"
)
_USE_FULL = ". Please use register_full_backward_hook to get the documented behavior."
_NO_INPUTS = (
    "Full backward hook is firing when gradients are computed with respect to module outputs since "
    "no inputs require gradients. See https://docs.pytorch.org/docs/main/generated/torch.nn.Module."
    "html#torch.nn.Module.register_full_backward_hook for more details."
)
_MUST_BE_NONE = (
    "Backward hook for Modules where no input requires gradient should always return None or None "
    "for all gradients."
)
