"""How much a reader has to take in at once, for every subject of the site."""

from __future__ import annotations

import pytest

from codereading.model import Page
from codereading.project import load_project
from codereading.reading import read
from tests.paths import ROOT

pytestmark = pytest.mark.real

READING = read(load_project(ROOT))
PAGES = [READING.page(ref) for ref in READING.subjects]
SHORT = 60
MOST_WORDS = 100  # in one note, its snippets left out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.ref))
def test_segments_are_short_and_little_is_folded(page: Page) -> None:
    short = page.code_count <= SHORT
    most = 8 if short else 10
    long = [
        f"{s.note.file}:{s.note.line}: {s.code_count} code lines"
        for s in page.segments
        # A statement's head cannot be split, however many lines it takes.
        if s.code_count > max(most, s.anchor.head_last - s.anchor.span.first + 1)
        and not s.note.folded
    ]
    assert not long
    assert page.folded_count <= (0 if short else page.code_count / 5)


def test_the_whole_of_the_call_is_read_in_short_segments() -> None:
    ref = READING.subject("Module._call_impl")
    subject = READING.resolved[ref].subject
    assert subject
    assert len(subject.statements) == 88  # the definition itself, and 87 in it
    assert len(subject.span) == 133
    assert max(s.code_count for s in READING.page(ref).segments) <= 8
    assert not any(note.folded for note in READING.notes_of(ref))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.ref))
def test_notes_stay_beside_their_lines(page: Page) -> None:
    for segment in page.segments:
        prose = "".join(segment.note.text.split("```")[::2])
        assert len(prose.split()) <= MOST_WORDS, f"{segment.note.file}:{segment.note.line}"
