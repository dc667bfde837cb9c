"""Which pages are to be read again: those that show a note or a line that changed.

Not every page that uses a note file: the notes on a long file of the library are shown on
many pages, and a writer who edits one of them wants to see it soon.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import cast

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from ..problems import ReadingError
from ..reading import Reading
from .domain import NAME, CodeReadingDomain
from .loading import reading_of


def fingerprint(reading: Reading, subject: str, labels: Collection[str]) -> str:
    """The digest of what a page shows of `subject`: notes, lines and their addresses."""
    try:
        notes = reading.notes_of(reading.subject(subject))
    except ReadingError:
        return ""
    shown = [
        (note.label, note.text, reading.anchor(note)) for note in notes if note.label in labels
    ]
    facts = [
        (label, text, anchor.digest, anchor.span.first) if anchor else (label, text)
        for label, text, anchor in shown
    ]
    edition = (reading.library.release, reading.library.commit, reading.project.source_url)
    return hashlib.sha256(repr((facts, edition)).encode()).hexdigest()


def setup_outdated(app: Sphinx) -> None:
    """Say which pages are outdated, besides those whose own text changed."""
    app.connect("env-get-outdated", _outdated)


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    reading = reading_of(app)
    domain = cast(CodeReadingDomain, env.get_domain(NAME))
    return [
        docname
        for docname, shown in domain.shown.items()
        if docname not in removed
        and any(fingerprint(reading, ref, labels) != digest for ref, labels, digest in shown)
    ]
