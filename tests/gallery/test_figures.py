"""The figures of the study notes: all there, and each one proved by its example."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from readinggallery.programs import programs
from readinggallery.run import Result, run
from tests.paths import DATA, ROOT

GALLERY = ROOT / "gallery"
MUTATIONS: dict[str, tuple[str, str, str]] = tomllib.loads(
    (DATA / "figure_mutations.toml").read_text(encoding="utf-8")
)
NAMES = [
    *(f"Module {n}" for n in range(1, 8)),
    *(f"Parameter {n}" for n in range(1, 6)),
    *(f"Buffer {n}" for n in range(1, 4)),
    *(f"Hook {n}" for n in range(1, 4)),
    *(f"Functional {n}" for n in range(1, 7)),
]


def test_every_program_has_an_example() -> None:
    assert list(dict.fromkeys(p.name for p in programs(GALLERY))) == NAMES
    assert len(NAMES) == 24


def test_every_program_has_a_mutation_of_its_own_example() -> None:
    where = {(p.name, p.script.relative_to(GALLERY).as_posix()) for p in programs(GALLERY)}
    assert {(name, script) for name, (script, _, _) in MUTATIONS.items()} <= where
    assert sorted(MUTATIONS) == sorted(NAMES)


@pytest.fixture(scope="module")
def mutants(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """What each mutated example did, run in one child process."""
    folder = tmp_path_factory.mktemp("mutants")
    paths: dict[str, Path] = {}
    for name, (script, old, new) in MUTATIONS.items():
        text = (GALLERY / script).read_text(encoding="utf-8")
        assert old in text, f"{script} does not say `{old}`"
        paths[name] = folder / f"{name.replace(' ', '_').lower()}.py"
        paths[name].write_text(text.replace(old, new), encoding="utf-8")
    results = {result.script: result for result in run(list(paths.values()), "cpu")}
    return {name: results[str(path)] for name, path in paths.items()}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_changed_example_fails(name: str, mutants: dict[str, Result]) -> None:
    """By an assertion, or because torch refuses what the change asks for."""
    assert mutants[name].error, f"{name} passes with {MUTATIONS[name][2]}"
    assert "SyntaxError" not in mutants[name].error
    assert "NameError" not in mutants[name].error
