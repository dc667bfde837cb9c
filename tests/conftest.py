"""Fixtures: the fake library's project, and the command line."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from codereading.cli import main
from tests.paths import MILL

Run = Callable[..., Result]


SUMMARY = "summary"
"""The property of a test that is a line for the end of the run: how many snippets ran."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, line in report.user_properties:
                if name == SUMMARY:
                    terminalreporter.write_line(line)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="record which snippets ran")


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    """A copy of the fake library's project; version 1 of the library is under `lib`."""
    project = tmp_path / "project"
    shutil.copytree(MILL, project, ignore=shutil.ignore_patterns("v1", "v2"))
    shutil.copytree(MILL / "v1", project / "lib")
    return project


@pytest.fixture
def installed(mill: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The same, with the fake library installed as far as `find_spec` can tell."""
    monkeypatch.syspath_prepend(str(mill / "lib"))
    importlib.invalidate_caches()
    yield mill
    sys.modules.pop("mill", None)


@pytest.fixture
def run(mill: Path) -> Run:
    """`codereading` in the fake project, with the library under `lib`."""

    def invoke(command: str, *arguments: str, root: Path | None = None) -> Result:
        library = str(root or mill / "lib")
        result = CliRunner().invoke(
            main, ["--project", str(mill), command, "--root", library, *arguments]
        )
        assert result.exception is None or isinstance(result.exception, SystemExit), result
        return result

    return invoke
