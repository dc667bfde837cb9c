"""Patterns: the head of a statement as a writer sees it, `…` for any part left out."""

from __future__ import annotations

from collections.abc import Iterable

from .problems import nearest
from .statements import fold

GAP = "…"


def matches(pattern: str, head: str) -> bool:
    """Whether `pattern` describes the whole of `head` (white space folded on both sides).

    The pieces between gaps are searched from the left, which finds a match whenever
    there is one and takes time linear in the number of pieces.

    >>> matches("for … in range(…):", "for i in range(0, n):")
    True
    >>> matches("for … in range(…)", "for i in range(0, n):")
    False
    >>> matches("return …", "returned = True")
    False
    """
    first, *rest = fold(pattern).split(GAP)
    if not rest:
        return first == head
    *middle, last = rest
    if not head.startswith(first):
        return False
    at = len(first)
    for piece in middle:
        found = head.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(head) - len(last) >= at and head.endswith(last)


def suggest_heads(pattern: str, heads: Iterable[str], width: int = 72) -> str:
    """A hint with the heads nearest to `pattern`, shortened to patterns that would match."""
    pool = list(dict.fromkeys(heads))
    if "..." in pattern and any(matches(pattern.replace("...", GAP), head) for head in pool):
        return f"write {GAP} (U+2026) for text that is left out"
    if any(matches(pattern + ":", head) for head in pool):
        return f"did you mean `{pattern}:`?"
    short = {shorten(head, width): head for head in reversed(pool)}
    # Compare like with like: a long head against a pattern with gaps never looks near.
    by_look = {head[: max(len(pattern), 12)]: head for head in reversed(pool)}
    near = [by_look[look] for look in nearest(pattern.replace(GAP, ""), by_look, 2)]
    found = list(dict.fromkeys([*near, *(short[s] for s in nearest(pattern, short, 2))]))[:3]
    return f"did you mean {' or '.join(f'`{shorten(h, width)}`' for h in found)}?" if found else ""


def shorten(head: str, width: int = 72) -> str:
    """A pattern of at most about `width` characters that matches `head`."""
    if len(head) <= width:
        return head
    end = head[-1] if head[-1] in ":;)]}" else ""
    return head[: width - 1 - len(end)].rstrip() + GAP + end
