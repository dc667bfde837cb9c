"""Ids in the page come from the content, never from the order, so that links stay alive."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from ..model import Note, SubjectRef

CODE_VIEW = "code."
"""In front of an id: the same place in the view that shows just the code."""


def subject_id(ref: SubjectRef) -> str:
    """The id of a subject: its name, with what an address cannot hold as a hyphen."""
    return re.sub(r"[^A-Za-z0-9_.]+", "-", ref.name).strip("-")


def line_id(file: str, number: int) -> str:
    """The id of a line: file and number."""
    return f"{file.removesuffix('.py').replace('/', '.')}-L{number}"


def note_ids(notes: Sequence[Note]) -> dict[str, str]:
    """The ids of a subject's notes by label: its pattern's words, behind the subject's id.

    Patterns with the same words get a few digits of the pattern's digest as well.
    """
    slugs: dict[str, str] = {}
    for note in notes:
        words = re.findall(r"\w+", note.pattern)
        slug = "-".join(words)
        while len(slug) > 48 and len(words) > 1:
            words.pop()
            slug = "-".join(words)
        nth = f"-{note.nth}of{note.of}" if note.of > 1 else ""
        slugs[note.label] = (slug or "note") + nth
    taken = list(slugs.values())
    return {
        label: f"{subject_id(notes[0].ref)}-{slug}"
        + (f"-{hashlib.sha256(label.encode()).hexdigest()[:6]}" if taken.count(slug) > 1 else "")
        for label, slug in slugs.items()
    }
