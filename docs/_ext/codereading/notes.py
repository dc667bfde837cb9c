"""Note files: plain Markdown whose headings say what each note stands on.

H1 names the library's file, H2 a subject, H3 a pattern, optionally followed by
`n of m` and by `folded`. Everything between two headings is the note's text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from markdown_it.token import Token

from .headings import Heading, read_headings
from .languages import SUFFIXES
from .model import LEAD, Note, SubjectRef
from .patterns import GAP
from .problems import Problem, ReadingError, fail, suggest
from .project import Project
from .source import Library, read_text
from .statements import fold

_TAIL = re.compile(r"(?:(?P<nth>\d+) of (?P<of>\d+))?\s*(?P<folded>folded)?")

_H1 = re.compile(r"^# +`?(?P<name>[^\s`]+)`?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class NoteFile:
    """One note file: the `file` as a writer types it, and its notes in order.

    `library_file` is the library's file that it reads.
    """

    file: str
    path: Path
    library_file: str
    notes: tuple[Note, ...]


def find_note_files(project: Project) -> list[Path]:
    """The note files of `project`, sorted. Raises ReadingError where the folder is missing."""
    folder = project.notes_dir / project.library
    if not folder.is_dir():
        hint = "see `notes` in pyproject.toml"
        raise fail(project.shown(folder), 0, "no such folder of notes", hint)
    return sorted(folder.rglob("*.md"))


def find_stray_files(project: Project, library: Library) -> list[Problem]:
    """A problem for every note file beside the library's folder, where nothing reads it."""
    home = project.notes_dir / project.library
    problems = []
    for folder, folders, names in os.walk(project.notes_dir):
        folders[:] = [f for f in folders if not f.startswith(".") and Path(folder, f) != home]
        for path in (Path(folder, name) for name in names if name.endswith(".md")):
            if not path.is_file():
                continue
            h1 = _H1.search(path.read_text(encoding="utf-8-sig", errors="replace"))
            # A writer may have left the library's own name out, in the path and in the H1.
            named = (h1["name"], f"{library.name}/{h1['name']}") if h1 else ()
            if file := next((f for f in named if _is_read(f, library)), ""):
                text = f"stands outside {project.shown(home)}"
                hint = _move(file, project) or f"its file has {_place(file, project)} already"
                problems.append(Problem(project.shown(path), 1, text, hint))
    return problems


def find_doubled_files(files: Iterable[NoteFile]) -> list[Problem]:
    """A problem for every note file whose library file is another's: `a.md` and `a.py.md`."""
    first: dict[str, str] = {}
    problems = []
    for note_file in files:
        read = note_file.library_file
        if read and first.setdefault(read, note_file.file) != note_file.file:
            text = f"a second note file on {read}"
            hint = f"move its notes to {first[read]}"
            problems.append(Problem(note_file.file, 1, text, hint))
    return problems


def read_note_file(
    path: Path, project: Project, library: Library | None = None
) -> tuple[NoteFile, list[Problem]]:
    """The notes of one file, and everything that is wrong with its form.

    Where `library` is known, a file in the wrong place is told the right one.
    """
    shown = project.shown(path)
    try:
        text = read_text(path, shown)
    except ReadingError as error:
        return NoteFile(shown, path, "", ()), list(error.problems)
    expected = path.relative_to(project.notes_dir).as_posix().removesuffix(".md")
    if not expected.endswith(SUFFIXES):
        expected += ".py"
    named = _H1.search(text)
    move = library and named and _is_read(named["name"], library) and _move(named["name"], project)
    return _Parser(shown, path, expected, text, move or f"write `# {expected}`").parse()


def _is_read(file: str, library: Library) -> bool:
    """Whether the library has a file that can stand in an H1 so."""
    inside = file.startswith(f"{library.name}/") and ".." not in file
    return inside and file.endswith(SUFFIXES) and (library.root / file).is_file()


def _place(file: str, project: Project) -> str:
    """Where the notes on a file of the library stand."""
    return project.shown(project.notes_dir / f"{file.removesuffix('.py')}.md")


def _move(file: str, project: Project) -> str:
    """The hint to move a note file to its place; empty where another is there already."""
    place = _place(file, project)
    return "" if (project.base / place).exists() else f"move it to {place}"


class _Parser:
    def __init__(self, shown: str, path: Path, expected: str, text: str, hint: str) -> None:
        self.file = shown
        self.path = path
        self.expected = expected
        self.hint = hint  # for an H1 that names another file
        self.lines = re.split(r"\r\n?|\n", text)  # as Markdown does
        self.problems: list[Problem] = []
        self.notes: list[Note] = []
        self.ref: SubjectRef | None = None
        self.seen: dict[str, int] = {}

    def parse(self) -> tuple[NoteFile, list[Problem]]:
        headings, self.problems = read_headings(self.lines, self.file)
        ends = [*(heading.first - 1 for heading in headings[1:]), len(self.lines)]
        if not headings:
            self._problem(1, "has no headings", f"begin with `# {self.expected}`")
        elif headings[0].level != 1:
            self._problem(1, "does not begin with an H1", f"begin with `# {self.expected}`")
        if headings and self._text(0, headings[0].first - 1)[0]:
            self._problem(1, "text above the first heading belongs to no subject")
        for index, (heading, end) in enumerate(zip(headings, ends, strict=False)):
            text, line = self._text(heading.last, end)
            if heading.level == 1:
                self._file_heading(heading, index, text, line)
            elif heading.level == 2:
                self._subject_heading(heading, text, line)
            elif heading.level == 3:
                self._note_heading(heading, text, line)
            else:
                hint = "write `###`" if _pattern(heading.inline)[0] else "use bold text"
                self._problem(heading.first, "a note has no headings of its own", hint)
        return NoteFile(self.file, self.path, self.expected, tuple(self.notes)), self.problems

    def _text(self, start: int, end: int) -> tuple[str, int]:
        """Lines after line `start` up to line `end`, blank ends removed, and the first's number."""
        while start < end and not self.lines[start].strip():
            start += 1
        while end > start and not self.lines[end - 1].strip():
            end -= 1
        return "\n".join(self.lines[start:end]), start + 1

    def _file_heading(self, heading: Heading, index: int, text: str, line: int) -> None:
        name = _plain(heading.inline)
        if index:
            self._problem(
                heading.first, "a note file has one H1", "`##` names a subject, `###` a pattern"
            )
        elif name != self.expected:
            self._problem(
                heading.first,
                f"the H1 names `{name}`, but this file's place stands for `{self.expected}`",
                self.hint,
            )
        if text:
            self._problem(line, "text belongs to no subject", "put it under a `##` heading")

    def _subject_heading(self, heading: Heading, text: str, line: int) -> None:
        name = _plain(heading.inline)
        if not name:
            self._problem(heading.first, "names no subject", "write `## Class.method`")
            self.ref = None
            return
        if name in self.seen:
            self._problem(heading.first, f"`{name}` is a subject of line {self.seen[name]} already")
        self.seen[name] = heading.first
        self.ref = SubjectRef(self.expected, name)
        if not text:
            self._problem(
                heading.first,
                f"`{name}` has no lead paragraph",
                "say under the heading what the subject is for: it stands beside the signature",
            )
        self.notes.append(Note(self.file, heading.first, self.ref, LEAD, text, line))

    def _note_heading(self, heading: Heading, text: str, line: int) -> None:
        pattern, tail = _pattern(heading.inline)
        if self.ref is None:
            self._problem(heading.first, "a note outside any subject", "put `## Subject` above it")
            return
        if not pattern.replace(GAP, "").strip():
            self._problem(
                heading.first,
                "the pattern is empty" if not pattern else "the pattern is nothing but a gap",
                "quote the statement's head in backticks: ### `return …`",
            )
            return
        match = _TAIL.fullmatch(tail)
        if match is None:
            bare = tail.strip("()[],; ")
            near = (
                f"write `{bare}`" if bare and _TAIL.fullmatch(bare) else suggest(tail, ("folded",))
            )
            hint = near or "write `n of m` or `folded`"
            self._problem(heading.first, f"`{tail}` after the pattern means nothing", hint)
            return
        nth, of = int(match["nth"] or 1), int(match["of"] or 1)
        if not 1 <= nth <= of:
            self._problem(
                heading.first,
                f"there is no `{nth} of {of}`",
                f"write `1 of {of}` to `{of} of {of}`",
            )
            return
        if not text:
            self._problem(heading.first, "a note without text", "write it, or take the heading out")
        self.notes.append(
            Note(
                self.file,
                heading.first,
                self.ref,
                pattern,
                text,
                line,
                nth,
                of,
                bool(match["folded"]),
            )
        )

    def _problem(self, line: int, text: str, hint: str = "") -> None:
        self.problems.append(Problem(self.file, line, text, hint))


def _plain(inline: Token) -> str:
    """A heading's text as it was typed: `__call__` is a name, not bold text."""
    return inline.content.strip().strip("`").strip()


def _pattern(inline: Token) -> tuple[str, str]:
    """The code of a heading, white space folded, and the text behind it."""
    parts = list(inline.children or ())
    code = next((i for i, t in enumerate(parts) if t.type == "code_inline"), None)
    if code is None:
        return "", _plain(inline)
    tail = "".join(t.content for t in parts[:code] + parts[code + 1 :])
    return fold(parts[code].content), tail.strip()
