"""What happens when a module is called: hooks around `forward`, in torch's order.

*Kept from torch* (`torch.nn.Module._call_impl`): the fast path; global hooks before own ones;
`with_kwargs`, `prepend`, `always_call`; full and non-full backward hooks, which exclude each
other for ever; what runs when something raises. For full ones, inputs and outputs each go through
a marker, a function that changes nothing (`torch.utils.hooks.BackwardHook`): its node at the
outputs runs the pre-hooks and keeps what comes in, that at the inputs runs the hooks. Non-full
ones hang on the node of the first tensor in the result, and see what the last operation sees.

*Left out*: `torch.compile` and tracing, so that `__call__` is `_call_impl`; the warnings of what
backward hooks miss; a slip: after an error torch calls a global hook without the keyword
arguments that it was promised.
"""

import warnings
from functools import partial, partialmethod
from itertools import compress, zip_longest
from typing import Any

from ..function import Function
from ..grad_mode import is_grad_enabled
from ..hooks import Hook, Table, add_hook, for_module
from ..tensor import Tensor
from .routing import Routing, registration_hooks

TABLES = "_backward_hooks", "_backward_pre_hooks", "_forward_hooks", "_forward_pre_hooks"
SILENCED = (
    "module forward hook with ``always_call=True`` raised an exception that was silenced as "
    "another error was raised in forward:"
)


class Calling(Routing):
    """Registering the hooks of a call, and the call itself."""

    # `hook(module, args)` before `forward`; it may return other arguments. With `with_kwargs` it
    # is `hook(module, args, kwargs)`, and returns both or None.
    register_forward_pre_hook = partialmethod(Routing._hook, "_forward_pre_hooks")
    # `hook(module, grad_output)` first of all in the backward pass of the module.
    register_full_backward_pre_hook = partialmethod(Routing._hook, "_backward_pre_hooks")

    def register_forward_hook(self, hook: Hook, *, always_call: bool = False, **how: bool) -> Any:
        """Run `hook(module, args, output)` after `forward`; it may return another output.

        With `with_kwargs` it is `hook(module, args, kwargs, output)`; with `always_call` it runs
        too when something before it has raised.
        """
        return Routing._hook(self, "_forward_hooks", hook, always_called=always_call, **how)

    def _add_backward_hook(self, full: bool, hook: Hook, prepend: bool = False) -> Any:
        """Run `hook(module, grad_input, grad_output)` in the backward pass.

        Full: with the gradients of the module; otherwise with those of its last operation.
        """
        # One flag says of which kind all hooks in the table are. Removing them does not reset it.
        if self._is_full_backward_hook is (not full):
            where = "as a global Module hook" if self is EVERYWHERE else "on a single Module"
            both = f"Cannot use both regular backward hooks and full backward hooks {where}."
            raise RuntimeError(f"{both} Please use only one of them.")
        self._is_full_backward_hook = full
        return Routing._hook(self, "_backward_hooks", hook, prepend)

    register_full_backward_hook = partialmethod(_add_backward_hook, True)
    register_backward_hook = partialmethod(_add_backward_hook, False)

    def _get_backward_hooks(self, full: bool) -> list[Hook]:
        """Those of one kind, global ones first."""
        owners = [owner for owner in (EVERYWHERE, self) if owner._is_full_backward_hook is full]
        return [hook for owner in owners for hook in owner._backward_hooks.values()]

    def _both(self, table: str) -> Table:
        """Global hooks, then own ones; a copy, as a hook may register others."""
        return Table([*getattr(EVERYWHERE, table).items(), *getattr(self, table).items()])

    def _call_impl(self, *args: Any, **kwargs: Any) -> Any:
        """Call `forward`, and around it every hook that there is."""
        # Most calls meet no hook. A global one takes this short way from every module.
        if not any([getattr(EVERYWHERE, table) or getattr(self, table) for table in TABLES]):
            return self.forward(*args, **kwargs)  # the fast path: nothing to do but this

        result, ran = None, set()
        try:
            # Taken first: a backward hook that a forward hook registers counts from the next call.
            pre = list(Calling._both(self, "_backward_pre_hooks").values())
            full, non_full = self._get_backward_hooks(True), self._get_backward_hooks(False)
            for number, hook in Calling._both(self, "_forward_pre_hooks").items():
                if number in self._forward_pre_hooks_with_kwargs:
                    if (changed := hook(self, args, kwargs)) is not None:
                        args, kwargs = _args_and_kwargs(changed)
                elif (changed := hook(self, args)) is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)

            # Markers go around what `forward` gets and what the hooks leave, so that backward
            # hooks see gradients of what the caller handed in and gets back.
            markers = BackwardHook(self, full, pre) if full or pre else None
            if markers:
                args = markers.setup_input_hook(args)
            result = self.forward(*args, **kwargs)
            for number, hook in Calling._both(self, "_forward_hooks").items():
                # Noted before it runs: a hook that raises does not get a second turn below.
                ran.add(number)
                result = Calling._after(self, number, hook, args, kwargs, result)
            if markers:
                result = markers.setup_output_hook(result)
            if non_full:
                hang_on_node(self, non_full, result)
            return result
        except Exception:
            # Always-called hooks are there to clean up, so those that have not run yet run now.
            # They see what there is of a result: None, if `forward` did not return.
            for whose, owner in (("global ", EVERYWHERE), ("", self)):
                for number, hook in owner._forward_hooks.items():
                    if number in owner._forward_hooks_always_called and number not in ran:
                        try:
                            result = Calling._after(self, number, hook, args, kwargs, result)
                        except Exception as error:  # the first error is the one to raise
                            warnings.warn(f"{whose}{SILENCED} {error}", stacklevel=2)
            raise

    # In torch a method between the two prefers what `Module.compile` has made, if anything.
    __call__ = _call_impl

    def _after(self, number: int, hook: Hook, args: Any, kwargs: Any, result: Any) -> Any:
        """The result after one forward hook."""
        told = number in Calling._both(self, "_forward_hooks_with_kwargs")
        changed = hook(self, args, kwargs, result) if told else hook(self, args, result)
        return result if changed is None else changed


EVERYWHERE = Calling()
"""One more module, which is never called: its hooks are those of all modules."""
# These are offered for all modules only, so `Calling` has no methods for them.
for kind, hooks in registration_hooks.items():
    EVERYWHERE.__dict__[f"register_{kind}_registration_hook"] = partial(add_hook, hooks)


def _args_and_kwargs(changed: Any) -> Any:
    if not (isinstance(changed, tuple) and len(changed) == 2):
        wanted = "forward pre-hook must return None or a tuple of (new_args, new_kwargs)"
        raise RuntimeError(f"{wanted}, but got {changed}.")
    return changed


class BackwardHookFunction(Function):
    """The marker: hands its tensors on, and their gradients back."""

    @staticmethod
    def forward(ctx: Any, *args: Tensor) -> tuple[Tensor, ...]:
        """Hand the tensors on."""
        # All outputs of one node would require a gradient if one input does.
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

    def setup_input_hook(self, args: Any) -> Any:
        """Send the tensors among the arguments through a marker."""
        args, self.inputs = _marked(args, self._at_inputs)
        return args

    def setup_output_hook(self, result: Any) -> Any:
        """Send the result, or the tensors of the tuple that it is, through a marker."""
        results = result if isinstance(result, tuple) else (result,)
        results, self.outputs = _marked(results, self._at_outputs)
        return results if isinstance(result, tuple) else results[0]

    def _at_outputs(self, _: Any, grad_output: Any) -> Any:
        """A hook of the node at the outputs, which the engine reaches first."""
        grads = self._run(self.user_pre_hooks, _spread(self.outputs, grad_output))
        self.grad_outputs = grads
        # No input went through a marker, so no second node will run: the hooks run here, see None
        # for each input, and may change nothing.
        if not any(self.inputs):
            what = "Full backward hook is firing when gradients are computed with respect to"
            warnings.warn(f"{what} module outputs since no inputs require gradients.", stacklevel=5)
            none = (None,) * len(self.inputs)
            for hook in self.user_hooks:
                if any(grad is not None for grad in self._run([hook], none, grads)):
                    raise RuntimeError("Backward hook returned a gradient: no input requires one")
            self.grad_outputs = None
        return tuple(compress(grads, self.outputs))

    def _at_inputs(self, grad_input: Any, _: Any) -> Any:
        """A hook of the node at the inputs, which the engine reaches last."""
        # A double backward can come here without passing the outputs: there is nothing to show.
        if self.grad_outputs is None:
            return None
        grads = self._run(self.user_hooks, _spread(self.inputs, grad_input), self.grad_outputs)
        self.grad_outputs = None
        return tuple(compress(grads, self.inputs))

    def _run(self, hooks: list[Hook], grads: Any, *more: Any) -> Any:
        """Hand gradients from hook to hook; each may put others in their place."""
        for hook in hooks:
            changed = hook(self.module, grads, *more)
            if changed is not None and len(changed) != len(grads):
                raise RuntimeError("Backward hook returned an invalid number of gradients")
            grads = grads if changed is None else changed
        return grads


def _marked(values: Any, hook: Hook) -> tuple[Any, list[bool]]:
    """The values, with their tensors through a marker that has the hook; which went through."""
    marked = [isinstance(value, Tensor) for value in values]
    tensors: Any = list(compress(values, marked))
    if not (is_grad_enabled() and any(tensor.requires_grad for tensor in tensors)):
        return values, [False] * len(marked)
    # All go through one marker, so that its one node has all their gradients together.
    tensors = BackwardHookFunction.apply(*tensors)
    next(tensor.grad_fn for tensor in tensors if tensor.grad_fn).register_hook(hook)
    new = _spread(marked, tensors, values)
    return new if type(values) is tuple else type(values)(*new), marked  # or a named tuple


def _spread(marked: list[bool], some: Any, rest: Any = ()) -> tuple[Any, ...]:
    """Some values at the places of what went through a marker, others at the rest."""
    values = iter(some)
    return tuple(next(values) if here else x for here, x in zip_longest(marked, rest))


def hang_on_node(module: object, hooks: list[Hook], result: Any) -> None:
    """Give non-full hooks to the node of the first tensor in the result, if it has one."""
    while not isinstance(result, Tensor):
        if isinstance(result, dict):
            result = [next(value for value in result.values() if isinstance(value, Tensor))]
        result = result[0]
    node: Any = result.grad_fn
    # `for_module`, as a graph that lives on is not to keep the module alive.
    for hook in hooks if node else ():
        node.register_hook(for_module(hook, module))
