"""What happens when a module is called: hooks around `forward`, in torch's order.

*Kept from torch* (`torch.nn.Module._call_impl`): the fast path; global hooks before own ones;
`with_kwargs`, `prepend`, `always_call`; markers for full backward hooks, set after the forward
pre-hooks and after the forward hooks; non-full ones last; what runs when something raises.

*Left out*: `torch.compile` and tracing, so that `__call__` is `_call_impl`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ..hooks import Hook, RemovableHandle, Table, add_hook
from ..tensor import Tensor
from . import global_hooks as g
from .backward_hooks import BackwardHook, hang_on_node
from .routing import Routing


class Calling(Routing):
    """Registering the hooks of a call, and the call itself."""

    forward: Callable[..., Any]

    def register_forward_pre_hook(
        self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False
    ) -> RemovableHandle:
        """Run `hook(module, args)` before `forward`; it may return other arguments.

        With `with_kwargs` it is `hook(module, args, kwargs)`, and returns both or None.
        """
        marks = [self._forward_pre_hooks_with_kwargs] * with_kwargs
        return add_hook(self._forward_pre_hooks, hook, prepend, marks)

    def register_forward_hook(
        self,
        hook: Hook,
        *,
        prepend: bool = False,
        with_kwargs: bool = False,
        always_call: bool = False,
    ) -> RemovableHandle:
        """Run `hook(module, args, output)` after `forward`; it may return another output.

        With `with_kwargs` it is `hook(module, args, kwargs, output)`; with `always_call` it runs
        too when something before it has raised.
        """
        marks = [self._forward_hooks_with_kwargs] * with_kwargs
        marks += [self._forward_hooks_always_called] * always_call
        return add_hook(self._forward_hooks, hook, prepend, marks)

    def register_full_backward_pre_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Run `hook(module, grad_output)` first of all in the backward pass of the module."""
        return add_hook(self._backward_pre_hooks, hook, prepend)

    def register_full_backward_hook(self, hook: Hook, prepend: bool = False) -> RemovableHandle:
        """Run `hook(module, grad_input, grad_output)` when the inputs' gradients are there."""
        now, where = self._is_full_backward_hook, "on a single Module"
        self._is_full_backward_hook = g.one_kind_only(now, True, where)
        return add_hook(self._backward_hooks, hook, prepend)

    def register_backward_hook(self, hook: Hook) -> RemovableHandle:
        """Run `hook(module, grad_input, grad_output)` with the gradients of the last operation."""
        now, where = self._is_full_backward_hook, "on a single Module"
        self._is_full_backward_hook = g.one_kind_only(now, False, where)
        return add_hook(self._backward_hooks, hook)

    def _get_backward_hooks(self, full: bool) -> list[Hook]:
        """Those of one kind, global ones first."""
        hooks = g._global_backward_hooks if g._global_is_full_backward_hook is full else {}
        own = self._backward_hooks if self._is_full_backward_hook is full else {}
        return [*hooks.values(), *own.values()]

    def _call_impl(self, *args: Any, **kwargs: Any) -> Any:
        """Call `forward`, and around it every hook that there is."""
        forward = self.forward
        own = self._backward_hooks, self._forward_hooks, self._forward_pre_hooks
        everywhere = g._global_forward_hooks, g._global_forward_pre_hooks, g._global_backward_hooks
        if not any((*own, self._backward_pre_hooks, *everywhere, g._global_backward_pre_hooks)):
            return forward(*args, **kwargs)  # the fast path: nothing to do but this

        with_kwargs = self._forward_hooks_with_kwargs, g._global_forward_hooks_with_kwargs
        ran = set()
        result = None
        try:
            pre = _both(g._global_backward_pre_hooks, self._backward_pre_hooks)
            full, non_full = self._get_backward_hooks(True), self._get_backward_hooks(False)
            for number, hook in _both(g._global_forward_pre_hooks, self._forward_pre_hooks):
                if number in self._forward_pre_hooks_with_kwargs:
                    changed = hook(self, args, kwargs)
                    if changed is not None:
                        args, kwargs = _args_and_kwargs(changed)
                elif (changed := hook(self, args)) is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)

            markers = BackwardHook(self, full, [hook for _, hook in pre])
            if full or pre:
                args = markers.setup_input_hook(args)
            result = forward(*args, **kwargs)
            for number, hook in _both(g._global_forward_hooks, self._forward_hooks):
                ran.add(number)
                seen = (kwargs, result) if any(number in t for t in with_kwargs) else (result,)
                if (changed := hook(self, args, *seen)) is not None:
                    result = changed
            if full or pre:
                if not isinstance(result, (Tensor, tuple)):
                    warnings.warn(f"{_NO_TENSOR} {type(result)}", stacklevel=2)
                result = markers.setup_output_hook(result)
            if non_full:
                hang_on_node(self, non_full, args, result)
            return result
        except Exception:
            self._call_always_called(ran, args, kwargs, result)
            raise

    __call__: Callable[..., Any] = _call_impl

    def _call_always_called(self, ran: set[int], args: Any, kwargs: Any, result: Any) -> None:
        """Something raised: the hooks that are always called and have not run yet run now."""
        own, everywhere = self._forward_hooks_always_called, g._global_forward_hooks_always_called
        for whose, hooks in (("global ", g._global_forward_hooks), ("", self._forward_hooks)):
            for number, hook in hooks.items():
                if number in ran or not (number in own or number in everywhere):
                    continue
                # As in torch, global hooks are not handed keyword arguments here.
                seen = (kwargs, result) if number in self._forward_hooks_with_kwargs else (result,)
                try:
                    if (changed := hook(self, args, *seen)) is not None:
                        result = changed
                except Exception as error:  # the first error is the one to raise
                    warnings.warn(f"{whose}{_SILENCED} {error}", stacklevel=3)


def _both(first: Table, second: Table) -> list[tuple[int, Hook]]:
    """Global hooks, then own ones; a copy, as a hook may register others."""
    return [*first.items(), *second.items()]


def _args_and_kwargs(changed: Any) -> Any:
    if not (isinstance(changed, tuple) and len(changed) == 2):
        wanted = "forward pre-hook must return None or a tuple of (new_args, new_kwargs)"
        raise RuntimeError(f"{wanted}, but got {changed}.")
    return changed


_NO_TENSOR = (
    "For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but "
    "received"
)
_SILENCED = (
    "module forward hook with ``always_call=True`` raised an exception that was silenced as "
    "another error was raised in forward:"
)
