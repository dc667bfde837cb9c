"""Handles: what every `register_…hook` returns, and what takes the hook out again.

*Kept from torch* (`torch.utils.hooks`): numbers that are given out once in a process and shared
by tensors, nodes and modules; tables held weakly, so that a handle keeps no module alive;
`with handle:`, which removes at its end.

*Left out*: pickling a handle.
"""

from __future__ import annotations

import functools
import weakref
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

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

    next_id = 0

    def __init__(self, hooks_dict: Table, *, extra_dict: Sequence[Table] = ()) -> None:
        self.id = RemovableHandle.next_id
        RemovableHandle.next_id += 1
        self._tables = [weakref.ref(table) for table in (hooks_dict, *extra_dict)]

    def remove(self) -> None:
        """Remove the hook. A second time changes nothing."""
        for reference in self._tables:
            if (table := reference()) is not None:
                table.pop(self.id, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


def add_hook(
    table: Table, hook: Hook, prepend: bool = False, marks: Sequence[Table] = ()
) -> RemovableHandle:
    """Put a hook into a table, in front if asked, and its number into those that mark it."""
    handle = RemovableHandle(table, extra_dict=marks)
    table[handle.id] = hook
    table.move_to_end(handle.id, last=not prepend)
    for mark in marks:
        mark[handle.id] = True
    return handle


def for_module(hook: Hook, module: object) -> Hook:
    """A hook that is handed a module, which it does not keep alive."""
    reference = weakref.ref(module)

    @functools.wraps(hook)
    def call(*args: Any) -> Any:
        if (module := reference()) is None:
            raise RuntimeError("You are trying to call the hook of a dead Module!")
        return hook(module, *args)

    return call
