"""Line numbers as text: `1-3,7`, as recorded files hold them."""

from __future__ import annotations

from collections.abc import Iterable


def to_ranges(numbers: Iterable[int]) -> str:
    """Line numbers, sorted and each once, with runs as `first-last`.

    >>> to_ranges([7, 1, 2, 3, 3])
    '1-3,7'
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def from_ranges(text: str) -> frozenset[int]:
    """The line numbers of `text`. Raises ValueError where it is no such text.

    >>> sorted(from_ranges("1-3,7"))
    [1, 2, 3, 7]
    """
    found: set[int] = set()
    for part in text.split(",") if text else ():
        first, dash, last = part.partition("-")
        span = range(int(first), int(last if dash else first) + 1)
        if not span:
            raise ValueError(f"{part} ends before it begins")
        found.update(span)
    return frozenset(found)
