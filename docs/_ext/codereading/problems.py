"""What is wrong, where, and the nearest thing that would be right.

Every bad input ends as a `Problem`. Problems are collected, so that a writer sees
all of them at once, and raised together as one `ReadingError`; the command line and
Sphinx print it without a traceback.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that a writer has to mend.

    `file` is a path as the writer would type it, `line` is 1-based (0: the file as a
    whole), `text` says what is wrong, and `hint` the nearest thing that would be right.
    """

    file: str
    line: int
    text: str
    hint: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.text}" + (f"; {self.hint}" if self.hint else "")


class ReadingError(Exception):
    """One or more problems that stop a build or a command. `str()` has a line for each."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def fail(file: str, line: int, text: str, hint: str = "") -> ReadingError:
    """A `ReadingError` of a single problem, ready to be raised."""
    return ReadingError([Problem(file, line, text, hint)])


def nearest(word: str, choices: Iterable[str], count: int = 3) -> list[str]:
    """Up to `count` of `choices` that read most like `word`, best first.

    Similarity only ever suggests; nothing in this package acts on it.
    """
    pool = list(dict.fromkeys(choices))
    folded = {choice.lower(): choice for choice in reversed(pool)}
    found = difflib.get_close_matches(word.lower(), list(folded), n=count, cutoff=0.45)
    return [folded[name] for name in found]


def suggest(word: str, choices: Iterable[str], count: int = 3) -> str:
    """The hint `did you mean …?` for `word`, or an empty text where nothing is near."""
    found = nearest(word, choices, count)
    return f"did you mean {' or '.join(f'`{name}`' for name in found)}?" if found else ""
