"""What happens to the numbers: loops over storages, without tensors and without gradients.

*Kept from torch*: IEEE answers where Python raises (``1 / 0``, ``log(0)``); each operation
rounded to the kind of number it is stored in; the order in which ``sum`` adds, with several
partial sums side by side as in a vector register, since the last digit depends on it.

*Left out*: threads and vector instructions themselves. ``exp``, ``log``, ``tanh`` and ``pow``
are rounded from double precision, and torch's may differ in the last digit. A matrix product
adds from left to right, as torch's library does for a few terms; for more terms its order
depends on sizes and processor, and the last digit may differ.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce
from itertools import repeat
from typing import Any

from .shapes import Sizes, contiguous_strides, fastest_first, positions
from .storage import Number, Storage, dtype, store

NAN, INF = math.nan, math.inf
Function = Callable[..., Number]
Row = Sequence[Number]


def _divide_by_zero(a: float, b: float) -> float:
    return NAN if a == 0 or a != a else math.copysign(INF, a) * math.copysign(1, b)


def _power_error(base: float, exponent: float) -> float:
    if base == 0 or (abs(base) > 0 and exponent == int(exponent)):  # a pole, or too large
        return math.copysign(INF, base) if exponent % 2 == 1 else INF
    return INF if base > 0 else NAN


# What the processor answers where a function of Python's raises an error.
IEEE: dict[Function, Function] = {
    operator.truediv: _divide_by_zero,
    math.pow: _power_error,
    math.exp: lambda x: INF,
    math.log: lambda x: -INF if x == 0 else NAN,
    math.sqrt: lambda x: NAN,
}


def integer_power(base: int, exponent: int) -> int:
    """A power of integers: where the result would be a fraction, 0."""
    negative = {1: 1, -1: 1 - 2 * (exponent % 2)}.get(base, 0)
    return base**exponent if exponent >= 0 else negative  # type: ignore[no-any-return]


def apply(kind: dtype, function: Function, *columns: Iterable[Number]) -> Storage:
    """One result for each row of operands, stored as numbers of a kind.

    >>> import operator
    >>> from annotated_src.distilled.storage import float64
    >>> list(apply(float64, operator.truediv, [1.0, -1.0], [4.0, 0.0]))
    [0.25, -inf]
    """
    try:
        return store(kind, map(function, *columns))
    except (ArithmeticError, ValueError):
        return store(kind, map(partial(_guarded, function), *columns))


def _guarded(function: Function, *row: Number) -> Number:
    try:
        return function(*row)
    except (ArithmeticError, ValueError):
        return IEEE[function](*row)


def total(kind: dtype, rows: Iterable[Row]) -> Row:
    """The sum of rows, one after the other, each sum rounded."""
    return reduce(partial(apply, kind, operator.add), rows)


def _cascade(kind: dtype, rows: Sequence[Row], width: int) -> Row:
    """Add rows one to the next, and after each 16 start a new sum (and so on, four levels)."""
    levels: list[Row] = [[0] * width] * 4
    power = max(4, (len(rows) - 1).bit_length() // 4)
    done, step = 0, 1 << power
    while done + step <= len(rows):
        levels[0] = total(kind, [levels[0], *rows[done:][:step]])
        done += step
        for level in range(1, 4):
            levels[level] = total(kind, [levels[level], levels[level - 1]])
            levels[level - 1] = [0] * width
            if done & ((step - 1) << (level * power)):
                break
    return total(kind, [levels[0], *rows[done:], *levels[1:]])


def _four_sums(kind: dtype, values: Row, lanes: int) -> Row:
    """Add groups of ``lanes`` numbers in four sums at a time, which are then added."""
    groups = [values[i : i + lanes] for i in range(0, len(values), lanes)]
    wide = [values[i : i + 4 * lanes] for i in range(0, len(groups) // 4 * 4 * lanes, 4 * lanes)]
    four = _cascade(kind, wide, 4 * lanes)
    first, *others = (four[i : i + lanes] for i in range(0, 4 * lanes, lanes))
    return total(kind, [first, *groups[4 * len(wide) :], *others])


def _sum_columns(kind: dtype, columns: list[Row], steps: Sizes) -> list[Number]:
    """The sum of each column, added in the order that torch chooses.

    ``steps`` are the distances in memory from one row, and from one column, to the next.
    """
    lanes, count, rows = 32 // kind.itemsize, len(columns), len(columns[0]) if columns else 0
    if steps[0] == 1 and rows >= lanes:  # a column lies in one piece
        whole = rows // lanes * lanes
        parts = [[*x[whole:], *_four_sums(kind, x[:whole], lanes)] for x in columns]
        return [total(kind, [[value] for value in part])[0] for part in parts]
    group = 4 * lanes if steps[1] == 1 and count >= lanes else 4
    together = 0 if steps[0] < steps[1] and group == 4 else count // group * group
    beside = [*zip(*columns[:together], strict=True)]
    alone = [_four_sums(kind, column, 1)[0] for column in columns[together:]]
    return [*_cascade(kind, beside, together), *alone]


def sum_over(kind: dtype, x: Any, dims: Sizes) -> Storage:
    """Sums of a tensor's numbers over some dimensions, in the order of the others."""
    kept = [d for d in range(len(x.shape)) if d not in dims]
    goal = dict(zip(kept, contiguous_strides(tuple(x.shape[d] for d in kept)), strict=True))
    numbers = store(kind, x._storage)
    result = store(kind, [0] * math.prod(x.shape[d] for d in kept))
    # Summed dimensions first, then the others; in each from the fastest to the slowest,
    # and neighbours joined where they follow each other in memory.
    axes: list[tuple[int, int, int]] = []
    for d in sorted(fastest_first(x.shape, [x._stride]), key=lambda d: d not in dims):
        axis = (x.shape[d], x._stride[d], goal.get(d, 0))
        if axes and all(axes[-1][0] * axes[-1][i] == axis[i] for i in (1, 2)):
            axes[-1] = (axes[-1][0] * axis[0], *axes[-1][1:])
        elif axis[0] != 1:
            axes.append(axis)
    if not axes or axes[0][2]:  # nothing to sum
        axes.insert(0, (1, 0, 0))
    axes += [(1, 0, 0)] * (2 - len(axes))
    (rows, step, _), (count, beside, at), *outer = axes
    shape, strides, goals = [*zip(*outer, strict=True)] or [(), (), ()]
    starts = zip(positions(shape, strides, x._offset), positions(shape, goals), strict=True)
    for start, first in starts:
        columns = [
            [numbers[p] for p in positions((rows,), (step,), place)]
            for place in positions((count,), (beside,), start)
        ]
        sums = _sum_columns(kind, columns, (step, beside))
        for value, place in zip(sums, positions((count,), (at,), first), strict=True):
            result[place] = total(kind, [result[place : place + 1], [value]])[0]
    return result


def matrix_product(kind: dtype, left: Row, right: Row, sizes: tuple[int, int, int]) -> Storage:
    """For each row of the left matrix, the rows of the right one, weighted with it and added."""
    (count, inner, width), result = sizes, store(kind, ())
    others = [right[i * width : (i + 1) * width] for i in range(inner)]
    for i in range(count):
        weighted = zip(left[i * inner : (i + 1) * inner], others, strict=True)
        rows = [apply(kind, operator.mul, row, repeat(weight)) for weight, row in weighted]
        result.extend(total(kind, [store(kind, [0] * width), *rows]))
    return result
