from __future__ import annotations

from pathlib import Path

import pytest

from codereading.problems import ReadingError
from codereading.project import load_project
from codereading.reading import read
from tests.paths import MILL


def test_a_page_has_every_line_of_its_subject_once(mill: Path) -> None:
    reading = read(load_project(mill), mill / "lib")
    for ref in reading.subjects:
        page = reading.page(ref)
        shown = [line.number for segment in page.segments for line in segment.lines]
        assert shown == list(range(page.span.first, page.span.last + 1))
        texts = [line.text for segment in page.segments for line in segment.lines]
        assert texts == list(reading.library.source(ref.file).lines[shown[0] - 1 : shown[-1]])


def test_a_build_wants_the_release_of_the_lock(mill: Path) -> None:
    version = mill / "lib" / "mill" / "__init__.py"
    version.write_text(version.read_text().replace("1.0", "1.1"))
    (problem,) = read(load_project(mill), mill / "lib").failures()
    assert str(problem) == (
        "notes/recorded/lock.toml:3: the notes read mill 1.0, but 1.1 is installed; "
        "install mill==1.0, or move the notes: codereading check"
    )


def test_nothing_stops_a_build_when_all_holds(mill: Path) -> None:
    assert read(load_project(mill), mill / "lib").failures() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mill.wheel:Wheel.brake", "mill.wheel:Wheel.brake"),
        ("Wheel.brake", "mill.wheel:Wheel.brake"),
        ("mill/wheel.py:Wheel.brake", "mill.wheel:Wheel.brake"),
        ("Gear::operator()", "mill/include/gear.h:Gear::operator()"),
    ],
)
def test_subjects_by_name(mill: Path, text: str, found: str) -> None:
    assert str(read(load_project(mill), mill / "lib").subject(text)) == found


def test_an_unknown_subject_names_the_nearest(mill: Path) -> None:
    reading = read(load_project(mill), mill / "lib")
    with pytest.raises(ReadingError, match="no notes are written on this subject; did you mean"):
        reading.subject("Wheel.break")


def test_a_note_that_does_not_hold_has_no_page() -> None:
    reading = read(load_project(MILL), MILL / "v2")
    with pytest.raises(ReadingError, match=r"self\.speed -= 1: missing"):
        reading.page(reading.subject("Wheel.brake"))
