"""Recorded traces: written and read back, and no longer believed when anything has changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codereading.problems import ReadingError
from codereading.steps import (
    Frame,
    Kind,
    Step,
    Trace,
    dump_trace,
    load_trace,
    read_recorded_traces,
    step_data,
    step_of,
)
from tests.conftest import Run
from tests.core.tracing import NAME, PAGE, Track, block, lay_track

AGAIN = "record it again: codereading record"
RECORD = f"notes/recorded/traces/{NAME}.json"
CODE = "from mill.track import doubled\nx = doubled(1)"

# Written and read back -----------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
steps = st.builds(
    Step,
    st.sampled_from(Kind),
    st.integers(0, 30),
    st.integers(0, 3),
    st.integers(0, 10_000),
    st.dictionaries(texts, texts, max_size=3),
    texts,
)
traces = st.builds(
    Trace,
    texts,
    texts,
    texts,
    texts,
    st.dictionaries(texts, texts, max_size=3),
    st.lists(st.builds(Frame, texts, texts), min_size=4, max_size=6).map(tuple),
    st.lists(steps, max_size=8).map(tuple),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(traces)
def test_a_trace_is_read_as_it_was_written(tmp_path: Path, trace: Trace) -> None:
    path = tmp_path / "a.json"
    path.write_text(dump_trace(trace), encoding="utf-8")
    assert load_trace(path, "a.json") == trace
    assert dump_trace(load_trace(path, "a.json")) == dump_trace(trace)


@given(steps)
def test_a_step_has_no_more_than_it_needs(step: Step) -> None:
    row = step_data(step)
    assert step_of(json.loads(json.dumps(row))) == step
    assert len(row) == (6 if step.value else 5 if step.changed else 4)


def test_each_frame_and_step_has_a_line_of_its_own() -> None:
    frames = (Frame("", ""), Frame("f", "mill/track.py"))
    some = tuple(Step(Kind.LINE, 0, 0, n, {"x": "1\n2"}) for n in range(5))
    lines = dump_trace(Trace("a", "d", "1.0", "3.11", {}, frames, some)).split("\n")
    assert len([line for line in lines if line.startswith('["line"')]) == 5
    assert len(lines) == 1 + 1 + 2 + 2 + 5 + 1 + 1


# Broken --------------------------------------------------------------------------------

GOOD = dump_trace(
    Trace(
        "a",
        "d",
        "1.0",
        "3.11",
        {"mill/track.py": "d"},
        (Frame("", ""), Frame("f", "mill/track.py")),
        (Step(Kind.CALL, 1, 1, 3, {"x": "…"}), Step(Kind.RETURN, 1, 1, 4, {}, "None")),
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(GOOD.encode()) - 3))
def test_a_record_that_is_cut_anywhere_is_explained(tmp_path: Path, end: int) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(GOOD.encode()[:end])
    with pytest.raises(ReadingError) as error:
        load_trace(path, "a.json")
    (problem,) = error.value.problems
    assert (problem.file, problem.hint) == ("a.json", AGAIN)
    assert problem.text.startswith("is not a record of steps: ")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"schema": 1', '"schema": "1"'),
        ('"schema": 1', '"other": 1'),
        ('"digest": "d"', '"other": "d"'),
        ('"files": {', '"files": [], "more": {'),
        ('["call"', '["leap"'),
        ('["call", 1, 1', '["call", 1, 2'),
        ('["call", 1, 1', '["call", 1, -1'),
        ('["call", 1, 1, 3, {"x": "…"}]', '["call", 1]'),
        ('["call", 1, 1, 3, {"x": "…"}]', "3"),
        ('["call", 1, 1, 3', '["call", 1, 1, null'),
        ('["call", 1, 1, 3', '["call", 1, 1, Infinity'),
        ('{"x": "…"}', "[1]"),
        ('["f", "mill/track.py"]', '["f"]'),
        ('"frames": [', '"frames": null, "more": ['),
    ],
)
def test_what_is_no_step_is_explained(tmp_path: Path, old: str, new: str) -> None:
    assert GOOD.count(old) == 1
    path = tmp_path / "a.json"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(ReadingError, match=r"^a\.json: (is not a record of steps|has schema)"):
        load_trace(path, "a.json")


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff\xfe", b"[1, 2]", b'"text"'])
def test_what_is_no_record_is_explained(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "traces").mkdir()
    (tmp_path / "traces" / "a.json").write_bytes(data)
    (tmp_path / "traces" / "b.json").write_text(GOOD, encoding="utf-8")
    found, problems = read_recorded_traces(tmp_path, "rec")
    assert not found
    assert [problem.file for problem in problems] == ["rec/traces/a.json", "rec/traces/b.json"]
    assert "is not a record of steps" in problems[0].text
    assert problems[1].text == "is the record of `a`, in the wrong place"


# Stale ---------------------------------------------------------------------------------


@pytest.fixture
def track(mill: Path, run: Run) -> Track:
    """A project with one trace, recorded."""
    lay_track(mill)
    track = Track(mill, run)
    track.write(block(CODE, title="What it shows"))
    assert track.record().exit_code == 0
    return track


def stale(track: Track) -> list[str]:
    """What `check` says of traces."""
    result = track.run("check", "--quiet")
    assert "Traceback" not in result.output
    lines = result.output.splitlines()
    return [line for line in lines if PAGE in line or "notes/recorded/traces" in line]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_record_holds_while_nothing_changes_but_words(track: Track) -> None:
    assert stale(track) == []
    edit(track.mill / PAGE, "What it shows", "It shows something else")
    edit(track.mill / PAGE, "# Steps", "# Steps\n\nMoved.")
    assert stale(track) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("doubled(1)", "doubled(2)"),
        (":title: What it shows", ":from: x = …"),
        (":title: What it shows", ":skip: summed"),
        (":title: What it shows", ":watch: x"),
    ],
)
def test_another_text_on_the_page(track: Track, old: str, new: str) -> None:
    edit(track.mill / PAGE, old, new)
    says = f"{PAGE}:3: the record of the trace `{NAME}` is of another text; {AGAIN} {NAME}"
    assert stale(track) == [says]
    assert track.record(NAME).exit_code == 0
    assert stale(track) == []


def test_another_text_of_a_file_that_it_enters(track: Track) -> None:
    library = track.mill / "lib" / "mill"
    for other in (library / "wheel.py", library / "unread.py"):
        other.write_text(other.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    assert stale(track) == [], "of no file that it enters"
    path = library / "track.py"
    path.write_text(path.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    says = f"was recorded with another text of the library's mill/track.py; {AGAIN} {NAME}"
    assert stale(track) == [f"{RECORD}: {says}"]


def test_a_file_that_it_enters_is_read_no_more(track: Track) -> None:
    (track.mill / "notes" / "mill" / "track.md").unlink()
    says = f"enters the library's mill/track.py, which no note reads now; {AGAIN} {NAME}"
    assert stale(track) == [f"{RECORD}: {says}"]


def test_another_release_of_the_library(track: Track) -> None:
    edit(track.mill / "lib" / "mill" / "__init__.py", "1.0", "1.1")
    says = "was recorded with release 1.0, and this is 1.1; record all again: codereading record"
    assert stale(track) == [f"notes/recorded/traces: {says}"]


def test_a_record_that_is_gone(track: Track) -> None:
    track.path().unlink()
    assert stale(track) == [f"{PAGE}:3: the trace `{NAME}` has no record; {AGAIN} {NAME}"]


def test_a_trace_that_is_gone(track: Track) -> None:
    track.write()
    says = f"{RECORD}: no page has a trace called `{NAME}`; codereading record"
    assert stale(track) == [says]
    assert track.record().exit_code == 0
    assert not track.path().exists()
    assert stale(track) == []


def test_a_record_says_what_it_was_made_of(track: Track) -> None:
    data: dict[str, Any] = json.loads(track.path().read_text(encoding="utf-8"))
    assert list(data) == [
        "schema",
        "trace",
        "digest",
        "release",
        "python",
        "files",
        "frames",
        "steps",
    ]
    assert (data["schema"], data["trace"], data["release"]) == (1, NAME, "1.0")
    assert list(data["files"]) == ["mill/track.py"]
