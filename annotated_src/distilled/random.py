"""Random numbers.

*Kept from torch*: the generator (Mersenne Twister) and its seeding, so that ``rand``
draws the same numbers from the same seed.

*Left out*: other generators than the default one; the way in which torch makes normal
numbers, so that those of ``randn`` are others.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import creation, elements, graph
from .dtypes import Number, dtype, float32
from .shapes import Sizes, sizes_of

if TYPE_CHECKING:
    from .tensor import Tensor

_generator = random.Random()


def manual_seed(seed: int) -> None:
    """Start the row of random numbers that belongs to a seed.

    >>> import annotated_src.distilled as torch
    >>> torch.manual_seed(0)
    >>> torch.rand(2)
    tensor([0.4963, 0.7682])
    """
    state = [seed & 0xFFFFFFFF]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) & 0xFFFFFFFF)
    _generator.setstate((3, (*state, 624), None))


manual_seed(67280421310721)  # torch's own, so that a script without a seed is repeatable


def _uniform(kind: dtype) -> float:
    """A number from 0 up to 1, with as many bits as the kind can hold."""
    if kind is float32:
        return (_generator.getrandbits(32) & 0xFFFFFF) / (1 << 24)
    high, low = _generator.getrandbits(32), _generator.getrandbits(32)
    return ((high << 32 | low) & (1 << 53) - 1) / (1 << 53)


def _drawn(self: Tensor, draw: Callable[[], Number]) -> Tensor:
    graph.check_in_place(self, self.requires_grad)
    numbers = [draw() for _ in range(self.numel())]
    elements.write(self, creation.new(numbers, self.dtype, self.shape, False))
    return self


def uniform_(self: Tensor, a: float = 0.0, b: float = 1.0) -> Tensor:
    """Fill with numbers between two bounds."""
    return _drawn(self, lambda: _uniform(self.dtype) * (b - a) + a)


def normal_(self: Tensor, mean: float = 0.0, std: float = 1.0) -> Tensor:
    """Fill with normally distributed numbers."""
    return _drawn(self, lambda: _generator.gauss(mean, std))


def bernoulli_(self: Tensor, p: float = 0.5) -> Tensor:
    """Fill with ones, with probability ``p``, and zeros."""
    return _drawn(self, lambda: _uniform(self.dtype) < p)


def rand(*size: int | Sizes, dtype: dtype = float32, requires_grad: bool = False) -> Tensor:
    """Numbers between 0 and 1."""
    return uniform_(creation.zeros(sizes_of(size), dtype=dtype)).requires_grad_(requires_grad)


def randn(*size: int | Sizes, dtype: dtype = float32, requires_grad: bool = False) -> Tensor:
    """Normally distributed numbers."""
    return normal_(creation.zeros(sizes_of(size), dtype=dtype)).requires_grad_(requires_grad)


def rand_like(self: Tensor) -> Tensor:
    """Numbers between 0 and 1, in the shape of another tensor."""
    return rand(self.shape, dtype=self.dtype)


def randn_like(self: Tensor) -> Tensor:
    """Normally distributed numbers, in the shape of another tensor."""
    return randn(self.shape, dtype=self.dtype)
