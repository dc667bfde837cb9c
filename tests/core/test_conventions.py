"""Agreements that a test reads cannot rot."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.paths import ROOT

TOOL = ROOT / "docs" / "_ext" / "codereading"
FILES = sorted(
    p for p in TOOL.rglob("*") if p.suffix in (".py", ".css", ".js", ".html") and p.is_file()
)
MOST_LINES = 300  # a module that has more has more than one idea


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(TOOL).as_posix())
def test_the_tool_is_about_no_library_in_particular(path: Path) -> None:
    assert not re.search(r"torch", path.read_text(encoding="utf-8"), re.IGNORECASE)


def test_modules_are_small() -> None:
    lines = {p.name: p.read_text(encoding="utf-8").count("\n") for p in TOOL.rglob("*.py")}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}
