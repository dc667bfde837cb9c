"""Whether what happens now is recorded.

One switch, and the three ways to turn it for a while.

*Kept from torch*: ``no_grad``, ``enable_grad`` and ``set_grad_enabled`` as context managers
and as decorators; ``set_grad_enabled`` acts at once, without ``with`` too.

*Left out*: ``inference_mode``, forward mode, decorated generators; a switch for each thread.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class GradMode:
    """The switch."""

    enabled = True


def is_grad_enabled() -> bool:
    """Whether operations leave nodes behind."""
    return GradMode.enabled


class set_grad_enabled:
    """Record or do not, from now on, or until the ``with`` block ends.

    >>> with no_grad():
    ...     is_grad_enabled()
    False
    """

    def __init__(self, mode: bool) -> None:
        self.before, self.mode = GradMode.enabled, mode
        GradMode.enabled = mode

    def __enter__(self) -> None:
        GradMode.enabled = self.mode

    def __exit__(self, *exception: object) -> None:
        GradMode.enabled = self.before

    def __call__(self, function: Callable[P, R]) -> Callable[P, R]:
        """Make a function that runs with the switch turned."""
        GradMode.enabled = self.before  # it was turned for the function, not for here
        mode = self.mode

        @functools.wraps(function)
        def decorated(*args: P.args, **kwargs: P.kwargs) -> R:
            with set_grad_enabled(mode):
                return function(*args, **kwargs)

        return decorated


class no_grad(set_grad_enabled):
    """Record nothing inside. Unlike ``set_grad_enabled`` it waits for ``with``."""

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """Make a context manager, or decorate at once: ``@no_grad`` without parentheses."""
        self = object.__new__(cls)
        if function is None:
            return self
        self.__init__()  # type: ignore[misc]
        return self(function)

    def __init__(self, function: None = None) -> None:
        self.before = GradMode.enabled
        self.mode = type(self) is enable_grad

    def __enter__(self) -> None:
        self.before = GradMode.enabled
        GradMode.enabled = self.mode


class enable_grad(no_grad):
    """Record inside, even within ``no_grad``."""
