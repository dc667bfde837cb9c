"""What the command line prints: findings, tables, and a subject with its notes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from .model import Drift, LineKind, Page, Segment, lines_of
from .reading import Reading

_COLOURS = {
    "same": "green",
    "moved": "cyan",
    "changed": "red",
    "missing": "red",
    "ambiguous": "red",
}


def finding(drift: Drift) -> str:
    """One line for one note: `file:line: subject: pattern: state: detail`."""
    text = str(drift)
    state = drift.state.value
    plain, coloured = f": {state}: ", f": {click.style(state, fg=_COLOURS[state])}: "
    head, _, tail = text.rpartition(plain) if text.count(plain) > 1 else text.partition(plain)
    return head + coloured + tail


def as_json(drift: Drift) -> dict[str, str | int | None]:
    """The same finding as an object of `check --json`."""
    span = drift.anchor.span if drift.anchor else None
    return {
        "file": drift.note.file,
        "line": drift.note.line,
        "subject": str(drift.note.ref),
        "pattern": drift.note.label,
        "state": drift.state.value,
        "source_file": drift.note.ref.file,
        "first_line": span.first if span else None,
        "last_line": span.last if span else None,
    }


def statement(drift: Drift, reading: Reading) -> Iterator[str]:
    """The lines that an accepted note stands beside, numbered."""
    note = drift.note
    yield f"{note.file}:{note.line}: {note.ref}: {note.label}"
    if drift.anchor:
        lines = reading.library.source(note.ref.file).lines
        for number in range(drift.anchor.span.first, drift.anchor.span.last + 1):
            yield f"{number:6}  {lines[number - 1]}"


def table(reading: Reading) -> Iterator[str]:
    """Subjects with their notes, code lines, longest segment, share of lines folded, and how
    many of the lines that have code are run, by an example or by importing the library.
    """
    yield f"{'notes':>5} {'code':>5} {'longest':>7} {'folded':>6} {'run':>9}  subject"
    total_notes = total_code = total_ran = total_marked = 0
    for ref in reading.subjects:
        notes = reading.notes_of(ref)
        mine = [drift for drift in reading.drift if drift.note.ref == ref]
        if not all(drift.state.holds for drift in mine):
            yield f"{len(notes):5} {'-':>5} {'-':>7} {'-':>6} {'-':>9}  {ref} (does not hold)"
            continue
        page = reading.page(ref)
        longest = max(segment.code_count for segment in page.segments)
        share = 100 * page.folded_count / max(page.code_count, 1)
        marks = reading.marks(ref)
        ran = sum(mark.ran for mark in marks.values())
        run = f"{ran}/{len(marks)}" if marks else "-"
        yield f"{len(notes):5} {page.code_count:5} {longest:7} {share:5.0f}% {run:>9}  {ref}"
        total_ran += ran
        total_marked += len(marks)
        total_notes += len(notes)
        total_code += page.code_count
    count = f"in {len(reading.subjects)} subjects"
    yield f"{total_notes:5} {total_code:5} {'':7} {'':6} {'':9}  {count}"
    if total_marked:
        share = 100 * total_ran / total_marked
        yield f"{share:.1f} % of {total_marked} lines of code are run"


def page_text(page: Page, width: int) -> Iterator[str]:
    """A subject for reading in the terminal: each note under its lines."""
    yield click.style(f"{page.ref}  ({page.ref.file}, {page.span.words})", bold=True)
    for segment in page.segments:
        yield ""
        yield from _code(segment)
        yield ""
        for paragraph in segment.note.text.split("\n\n"):
            if paragraph.lstrip().startswith(("```", ">>>", "|", "-", "*")):
                yield textwrap.indent(paragraph, "    ")
            else:
                yield textwrap.fill(
                    " ".join(paragraph.split()),
                    width,
                    initial_indent="    ",
                    subsequent_indent="    ",
                )


def _code(segment: Segment) -> Iterator[str]:
    hidden = 0
    for line in segment.lines:
        if line.kind is LineKind.DOCSTRING or segment.note.folded:
            hidden += 1
            continue
        yield f"{line.number:6}  {line.text}".rstrip()
    if hidden:
        yield click.style(f"{'':6}  … {lines_of(hidden)} folded", dim=True)
