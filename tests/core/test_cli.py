from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from codereading.model import State
from tests.conftest import Run
from tests.paths import MILL

LINE = re.compile(
    r"(?P<file>[^:]+):(?P<line>\d+): (?P<subject>\S+?): (?P<pattern>.+): "
    r"(?P<state>same|moved|changed|missing|ambiguous): (?P<detail>.+)"
)


def states(output: str) -> dict[str, str]:
    found = {}
    for line in output.splitlines():
        if match := LINE.fullmatch(line):
            found[f"{match['subject']} {match['pattern']}"] = match["state"]
    return found


def test_check_says_same_of_every_note(run: Run) -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    found = states(result.stdout)
    assert len(found) == 25
    assert set(found.values()) == {"same"}
    assert "25 notes on mill 1.0: 25 same" in result.stderr


def test_check_quiet_prints_only_what_changed(run: Run) -> None:
    assert run("check", "--quiet").stdout == ""


def test_check_json(run: Run) -> None:
    found = json.loads(run("check", "--json").stdout)
    assert len(found) == 25
    brake = next(f for f in found if f["pattern"] == "self.speed = 0 2 of 2")
    assert brake == {
        "file": "notes/mill/wheel.md",
        "line": 15,
        "subject": "mill.wheel:Wheel.brake",
        "pattern": "self.speed = 0 2 of 2",
        "state": "same",
        "source_file": "mill/wheel.py",
        "first_line": 29,
        "last_line": 29,
    }


def test_check_against_another_version(run: Run) -> None:
    result = run("check", root=MILL / "v2")
    assert result.exit_code == 1
    found = states(result.stdout)
    turn, brake = "mill.wheel:Wheel.turn ", "mill.wheel:Wheel.brake "
    assert found["mill.wheel:LIMIT (lead)"] == "same"
    assert found[brake + "if hard:"] == "moved"
    assert found[brake + "self.speed -= 1"] == "missing"
    assert found[turn + "once()"] == "ambiguous"
    assert found[turn + "total = 0 1 of 2"] == "missing"
    assert found[turn + "total = 0 2 of 2"] == "missing"
    lost = {name for name, state in found.items() if not State(state).holds}
    assert len(lost) == 4, "every other note only moved"
    assert "did you mean `self.speed -= 2`" in result.stdout
    assert "the lock is of 1.0" in result.stderr


def test_only_moved_exits_with_0(run: Run, mill: Path) -> None:
    path = mill / "lib" / "mill" / "wheel.py"
    path.write_text("# one\n# two\n" + path.read_text())
    result = run("check")
    assert result.exit_code == 0
    assert list(states(result.stdout).values()).count("moved") == 18


def test_accept_locks_one_note_and_shows_its_lines(run: Run, mill: Path) -> None:
    path = mill / "lib" / "mill" / "wheel.py"
    path.write_text(path.read_text().replace("raise RuntimeError(", "raise RuntimeError(  # !"))
    found = run("check", "--quiet")
    assert found.exit_code == 1
    assert list(states(found.stdout).values()) == ["changed"]
    place = "notes/mill/wheel.md:56"
    assert f"then: codereading accept {place}" in found.stdout
    result = run("accept", place)
    assert result.exit_code == 0, result.output
    assert "    57              raise RuntimeError(  # !" in result.stdout
    assert "accepted 1 notes" in result.stderr
    assert run("check").exit_code == 0


def test_accept_takes_files_subjects_and_all(run: Run, mill: Path) -> None:
    lock = mill / "notes" / "recorded" / "lock.toml"
    whole = lock.read_bytes()
    lock.unlink()
    assert run("accept", "notes/mill/wheel.md").exit_code == 0
    assert run("accept", "mill/include/gear.h:Gear::operator()").exit_code == 0
    assert run("check").exit_code == 0
    lock.unlink()
    assert run("accept", "--all").exit_code == 0
    assert lock.read_bytes() == whole


def test_accept_takes_a_place_inside_the_note(run: Run, mill: Path) -> None:
    (mill / "notes" / "recorded" / "lock.toml").unlink()
    result = run("accept", str(mill / "notes" / "mill" / "wheel.md") + ":46")
    assert "for … in range(…):" in result.stdout
    assert "the lock holds 1" in result.stderr


def test_record_says_what_it_lacks(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codereading.cli.find_spec", lambda name: None)
    says = 'coverage is not installed; pip install ".[record]" where codereading came from'
    assert run("record").stderr == f"codereading record: {says}\n"


def test_accept_says_why_it_accepts_nothing(run: Run, mill: Path) -> None:
    file = "notes/mill/wheel.md"
    assert run("accept", f"{file}:9999").stderr.startswith(f"{file}:9999: is beyond the file, ")
    found = run("accept", f"{file}:3")
    assert found.stderr.startswith(f"already the same: {file}:3: mill.wheel:LIMIT: ")
    assert "accepted 0 notes" in found.stderr


def test_check_quiet_leaves_out_what_only_moved(run: Run, mill: Path) -> None:
    path = mill / "lib/mill/wheel.py"
    path.write_text("\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert "moved" in run("check").stdout
    assert run("check", "--quiet").stdout == ""


def test_accept_leaves_out_what_no_note_stands_behind(run: Run, mill: Path) -> None:
    notes = mill / "notes" / "mill" / "wheel.md"
    notes.write_text(notes.read_text().replace("### `finally:`\n\nAlways.\n", ""))
    before = run("check")
    assert before.exit_code == 1
    assert "the lock has `finally:` of mill/wheel.py: Wheel.turn, and no note does" in before.stderr
    # The note above now stands beside those lines too, and has to be read again.
    assert "except (TypeError, …) as error:: changed" in before.stdout
    run("accept", "notes/mill/wheel.md")
    assert run("check").exit_code == 0


def test_accept_of_another_release_is_all_or_nothing(run: Run, mill: Path) -> None:
    shutil.copytree(MILL / "v2", mill / "lib", dirs_exist_ok=True)
    result = run("accept", "mill.wheel:LIMIT")
    assert result.exit_code == 1
    assert "the lock is of 1.0, and 2.0 is installed; accept all notes together" in result.stderr
    result = run("accept", "--all")
    assert result.exit_code == 1  # four notes have lost their lines
    assert "self.speed -= 1: missing" in result.stderr


def test_accept_wants_to_know_what(run: Run) -> None:
    assert run("accept").exit_code == 2
    assert run("accept", "--all", "mill.wheel:LIMIT").exit_code == 2


def test_list(run: Run) -> None:
    lines = run("list").stdout.splitlines()
    assert lines[0].split() == ["notes", "code", "longest", "folded", "run", "subject"]
    brake = next(line for line in lines if line.endswith("Wheel.brake"))
    assert brake.split() == ["5", "10", "3", "20%", "-", "mill.wheel:Wheel.brake"]


def test_show(run: Run) -> None:
    result = run("show", "Wheel.brake")
    assert "    27          if hard:" in result.stdout
    assert "Stops at once." in result.stdout
    assert result.stdout.index("self.speed = 0  # twice") < result.stdout.index("Twice, because")
