"""What happens to the numbers: loops over storages, without tensors and without gradients.

*Kept from torch*: IEEE answers where Python raises (``1 / 0``, ``log(0)``); each operation
rounded to the kind of number it is stored in; the order in which ``sum`` adds, with several
partial sums side by side as in a vector register, since the last digit depends on it.

*Left out*: threads and vector instructions themselves. ``exp``, ``log``, ``tanh``, ``sqrt`` and
``pow`` are rounded from double precision, and torch's may differ in the last digit. A matrix
product adds from left to right, as torch's library does for a few terms; for more terms its order
depends on sizes and processor, and the last digit may differ.
"""

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce
from itertools import chain, repeat, starmap
from typing import Any

from .shapes import Sizes, batched, contiguous_strides, fastest_first, positions
from .storage import Number, Storage, dtype, store

NAN, INF = math.nan, math.inf
Function = Callable[..., Any]
Row = Sequence[Number]
NONE = [1, 0, 0]  # an axis of one number

# What the processor answers where a function of Python's raises an error.
IEEE: dict[Function, Function] = {
    operator.truediv: lambda a, b: a * math.copysign(INF, b),
    math.pow: lambda a, b: NAN if a < 0 and b % 1 else math.copysign(INF, a if b % 2 == 1 else 1),
    math.exp: lambda x: INF,
    math.log: lambda x: -INF if x == 0 else NAN,
    math.sqrt: lambda x: NAN,
}


def integer_power(base: int, exponent: int) -> int:
    """A power of integers: where the result would be a fraction, 0; so too for 1 / 0."""
    return int(base**exponent if exponent >= 0 else (base or INF) ** exponent)


def apply(kind: dtype, function: Function, *columns: Iterable[Number]) -> Storage:
    """One result for each row of operands, stored as numbers of a kind.

    >>> import operator
    >>> from annotated_src.distilled.storage import float64
    >>> list(apply(float64, operator.truediv, [1.0, -1.0], [4.0, 0.0]))
    [0.25, -inf]
    """
    try:
        return store(kind, map(function, *columns))
    except (ArithmeticError, ValueError):  # which rows are to blame shows one by one
        rows = [*zip(*columns, strict=False)]
        alone = len(rows) == 1
        answer = IEEE[function] if alone else lambda *row: apply(kind, function, *zip(row))[0]
        return store(kind, starmap(answer, rows))


# Sums. A row holds one number for each of several sums, which are added side by side. Torch adds
# in vector registers, several at a time; to do so here, some rows are joined to one wide row, and
# the wide sum is cut again.


def total(kind: dtype, width: int, rows: Iterable[Row]) -> Row:
    """The sum of rows, one after the other, each sum rounded."""
    return reduce(partial(apply, kind, operator.add), rows, [0] * width)


def _joined(rows: Sequence[Row], count: int) -> list[Row]:
    """Each ``count`` rows as one, without a rest."""
    return [[*chain(*some)] for some in batched(rows, count) if len(some) == count]


def _cascade(kind: dtype, width: int, rows: Sequence[Row]) -> Row:
    """The sum of sums of, say, 16 rows each, of which again each 16 are added, in four levels.

    So the error grows with the logarithm of the number of rows. Each level begins with the rest
    that fills no group.
    """
    step, rests = 1 << max(4, (len(rows) - 1).bit_length() // 4), list[Row]()
    for _ in range(3):
        whole = len(rows) // step * step
        rests.append(total(kind, width, rows[whole:]))
        rows = [total(kind, width, some) for some in batched(rows[:whole], step)]
    return total(kind, width, [*rests, total(kind, width, rows)])


def _four_sums(kind: dtype, width: int, rows: Sequence[Row]) -> Row:
    """Add rows in four sums at a time, which are then added."""
    # One addition has to wait for the result of the one before it. Of four sums side by side, three
    # go on in the meantime; so torch adds, and so the numbers are grouped.
    sums = batched(_cascade(kind, 4 * width, _joined(rows, 4)), width)
    return total(kind, width, [*sums[:1], *rows[len(rows) // 4 * 4 :], *sums[1:]])


def _sum_rows(kind: dtype, width: int, rows: Sequence[Row], down: int, across: int) -> Row:
    """The sum of rows, added in the order that torch chooses.

    ``down`` and ``across`` are the distances in memory from one row, and from one column, to the
    next.
    """
    lanes = 32 // kind.itemsize  # of a vector register
    if down == 1 and len(rows) >= lanes:  # a column lies in one piece
        sums = _four_sums(kind, lanes * width, _joined(rows, lanes))
        return total(kind, width, [*rows[len(rows) // lanes * lanes :], *batched(sums, width)])
    group = 4 * lanes if across == 1 and width >= lanes else 4
    together = 0 if down < across and group == 4 else width // group * group
    beside = _cascade(kind, together, [row[:together] for row in rows])
    return [*beside, *_four_sums(kind, width - together, [row[together:] for row in rows])]


def _axes(axes: Iterable[Sizes]) -> list[list[int]]:
    """Axes of some size and some steps: neighbours joined if they follow each other in memory."""
    result = list[list[int]]()
    for size, *steps in axes:
        if result and steps == [result[-1][0] * step for step in result[-1][1:]]:
            result[-1][0] *= size
        elif size != 1:
            result.append([size, *steps])
    return result


def sum_over(kind: dtype, x: Any, dims: Sizes) -> Storage:
    """Sums of a tensor's numbers over some dimensions, in the order of the others."""
    kept = tuple(1 if d in dims else n for d, n in enumerate(x.shape))
    steps = [0 if d in dims else step for d, step in enumerate(contiguous_strides(kept))]
    # Converted before it is added: so ``bool`` counts, and a narrow kind does not overflow.
    numbers, result = store(kind, x._storage), store(kind, [0] * math.prod(kept))
    # In both kinds of dimensions from the fastest to the slowest: in `x`, and in the result.
    axes = [*zip(x.shape, x._stride, steps, strict=True)]
    summed = _axes(axes[d] for d in fastest_first(x.shape, [x._stride]) if d in dims)
    others = _axes(axes[d] for d in reversed(range(len(axes))) if d not in dims)
    (height, down, _), (width, across, to), *outer = [*(summed or [NONE]), *others, NONE, NONE]
    sizes, strides, goals = zip(*outer, strict=True)
    columns, places = positions((width,), (across,)), positions((width,), (to,))
    starts = zip(positions(sizes, strides, x._offset), positions(sizes, goals), strict=True)
    for start, first in starts:
        rows = [[numbers[p + q] for q in columns] for p in positions((height,), (down,), start)]
        for place, value in zip(places, _sum_rows(kind, width, rows, down, across), strict=True):
            # Dimensions slower than the rows are summed here, one block after the other.
            result[first + place] = kind.round(result[first + place] + value)
    return result


def matrix_product(kind: dtype, sizes: tuple[int, int, int], left: Row, right: Row) -> Storage:
    """For each row of the left matrix, the rows of the right one, weighted with it and added."""
    count, inner, width = sizes
    others, result = batched(right, width), store(kind, ())
    for i in range(count):
        weighted = zip(left[i * inner : (i + 1) * inner], others, strict=False)
        rows = [apply(kind, operator.mul, row, repeat(weight)) for weight, row in weighted]
        result.extend(total(kind, width, rows))
    return result
