"""``once_differentiable``: for a ``backward`` that autograd cannot follow.

*Kept from torch*: it runs unrecorded, and where its result is differentiated all the same,
a node stands behind it that raises an error.

*Left out*: nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from .grad_mode import is_grad_enabled, no_grad
from .nodes import _FunctionBase, count
from .tensor import Tensor


def once_differentiable(function: Callable[..., Any]) -> Callable[..., Any]:
    """Say of a ``backward`` that it cannot be differentiated again; who tries is told so."""

    @functools.wraps(function)
    def wrapper(ctx: Any, *args: Any) -> Any:
        with no_grad():
            outputs = function(ctx, *args)
        wanted = any(isinstance(x, Tensor) and x.requires_grad for x in args)
        if not (is_grad_enabled() and wanted):
            return outputs
        refusal, guarded = Error(), list[Any]()
        refusal._number = next(count)
        for x in outputs if isinstance(outputs, tuple) else (outputs,):
            guarded.append(None if x is None else x.detach())
            if x is not None:
                guarded[-1]._edge = (refusal, len(refusal._input_metadata))
                refusal._input_metadata += ((x.shape, x.dtype),)
        return tuple(guarded)

    return wrapper


class Error(_FunctionBase):
    """A node that refuses to be run."""

    __module__, _place = "builtins", "torch::autograd::"

    def apply(self, *grads: Tensor | None) -> Any:
        """Refuse."""
        raise RuntimeError(
            "trying to differentiate twice a function that was marked with @once_differentiable"
        )
