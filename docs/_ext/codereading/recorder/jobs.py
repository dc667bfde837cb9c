"""What parent and child say to each other: one plan, then a line of JSON for each job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

IMPORT = ""
"""The name of the job that imports the library; every plan begins with it."""


@dataclass(frozen=True)
class Job:
    """One example to run: its name, and where its script or page lies."""

    name: str
    path: str


@dataclass(frozen=True)
class Plan:
    """Everything that a child is to do.

    `files` maps the library's files, by their paths in it, to where they lie. `limit` are
    the seconds that one job may take, `workers` how many run side by side.
    """

    preload: list[str]
    files: dict[str, str]
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
