"""Every script of the gallery runs, alone and on each kind of device."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from readinggallery.order import reading_order
from readinggallery.programs import TOPICS, Program, programs
from readinggallery.run import ACCELERATOR, NO_ACCELERATOR, NoAcceleratorError, Result, run
from tests.paths import ROOT

GALLERY = ROOT / "gallery"
SCRIPTS = sorted(path.relative_to(GALLERY).as_posix() for path in GALLERY.glob("*/*.py"))
PROGRAMS = programs(GALLERY)
MOST_WARNINGS = 1
MOST_LINES = 40
MOST_SECONDS = 10.0  # a sanity bound, far above what a script should take
FIGURE = re.compile(r"-?\d+\.\d+")

Results = dict[str, Result]


@pytest.fixture(scope="session", params=["cpu", ACCELERATOR])
def results(request: pytest.FixtureRequest) -> Results:
    """The results of the scripts that this test run asks for."""
    wanted = {
        str(item.callspec.params["script"])
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.path == Path(__file__)
        and "script" in item.fixturenames
        and item.callspec.params["results"] == request.param
    }
    try:
        found = list(run([GALLERY / script for script in sorted(wanted)], request.param))
    except NoAcceleratorError:
        pytest.skip(NO_ACCELERATOR)
    return {Path(r.script).relative_to(GALLERY).as_posix(): r for r in found}


@pytest.mark.parametrize("script", SCRIPTS)
def test_script(script: str, results: Results) -> None:
    """A script ends well, says little, and leaves nothing behind."""
    result = results[script]
    assert not result.error, result.error[-4000:]
    assert len(result.warnings) <= MOST_WARNINGS, result.warnings
    assert len(result.stdout.splitlines()) <= MOST_LINES
    assert result.leftovers == [], "global hooks that were not removed"
    assert result.untitled == 0, "a picture without a title has no alternative text"
    assert result.seconds < MOST_SECONDS


@pytest.mark.parametrize("script", SCRIPTS)
def test_claimed_figures_are_printed(script: str, results: Results) -> None:
    """A script prints the figures that it claims for a program of the notes."""
    claimed = {
        number
        for program in PROGRAMS
        if program.script == GALLERY / script
        for number in FIGURE.findall(program.figures)
    }
    assert claimed <= set(FIGURE.findall(results[script].stdout))


@pytest.mark.parametrize("topic", sorted({Path(s).parts[0] for s in SCRIPTS}))
def test_each_topic_says_in_which_order_it_is_read(topic: str) -> None:
    assert reading_order(GALLERY / topic)


def test_an_order_that_does_not_fit_ends_the_build(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("first", "second"):
        (tmp_path / f"{name}.py").touch()
    readme = tmp_path / "README.rst"
    readme.write_text(".. order: second third\n")
    with pytest.raises(SystemExit, match="2"):
        reading_order(tmp_path)
    assert [record.getMessage() for record in caplog.records] == [
        f"{readme}: `.. order:` lacks first; add it where it is to be read",
        f"{readme}: `.. order:` names third, which is no script or named twice",
    ]


def test_a_program_says_what_it_prints() -> None:
    for program in PROGRAMS:
        assert isinstance(program, Program)
        assert program.name.partition(" ")[0] in TOPICS
        assert program.figures
        assert program.title
