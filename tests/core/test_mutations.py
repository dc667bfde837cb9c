"""Every note on the real library, by mutation: what changes in torch is what is reported.

The library's text is changed in memory; nothing is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest

from codereading.lock import key_of
from codereading.model import Drift, LineKind, Note, Segment, Span, State, SubjectRef
from codereading.project import load_project
from codereading.reading import Reading, join, read
from codereading.source import Source
from tests.paths import ROOT

pytestmark = pytest.mark.real


@cache
def reading() -> Reading:
    return read(load_project(ROOT))


def reading_of(file: str, lines: Sequence[str], only: Note | None = None) -> Reading:
    """The reading of the notes on `file`, were its text `lines`.

    With `only` the notes of that note's subject alone, which takes much less time.
    """
    whole = reading()
    library = replace(whole.library)
    source = whole.library.source(file)
    library._sources[file] = Source(file, "\n".join(lines) + "\n", source.language)
    notes = [f for f in whole.files if f.library_file == file]
    if only:
        notes = [replace(f, notes=tuple(n for n in f.notes if n.ref == only.ref)) for f in notes]
    # Entries of other notes would each be reported as standing behind none.
    known = {key_of(note) for noted in notes for note in noted.notes}
    entries = {k: entry for k, entry in whole.lock.entries.items() if k in known}
    return join(whole.project, library, replace(whole.lock, entries=entries), notes)


def drift(
    file: str, lines: Sequence[str], only: Note | None = None
) -> dict[tuple[str, str], Drift]:
    """The states of the notes on `file`, were its text `lines`."""
    return {(d.note.ref.name, d.note.label): d for d in reading_of(file, lines, only).drift}


def states(found: dict[tuple[str, str], Drift]) -> dict[tuple[str, str], State]:
    return {key: d.state for key, d in found.items()}


def key(note: Note) -> tuple[str, str]:
    return note.ref.name, note.label


def text(file: str) -> list[str]:
    return list(reading().library.source(file).lines)


@cache
def around(ref: SubjectRef) -> tuple[str, ...]:
    """The file's lines, blank where they are neither the subject's nor around it.

    Every line keeps its number; a file that is mostly blank is parsed in no time.
    """
    source = reading().library.source(ref.file)
    if not ref.file.endswith(".py") or " of " in ref.name:
        return source.lines
    kept = {ref.name: source.subject(ref.name).span}
    parts = ref.name.split(".")
    for outer in (".".join(parts[:count]) for count in range(1, len(parts))):
        head = source.subject(outer).statements[0]
        kept[outer] = Span(head.span.first, head.head_last)
    return tuple(
        line if any(number in span for span in kept.values()) else ""
        for number, line in enumerate(source.lines, 1)
    )


def segments() -> list[Segment]:
    whole = reading()
    return [segment for ref in whole.subjects for segment in whole.page(ref).segments]


def name(segment: Segment) -> str:
    return f"{segment.note.ref.name}: {segment.note.label}"


SEGMENTS = segments()
FILES = sorted({segment.note.ref.file for segment in SEGMENTS})
LEADS = [segment for segment in SEGMENTS if segment.note.is_lead]
by_segment = pytest.mark.parametrize("segment", SEGMENTS, ids=name)


def changed_by(segment: Segment) -> str:
    """A comment, which changes a line and no statement."""
    return "  // changed" if segment.note.ref.file.endswith(".h") else "  # changed"


def test_every_note_holds() -> None:
    whole = reading()
    assert not whole.problems
    assert {d.state for d in whole.drift} == {State.SAME}


@by_segment
def test_a_changed_line_is_reported_by_the_one_note_beside_it(segment: Segment) -> None:
    lines = [line for line in segment.lines if line.kind is not LineKind.BLANK]
    changed = list(around(segment.note.ref))
    line = lines[len(lines) // 2]
    changed[line.number - 1] += changed_by(segment)
    found = states(drift(segment.note.ref.file, changed, segment.note))
    assert found.pop(key(segment.note)) is State.CHANGED, line
    assert set(found.values()) <= {State.SAME}, line


@pytest.mark.parametrize("segment", LEADS, ids=name)
def test_a_change_is_reported_by_no_other_subject(segment: Segment) -> None:
    changed = text(segment.note.ref.file)
    changed[segment.anchor.head_last - 1] += changed_by(segment)
    found = reading_of(segment.note.ref.file, changed).drift
    holders = [d.note.ref for d in found if d.state is State.CHANGED]
    # A class shows the lines of its methods too, where both are subjects.
    assert segment.note.ref in holders
    assert len(holders) <= 2
    assert all(d.state.holds or d.state is State.CHANGED for d in found)


LONGER = [s for s in SEGMENTS if s.lines[-1].number > s.anchor.head_last]


@pytest.mark.parametrize("segment", LONGER, ids=name)
def test_a_line_put_into_a_segment_is_reported_by_its_note(segment: Segment) -> None:
    changed = list(around(segment.note.ref))
    changed.insert(segment.anchor.head_last, "")
    found = states(drift(segment.note.ref.file, changed, segment.note))
    assert found.pop(key(segment.note)) is State.CHANGED
    assert set(found.values()) <= {State.SAME, State.MOVED}


@pytest.mark.parametrize("file", FILES)
def test_lines_above_only_move(file: str) -> None:
    found = drift(file, ["# one", "# two", *text(file)])
    assert set(states(found).values()) == {State.MOVED}
    for moved in found.values():
        assert moved.anchor
        before = reading().anchor(moved.note)
        assert before
        assert moved.anchor.span.first == before.span.first + 2


def statement_span(segment: Segment) -> tuple[int, int]:
    """The lines of the noted statement with its body, comments above left out."""
    resolved = reading().resolved[segment.note.ref]
    assert resolved.subject
    first = next(
        s
        for s in resolved.subject.statements
        if s.head_last == segment.anchor.head_last and s.span.last >= segment.anchor.head_last
    )
    return first.span.first, first.span.last


@by_segment
def test_a_deleted_statement_is_missing(segment: Segment) -> None:
    note = segment.note
    first, last = statement_span(segment)
    changed = list(around(note.ref))
    # A body must not be empty: `pass` keeps what is around it readable.
    indent = changed[first - 1][: len(changed[first - 1]) - len(changed[first - 1].lstrip())]
    clause = changed[first - 1].lstrip().startswith(("else", "elif", "except", "finally"))
    filler = [] if clause or note.ref.file.endswith(".h") else [indent + "pass"]
    if changed[first - 1].lstrip().startswith("}"):
        filler = [indent + "}"]  # `} else {` also ends what is before it
    changed[first - 1 : last] = filler
    found = drift(note.ref.file, changed, note)
    if note.is_lead:
        # Of an overloaded name another definition is left, and that is not the one read.
        assert not found[key(note)].state.holds
        return
    assert found[key(note)].state is State.MISSING
    for other in found.values():
        anchor = reading().anchor(other.note)
        assert anchor
        inside = other.note.ref == note.ref and first <= anchor.head_last <= last
        # A pattern that has to match `m` times misses one of them at every place.
        if other.state is State.MISSING:
            assert inside or other.note.of > 1, other
        elif not inside and other.note.ref != note.ref:
            assert other.state.holds, other


@by_segment
def test_a_doubled_statement_is_ambiguous(segment: Segment) -> None:
    note = segment.note
    first, last = statement_span(segment)
    changed = list(around(note.ref))
    changed[last:last] = changed[first - 1 : last]
    again = reading_of(note.ref.file, changed, note)
    state = next(d.state for d in again.drift if key(d.note) == key(note))
    if note.is_lead:
        # The last of several definitions is the real one, and it reads the same.
        # `n of m` definitions are then too many.
        assert state in (State.MOVED, State.MISSING)
    elif note.pattern.startswith(("else", "finally")):
        # Two of these behind one statement are no Python and no C++.
        assert again.failures()
    else:
        assert state is State.AMBIGUOUS
