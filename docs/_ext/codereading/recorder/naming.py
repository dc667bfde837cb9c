"""What functions and exceptions are called in a recorded step."""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Any

from .values import short, without_addresses


def qualname(code: CodeType) -> str:
    """The name of a function, as `Class.method` or `function.inner`."""
    return short(code.co_qualname)


def python_name(frame: FrameType) -> str:
    """The name of a function that is not followed, with its module."""
    return f"{frame.f_globals.get('__name__', '')}.{qualname(frame.f_code)}"


def compiled_name(function: Any) -> str:
    """The name of a function that is not written in Python."""
    owner = getattr(function, "__self__", None)
    name = getattr(function, "__qualname__", getattr(function, "__name__", "compiled code"))
    module = getattr(function, "__module__", None)
    if module is None and not isinstance(owner, type):
        module = type(owner).__module__
    return f"compiled code, {module}.{name}" if module else f"compiled code, {name}"


def error_text(kind: Any, error: Any) -> str:
    """An exception on one line: `ValueError: no`."""
    name = getattr(kind, "__name__", str(kind))
    try:
        words = str(error)
    except Exception:  # its words need something that it has not
        words = ""
    return " ".join(without_addresses(f"{name}: {words}").split()).removesuffix(":")
