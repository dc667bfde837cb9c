"""Shapes and strides: arithmetic on tuples, before any number is touched.

The element at index ``(i, j)`` lies at ``offset + i * stride[0] + j * stride[1]`` of the
storage. Most of what makes a tensor more than a list follows from this one sum.

*Kept from torch*: ``Size``; broadcasting; when a ``view`` is possible and with which
strides; in which order a result is laid out (as its operands are); most messages.

*Left out*: memory formats, named dimensions, symbolic sizes.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, zip_longest
from math import prod
from operator import mul
from typing import Any

Sizes = Sequence[int]


class Size(tuple[int, ...]):
    """A tuple of sizes that stays one when it is cut or added to.

    >>> Size([2, 3]), Size([2, 3])[1:] + (4,), Size([2, 3]).numel()
    (torch.Size([2, 3]), torch.Size([3, 4]), 6)
    """

    numel: Any = lambda self: prod(self)
    __add__: Any = lambda self, other: Size((*self, *other))
    __radd__: Any = lambda self, other: Size((*other, *self))
    __repr__: Any = lambda self: f"torch.Size({list(self)})"

    def __getitem__(self, key: Any) -> Any:
        part = super().__getitem__(key)
        return Size(part) if isinstance(key, slice) else part


def sizes_of(args: tuple[Any, ...]) -> tuple[int, ...]:
    """Sizes given one by one or as one sequence."""
    return tuple(args[0] if len(args) == 1 and isinstance(args[0], (tuple, list)) else args)


def batched(row: Sequence[Any], size: int) -> list[Any]:
    """A row cut into pieces of some size, and a rest: as in ``itertools`` since Python 3.12."""
    return [row[i : i + size] for i in range(0, len(row), size or 1)]


@lru_cache(1024)
def contiguous_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Row after row: the last dimension moves fastest.

    >>> contiguous_strides((2, 3, 4))
    (12, 4, 1)
    """
    # A size of 0 counts as 1, as in torch: a stride of 0 is kept for repeated dimensions.
    steps = accumulate((max(size, 1) for size in reversed(shape[1:])), mul, initial=1)
    return tuple(steps)[::-1] if shape else ()


def _same_steps(shape: Sizes, stride: Sizes, other: Sizes) -> bool:
    """Whether strides mean the same. A size of 1 may have any, as no step is made there."""
    return all(n == 1 or a == b for n, a, b in zip(shape, stride, other, strict=True))


def is_contiguous(shape: Sizes, stride: Sizes) -> bool:
    """Whether the elements lie in order and without gaps."""
    return 0 in shape or _same_steps(shape, stride, contiguous_strides(tuple(shape)))


def wrap_dim(dim: int, ndim: int) -> int:
    """Count a negative dimension from the end; a tensor without dimensions has one here."""
    count = max(ndim, 1)
    if not -count <= dim < count:
        expected = f"expected to be in range of [{-count}, {count - 1}], but got {dim}"
        raise IndexError(f"Dimension out of range ({expected})")
    return dim % count


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
    pairs = [*zip_longest(reversed(a), reversed(b), fillvalue=1)]
    for place, (m, n) in enumerate(pairs, 1):  # from the end: torch complains of the last one
        if m != n and 1 not in {m, n}:
            what = f"The size of tensor a ({m}) must match the size of tensor b ({n})"
            raise RuntimeError(f"{what} at non-singleton dimension {len(pairs) - place}")
    return Size(n if m == 1 else m for m, n in reversed(pairs))


def broadcast_strides(shape: Sizes, stride: Sizes, target: Sizes) -> tuple[int, ...]:
    """Strides of a tensor seen in a larger shape.

    A repeated dimension gets 0: all its indices lead to the same number, and nothing is copied.
    """
    added = len(target) - len(shape)
    sizes = zip(shape, stride, target[added:], strict=True)
    return (0,) * added + tuple(0 if m == 1 != goal else step for m, step, goal in sizes)


def infer_size(shape: Sizes, numel: int) -> tuple[int, ...]:
    """Replace the one -1 in a shape by what is left for it."""
    known = prod(size for size in shape if size != -1)
    # Beside a size of 0, a -1 could be any number: it is refused, like a second -1.
    result = tuple(numel // (known or 1) if size == -1 else size for size in shape)
    if prod(result) != numel or min(result, default=0) < 0 or shape.count(-1) > (known != 0):
        raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {numel}")
    return result


def _place(number: int, shape: Sizes, stride: Sizes) -> int:
    """Where the element lies that is read after ``number`` others."""
    along = zip(contiguous_strides(tuple(shape)), shape, stride, strict=True)
    return sum(number // unit % size * step for unit, size, step in along)


def view_strides(shape: Sizes, stride: Sizes, target: tuple[int, ...]) -> tuple[int, ...] | None:
    """Strides with which the same elements have another shape, or None: then copy.

    In the order of reading, one step along a new dimension passes over a fixed number of
    elements, given by the shape alone. So its stride can only be the way to the element that
    comes so many later. Whether that is right for all elements, the reverse tells: with the new
    strides, one step along an old dimension has to lead where it did before. It does not where
    the new shape joins dimensions that do not follow each other in memory.

    >>> view_strides((2, 3), (3, 1), (3, 2)), view_strides((2, 3), (1, 2), (6,))
    ((2, 1), None)
    """
    if 0 in shape:
        return tuple(stride) if shape == target else contiguous_strides(target)
    result, past = list[int](), stride[-1] if stride else 1
    # A size of 1 could have any stride. Torch gives it the one that would come next, which shows
    # in `stride()` and in how results are laid out.
    for size, unit in reversed([*zip(target, contiguous_strides(target), strict=True)]):
        result.insert(0, past if size == 1 else _place(unit, shape, stride))
        past = result[0] * size
    steps = [_place(unit, target, result) for unit in contiguous_strides(tuple(shape))]
    return tuple(result) if _same_steps(shape, stride, steps) else None


def fastest_first(shape: Sizes, operands: Sequence[Sizes]) -> list[int]:
    """The dimensions in the order in which they lie in memory, the one with small steps first.

    Of two dimensions the first operand decides that repeats neither: the larger step is the
    slower one, and of equal steps that of the larger size. Where none decides, the later
    dimension stays first, as in a contiguous tensor.
    """

    def slower(a: int, b: int) -> int:
        steps = ((stride[a], stride[b]) for stride in operands)
        return next(filter(None, (m - n or shape[a] > shape[b] for m, n in steps if m and n)), 0)

    # Torch's insertion sort, and not `sorted`: where no operand decides, the search goes on past
    # that dimension, and another way of sorting would give another order.
    order = [*reversed(range(len(shape)))]
    for end, dim in enumerate(order):
        at = end
        for before in reversed(range(end)):
            if (verdict := slower(order[before], dim)) < 0:
                break
            if verdict > 0:
                order[before], order[at], at = dim, order[before], before
    return order


def layout(shape: tuple[int, ...], operands: Sequence[Any]) -> tuple[int, ...]:
    """Strides of a new result whose dimensions lie in memory as those of its operands.

    So a transposed operand gives a transposed result, and both are passed through in the order
    of memory, which is the fast one.
    """
    plain = contiguous_strides(shape)
    if all(x._stride == plain for x in operands):
        return plain
    order = fastest_first(shape, [broadcast_strides(x.shape, x._stride, shape) for x in operands])
    steps = accumulate((max(shape[d], 1) for d in order), mul, initial=1)
    return tuple(step for _, step in sorted(zip(order, steps, strict=False)))


def places(axes: Sequence[Iterable[int]], stride: Sizes, offset: int = 0) -> list[int]:
    """Where the elements at all combinations of some indices lie."""
    found = [offset]
    for indices, step in zip(axes, stride, strict=True):
        found = [place + i * step for place in found for i in indices]
    return found


def positions(shape: Sizes, stride: Sizes, offset: int = 0) -> list[int]:
    """Where each element lies, in the order of reading.

    >>> positions((2, 3), (1, 2))  # the transpose of three rows of two
    [0, 2, 4, 1, 3, 5]
    """
    return places([*map(range, shape)], stride, offset)
