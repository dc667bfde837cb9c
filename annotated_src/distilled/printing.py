"""A tensor as text: every character as torch prints it.

*Kept from torch*: one format for all elements, chosen from the smallest and the largest;
whole numbers with a point; scientific notation where the range asks for it; ``...``
in tensors of more than 1,000 elements; what is said after the numbers.

*Left out*: ``set_printoptions`` (4 digits, 3 items at each edge, lines of 80 characters).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from .storage import float32, float64
from .tensor import Tensor

PRECISION, THRESHOLD, EDGE, LINE = 4, 1000, 3, 80
SKIPPED = object()  # stands where elements are left out


class Formatter:
    """The common format of some numbers.

    >>> import annotated_src.distilled as torch
    >>> torch.tensor([1.0, 20.0]), torch.tensor([0.5, 20.0]), torch.tensor([0.5, 2e4])
    (tensor([ 1., 20.]), tensor([ 0.5000, 20.0000]), tensor([5.0000e-01, 2.0000e+04]))
    """

    def __init__(self, numbers: list[Any], floating: bool) -> None:
        self.width, self.spec, self.point = 1, "", ""
        if floating:
            numbers = [x for x in numbers if math.isfinite(x) and x != 0]
            sizes = [abs(x) for x in numbers] or [1.0]
            wide = max(sizes) / min(sizes) > 1000 or max(sizes) > 1e8 or min(sizes) < 1e-4
            whole = all(x == math.ceil(x) for x in numbers)
            self.spec = f".{PRECISION}e" if wide else ".0f" if whole else f".{PRECISION}f"
            self.point = "." if whole and not wide else ""
        self.width = max((len(self(x)) for x in numbers), default=1)

    def __call__(self, number: Any) -> str:
        """One number, with as many spaces before it as the widest needs."""
        if not self.spec:
            return f"{number}".rjust(self.width)
        point = self.point if math.isfinite(number) else ""
        return f"{number:{self.spec}}{point}".rjust(self.width)


def _shown(nested: Any) -> Any:
    """The elements that will be printed, and where some are left out."""
    if not isinstance(nested, list):
        return nested
    long = len(nested) > 2 * EDGE
    kept = [*nested[:EDGE], SKIPPED, *nested[-EDGE:]] if long else nested
    return [_shown(x) for x in kept]


def _leaves(nested: Any) -> list[Any]:
    if isinstance(nested, list):
        return [leaf for x in nested for leaf in _leaves(x)]
    return [] if nested is SKIPPED else [nested]


def _lines(nested: Any, dim: int, indent: int, form: Formatter) -> str:
    """The brackets of one dimension, and what is between them."""
    if dim == 0 or nested is SKIPPED:
        return "..." if nested is SKIPPED else form(nested)
    blocks = [_lines(x, dim - 1, indent + 1, form) for x in nested]
    if dim == 1:
        blocks = [" ..." if x == "..." else x for x in blocks]
        fit = max(1, (LINE - indent) // (form.width + 2))
        blocks = [", ".join(blocks[i : i + fit]) for i in range(0, len(blocks), fit)]
    return "[" + ("," + "\n" * max(dim - 1, 1) + " " * (indent + 1)).join(blocks) + "]"


def _suffixes(self: Tensor) -> Iterator[str]:
    """What is said after the numbers."""
    if not self.numel() and self.dim() != 1:
        yield f"size={tuple(self.shape)}"
    if self.dtype is float64 or not (self.numel() or self.dtype is float32):
        yield f"dtype={self.dtype}"
    try:
        name = f"grad_fn=<{type(self.grad_fn).__name__}>"
    except RuntimeError:  # a view that has lost its history
        yield "grad_fn=<Invalid>"
        return
    if self.requires_grad:
        yield "requires_grad=True" if self.grad_fn is None else name


def _to_string(self: Tensor) -> str:
    """What ``repr`` gives.

    >>> import annotated_src.distilled as torch
    >>> torch.ones(2, dtype=torch.float64, requires_grad=True).exp()
    tensor([2.7183, 2.7183], dtype=torch.float64, grad_fn=<ExpBackward0>)
    """
    plain = type(self).__name__ in {"Tensor", "Parameter"}
    text = prefix = "tensor(" if plain else f"{type(self).__name__}("
    nested = self.tolist()
    nested = _shown(nested) if self.numel() > THRESHOLD else nested
    form = Formatter(_leaves(nested), self.dtype.is_floating_point)
    text += _lines(nested, self.dim(), len(prefix), form) if self.numel() else "[]"
    used = len(text) - text.rfind("\n") + 1
    for suffix in _suffixes(self):
        fits = used + len(suffix) + 2 <= LINE
        text += (", " if fits else ",\n" + " " * len(prefix)) + suffix
        used = used + len(suffix) + 2 if fits else len(prefix) + len(suffix)
    return text + ")"
