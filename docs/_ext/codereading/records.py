"""What the two kinds of records have in common: JSON below one folder, read with care.

A record that cannot be read, or lies where that of something else belongs, is a problem for
the writer, never a traceback, and is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from .problems import Problem, ReadingError, fail

AGAIN = "record it again: codereading record"

Record = TypeVar("Record")


def load_record(
    path: Path, shown: str, kind: str, schema: int, make: Callable[[Any], Record]
) -> Record:
    """The record at `path`, as `make` makes it of its JSON. `kind` says what it should be of.

    Raises ReadingError where it is of another `schema`, or no such record at all.
    """
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != schema:
            text = f"has schema {data['schema']}, and this tool writes {schema}"
            raise fail(shown, 0, text, AGAIN)
        return make(data)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        text = f"is not a record of {kind}: {type(error).__name__}: {error}"
        raise fail(shown, 0, text, AGAIN) from None


def read_records(
    folder: Path,
    kind: str,
    shown: str,
    load: Callable[[Path, str], Record],
    place: Callable[[Record], tuple[Path, str]],
) -> tuple[list[Record], list[Problem]]:
    """All records below `folder`/`kind`, and what is wrong with the files.

    `place` gives where a record belongs, and what it is of, in words.
    """
    found: list[Record] = []
    problems: list[Problem] = []
    for path in sorted((folder / kind).rglob("*.json")):
        where = f"{shown}/{path.relative_to(folder).as_posix()}"
        try:
            record = load(path, where)
        except ReadingError as error:
            problems += error.problems
            continue
        belongs, name = place(record)
        if path == belongs:
            found.append(record)
        else:
            text = f"is the record of {name}, in the wrong place"
            problems.append(Problem(where, 0, text, AGAIN))
    return found, problems


def all_of_another(folder: str, releases: Iterable[str], release: str) -> list[Problem]:
    """The problem that no record of a kind is of `release`, as on the way to another one.

    Said once and not for each. None where some are, or where there are no records.
    """
    others = sorted(set(releases))
    if not others or release in others:
        return []
    text = of_another(" and ".join(others), release)
    return [Problem(folder, 0, text, "record all again: codereading record")]


def of_another(recorded: str, release: str) -> str:
    """What is said of a record of another release than the present one."""
    return f"was recorded with release {recorded}, and this is {release}"


def other_text(files: Mapping[str, str], digests: Mapping[str, str]) -> str:
    """How the library's `files`, as recorded, differ from those that are read now; or empty."""
    if gone := sorted(files.keys() - digests.keys()):
        return f"enters the library's {gone[0]}, which no note reads now"
    other = [file for file, digest in files.items() if digests[file] != digest]
    return f"was recorded with another text of the library's {other[0]}" if other else ""


def write_records(records: Iterable[tuple[Path, str]]) -> None:
    """Write each record's text to its path."""
    for path, text in records:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def remove_records(folder: Path, but: Iterable[Path]) -> None:
    """Remove every record below `folder` except those `but`, and folders left empty."""
    kept = set(but)
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.suffix == ".json" and path not in kept:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
