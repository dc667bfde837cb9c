"""A tensor as text: every character as torch prints it.

*Kept from torch*: one format for all elements, chosen from the smallest and the largest;
whole numbers with a point; scientific notation where the range asks for it; ``...``
in tensors of more than 1,000 elements; what is said after the numbers.

*Left out*: ``set_printoptions`` (4 digits, 3 items at each edge, lines of 80 characters).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .dtypes import float32, float64

if TYPE_CHECKING:
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
        self.width, self.floating, self.spec, self.point = 1, floating, "", ""
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
        if not self.floating:
            return f"{number}".rjust(self.width)
        point = self.point if math.isfinite(number) else ""
        return f"{number:{self.spec}}{point}".rjust(self.width)


def _shown(rows: list[Any], summarize: bool) -> list[Any]:
    if len(rows) <= 2 * EDGE or not summarize:
        return rows
    return [*rows[:EDGE], SKIPPED, *rows[-EDGE:]]


def _leaves(nested: Any, dim: int, summarize: bool) -> list[Any]:
    """The numbers that will be printed."""
    rows = [nested]
    for _ in range(dim):
        rows = [x for row in rows for x in _shown(row, summarize) if x is not SKIPPED]
    return rows


def _lines(nested: Any, dim: int, indent: int, form: Formatter, summarize: bool) -> str:
    """The brackets of one dimension, and what is between them."""
    if dim == 0:
        return form(nested)
    items = _shown(nested, summarize)
    if dim == 1:
        texts = [" ..." if x is SKIPPED else form(x) for x in items]
        fit = max(1, (LINE - indent) // (form.width + 2))
        blocks = [", ".join(texts[i : i + fit]) for i in range(0, len(texts), fit)]
    else:
        blocks = [
            "..." if x is SKIPPED else _lines(x, dim - 1, indent + 1, form, summarize)
            for x in items
        ]
    return "[" + ("," + "\n" * max(dim - 1, 1) + " " * (indent + 1)).join(blocks) + "]"


def _suffixes(self: Tensor) -> Iterator[str]:
    """What is said after the numbers."""
    if not self.numel() and self.dim() != 1:
        yield f"size={tuple(self.shape)}"
    if self.dtype is float64 or not (self.numel() or self.dtype is float32):
        yield f"dtype={self.dtype}"
    try:
        node = self.grad_fn
    except RuntimeError:  # a view that has lost its history
        yield "grad_fn=<Invalid>"
        return
    if node is not None:
        yield f"grad_fn=<{type(node).__name__}>"
    elif self.requires_grad:
        yield "requires_grad=True"


def _to_string(self: Tensor) -> str:
    """What ``repr`` gives.

    >>> import annotated_src.distilled as torch
    >>> torch.ones(2, dtype=torch.float64, requires_grad=True).exp()
    tensor([2.7183, 2.7183], dtype=torch.float64, grad_fn=<ExpBackward0>)
    """
    plain = type(self).__name__ in {"Tensor", "Parameter"}
    text = prefix = "tensor(" if plain else f"{type(self).__name__}("
    nested, dim, summarize = self.tolist(), self.dim(), self.numel() > THRESHOLD
    form = Formatter(_leaves(nested, dim, summarize), self.dtype.is_floating_point)
    text += _lines(nested, dim, len(prefix), form, summarize) if self.numel() else "[]"
    used = len(text) - text.rfind("\n") + 1
    for suffix in _suffixes(self):
        fits = used + len(suffix) + 2 <= LINE
        text += (", " if fits else ",\n" + " " * len(prefix)) + suffix
        used = used + len(suffix) + 2 if fits else len(prefix) + len(suffix)
    return text + ")"
