"""Hooks of all modules at once: `register_module_…hook`.

*Kept from torch* (`torch.nn.modules.module`): the ten tables under their names; full and non-full
backward hooks exclude each other for the rest of the process: removing the last one of a kind
does not make room for the other.

*Left out*: nothing.
"""

from __future__ import annotations

from collections import OrderedDict

from ..hooks import Hook, RemovableHandle, Table, add_hook

_global_buffer_registration_hooks: Table = OrderedDict()
_global_module_registration_hooks: Table = OrderedDict()
_global_parameter_registration_hooks: Table = OrderedDict()
_global_backward_pre_hooks: Table = OrderedDict()
_global_backward_hooks: Table = OrderedDict()
_global_is_full_backward_hook: bool | None = None
_global_forward_pre_hooks: Table = OrderedDict()
_global_forward_hooks: Table = OrderedDict()
_global_forward_hooks_always_called: Table = OrderedDict()
_global_forward_hooks_with_kwargs: Table = OrderedDict()


def register_module_buffer_registration_hook(hook: Hook) -> RemovableHandle:
    """Run `hook(module, name, buffer)` before a buffer is registered; it may return another."""
    return add_hook(_global_buffer_registration_hooks, hook)


def register_module_module_registration_hook(hook: Hook) -> RemovableHandle:
    """Run `hook(module, name, child)` before a child is registered; it may return another."""
    return add_hook(_global_module_registration_hooks, hook)


def register_module_parameter_registration_hook(hook: Hook) -> RemovableHandle:
    """Run `hook(module, name, param)` before a parameter is registered; it may return another."""
    return add_hook(_global_parameter_registration_hooks, hook)


def register_module_forward_pre_hook(hook: Hook) -> RemovableHandle:
    """Run `hook(module, args)` before `forward`; it may return other arguments."""
    return add_hook(_global_forward_pre_hooks, hook)


def register_module_forward_hook(
    hook: Hook, *, with_kwargs: bool = False, always_call: bool = False
) -> RemovableHandle:
    """Run `hook(module, args, output)` after `forward`; it may return another output."""
    marks = [_global_forward_hooks_always_called] * always_call
    handle = add_hook(_global_forward_hooks, hook, marks=marks)
    if with_kwargs:  # this mark stays when the hook is removed, as in torch
        _global_forward_hooks_with_kwargs[handle.id] = True
    return handle


def register_module_full_backward_pre_hook(hook: Hook) -> RemovableHandle:
    """Run `hook(module, grad_output)`; it may return other gradients of the outputs."""
    return add_hook(_global_backward_pre_hooks, hook)


def register_module_backward_hook(hook: Hook) -> RemovableHandle:
    """Run `hook(module, grad_input, grad_output)` on the last operation's node (non-full)."""
    return _add_backward_hook(hook, full=False)


def register_module_full_backward_hook(hook: Hook) -> RemovableHandle:
    """Run `hook(module, grad_input, grad_output)` with the module's own gradients."""
    return _add_backward_hook(hook, full=True)


def one_kind_only(now: bool | None, wanted: bool, where: str) -> bool:
    """The kind of backward hooks, full or not, if there is none of the other kind."""
    if now is (not wanted):
        raise RuntimeError(
            f"Cannot use both regular backward hooks and full backward hooks {where}. "
            "Please use only one of them."
        )
    return wanted


def _add_backward_hook(hook: Hook, full: bool) -> RemovableHandle:
    global _global_is_full_backward_hook  # noqa: PLW0603  # torch keeps it here
    where = "as a global Module hook"
    _global_is_full_backward_hook = one_kind_only(_global_is_full_backward_hook, full, where)
    return add_hook(_global_backward_hooks, hook)
