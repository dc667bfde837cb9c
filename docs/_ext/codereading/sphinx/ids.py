"""Ids in the page come from the content, never from the order, so that links stay alive."""

from __future__ import annotations

import hashlib
import re

from ..model import Note, SubjectRef

CODE_VIEW = "code."
"""In front of an id: the same place in the view that shows just the code."""


def subject_id(ref: SubjectRef) -> str:
    """The id of a subject: its name, with what an address cannot hold as a hyphen.

    A name of one part gets its file's name in front: a heading may read just like it.
    """
    name = ref.name
    if "." not in name and "::" not in name:
        name = f"{ref.file.rpartition('/')[2].partition('.')[0]}.{name}"
    return re.sub(r"[^A-Za-z0-9_.]+", "-", name).strip("-")


def line_id(file: str, number: int) -> str:
    """The id of a line: file and number."""
    return f"{file.removesuffix('.py').replace('/', '.')}-L{number}"


def note_id(note: Note) -> str:
    """The id of a note: its pattern's words, and four digits of the pattern's digest.

    The digits are always there. Were they left out where the words alone suffice, a new
    note with the same words would take away the address of an old one.
    """
    if note.is_lead:
        return f"{subject_id(note.ref)}-lead"
    words = re.findall(r"\w+", note.pattern) or ["note"]
    while len("-".join(words)) > 48 and len(words) > 1:
        words.pop()
    nth = [f"{note.nth}of{note.of}"] if note.of > 1 else []
    digits = hashlib.sha256(note.pattern.encode()).hexdigest()[:4]
    return "-".join([subject_id(note.ref), *words, *nth, digits])
