"""Source of one's own, whose comments and docstrings are its notes.

What a writer would otherwise put into a note file stands in the source already: each
docstring, and each comment that has lines to itself, is the note on the code below it.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .anchors import digest
from .model import LEAD, Anchor, LineKind, Note, Page, Segment, Span, Subject, SubjectRef
from .problems import fail
from .source import Source

_PROMPT = re.compile(r"^\s*>>> ")


@dataclass(frozen=True)
class _Piece:
    """A comment or docstring in lines `span`, and the first line of the code it is about."""

    span: Span
    text: str
    begins: int


def comment_page(source: Source, name: str = "") -> Page:
    """`source`, or the part of it called `name`, with its comments as notes.

    Raises ReadingError for an unknown name, and where there is neither comment nor docstring.
    """
    whole = Span(1, len(source.lines))
    subject = source.subject(name) if name else None
    span = subject.span if subject else whole
    pieces = sorted(_pieces(source, span, subject), key=lambda piece: piece.span)
    if not pieces:
        raise fail(source.file, span.first, "has no comment and no docstring to show as a note")
    # In full: on a page it may stand beside a subject of the library with the same name.
    module = source.file.rpartition(".")[0].replace("/", ".")
    ref = SubjectRef(source.file, f"{module}.{name}".rstrip("."))
    segments = list(_segments(source, ref, span, pieces))
    return Page(ref, span, tuple(_numbered(segments)), source.language.name)


def _pieces(source: Source, span: Span, subject: Subject | None) -> Iterator[_Piece]:
    docstrings = subject.docstrings if subject else source.docstrings
    for docstring in docstrings:
        if docstring.first in span:
            yield _Piece(docstring, _docstring(source, docstring), _head(source, docstring))
    number = span.first
    while number <= span.last:
        last = number
        while last <= span.last and source.kind(last, docstrings) is LineKind.COMMENT:
            last += 1
        if last > number:
            lines = [source.lines[n - 1].strip() for n in range(number, last)]
            text = "\n".join(line.lstrip("#").removeprefix(" ") for line in lines)
            yield _Piece(Span(number, last - 1), text, last)
        number = max(last, number + 1)


def _head(source: Source, docstring: Span) -> int:
    """The first line of the definition that a docstring belongs to, its decorators included."""
    definitions = source.language.definitions
    around = [s for s in source.statements if s.kind in definitions and docstring.first in s.span]
    return around[-1].span.first if around else docstring.last + 1


def _docstring(source: Source, span: Span) -> str:
    """A docstring as Markdown: its snippets become fenced blocks."""
    text = "\n".join(source.lines[span.first - 1 : span.last]).strip()
    quote = '"""' if '"""' in text[:4] else "'''"
    body = text[text.index(quote) + 3 : text.rindex(quote)]
    first, _, rest = body.partition("\n")
    lines = f"{first.strip()}\n{textwrap.dedent(rest)}".strip("\n").split("\n")
    found: list[str] = []
    inside = False
    for line in lines:
        if _PROMPT.match(line) and not inside:
            found.append("```python")
            inside = True
        elif inside and not line.strip():
            found.append("```")
            inside = False
        found.append(line)
    return "\n".join([*found, *["```"] * inside])


def _segments(
    source: Source, ref: SubjectRef, span: Span, pieces: list[_Piece]
) -> Iterator[Segment]:
    """Each piece with the code from its beginning to that of the next."""
    hidden = {n for piece in pieces for n in range(piece.span.first, piece.span.last + 1)}
    begins = [min(piece.begins, piece.span.first) for piece in pieces]
    begins[0] = span.first
    texts: list[str] = []
    for number, piece in enumerate(pieces):
        end = begins[number + 1] - 1 if number + 1 < len(pieces) else span.last
        texts.append(piece.text)
        shown = [
            n
            for n in range(begins[number], end + 1)
            # A blank line below a docstring set that apart, and nothing else.
            if n not in hidden and (source.lines[n - 1].strip() or n - 1 not in hidden)
        ]
        while shown and not source.lines[shown[0] - 1].strip():
            shown.pop(0)
        while shown and not source.lines[shown[-1] - 1].strip():
            shown.pop()
        lines = tuple(line for n in shown for line in source.shown(Span(n, n), ()))
        whole = number == 0 and piece.begins > piece.span.last
        if not lines and not whole and number + 1 < len(pieces):
            continue  # a comment above a docstring: both are about the same lines
        text = "\n\n".join(texts)
        texts = []
        pattern = lines[0].text.strip() if lines else LEAD
        note = Note(source.file, piece.span.first, ref, pattern, text, piece.span.first)
        first, last = (lines[0].number, lines[-1].number) if lines else (span.first, span.first)
        found = digest([line.text for line in lines])
        yield Segment(note, Anchor(note, Span(first, last), first, found), lines)


def _numbered(segments: list[Segment]) -> Iterator[Segment]:
    """The segments with notes whose labels differ."""
    counts = Counter(segment.note.pattern for segment in segments)
    seen: Counter[str] = Counter()
    for segment in segments:
        pattern = segment.note.pattern
        seen[pattern] += 1
        note = replace(segment.note, nth=seen[pattern], of=counts[pattern])
        yield replace(segment, note=note, anchor=replace(segment.anchor, note=note))
