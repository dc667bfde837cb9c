"""Whether what happens now is recorded: one switch, and the ways to turn it for a while.

*Kept from torch*: ``no_grad``, ``enable_grad`` and ``set_grad_enabled`` as context managers
and as decorators; ``set_grad_enabled`` acts at once, without ``with`` too.

*Left out*: ``inference_mode``, forward mode, decorated generators; a switch for each thread.
"""

from contextlib import ContextDecorator
from typing import Any, Self


class GradMode:
    """The switch."""

    # An attribute, so that all modules read the same one: a variable imported by its name would
    # keep the value it had at the import. Torch has a switch for each thread, in C++.
    enabled = True


def is_grad_enabled() -> bool:
    """Whether operations leave nodes behind."""
    return GradMode.enabled


class no_grad(ContextDecorator):
    """Record nothing inside.

    >>> with no_grad():
    ...     is_grad_enabled()
    False
    """

    mode = False
    before: list[bool]  # more than one if a decorated function calls itself

    def __new__(cls, function: Any = None) -> Self:
        """Make a context manager, or decorate at once: ``@no_grad`` without parentheses."""
        self = object.__new__(cls)
        self.before = []
        return self if function is None else self(function)

    def __enter__(self) -> None:
        self.before.append(GradMode.enabled)
        GradMode.enabled = self.mode

    def __exit__(self, *exception: object) -> None:
        # Back to what was, not to True: the block may stand inside another one.
        GradMode.enabled = self.before.pop()


class enable_grad(no_grad):
    """Record inside, even within ``no_grad``."""

    mode = True


class set_grad_enabled:
    """Record or do not, from now on, or until the ``with`` block ends."""

    def __init__(self, mode: bool) -> None:
        self.before, self.mode = GradMode.enabled, mode
        GradMode.enabled = mode

    def __enter__(self) -> None:
        # Again: between the call and the block somebody may have turned it.
        GradMode.enabled = self.mode

    def __exit__(self, *exception: object) -> None:
        GradMode.enabled = self.before

    def __call__(self, function: Any) -> Any:
        """Make a function that runs with the switch turned."""
        GradMode.enabled = self.before  # it was turned for the function, not for here
        return (enable_grad if self.mode else no_grad)(function)
