"""Reasons why lines do not run. A reason that is not true is a case in tests/data/bad."""

from __future__ import annotations

from pathlib import Path

import pytest

from codereading.not_run import Reason, read_reasons
from codereading.project import load_project
from codereading.reading import read
from tests.conftest import Run
from tests.examples import BRAKE, add_examples, record

BRAKE_SUBJECT = '["mill.wheel:Wheel.brake"]\n'
TURN_SUBJECT = '["mill.wheel:Wheel.turn"]\n'


@pytest.fixture
def recorded(mill: Path) -> Path:
    """The project with one example, which is recorded."""
    add_examples(mill, {"examples/brake.py": BRAKE})
    assert record(mill).exit_code == 0
    return mill


def write(mill: Path, text: str) -> None:
    (mill / "not_run.toml").write_text(text, encoding="utf-8")


def reasons(mill: Path) -> dict[str, dict[int, str]]:
    """Subject -> line -> reason; and nothing is wrong."""
    reading = read(load_project(mill), mill / "lib")
    assert not reading.problems, list(map(str, reading.problems))
    return {ref.name: dict(lines) for ref, lines in reading.not_run.lines.items()}


def test_a_reason_is_about_a_statement_and_all_under_it(recorded: Path) -> None:
    write(recorded, BRAKE_SUBJECT + '"elif …:" = "Hard."\n"else:" = "Never."\n')
    assert reasons(recorded) == {
        "Wheel.brake": {30: "Hard.", 31: "Hard.", 32: "Hard.", 33: "Never.", 34: "Never."}
    }


def test_a_reason_on_one_of_several(recorded: Path) -> None:
    write(recorded, TURN_SUBJECT + '"total = 0 2 of 2" = "Never."\n')
    assert reasons(recorded) == {"Wheel.turn": {61: "Never."}}


def test_reasons_of_several_subjects(recorded: Path) -> None:
    write(
        recorded,
        f"{BRAKE_SUBJECT}'else:' = 'Never.'\n\n{TURN_SUBJECT}'result = once()' = 'Neither.'\n",
    )
    assert reasons(recorded) == {
        "Wheel.brake": {33: "Never.", 34: "Never."},
        "Wheel.turn": {54: "Neither."},
    }


def test_other_lines_have_no_reason(recorded: Path) -> None:
    write(recorded, BRAKE_SUBJECT + '"else:" = "Never."\n')
    reading = read(load_project(recorded), recorded / "lib")
    brake, turn = reading.subject("Wheel.brake"), reading.subject("Wheel.turn")
    assert reading.not_run.reason(brake, 34) == "Never."
    assert reading.not_run.reason(brake, 35) == ""
    assert reading.not_run.reason(turn, 34) == ""


def test_no_reason_is_judged_by_old_evidence(recorded: Path, run: Run) -> None:
    write(recorded, BRAKE_SUBJECT + '"if hard:" = "Never."\n')
    assert "take the reason out" in run("check").stderr
    (recorded / "examples" / "brake.py").write_text(BRAKE + "# !\n")
    result = run("check")
    assert "was recorded with another text of examples/brake.py" in result.stderr
    assert "take the reason out" not in result.stderr


def test_a_reason_becomes_untrue_when_an_example_gets_there(recorded: Path, run: Run) -> None:
    write(recorded, BRAKE_SUBJECT + '"else:" = "Never."\n')
    assert run("check").exit_code == 0
    add_examples(recorded, {"examples/soft.py": BRAKE.replace("brake(True) == 0", "brake() < 0")})
    assert record(recorded).exit_code == 0
    result = run("check")
    assert result.exit_code == 1
    assert (
        "not_run.toml:2: line 33 of mill/wheel.py is run by examples/soft.py; take the reason out"
    ) in result.stderr.splitlines()


def test_two_examples_at_most_are_named(recorded: Path, run: Run) -> None:
    add_examples(recorded, {f"examples/{name}.py": BRAKE for name in "cab"})
    assert record(recorded).exit_code == 0
    write(recorded, BRAKE_SUBJECT + '"if hard:" = "Never."\n')
    assert "is run by examples/a.py, examples/b.py; take" in run("check").stderr


LINES = r"""# About "mill.wheel:Wheel.turn" and 'once()'.

["mill.wheel:Wheel.brake"]
"once()" = "Of another subject, and 'total = 0' too."

[ "mill.wheel:Wheel.turn" ]
"result = once()" = "Behind `once()`."
"once()"="Without blanks."
'total = 0' = "In single quotes."
"log.write(\"a\\b\")" = "With escapes."
  "total = \"0\"" = "Set in."
bare = "Without quotes."
"""


def test_each_reason_is_found_on_its_own_line(mill: Path) -> None:
    add_examples(mill, {})
    write(mill, LINES)
    found, problems = read_reasons(load_project(mill))
    assert not problems
    brake, turn = "mill.wheel:Wheel.brake", "mill.wheel:Wheel.turn"
    assert found == [
        Reason(brake, "once()", "Of another subject, and 'total = 0' too.", 4),
        Reason(turn, "result = once()", "Behind `once()`.", 7),
        Reason(turn, "once()", "Without blanks.", 8),
        Reason(turn, "total = 0", "In single quotes.", 9),
        Reason(turn, r'log.write("a\b")', "With escapes.", 10),
        Reason(turn, 'total = "0"', "Set in.", 11),
        Reason(turn, "bare", "Without quotes.", 12),
    ]
