"""What parent and child say to each other: one plan, then a line of JSON for each job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

IMPORT = ""
"""The name of the job that imports the library; every plan begins with it."""


@dataclass(frozen=True)
class Job:
    """One example to run: its name, and where its script or page lies.

    For a trace, `trace` has its code and options in place of a path: `name`, `code`, the
    page's `code_line` at which that begins, the `from_line` of the code from which it is
    followed, and the lists `into`, `skip` and `watch`.
    """

    name: str
    path: str = ""
    trace: dict[str, Any] | None = None


@dataclass(frozen=True)
class Plan:
    """Everything that a child is to do.

    `files` maps the library's files, by their paths in it, to where they lie. `places` has
    for each the subjects that a trace may enter: `name`, `first` and `last` line, and
    `units`, line -> first line of its statement. `describe` names the project's function
    that puts values in words. `limit` are
    the seconds that one job may take, `workers` how many run side by side.
    """

    preload: list[str]
    files: dict[str, str]
    places: dict[str, list[dict[str, Any]]]
    describe: str
    jobs: list[Job]
    limit: float
    workers: int
    root: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a job: an `error` (with the `line` of the example, 0 if unknown), or
    what it found. `seconds` is never recorded.
    """

    name: str
    error: str = ""
    line: int = 0
    found: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
