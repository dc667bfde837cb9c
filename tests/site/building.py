"""Sphinx in a child process, as `make html` runs it, and what it wrote."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag


@dataclass(frozen=True)
class Build:
    """One run of sphinx-build: its exit status, what it printed and where it wrote."""

    status: int
    stdout: str
    stderr: str
    out: Path

    @property
    def printed(self) -> str:
        return self.stdout + self.stderr

    @property
    def read(self) -> set[str]:
        """The pages that were read."""
        found = re.findall(
            r"^reading sources\.\.\. \[ *\d+%\] (.+?)\s*$", self.stdout, re.MULTILINE
        )
        return {name for names in found for name in names.split(" .. ")}

    @property
    def updated(self) -> tuple[int, int, int]:
        """How many pages Sphinx found added, changed and removed."""
        found = re.search(r"(\d+) added, (\d+) changed, (\d+) removed", self.stdout)
        assert found, self.printed
        return int(found[1]), int(found[2]), int(found[3])

    def page(self, name: str) -> BeautifulSoup:
        """The page as it was written."""
        return soup(self.out / name)

    def succeeded(self) -> Build:
        """The same, and the build had neither error nor warning."""
        assert self.status == 0, self.printed
        assert "WARNING" not in self.printed, self.printed
        return self

    def stopped(self, *lines: str) -> Build:
        """The same, and the build printed `lines`, ended with status 2 and no traceback."""
        for line in lines:
            assert line in self.printed, self.printed
        assert self.status == 2, self.printed
        assert "Traceback" not in self.printed, self.printed
        assert "Sphinx error" not in self.printed, self.printed
        return self


def sphinx(
    project: Path,
    builder: str = "html",
    *options: str,
    out: str = "",
    library: Path | None = None,
) -> Build:
    """Build `project`/docs into `project`/_build/`out`, every warning an error."""
    folder = project / "_build" / (out or builder)
    command = [sys.executable, "-m", "sphinx", "-n", "-W", "--keep-going", "-N", "-b", builder]
    command += ["-d", str(folder) + ".doctrees", *options, str(project / "docs"), str(folder)]
    # Without colours, which Sphinx also prints where it believes to be in CI.
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(library or "")}
    done = subprocess.run(
        command, env=environment, cwd=project, capture_output=True, text=True, check=False
    )
    return Build(done.returncode, done.stdout, done.stderr, folder)


def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def attribute(tag: Tag, name: str) -> str:
    """An attribute that holds one text."""
    value = tag[name]
    assert isinstance(value, str)
    return value


def shown_lines(page: Tag) -> list[tuple[str, int, str]]:
    """The lines of the library that a page shows, in order: file, number, text."""
    return [
        (attribute(line, "data-file"), int(attribute(line, "data-line")), line.get_text())
        for line in page.select("[data-file][data-line]")
    ]


def shown_notes(page: Tag) -> list[tuple[str, str]]:
    """The notes that a page shows, in order: subject, pattern."""
    return [
        (attribute(note, "data-subject"), attribute(note, "data-pattern"))
        for note in page.select("[data-subject][data-pattern]")
    ]


def ids(page: Tag) -> list[str]:
    return [attribute(tag, "id") for tag in page.select("[id]")]


def tree(folder: Path) -> dict[str, str]:
    """The digest of every file below `folder`."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def in_order(parts: Sequence[str], text: str) -> bool:
    """Whether `text` holds all of `parts`, one behind the other."""
    place = 0
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True
