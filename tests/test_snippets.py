"""Every snippet of the pages, the notes and the README runs as it stands.

One test a file, because the snippets of a file share a namespace from top to bottom.
`--record` writes which files ran, with their digests; without it the record is compared.
"""

from __future__ import annotations

import doctest
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sybil import Sybil
from sybil.example import SybilFailure
from sybil.parsers.myst import PythonCodeBlockParser

from codereading.project import load_project
from codereading.recorded import Snippets, read_snippets, write_snippets
from codereading.snippets import snippets_digest
from codereading.source import find_library
from tests.conftest import SUMMARY
from tests.paths import ROOT

FILES = sorted(
    [
        *(p for p in (ROOT / "docs").rglob("*.md") if not {"_build", "gallery"} & set(p.parts)),
        *(ROOT / "annotated_src").rglob("*.md"),
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
    ]
)


@dataclass
class Ran:
    """What ran so far: path from the root -> number of snippets."""

    counts: dict[str, int]


@pytest.fixture(scope="session")
def ran() -> Ran:
    return Ran({})


def parse(path: Path) -> Sybil:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS | doctest.FAIL_FAST
    return Sybil([PythonCodeBlockParser(doctest_optionflags=flags)], path=str(path.parent))


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_snippets(path: Path, ran: Ran) -> None:
    document = parse(path).parse(path)
    count = 0
    try:
        for example in document.examples():
            example.evaluate()
            count += 1
    except SybilFailure as failure:
        pytest.fail(str(failure), pytrace=False)
    ran.counts[path.relative_to(ROOT).as_posix()] = count


def test_nothing_is_skipped() -> None:
    """A snippet that does not run says nothing; there is no way to leave one out."""
    for path in FILES:
        assert "+SKIP" not in path.read_text(encoding="utf-8"), path


def differences(recorded: Snippets, now: Snippets) -> list[str]:
    """What the record says otherwise than what ran, a line each."""
    if recorded.release != now.release:
        was = recorded.release or "no release"
        return [f"snippets are recorded with {was}, and {now.release} is installed"]
    return [
        f"{file}: snippets are not those recorded"
        for file in sorted(recorded.files.keys() | now.files.keys())
        if recorded.files.get(file) != now.files.get(file)
    ]


def test_a_difference_is_named_by_its_file() -> None:
    now = Snippets("2", {"new.md": ("a", 1), "same.md": ("b", 2)})
    recorded = Snippets("2", {"gone.md": ("c", 1), "same.md": ("b", 2)})
    assert differences(now, now) == []
    assert differences(recorded, now) == [
        "gone.md: snippets are not those recorded",
        "new.md: snippets are not those recorded",
    ]
    assert differences(Snippets("1", {}), now) == [
        "snippets are recorded with 1, and 2 is installed"
    ]


def test_the_record_is_of_these_snippets(
    ran: Ran, pytestconfig: pytest.Config, record_property: Callable[[str, object], None]
) -> None:
    """The strip on the pages counts what is recorded: it has to be what ran."""
    if len(ran.counts) < len(FILES):
        pytest.skip("not every file ran to its end: nothing is recorded or compared")
    project = load_project(ROOT)
    release = find_library(project).release
    counted = {
        file: (snippets_digest((ROOT / file).read_text(encoding="utf-8")), count)
        for file, count in ran.counts.items()
        if count
    }
    now = Snippets(release, counted)
    total = sum(ran.counts.values())
    record_property(SUMMARY, f"{total} snippets ran in {len(counted)} files")
    if pytestconfig.getoption("--record"):
        write_snippets(project.recorded_dir, now)
    if problems := differences(read_snippets(project.recorded_dir, project.recorded), now):
        pytest.fail("\n".join(f"{problem}; make record" for problem in problems), pytrace=False)
