"""Tensors out of nothing: from numbers and lists, filled with one number, or counted up.

*Kept from torch*: the kind of number that data decides; ``requires_grad``; ``…_like``
keeps the layout.

*Left out*: ``out=``, devices, ``eye``, ``linspace`` and other patterns.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from . import tensor as tensors
from .dtypes import Number, dtype, dtype_of, float32, int64, promote, store
from .elements import arrange, elements, layout
from .shapes import Sizes, sizes_of

if TYPE_CHECKING:
    from .tensor import Tensor


def new(values: Iterable[Number], kind: dtype, shape: Sizes, requires_grad: bool) -> Tensor:
    """A tensor of these numbers, in the order of reading."""
    result = arrange(store(kind, values), kind, shape)
    return result.requires_grad_() if requires_grad else result


def tensor(data: Any, dtype: dtype | None = None, requires_grad: bool = False) -> Tensor:
    """A tensor of a number, or of lists in lists.

    >>> tensor([[1, 2], [3, 4.5]]), tensor(True)
    (tensor([[1.0000, 2.0000],
            [3.0000, 4.5000]]), tensor(True))
    """
    if isinstance(data, tensors.Tensor):
        return new(elements(data), dtype or data.dtype, data.shape, requires_grad)
    shape, probe, items = [], data, [data]
    while isinstance(probe, (list, tuple, range)):  # the first of each decides the shape
        shape.append(len(probe))
        for item in items:
            if not isinstance(item, (list, tuple, range)) or len(item) != shape[-1]:
                raise ValueError(f"expected sequence of length {shape[-1]} at dim {len(shape) - 1}")
        items = [item for row in items for item in row]
        probe = items[0] if items else None
    numbers = [x.item() if isinstance(x, tensors.Tensor) else x for x in items]
    for number in numbers:
        if not isinstance(number, (int, float)):
            kind = RuntimeError if number is None else TypeError
            raise kind(f"new(): invalid data type '{type(number).__name__}'")
    kinds = [x.dtype if isinstance(x, tensors.Tensor) else dtype_of(x) for x in items]
    return new(
        numbers, dtype or functools.reduce(promote, kinds or [float32]), shape, requires_grad
    )


def full(
    size: Sizes, fill_value: Number, *, dtype: dtype | None = None, requires_grad: bool = False
) -> Tensor:
    """One number everywhere."""
    if any(n < 0 for n in size):
        raise RuntimeError("zeros: Dimension size must be non-negative.")
    numbers = [fill_value] * math.prod(size)
    return new(numbers, dtype or dtype_of(fill_value), size, requires_grad)


def zeros(*size: int | Sizes, dtype: dtype = float32, requires_grad: bool = False) -> Tensor:
    """Zeros."""
    return full(sizes_of(size), 0, dtype=dtype, requires_grad=requires_grad)


def ones(*size: int | Sizes, dtype: dtype = float32, requires_grad: bool = False) -> Tensor:
    """Ones."""
    return full(sizes_of(size), 1, dtype=dtype, requires_grad=requires_grad)


def full_like(
    self: Tensor, fill_value: Number, *, dtype: dtype | None = None, requires_grad: bool = False
) -> Tensor:
    """One number everywhere, in the shape and layout of another tensor."""
    kind = dtype or self.dtype
    numbers = store(kind, [fill_value]) * self.numel()
    result = arrange(numbers, kind, self.shape, layout(self.shape, self))
    return result.requires_grad_() if requires_grad else result


def zeros_like(self: Tensor, **kwargs: Any) -> Tensor:
    """Zeros in the shape of another tensor."""
    return full_like(self, 0, **kwargs)


def ones_like(self: Tensor, **kwargs: Any) -> Tensor:
    """Ones in the shape of another tensor."""
    return full_like(self, 1, **kwargs)


empty, empty_like = zeros, zeros_like  # what is not set is 0 here


def arange(
    start: Number,
    end: Number | None = None,
    step: Number = 1,
    *,
    dtype: dtype | None = None,
    requires_grad: bool = False,
) -> Tensor:
    """Numbers from ``start`` up to and without ``end``.

    >>> arange(3), arange(1, 2, 0.5)
    (tensor([0, 1, 2]), tensor([1.0000, 1.5000]))
    """
    start, end = (0, start) if end is None else (start, end)
    if step == 0 or (end - start) * step < 0:
        raise RuntimeError("step must be nonzero, and lead from one bound to the other")
    kind = int64 if all(isinstance(x, int) for x in (start, end, step)) else float32
    count = math.ceil((end - start) / step)
    return new((start + i * step for i in range(count)), dtype or kind, (count,), requires_grad)
