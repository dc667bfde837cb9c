"""Shapes and strides: arithmetic on tuples, before any number is touched.

The element at index ``(i, j)`` lies at ``offset + i * stride[0] + j * stride[1]`` of the
storage. Most of what makes a tensor more than a list follows from this one sum.

*Kept from torch*: ``Size``; broadcasting; when a ``view`` is possible and with which
strides; in which order a result is laid out (as its operands are); the messages.

*Left out*: memory formats, named dimensions, symbolic sizes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import prod
from operator import mul
from typing import Any

Sizes = Sequence[int]


class Size(tuple[int, ...]):
    """A tuple of sizes that stays one when it is cut or added to.

    >>> Size([2, 3]), Size([2, 3])[1:] + (4,), Size([2, 3]).numel()
    (torch.Size([2, 3]), torch.Size([3, 4]), 6)
    """

    __slots__ = ()

    def numel(self) -> int:
        """How many elements there are."""
        return prod(self)

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        return Size(part) if isinstance(key, slice) else part

    def __add__(self, other: Any) -> Size:
        return Size((*self, *other))

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"


def sizes_of(args: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes given one by one or as one sequence."""
    one = len(args) == 1 and isinstance(args[0], (tuple, list))
    return tuple(args[0] if one else args)


@lru_cache(1024)
def contiguous_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Row after row: the last dimension moves fastest.

    >>> contiguous_strides((2, 3, 4))
    (12, 4, 1)
    """
    steps = accumulate((max(size, 1) for size in reversed(shape[1:])), mul, initial=1)
    return tuple(steps)[::-1] if shape else ()


def is_contiguous(shape: Sizes, stride: Sizes) -> bool:
    """Whether the elements lie in order and without gaps. A size of 1 may have any stride."""
    expected = 1
    for size, step in zip(reversed(shape), reversed(stride), strict=True):
        if size != 1 and step != expected:
            return 0 in shape
        expected *= size
    return True


def wrap_dim(dim: int, ndim: int) -> int:
    """Count a negative dimension from the end."""
    low, high = min(-ndim, -1), max(ndim - 1, 0)
    if not low <= dim <= high:
        expected = f"expected to be in range of [{low}, {high}], but got {dim}"
        raise IndexError(f"Dimension out of range ({expected})")
    return dim % max(ndim, 1)


def wrap_dims(dims: int | Sizes | None, ndim: int) -> list[int]:
    """Some dimensions, counted from the front: of none named, all."""
    named = [dims] if isinstance(dims, int) else range(ndim) if dims is None else dims
    wrapped = [wrap_dim(d, ndim) for d in named]
    if len(set(wrapped)) < len(wrapped):
        raise RuntimeError(f"a dim appears multiple times in the list of dims {wrapped}")
    return wrapped if ndim else []


def broadcast_shapes(a: Sizes, b: Sizes) -> Size:
    """The shape in which two tensors meet: aligned at the end, a 1 fits everything.

    >>> broadcast_shapes((3, 1), (2,))
    torch.Size([3, 2])
    """
    ndim = max(len(a), len(b))
    a, b = (1,) * (ndim - len(a)) + tuple(a), (1,) * (ndim - len(b)) + tuple(b)
    for dim in reversed(range(ndim)):  # torch complains of the last one
        if a[dim] != b[dim] and 1 not in {a[dim], b[dim]}:
            raise RuntimeError(
                f"The size of tensor a ({a[dim]}) must match the size of tensor b ({b[dim]}) "
                f"at non-singleton dimension {dim}"
            )
    return Size(n if m == 1 else m for m, n in zip(a, b, strict=True))


def broadcast_strides(shape: Sizes, stride: Sizes, target: Sizes) -> tuple[int, ...]:
    """Strides of a tensor seen in a larger shape: a repeated dimension does not move."""
    added = len(target) - len(shape)
    sizes = zip(shape, stride, target[added:], strict=True)
    return (0,) * added + tuple(0 if m == 1 != goal else step for m, step, goal in sizes)


def infer_size(shape: Sizes, numel: int) -> tuple[int, ...]:
    """Replace the one -1 in a shape by what is left for it."""
    if shape.count(-1) > 1:
        raise RuntimeError("only one dimension can be inferred")
    known = prod(size for size in shape if size != -1)
    result = tuple(numel // (known or 1) if size == -1 else size for size in shape)
    if prod(result) != numel or min(result, default=0) < 0 or (-1 in shape and not known):
        raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {numel}")
    return result


def view_strides(shape: Sizes, stride: Sizes, target: tuple[int, ...]) -> tuple[int, ...] | None:
    """Strides with which the same elements have another shape, or None: then copy.

    Dimensions that follow each other in memory form a block. Blocks may be cut anew,
    and cannot be joined.

    >>> view_strides((2, 3), (3, 1), (3, 2)), view_strides((2, 3), (1, 2), (6,))
    ((2, 1), None)
    """
    if prod(shape) == 0:
        return tuple(stride) if shape == target else contiguous_strides(target)
    result, left = list[int](), len(target)
    block, step = 1, stride[-1] if stride else 1
    for dim in reversed(range(len(shape))):
        block *= shape[dim]
        if dim and (shape[dim - 1] == 1 or stride[dim - 1] == block * step):
            continue  # the block goes on
        filled = 1
        while left and (filled < block or target[left - 1] == 1):
            left -= 1
            result.append(step * filled)
            filled *= target[left]
        if filled != block:
            return None
        block, step = 1, stride[dim - 1]
    result += [result[-1] if result else 1] * left
    return tuple(reversed(result)) if left == 0 or shape == () else None


def fastest_first(shape: Sizes, operands: Sequence[Sizes]) -> list[int]:
    """The dimensions in the order in which they lie in memory, by the strides of operands.

    An operand that repeats a dimension has no opinion of it; then the last stays first.
    """

    def slower(a: int, b: int) -> int:
        for stride in operands:
            if stride[a] and stride[b]:
                if stride[a] != stride[b] or shape[a] > shape[b]:
                    return stride[a] - stride[b] or 1
        return 0

    order = list(reversed(range(len(shape))))
    for end in range(1, len(order)):
        at = end
        for before in reversed(range(end)):
            if (verdict := slower(order[before], order[at])) > 0:
                order[before], order[at], at = order[at], order[before], before
            elif verdict < 0:
                break
    return order


def layout(shape: tuple[int, ...], operands: Sequence[Any]) -> tuple[int, ...]:
    """Strides of a new result whose dimensions lie in memory as those of its operands."""
    plain = contiguous_strides(shape)
    if all(x._stride == plain for x in operands):
        return plain
    order = fastest_first(shape, [broadcast_strides(x.shape, x._stride, shape) for x in operands])
    steps = accumulate((max(shape[d], 1) for d in order), mul, initial=1)
    strides = dict(zip(order, steps, strict=False))
    return tuple(strides[d] for d in range(len(shape)))


def positions(shape: Sizes, stride: Sizes, offset: int = 0) -> list[int]:
    """Where each element lies, in the order of reading.

    >>> positions((2, 3), (1, 2))  # the transpose of three rows of two
    [0, 2, 4, 1, 3, 5]
    """
    places = [offset]
    for size, step in zip(shape, stride, strict=True):
        steps = range(0, size * step, step) if step else (0,) * size
        places = [place + more for place in places for more in steps]
    return places
