"""Evidence: which examples ran which lines, as recorded, and only as long as it is true.

Recorded outside the build, one small JSON file for each example, stamped with the digests
of the example and of the library's files. What carries another digest is never shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from .examples import Example
from .problems import Problem
from .ranges import from_ranges, to_ranges
from .records import (
    AGAIN,
    all_of_another,
    load_record,
    of_another,
    other_text,
    read_records,
)

FOLDER = "lines"
IMPORTED = "imported.json"
SCHEMA = 1


@dataclass(frozen=True)
class FileLines:
    """Lines of one of the library's files; `digest` is that of its text.

    `ran` were run. `code` are those that have code at all, which only the record of the
    import knows.
    """

    digest: str
    ran: frozenset[int]
    code: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Run:
    """What one example ran. `example` is empty for what importing the library ran."""

    example: str
    digest: str
    release: str
    python: str
    files: Mapping[str, FileLines]


@dataclass(frozen=True)
class Evidence:
    """All that was recorded: the import's own run, and one run for each example."""

    imported: Run | None = None
    runs: Mapping[str, Run] = field(default_factory=dict)

    @cached_property
    def _by_line(self) -> dict[tuple[str, int], list[str]]:
        found: dict[tuple[str, int], list[str]] = {}
        for name in sorted(self.runs):
            for file, lines in self.runs[name].files.items():
                for number in lines.ran:
                    found.setdefault((file, number), []).append(name)
        return found

    def examples(self, file: str, numbers: Iterable[int]) -> frozenset[str]:
        """The examples that ran any of the lines `numbers` of `file`."""
        by_line = self._by_line
        return frozenset(name for n in numbers for name in by_line.get((file, n), ()))

    def at_import(self, file: str) -> FileLines:
        """What importing the library ran of `file`, and which lines have code."""
        none = FileLines("", frozenset())
        return self.imported.files.get(file, none) if self.imported else none


def run_path(folder: Path, example: str) -> Path:
    """Where the run of `example` is recorded below `folder`."""
    return folder / FOLDER / (f"{example}.json" if example else IMPORTED)


def dump_run(run: Run) -> str:
    """A run as text: sorted, a line for each file, so that a diff reads well."""
    head = {
        "schema": SCHEMA,
        "example": run.example,
        "digest": run.digest,
        "release": run.release,
        "python": run.python,
    }
    lines = []
    for file in sorted(run.files):
        found = run.files[file]
        entry = {"digest": found.digest, "ran": to_ranges(found.ran)}
        if found.code:
            entry["code"] = to_ranges(found.code)
        lines.append(f"  {json.dumps(file)}: {json.dumps(entry)}")
    body = ",\n".join(lines)
    start = json.dumps(head)[1:-1]
    return f'{{{start},\n "files": {{\n{body}\n }}}}\n'


def load_run(path: Path, shown: str) -> Run:
    """The run recorded at `path`. Raises ReadingError where the file is no such record."""
    return load_record(path, shown, "lines", SCHEMA, _run)


def _run(data: Any) -> Run:
    files = {
        str(file): FileLines(
            str(entry["digest"]), from_ranges(entry["ran"]), from_ranges(entry.get("code", ""))
        )
        for file, entry in data["files"].items()
    }
    head = {key: str(data[key]) for key in ("example", "digest", "release", "python")}
    return Run(**head, files=files)


def read_evidence(folder: Path, shown: str) -> tuple[Evidence, list[Problem]]:
    """All runs recorded below `folder`, and what is wrong with the files."""

    def place(run: Run) -> tuple[Path, str]:
        return run_path(folder, run.example), f"`{run.example or 'the import'}`"

    runs, problems = read_records(folder, FOLDER, shown, load_run, place)
    by_name = {run.example: run for run in runs}
    return Evidence(by_name.pop("", None), by_name), problems


def stale(
    evidence: Evidence,
    examples: Iterable[Example],
    digests: Mapping[str, str],
    release: str,
    shown: str,
) -> list[Problem]:
    """What is recorded of another state than the present one.

    `digests` are those of the library's files now, `release` its release.
    """
    now = {example.name: example for example in examples}
    problems = []
    runs = [*([evidence.imported] if evidence.imported else ()), *evidence.runs.values()]
    if other := all_of_another(f"{shown}/{FOLDER}", (run.release for run in runs), release):
        return other
    for run in runs:
        place = f"{shown}/{run_path(Path(), run.example).as_posix()}"
        name = run.example or "the import"
        again = f"record it again: codereading record {run.example}".rstrip()
        example = now.get(run.example)
        if run.release != release:
            text = of_another(run.release, release)
        elif run.example and example is None:
            text, again = f"no example is called {name}", "codereading record"
        elif example and run.digest != example.digest:
            text = f"was recorded with another text of {name}"
        elif other_files := other_text({f: x.digest for f, x in run.files.items()}, digests):
            text = other_files
        elif not run.example and (new := sorted(digests.keys() - run.files.keys())):
            text, again = f"knows nothing of the library's {new[0]}", AGAIN
        elif evidence.imported and run.python != evidence.imported.python:
            text = f"was recorded with Python {run.python}, the import with "
            text += evidence.imported.python
        else:
            continue
        problems.append(Problem(place, 0, text, again))
    missing = [name for name in now if name not in evidence.runs]
    if evidence.imported is None and now:
        missing.insert(0, "the import")
    for name in missing:
        again = f"codereading record {name}" if name in now else "codereading record"
        problems.append(Problem(f"{shown}/{FOLDER}", 0, f"has no record of {name}", again))
    return problems
