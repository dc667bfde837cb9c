"""A tensor as text: every character as torch prints it.

*Kept from torch*: one format for all elements, chosen from the smallest and the largest;
whole numbers with a point; scientific notation where the range asks for it; ``...``
in tensors of more than 1,000 elements; what is said after the numbers.

*Left out*: ``set_printoptions`` (4 digits, 3 items at each edge, lines of 80 characters).
"""

import math
from collections.abc import Iterator
from typing import Any

from .shapes import batched, places
from .storage import float32, float64
from .tensor import Tensor

PRECISION, THRESHOLD, EDGE, LINE = 4, 1000, 3, 80


def common_format(numbers: list[Any], floating: bool) -> tuple[str, int]:
    """How to print each of some numbers, and how much room the widest needs.

    >>> import annotated_src.distilled as torch
    >>> torch.tensor([1.0, 20.0]), torch.tensor([0.5, 20.0]), torch.tensor([0.5, 2e4])
    (tensor([ 1., 20.]), tensor([ 0.5000, 20.0000]), tensor([5.0000e-01, 2.0000e+04]))
    """
    spec = ""
    # Infinities and zeros would make any range too wide, so they are not asked.
    if floating:
        numbers = [x for x in numbers if math.isfinite(x) and x != 0]
        low, high = (bound(map(abs, numbers), default=1.0) for bound in (min, max))
        wide = high / low > 1000 or high > 1e8 or low < 1e-4
        whole = not any(x % 1 for x in numbers)
        spec = f".{PRECISION}e" if wide else "#.0f" if whole else f".{PRECISION}f"
    return spec, max((len(f"{x:{spec}}") for x in numbers), default=1)


def _numbers(self: Tensor, indent: int) -> str:
    """The elements in brackets: each dimension, from the last to the first, joins texts."""
    axes: Any = [range(n) for n in self.shape]
    if self.numel() > THRESHOLD:
        axes = [axis if len(axis) <= 2 * EDGE else [*axis[:EDGE], *axis[-EDGE:]] for axis in axes]
    numbers = (self._storage[place] for place in places(axes, self._stride, self._offset))
    shown = [*map(self.dtype.python, numbers)]
    spec, width = common_format(shown, self.dtype.is_floating_point)
    texts, last = [f"{x:{spec}}".rjust(width) for x in shown], self.dim() - 1
    for dim in reversed(range(self.dim())):
        rows = batched(texts, len(axes[dim]))
        if len(axes[dim]) < self.shape[dim]:
            # The last dimension has a blank more before its dots, as torch prints it.
            rows = [[*row[:EDGE], " ..." if dim == last else "...", *row[EDGE:]] for row in rows]
        if dim == last:
            fit = max(1, (LINE - indent - dim) // (width + 2))
            rows = [[*map(", ".join, batched(row, fit))] for row in rows]
        between = "," + "\n" * max(last - dim, 1) + " " * (indent + dim + 1)
        texts = [f"[{between.join(row)}]" for row in rows]
    return texts[0]


def _suffixes(self: Tensor) -> Iterator[str]:
    """What is said after the numbers."""
    if not self.numel() and self.dim() != 1:
        yield f"size={tuple(self.shape)}"
    # A dtype is said if the numbers do not show it: ``float32``, ``int64`` and ``bool`` do.
    if self.dtype is float64 or not (self.numel() or self.dtype is float32):
        yield f"dtype={self.dtype}"
    try:
        node = type(self.grad_fn).__name__
    # A view made under ``no_grad`` whose base was changed has no history to ask for, and raises; to
    # print it must be possible still.
    except RuntimeError:
        node = "Invalid"
    if self.requires_grad:
        yield "requires_grad=True" if node == "NoneType" else f"grad_fn=<{node}>"


def _to_string(self: Tensor) -> str:
    """What ``repr`` gives.

    >>> import annotated_src.distilled as torch
    >>> torch.ones(2, dtype=torch.float64, requires_grad=True).exp()
    tensor([2.7183, 2.7183], dtype=torch.float64, grad_fn=<ExpBackward0>)
    """
    name = type(self).__name__
    start = "tensor(" if name in {"Tensor", "Parameter"} else f"{name}("
    text = start + (_numbers(self, len(start)) if self.numel() else "[]")
    used = len(text) - text.rfind("\n") + 1
    for suffix in _suffixes(self):
        fits = used + len(suffix) + 2 <= LINE
        text += (", " if fits else ",\n" + " " * len(start)) + suffix
        used = (used + 2 if fits else len(start)) + len(suffix)
    return text + ")"
