"""Hooks: the handle that every `register_…hook` returns, and what hooks of gradients may do.

*Kept from torch* (`torch.utils.hooks`): numbers that are given out once in a process and shared
by tensors, nodes and modules; tables held weakly, so that a handle keeps no hook alive;
`with handle:`, which removes at its end. From C++: hooks see what those before them left; what
they return has to be of the kind and shape of what it stands for.

*Left out*: what exactly is wrong with what a hook returned.
"""

import functools
import weakref
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, Self

Hook = Callable[..., Any]
Table = OrderedDict[int, Any]
"""Hooks by the number of their handle, in the order in which they run."""


class RemovableHandle:
    """Takes a hook out of its table, and out of the tables that say more about it.

    >>> hooks = OrderedDict()
    >>> handle = RemovableHandle(hooks)
    >>> hooks[handle.id] = print
    >>> handle.remove()
    >>> hooks
    OrderedDict()
    """

    # A hook is found by its number, not by what it is. So one function may be registered twice,
    # and each handle takes out its own.
    next_id = 0

    def __init__(self, hooks_dict: Table, *, extra_dict: Sequence[Table] = ()) -> None:
        self.id = RemovableHandle.next_id
        RemovableHandle.next_id += 1
        self._tables = [weakref.ref(table) for table in (hooks_dict, *extra_dict)]

    def remove(self) -> None:
        """Remove the hook. A second time changes nothing."""
        for reference in self._tables:
            if table := reference():
                table.pop(self.id, None)

    # A copy of a module comes with copies of its tables, and of a handle that it keeps.
    def __getstate__(self) -> Any:
        return self.id, [table() for table in self._tables]

    def __setstate__(self, state: Any) -> None:
        self.id, self._tables = state[0], [weakref.ref(table or Table()) for table in state[1]]
        RemovableHandle.next_id = max(RemovableHandle.next_id, self.id + 1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def add_hook(table: Table, hook: Hook, prepend: bool = False, marks: Any = ()) -> RemovableHandle:
    """Put a hook into a table, in front if asked, and its number into those that mark it."""
    handle = RemovableHandle(table, extra_dict=marks)
    table[handle.id] = hook
    table.move_to_end(handle.id, last=not prepend)
    for mark in marks:
        mark[handle.id] = True
    return handle


class for_module:
    """A hook that is handed a module, which it does not keep alive; a copy's hook gets the copy."""

    # The module holds its hooks. If a hook held the module too, only the garbage collector could
    # free it, with all its parameters.
    def __init__(self, hook: Hook, module: object) -> None:
        functools.update_wrapper(self, hook)
        self._hook, self._module = hook, weakref.ref(module)

    def __call__(self, *args: Any) -> Any:
        """Call the hook with the module, if that lives."""
        if (module := self._module()) is None:
            raise RuntimeError("You are trying to call the hook of a dead Module!")
        return self._hook(module, *args)

    def __reduce__(self) -> Any:
        return for_module, (self._hook, self._module())


def run_hooks(hooks: Any, value: Any, *seen: Any) -> Any:
    """A gradient, or a tuple of gradients, after hooks that may each replace it.

    Each gets what the one before it left, and after it ``seen``, which it may only look at.
    """
    for hook in list(hooks.values()):  # a copy, as one may remove another
        if (result := hook(value, *seen)) is not None:
            value = _checked(hook, result, value)
    return value


def _checked(hook: Hook, new: Any, old: Any) -> Any:
    """What a hook returned, if it is like what was there before."""
    # Checked at once, while the hook can be named. Later the error would show up in a node that
    # has nothing to do with it.
    several = isinstance(old, tuple)
    if not (isinstance(new, tuple) if several else hasattr(new, "grad_fn")):
        what = "tuple" if several else "Variable"
        raise TypeError(f"expected {what}, but hook returned '{type(new).__name__}'")
    if several and len(new) == len(old):
        # A gradient may be replaced by None, which stops it here; None by a gradient may not.
        pairs = zip(new, old, strict=True)
        return tuple(None if x is None else _checked(hook, x, y) for x, y in pairs)
    if not several and old is not None and (new.shape, new.dtype) == (old.shape, old.dtype):
        return new
    raise RuntimeError(f"hook '{getattr(hook, '__name__', '<unknown>')}' has returned a misfit")
