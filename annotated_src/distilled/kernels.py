"""What happens to the numbers: loops over arrays, without tensors and without gradients.

*Kept from torch*: IEEE answers where Python raises (``1 / 0``, ``log(0)``); each
operation rounded to the kind of number it is stored in; the order in which ``sum`` adds,
with several partial sums side by side as in a vector register, since floating-point
addition depends on the order.

*Left out*: threads and vector instructions themselves. ``exp``, ``log``, ``tanh`` and
``pow`` are rounded from double precision, and torch's may differ in the last digit. A
matrix product adds from left to right, as torch's library does for a few terms; for more
terms its order depends on sizes and processor, and the last digit may differ.
"""

from __future__ import annotations

import functools
import math
import operator
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import repeat
from typing import Any

from .dtypes import Number, dtype, store
from .shapes import Sizes, contiguous_strides, fastest_first, positions

NAN, INF = math.nan, math.inf
Function = Callable[..., Number]


def _divide_by_zero(a: float, b: float) -> float:
    return NAN if a == 0 or a != a else math.copysign(INF, a) * math.copysign(1, b)


def _power_error(base: float, exponent: float) -> float:
    if base == 0 or (abs(base) > 0 and exponent == int(exponent)):  # a pole, or too large
        return math.copysign(INF, base) if exponent % 2 == 1 else INF
    return INF if base > 0 else NAN


def integer_power(base: int, exponent: int) -> int:
    """A power of integers: where the result would be a fraction, 0."""
    if exponent >= 0:
        return int(base**exponent)
    return {1: 1, -1: 1 - 2 * (exponent % 2)}.get(base, 0)


# What the processor answers where a function of Python's raises an error.
IEEE: dict[Function, Function] = {
    operator.truediv: _divide_by_zero,
    math.pow: _power_error,
    math.exp: lambda x: INF,
    math.log: lambda x: -INF if x == 0 else NAN,
    math.sqrt: lambda x: NAN,
}


def relu(x: Number) -> Number:
    """The larger of a number and 0; NaN stays."""
    return 0 if x < 0 else x


def apply(kind: dtype, function: Function, *columns: Iterable[Number]) -> array[Any]:
    """One result for each row of operands, stored as numbers of a kind.

    >>> import operator
    >>> from annotated_src.distilled.dtypes import float64
    >>> apply(float64, operator.truediv, [1.0, -1.0], [4.0, 0.0])
    array('d', [0.25, -inf])
    """
    try:
        if kind.is_floating_point:
            return array(kind.code, map(function, *columns))
        return store(kind, map(function, *columns))
    except (ArithmeticError, ValueError):
        return store(kind, [_guarded(function, row) for row in zip(*columns, strict=False)])


def _guarded(function: Function, row: tuple[Number, ...]) -> Number:
    try:
        return function(*row)
    except (ArithmeticError, ValueError):
        return IEEE[function](*row)


def _add(kind: dtype, a: Iterable[Number], b: Iterable[Number]) -> array[Any]:
    return apply(kind, operator.add, a, b)


def _cascade(kind: dtype, rows: Sequence[array[Any]], width: int) -> array[Any]:
    """Add rows one to the next, and after each 16 start a new sum (and so on, four levels)."""
    levels = [store(kind, [0] * width) for _ in range(4)]
    power = max(4, (len(rows) - 1).bit_length() // 4)
    done, step = 0, 1 << power
    while done + step <= len(rows):
        levels[0] = functools.reduce(functools.partial(_add, kind), rows[done:][:step], levels[0])
        done += step
        for level in range(1, 4):
            levels[level] = _add(kind, levels[level], levels[level - 1])
            levels[level - 1] = store(kind, [0] * width)
            if done & ((step - 1) << (level * power)):
                break
    return functools.reduce(functools.partial(_add, kind), [*rows[done:], *levels[1:]], levels[0])


def _four_sums(kind: dtype, values: array[Any], lanes: int) -> array[Any]:
    """Add groups of ``lanes`` numbers in four sums at a time, which are then added."""
    groups = [values[i : i + lanes] for i in range(0, len(values), lanes)]
    wide = [values[i : i + 4 * lanes] for i in range(0, len(groups) // 4 * 4 * lanes, 4 * lanes)]
    four = _cascade(kind, wide, 4 * lanes)
    first, *others = (four[i : i + lanes] for i in range(0, 4 * lanes, lanes))
    return functools.reduce(
        functools.partial(_add, kind), [*groups[4 * len(wide) :], *others], first
    )


def _sum_block(kind: dtype, columns: list[array[Any]], steps: Sizes) -> list[float]:
    """The sum of each column, added in the order that torch chooses.

    ``steps`` are the distances in memory from one row, and from one column, to the next.
    """
    lanes, count, rows = 32 // kind.itemsize, len(columns), len(columns[0]) if columns else 0
    if steps[0] == 1 and rows >= lanes:  # a column lies in one piece
        whole = rows // lanes * lanes
        parts = [[*x[whole:], *_four_sums(kind, x[:whole], lanes)] for x in columns]
        singles = [[store(kind, [value]) for value in part] for part in parts]
        return [functools.reduce(functools.partial(_add, kind), x)[0] for x in singles]
    group = 4 * lanes if steps[1] == 1 and count >= lanes else 4
    together = 0 if steps[0] < steps[1] and group == 4 else count // group * group
    beside = [array(kind.code, row) for row in zip(*columns[:together], strict=True)]
    alone = [_four_sums(kind, column, 1)[0] for column in columns[together:]]
    return [*_cascade(kind, beside, together), *alone]


def sum_over(
    kind: dtype, numbers: array[Any], shape: Sizes, stride: Sizes, offset: int, dims: Sizes
) -> array[Any]:
    """Sums over some dimensions, in the order of the others.

    >>> from array import array
    >>> from annotated_src.distilled.dtypes import float32
    >>> sum_over(float32, array("f", range(6)), (2, 3), (3, 1), 0, (0,))
    array('f', [3.0, 5.0, 7.0])
    """
    kept = [d for d in range(len(shape)) if d not in dims]
    place = dict(zip(kept, contiguous_strides([shape[d] for d in kept]), strict=True))
    result = store(kind, [0]) * math.prod(shape[d] for d in kept)
    # Summed dimensions first, then the others; in each from the fastest to the slowest,
    # and neighbours joined where they follow each other in memory.
    axes: list[tuple[int, int, int]] = []
    for d in sorted(fastest_first(shape, [stride]), key=lambda d: d not in dims):
        size, step, goal = shape[d], stride[d], place.get(d, 0)
        if axes and (axes[-1][1] * axes[-1][0], axes[-1][2] * axes[-1][0]) == (step, goal):
            axes[-1] = (axes[-1][0] * size, *axes[-1][1:])
        elif size != 1:
            axes.append((size, step, goal))
    if not axes or axes[0][2]:  # nothing to sum
        axes.insert(0, (1, 0, 0))
    axes += [(1, 0, 0)] * (2 - len(axes))
    (rows, step, _), (count, next_step, next_goal), *outer = axes
    sizes, steps, goals = zip(*outer, strict=True) if outer else ((), (), ())
    starts = zip(positions(sizes, steps, offset), positions(sizes, goals, 0), strict=True)
    for start, goal in starts:
        columns = [
            array(kind.code, [numbers[p] for p in positions((rows,), (step,), first)])
            for first in positions((count,), (next_step,), start)
        ]
        sums = _sum_block(kind, columns, (step, next_step))
        for value, at in zip(sums, positions((count,), (next_goal,), goal), strict=True):
            result[at] = _add(kind, result[at : at + 1], [value])[0]
    return result


def matrix_product(
    kind: dtype, rows: Sequence[array[Any]], others: Sequence[array[Any]], width: int
) -> array[Any]:
    """Each row times a matrix, whose rows (of ``width`` numbers) are weighted and added."""
    result: array[Any] = array(kind.code)
    for row in rows:
        total = store(kind, [0] * width)
        for weight, other in zip(row, others, strict=True):
            total = _add(kind, total, apply(kind, operator.mul, other, repeat(weight)))
        result.extend(total)
    return result
