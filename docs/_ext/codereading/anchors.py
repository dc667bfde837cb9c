"""From notes to anchors: each pattern resolved in the library's text, or what is wrong.

Nothing here guesses. A pattern that does not match as often as its heading says has no
anchor; a note whose neighbour has none keeps the extent that the lock remembers.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .model import LEAD, Anchor, Note, Span, State, Statement, Subject
from .patterns import matches, suggest_heads
from .problems import Problem
from .source import Source

Remembered = Callable[[Note], tuple[int, str] | None]
"""Gives the number of lines and the digest that the lock holds of a note, if any."""


@dataclass(frozen=True)
class Resolved:
    """What a subject's notes came to: an anchor, or the state and the reason for none."""

    subject: Subject | None
    anchors: dict[str, Anchor]
    lost: dict[str, tuple[State, str]]
    problems: tuple[Problem, ...]


def digest(lines: Iterable[str]) -> str:
    """The digest of source lines, dedented together: 16 hexadecimal digits.

    Of text, not of a syntax tree, whose dump differs between Python versions.

    >>> digest(["    a", "      b"]) == digest(["a", "  b"])
    True
    """
    text = list(lines)
    indents = [len(line) - len(line.lstrip()) for line in text if line.strip()]
    cut = min(indents, default=0)
    whole = "\n".join(line[cut:] if line.strip() else "" for line in text)
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def resolve(
    source: Source, subject: Subject, notes: Sequence[Note], remembered: Remembered
) -> Resolved:
    """Anchors for `notes`, all of one subject and in the order of the note file."""
    found: list[tuple[Note, Statement, int]] = []
    lost: dict[str, tuple[State, str]] = {}
    doubled: list[int] = []
    for note in notes:
        hits = _hits(note, subject)
        if len(hits) == note.of:
            statement = hits[note.nth - 1]
            own = statement is subject.statements[0]
            found.append((note, statement, subject.span.first if own else statement.reach))
        else:
            lost[note.label] = _why(note, hits, subject)
            doubled += [hit.reach for hit in hits] if len(hits) > note.of else []
    problems = _problems(subject, found)
    order = [note.label for note in notes]
    anchors: dict[str, Anchor] = {}
    starts = [first for _, _, first in found]
    for note, statement, first in found:
        later = [n for n in starts + doubled if n > first]
        last = max(first, min(later, default=subject.span.last + 1) - 1)
        known = remembered(note)
        following = order[order.index(note.label) + 1 :][:1]
        if known and following and following[0] in lost:
            # Where the next note begins is not known; what the lock remembers of this
            # one is still there, or it is not.
            kept = Span(first, min(first + known[0] - 1, subject.span.last))
            if digest(_text(source, kept)) == known[1]:
                last = kept.last
        span = Span(first, last)
        anchors[note.label] = Anchor(note, span, statement.head_last, digest(_text(source, span)))
    return Resolved(subject, anchors, lost, tuple(problems))


def _text(source: Source, span: Span) -> Sequence[str]:
    return source.lines[span.first - 1 : span.last]


def _hits(note: Note, subject: Subject) -> list[Statement]:
    if note.pattern == LEAD:
        return [subject.statements[0]]
    return [s for s in subject.statements if matches(note.pattern, s.head)]


def _why(note: Note, hits: list[Statement], subject: Subject) -> tuple[State, str]:
    wanted = "once" if note.of == 1 else f"{note.of} times"
    if len(hits) > note.of:
        lines = ", ".join(str(hit.span.first) for hit in hits)
        return (
            State.AMBIGUOUS,
            f"matches {len(hits)} times, not {wanted}, at lines {lines} of {subject.ref.file}"
            f"; write more of the head, or `n of {len(hits)}` behind it",
        )
    count = f"matches {len(hits)} times, not {wanted}" if hits else "matches nothing"
    hint = "" if hits else suggest_heads(note.pattern, (s.head for s in subject.statements))
    where = f"{subject.ref.file}:{subject.span.first}"
    return State.MISSING, f"{count} in {where}" + (f"; {hint}" if hint else "")


def _problems(subject: Subject, found: list[tuple[Note, Statement, int]]) -> list[Problem]:
    problems = []
    if subject.broken:
        line = subject.broken[0]
        problems.append(
            Problem(subject.ref.file, line, f"does not parse inside `{subject.ref.name}`")
        )
    for (before, _, first), (note, _, second) in itertools.pairwise(found):
        if second == first:
            text = f"stands on line {second} of {subject.ref.file}"
            text += f", as the note of line {before.line} does"
            problems.append(Problem(note.file, note.line, text, "one statement has one note"))
        elif second < first:
            text = (
                f"stands on line {second} of {subject.ref.file}, above line {first} "
                f"of the note before it (line {before.line})"
            )
            problems.append(
                Problem(note.file, note.line, text, "notes stand in the order of their lines")
            )
    return problems
