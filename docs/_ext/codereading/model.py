"""The words of the design as frozen dataclasses: what flows from source to page.

Lines are 1-based and spans include both ends, as in editors and tracebacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LEAD = "(lead)"
"""Stands for the pattern of a subject's lead paragraph, which needs none: it is
anchored on the subject's own signature."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Lines `first` to `last` of a file, both included."""

    first: int
    last: int

    def __contains__(self, line: int) -> bool:
        return self.first <= line <= self.last

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"

    @property
    def words(self) -> str:
        """`line 3` or `lines 3–5`, for prose."""
        return f"line {self}" if self.first == self.last else f"lines {self}"


def lines_of(count: int) -> str:
    """`1 line`, `2 lines`."""
    return f"{count} line" if count == 1 else f"{count} lines"


@dataclass(frozen=True, slots=True, order=True)
class SubjectRef:
    """Names a subject: the library's `file` (`pkg/a/b.py`) and the `name` inside it.

    `str()` gives `pkg.a.b:Class.method` for Python and `pkg/a/b.h:Class::method` for
    every other language.
    """

    file: str
    name: str

    def __str__(self) -> str:
        place = self.file
        if place.endswith(".py"):
            place = place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        return f"{place}:{self.name}"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement or clause of a subject.

    `head` is its text up to the body, comments left out and white space folded.
    `reach` is the first line of the comments and decorators directly above, `span` the
    lines from the head's first to the body's last, `head_last` the head's last line.
    """

    head: str
    kind: str
    reach: int
    span: Span
    head_last: int


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject found in the library's text, with all of its statements in order.

    `statements[0]` is the subject itself. `docstrings` are those of the subject
    and of the definitions inside it; `code_lines` are the lines that are neither blank nor
    comment nor docstring.
    """

    ref: SubjectRef
    span: Span
    statements: tuple[Statement, ...]
    docstrings: tuple[Span, ...]
    code_lines: frozenset[int]
    broken: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A note as written: heading at `file:line`, its `pattern` and its Markdown `text`.

    The pattern has to match `of` times, and the note stands on match number `nth`.
    `text_line` is the line of the note file on which `text` begins.
    """

    file: str
    line: int
    ref: SubjectRef
    pattern: str
    text: str
    text_line: int
    nth: int = 1
    of: int = 1
    folded: bool = False

    @property
    def label(self) -> str:
        """The pattern as it stands in the heading, `2 of 3` included; unique in a subject."""
        return f"{self.pattern} {self.nth} of {self.of}" if self.of > 1 else self.pattern

    @property
    def is_lead(self) -> bool:
        """Whether this is the paragraph under the subject's heading."""
        return self.pattern == LEAD


@dataclass(frozen=True, slots=True)
class Anchor:
    """A note's pattern resolved in the library's text.

    `span` are the lines that stand beside the note, `head_last` the last line of the
    head that the pattern matched, and `digest` the digest of the lines of `span`.
    """

    note: Note
    span: Span
    head_last: int
    digest: str


class State(StrEnum):
    """What became of a note's lines since a person last read them."""

    SAME = "same"
    MOVED = "moved"
    CHANGED = "changed"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"

    @property
    def holds(self) -> bool:
        """Whether the note may be shown: its lines are the ones that were read."""
        return self in (State.SAME, State.MOVED)


@dataclass(frozen=True, slots=True)
class Drift:
    """One note's state, with a sentence of detail; `anchor` is None where there is none."""

    note: Note
    state: State
    detail: str
    anchor: Anchor | None

    def __str__(self) -> str:
        note = self.note
        return (
            f"{note.file}:{note.line}: {note.ref}: {note.label}: {self.state.value}: {self.detail}"
        )


class LineKind(StrEnum):
    """What a line of source is, for counting and for folding."""

    CODE = "code"
    COMMENT = "comment"
    BLANK = "blank"
    DOCSTRING = "docstring"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the library's text, exactly as it stands in the file."""

    number: int
    text: str
    kind: LineKind


@dataclass(frozen=True, slots=True)
class Segment:
    """A note with the lines that it stands beside."""

    note: Note
    anchor: Anchor
    lines: tuple[Line, ...]

    @property
    def code_count(self) -> int:
        """How many of the lines are code."""
        return sum(line.kind is LineKind.CODE for line in self.lines)


@dataclass(frozen=True, slots=True)
class Page:
    """One subject ready to be shown: every line of it, in segments, in order."""

    ref: SubjectRef
    span: Span
    segments: tuple[Segment, ...]
    language: str

    @property
    def code_count(self) -> int:
        """How many lines of code the subject has."""
        return sum(segment.code_count for segment in self.segments)

    @property
    def folded_count(self) -> int:
        """How many of them are shown closed."""
        return sum(segment.code_count for segment in self.segments if segment.note.folded)
