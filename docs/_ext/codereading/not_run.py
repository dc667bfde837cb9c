"""Why some lines are run by no example: reasons that people wrote, held to be true.

A TOML file with a table for each subject, and in it a pattern for each statement that
cannot run here, with its reason. A reason for lines that an example runs is a problem, as
is one for lines that are not there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from .marks import Mark
from .model import Span, Statement, Subject, SubjectRef
from .patterns import matches, suggest_heads
from .problems import Problem, suggest
from .project import Project
from .source import read_text

_NTH = re.compile(r"(?P<pattern>.+) (?P<nth>\d+) of (?P<of>\d+)")


@dataclass(frozen=True)
class Reason:
    """A reason as it stands in line `line` of the file."""

    subject: str
    pattern: str
    text: str
    line: int


@dataclass(frozen=True)
class NotRun:
    """All reasons, and for each subject the lines that they are about."""

    lines: Mapping[SubjectRef, Mapping[int, str]] = field(default_factory=dict)

    def reason(self, ref: SubjectRef, number: int) -> str:
        """Why no example runs line `number` of `ref`'s file, or an empty text."""
        return self.lines.get(ref, {}).get(number, "")


def read_reasons(project: Project) -> tuple[list[Reason], list[Problem]]:
    """The reasons of `project`, and what is wrong with their file."""
    path = project.base / project.not_run
    if not project.not_run:
        return [], []
    shown = project.shown(path)
    if not path.is_file():
        text = f"[tool.codereading] not-run: no file is `{project.not_run}`"
        return [], [Problem("pyproject.toml", 0, text)]
    text = read_text(path, shown)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [], [Problem(shown, 0, f"is not readable as TOML: {error}")]
    found, problems = [], []
    for subject, table in data.items():
        if not isinstance(table, dict) or not all(isinstance(v, str) for v in table.values()):
            form = 'write ["package.module:Name"], and below it "pattern" = "reason"'
            problems.append(Problem(shown, _line(text, subject), f"`{subject}` is no table", form))
            continue
        start = _line(text, subject)
        found += [
            Reason(subject, pattern, why, _line(text, pattern, start))
            for pattern, why in table.items()
        ]
    return found, problems


def place(
    reasons: list[Reason],
    subjects: Mapping[str, Subject],
    marked: Mapping[str, Mapping[int, Mark]],
    shown: str,
) -> tuple[NotRun, list[Problem]]:
    """The lines that `reasons` are about, and the reasons that are not true.

    `subjects` and `marked` (what evidence says of their lines) are by the subjects' names;
    `shown` is the file of the reasons, as a writer would type it.
    """
    lines: dict[SubjectRef, dict[int, str]] = {}
    problems = []
    for reason in reasons:
        subject = subjects.get(reason.subject)
        if subject is None:
            hint = suggest(reason.subject, subjects)
            text = f"no notes are written on `{reason.subject}`"
            problems.append(Problem(shown, reason.line, text, hint))
            continue
        nth = _NTH.fullmatch(reason.pattern)
        pattern = nth["pattern"] if nth else reason.pattern
        number, of = (int(nth["nth"]), int(nth["of"])) if nth else (1, 1)
        hits = [s for s in subject.statements if matches(pattern, s.head)]
        if len(hits) != of or not 1 <= number <= of:
            times = f"`{pattern}` matches {len(hits)} times in {reason.subject}, not {of}"
            hint = "" if hits else suggest_heads(pattern, (s.head for s in subject.statements))
            problems.append(Problem(shown, reason.line, times, hint))
            continue
        covered = _lines(hits[number - 1])
        marks = marked.get(reason.subject, {})
        ran = sorted(n for n in covered if n in marks and marks[n].ran)
        if ran:
            who = ", ".join(sorted(marks[ran[0]].examples)[:2]) or "importing the library"
            text = f"line {ran[0]} of {subject.ref.file} is run by {who}"
            problems.append(Problem(shown, reason.line, text, "take the reason out"))
            continue
        lines.setdefault(subject.ref, {}).update(dict.fromkeys(covered, reason.text))
    return NotRun(lines), problems


def _lines(statement: Statement) -> range:
    span = Span(statement.reach, statement.span.last)
    return range(span.first, span.last + 1)


def _line(text: str, key: str, start: int = 1) -> int:
    """The first line from `start` on that begins with `key`, as TOML may spell it; else `start`."""
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    spelled = "|".join(re.escape(text) for text in (f"'{key}'", f'"{escaped}"', key))
    begins = re.compile(rf"\s*\[?\s*(?:{spelled})\s*[]=]")
    for number, line in enumerate(text.split("\n"), 1):
        if number >= start and begins.match(line):
            return number
    return start
