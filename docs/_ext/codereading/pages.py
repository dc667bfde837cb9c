"""From anchors to pages: every line of a subject beside exactly one note."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

from .model import Anchor, Page, Segment, Subject
from .source import Source


def weave(source: Source, subject: Subject, anchors: Sequence[Anchor]) -> Page:
    """The page of `subject`; `anchors` are those of all of its notes, in order.

    The segments' lines follow each other without a gap from the subject's first line to
    its last: the first anchor is the lead's, and each segment ends where the next begins.
    """
    segments = tuple(
        Segment(anchor.note, anchor, source.shown(anchor.span, subject.docstrings))
        for anchor in anchors
    )
    return Page(subject.ref, subject.span, segments, source.language.name)


def part(page: Page, labels: Container[str]) -> Page:
    """`page` with the segments of some notes only, those whose label is in `labels`."""
    return replace(page, segments=tuple(s for s in page.segments if s.note.label in labels))
