"""What torch has and this has not: it says so, and where to look.

*Kept from torch*: its names; ``hasattr`` of a tensor or module answers
False for what is not offered.

*Left out*: a method that is in no list is unknown, as if it were misspelt.
"""

from pathlib import Path
from typing import Any


class NotOffered(NotImplementedError, AttributeError):
    """What torch has and this has not. ``hasattr`` answers False."""

    __module__, __qualname__ = "builtins", "NotImplementedError"  # as which it is shown


def refuse(place: str, name: str) -> Any:
    """Say that something is not offered, and where torch has it."""
    # ``from torch import x`` would hide an AttributeError behind an ImportError; ``hasattr`` of a
    # tensor needs one, and so do the names with underscores that Python asks modules for.
    module = AttributeError if name.startswith("__") else NotImplementedError
    kind = NotOffered if place in {"torch.Tensor", "torch.nn.Module"} else module
    raise kind(f"distilled has no {name}; see {place}.{name}")


# Each name refuses by itself. A ``__getattr__`` would answer for names that torch has not either,
# and a mistyped one would be said to be torch's. The list has all the methods that torch has and
# this has not, and the operators.
NOT_OFFERED = Path(__file__).with_name("not_offered.txt").read_text("utf-8").split()
# These may be users' attributes, so a property would be in their way; `Module` looks here last.
NOT_OFFERED_BY_MODULE = {
    "T_destination", "bfloat16", "compile", "cpu", "cuda", "dump_patches", "get_buffer",
    "get_extra_state", "get_parameter", "get_submodule", "half", "ipu", "mtia", "set_extra_state",
    "set_submodule", "share_memory", "to_empty", "type", "xpu",
}  # fmt: skip
