"""Tensors from numbers and lists, and numbers and lists from tensors.

*Kept from torch*: the kind of number that data decides; ``requires_grad``; ``…_like`` keeps the
layout; whole numbers and truth values stay what they are in Python; the generator (Mersenne
Twister) and its seeding, so that ``rand`` draws the same numbers.

*Left out*: ``numpy``, devices, the refusal of whole numbers that are too large; ``eye``,
``linspace`` and other patterns; other generators than the default one; the way in which torch makes
normal numbers, so that those of ``randn`` are others; the library from which ``bernoulli_`` draws
on some processors; the last digit of ``uniform_`` between other bounds in ``float64``, and its
order where memory is laid out in another.
"""

import math
import random
from collections.abc import Callable, Iterable
from itertools import chain, repeat
from typing import Any

from .history import check_in_place
from .shapes import Size, Sizes, broadcast_strides, contiguous_strides, layout, positions, sizes_of
from .storage import BY_PYTHON, KINDS, Number, Storage, dtype, dtype_of, float32, float64, store
from .tensor import Tensor, make


def values(x: Any, shape: Sizes | None = None, kind: dtype | None = None) -> Any:
    """The elements in the order of reading; of an operand also broadcast and converted."""
    if isinstance(x, (int, float)):
        return repeat(kind.round(x) if kind else x)
    numbers: Any = x._storage
    if not (x._whole and shape in {None, x.shape}):
        shape = x.shape if shape is None else shape
        stride = broadcast_strides(x.shape, x._stride, shape)
        numbers = [numbers[p] for p in positions(shape, stride, x._offset)]
    return numbers if kind is None or kind is x.dtype else store(kind, numbers)


def arrange(numbers: Iterable[Number], kind: dtype, shape: Sizes, stride: Any = None) -> Any:
    """A new tensor of numbers in the order of reading, with these strides in memory."""
    plain, kind = contiguous_strides(tuple(shape)), BY_PYTHON.get(kind, kind)
    storage = numbers if isinstance(numbers, Storage) else store(kind, numbers)
    if stride in {None, plain}:
        return make(storage, kind, Size(shape), plain)
    # The strides say where each number lies; those of another tensor may leave gaps between them.
    laid = dict(zip(positions(shape, stride), storage, strict=True))  # by place
    row = [laid.get(place, 0) for place in range(max(laid, default=-1) + 1)]
    result = make(Storage(kind.code, row), kind, Size(shape), stride)
    result._whole = False
    return result


def tolist(self: Tensor) -> Any:
    """The elements as nested lists; of no dimensions, a number."""
    numbers = map(self.dtype.python, values(self))

    def nested(shape: Any) -> Any:
        return [nested(shape[1:]) for _ in range(shape[0])] if shape else next(numbers)

    return nested(self.shape)


def item(self: Tensor) -> Any:
    """The one element, as a Python number."""
    if (count := self.numel()) != 1:
        raise RuntimeError(f"a Tensor with {count} elements cannot be converted to Scalar")
    return self.dtype.python(next(iter(values(self))))


def _number(self: Tensor) -> Any:
    """What ``int`` and ``float`` ask for: Python has another error for it."""
    if self.numel() != 1:
        raise ValueError("only one element tensors can be converted to Python scalars")
    return self.item()


def tensor(data: Any, dtype: Any = None, requires_grad: bool = False) -> Any:
    """A tensor of a number, or of lists in lists.

    >>> tensor([[1, 2], [3, 4.5]]), tensor(True)
    (tensor([[1.0000, 2.0000],
            [3.0000, 4.5000]]), tensor(True))
    """
    if isinstance(data, Tensor):
        return data.detach().to(dtype).clone().requires_grad_(requires_grad)
    # Level by level: how long the lists are is a size, what is in them all together is the next.
    shape, items, nests = list[int](), [data], (list, tuple, range)
    while items and isinstance(items[0], nests):  # the first of each decides the shape
        size = len(items[0])
        if not all(isinstance(x, nests) and len(x) == size for x in items):
            raise ValueError(f"expected sequence of length {size} at dim {len(shape)}")
        shape, items = [*shape, size], [*chain(*items)]
    found = max(map(dtype_of, items), key=KINDS.index, default=float32)
    items = [x._number() if isinstance(x, Tensor) else x for x in items]
    return arrange(items, dtype or found, shape).requires_grad_(requires_grad)


def full(size: Any, fill_value: Any, *, dtype: Any = None, requires_grad: bool = False) -> Any:
    """One number everywhere."""
    if min(size, default=0) < 0:
        raise RuntimeError("zeros: Dimension size must be non-negative.")
    numbers = [fill_value] * math.prod(size)
    return arrange(numbers, dtype or dtype_of(fill_value), size).requires_grad_(requires_grad)


def zeros(*size: Any, **kwargs: Any) -> Any:
    """Zeros."""
    return full(sizes_of(size), 0.0, **kwargs)


def ones(*size: Any, **kwargs: Any) -> Any:
    """Ones."""
    return full(sizes_of(size), 1.0, **kwargs)


def full_like(input: Any, fill_value: Any, *, dtype: Any = None, requires_grad: Any = False) -> Any:
    """One number everywhere, in the shape and layout of another tensor."""
    numbers, stride = [fill_value] * input.numel(), layout(input.shape, [input])
    return arrange(numbers, dtype or input.dtype, input.shape, stride).requires_grad_(requires_grad)


def zeros_like(input: Tensor, **kwargs: Any) -> Any:
    """Zeros in the shape of another tensor."""
    return full_like(input, 0, **kwargs)


def ones_like(input: Tensor, **kwargs: Any) -> Any:
    """Ones in the shape of another tensor."""
    return full_like(input, 1, **kwargs)


empty, empty_like = zeros, zeros_like  # what is not set is 0 here


def arange(start: Any = None, end: Any = None, step: Any = 1, **kwargs: Any) -> Any:
    """Numbers from ``start`` up to and without ``end``.

    >>> arange(3), arange(1, 2, 0.5)
    (tensor([0, 1, 2]), tensor([1.0000, 1.5000]))
    """
    start, end = (0, start) if end is None else (start or 0, end)
    if step == 0 or (end - start) * step < 0:
        raise RuntimeError("step must be nonzero, and lead from one bound to the other")
    numbers = [start + i * step for i in range(math.ceil((end - start) / step))]
    return tensor(numbers, **{"dtype": dtype_of(start + end + step), **kwargs})


_generator = random.Random()


def manual_seed(seed: int) -> None:
    """Start the row of random numbers that belongs to a seed: torch's, of the same generator.

    >>> manual_seed(0)
    >>> rand(2)
    tensor([0.4963, 0.7682])
    """
    # The generator's own recurrence fills its 624 words; Python's ``seed`` fills them differently.
    # 624 says that all of them are used up: the first draw makes new ones.
    state = [seed & 0xFFFFFFFF]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) & 0xFFFFFFFF)
    _generator.setstate((3, (*state, 624), None))


# Torch starts with another seed in every process. Here a script that sets none is repeatable, as
# one of torch is that draws from a new `torch.Generator()`: this is the seed that it has.
UNTOLD = 67280421310721
manual_seed(UNTOLD)


def _drawn(self: Any, possible: bool, draw: Callable[[], float]) -> Any:
    """Fill a tensor with what is drawn, unrecorded."""
    if not possible:
        raise RuntimeError("no numbers can be drawn with these arguments")
    # A leaf that requires a gradient is refused, as by every change in place that is recorded: so
    # the functions of `torch.nn.init` fill parameters under ``no_grad``.
    check_in_place(self, self.requires_grad)
    self.detach().copy_(arrange([draw() for _ in range(self.numel())], self.dtype, self.shape))
    return self


def _uniform(kind: Any) -> float:
    """A number from 0 up to 1, with as many bits as the kind can hold."""
    # 24 and 53 bits are the digits of the kinds. One draw has 32, so float64 takes two.
    if kind is float32:
        return _generator.getrandbits(32) % 2**24 / 2**24
    return (_generator.getrandbits(32) % 2**21 * 2**32 + _generator.getrandbits(32)) / 2**53


def uniform_(self: Tensor, a: float = 0.0, b: float = 1.0) -> Any:
    """Fill with numbers between two bounds."""
    # Bounds and width are rounded to the tensor's kind first, as in torch: else the last digit of
    # many numbers would be another.
    low, high = map(self.dtype.round, (a, b))
    return _drawn(self, a <= b, lambda: _uniform(self.dtype) * self.dtype.round(high - low) + low)


def normal_(self: Tensor, mean: float = 0.0, std: float = 1.0) -> Any:
    """Fill with normally distributed numbers."""
    return _drawn(self, std >= 0, lambda: _generator.gauss(mean, std))


def bernoulli_(self: Tensor, p: float = 0.5) -> Any:
    """Fill with ones, with probability ``p``, and zeros."""
    # Torch compares in double precision, whatever is to be filled.
    return _drawn(self, 0 <= p <= 1, lambda: _uniform(float64) < p)


def rand(*size: Any, dtype: Any = float32, requires_grad: bool = False) -> Any:
    """Numbers between 0 and 1."""
    return uniform_(zeros(*size, dtype=dtype)).data.requires_grad_(requires_grad)


def randn(*size: Any, dtype: Any = float32, requires_grad: bool = False) -> Any:
    """Normally distributed numbers."""
    return normal_(zeros(*size, dtype=dtype)).data.requires_grad_(requires_grad)
