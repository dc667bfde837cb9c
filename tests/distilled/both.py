"""One program, run with torch and with the distilled system: what it did under each."""

from __future__ import annotations

import difflib
import math
import os
import pprint
import re
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch

import annotated_src.distilled as distilled

Program = Callable[[Any], object]
TIMES = int(os.environ.get("DISTILLED_TIMES", "1"))
"""How many times as many random programs as usual are run."""

_ADDRESS = re.compile(r"0x[0-9a-f]+")
_SHORTER = [
    (re.compile(said), shorter)
    for said, shorter in (
        # What torch says in more words, or in other words for the same mistake.
        (r"(index -?\d+ is|list( assignment)? index|pop index) out of range", "index out of range"),
        (r"(contain \"\.\"), got: [\w.]+", r"\1"),
        (r"cannot assign '(\S+)' (as|object to) (\w+) '(.*)' \(.*", r"\1 is no \3"),
        (r"params argument given.* or dicts.*", "params has to be an iterable of Tensors or dicts"),
        (r"(since no inputs require gradients\.).*", r"\1"),
        (r"(dtypes), but got desired dtype=.*", r"\1"),
        (r"(different to the input size \(.*\))\. This will likely.*", r"\1."),
        (r"Backward (pre )?hook returned an invalid number.*", "wrong gradients"),
        (r"Backward hook .* no input requires .*", "wrong gradients"),
        (r"can only optimize Tensors, .* (\S+)$", r"can only optimize Tensors, not \1"),
        (r".*(attribute '' already exists|name can.*t be empty string).*", "no name"),
        (r"(Can't detach views in-place\. Use detach\(\) instead\.).*", r"\1"),
        (r"(modified inplace)(\.| with grad mode enabled\.).*", r"\1"),
        (r"(You must implement .*) for (your )?custom.*", r"\1"),
        (r"(different than None at position \d+), but.*", r"\1"),
        (r"(Mismatch in shape: grad_output\[\d+\] has) a shape of (.*) and output.*", r"\1 \2"),
        (r"(returned an invalid gradient at index \d+) - .*", r"\1"),
        (r"(hook '.*' has) (returned an incorrect number|changed the).*", r"\1 returned a misfit"),
        (r"[Oo]nly Tensors of floating point (and complex )?dtype", "only floating point"),
        (r"Hooks registered with ``register_load_state_dict.*", "hooks must not return values"),
    )
]
_WITHOUT = re.compile("non-full backward hook|For backward hooks to be|no-op")
"""Warnings of torch that are left out."""
_OF_LIBRARY = re.compile(r"\b(?:torch|annotated_src\.distilled)(?:\.\w+)*\.(?=[A-Z])")


class Near(float):
    """A number that is equal to those near it."""

    def __eq__(self, other: object) -> bool:
        near = isinstance(other, float) and math.isclose(self, other, rel_tol=1e-9, abs_tol=1e-12)
        return near or repr(self) == repr(other) == "nan"

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = float.__hash__


def plain(text: object) -> str:
    """A text without addresses, and without the module in which a class is defined."""
    plain = _OF_LIBRARY.sub("torch.", _ADDRESS.sub("0x", str(text)))
    for said, shorter in _SHORTER:
        plain = said.sub(shorter, plain)
    return plain


def seen(value: Any) -> Any:
    """A value as something that can be compared, whichever library it is of."""
    if hasattr(value, "grad_fn"):
        node = type(value.grad_fn).__name__ if value.grad_fn is not None else None
        return (
            type(value).__name__,
            str(value.dtype),
            tuple(value.shape),
            tuple(value.stride()),
            repr(value.tolist()),
            value.requires_grad,
            value.is_leaf,
            node,
        )
    if isinstance(value, dict):
        return type(value).__name__, [(seen(key), seen(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [seen(item) for item in value]
    if isinstance(value, Near):
        return value
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    return plain(value)


def outcome(program: Program, library: Any) -> dict[str, Any]:
    """What a program returned or raised under one library, and what it warned of."""
    result: dict[str, Any] = {}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result["returned"] = seen(program(library))
        except Exception as error:
            result["raised"] = type(error).__name__, plain(error)
    result["warned"] = [
        (w.category.__name__, plain(w.message))
        for w in caught
        if not _WITHOUT.search(str(w.message))
    ]
    return result


def same(program: Program) -> dict[str, Any]:
    """Assert that a program does the same under both; what it did."""
    theirs, ours = outcome(program, torch), outcome(program, distilled)
    if theirs != ours:
        torchs, distilleds = (pprint.pformat(did, width=120).splitlines() for did in (theirs, ours))
        raise AssertionError(
            "\n".join(difflib.unified_diff(torchs, distilleds, "torch", "distilled", n=1))
        )
    return theirs


def cases(*programs: Program) -> pytest.MarkDecorator:
    """Each program as a test of its own, by its name."""
    return pytest.mark.parametrize("program", programs, ids=lambda program: program.__name__)
