"""Records of lines as files. What is wrong with one is a case in tests/data/bad."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereading.evidence import (
    Evidence,
    FileLines,
    Run,
    dump_run,
    load_run,
    read_evidence,
    run_path,
)
from codereading.problems import ReadingError
from codereading.records import remove_records, write_records

words = st.text(max_size=20)
lines = st.frozensets(st.integers(1, 3000), max_size=30)
runs = st.builds(
    Run,
    example=words,
    digest=words,
    release=words,
    python=words,
    files=st.dictionaries(words, st.builds(FileLines, words, lines, lines), max_size=5),
)
RUN = Run(
    "examples/brake.py",
    "0" * 16,
    "1.0",
    "3.11",
    {
        "mill/wheel.py": FileLines("1" * 16, frozenset({1, 2, 3, 9})),
        "mill/axle.py": FileLines("2" * 16, frozenset({4})),
    },
)
IMPORTED = Run(
    "", "", "1.0", "3.11", {"mill/wheel.py": FileLines("1" * 16, frozenset({1}), frozenset({1, 9}))}
)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records") / "record.json"


@given(run=runs)
def test_what_is_written_is_read(record: Path, run: Run) -> None:
    record.write_text(dump_run(run), encoding="utf-8")
    assert load_run(record, "record.json") == run


@given(run=runs)
def test_the_same_run_is_the_same_bytes(run: Run) -> None:
    other_order = {name: run.files[name] for name in sorted(run.files, reverse=True)}
    assert dump_run(replace(run, files=other_order)) == dump_run(run)


@given(run=runs)
def test_each_file_of_the_library_has_one_line(run: Run) -> None:
    text = dump_run(run)
    assert text.isascii()
    assert text.count("\n") == len(run.files) + 3 + (not run.files)


@given(run=runs, data=st.data())
def test_no_part_of_a_record_is_taken_for_one(record: Path, run: Run, data: st.DataObject) -> None:
    text = dump_run(run).rstrip()
    end = data.draw(st.integers(0, len(text) - 1))
    record.write_text(text[:end], encoding="utf-8")
    with pytest.raises(ReadingError, match=r"^record\.json: is not a record of lines: "):
        load_run(record, "record.json")


def test_a_record_is_as_one_reads_it_in_a_diff() -> None:
    assert dump_run(RUN) == (
        '{"schema": 1, "example": "examples/brake.py", "digest": "0000000000000000", '
        '"release": "1.0", "python": "3.11",\n'
        ' "files": {\n'
        '  "mill/axle.py": {"digest": "2222222222222222", "ran": "4"},\n'
        '  "mill/wheel.py": {"digest": "1111111111111111", "ran": "1-3,9"}\n'
        " }}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "1",
        "null",
        '{"schema": 1, "files": []}',
        '{"schema": 1, "files": {}}',
        '{"schema": 1, "files": {"a": 1}}',
        '{"schema": 1, "files": {"a": {"digest": ""}}}',
        '{"schema": 1, "files": {"a": {"digest": "", "ran": [1]}}}',
        dump_run(RUN).replace("1-3,9", "9,x"),
        dump_run(RUN).replace("1-3,9", "3-1"),
        "<<<<<<< HEAD\n" + dump_run(RUN),
    ],
)
def test_a_broken_record_is_explained(tmp_path: Path, text: str) -> None:
    path = run_path(tmp_path, RUN.example)
    path.parent.mkdir(parents=True)
    path.write_text(text)
    evidence, problems = read_evidence(tmp_path, "recorded")
    assert evidence == Evidence()
    (problem,) = map(str, problems)
    place = "recorded/lines/examples/brake.py.json"
    assert problem.startswith(f"{place}: is not a record of lines: ")
    assert problem.endswith("; record it again: codereading record")


def test_bytes_that_are_no_text_are_explained(tmp_path: Path) -> None:
    path = run_path(tmp_path, RUN.example)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff")
    _, (problem,) = read_evidence(tmp_path, "recorded")
    assert "is not a record of lines: UnicodeDecodeError: " in str(problem)


def write_runs(folder: Path, runs: list[Run]) -> None:
    write_records((run_path(folder, run.example), dump_run(run)) for run in runs)


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    write_runs(tmp_path, [IMPORTED, RUN])
    evidence, problems = read_evidence(tmp_path, "recorded")
    assert not problems
    assert evidence == Evidence(IMPORTED, {RUN.example: RUN})


def test_a_folder_without_records_is_no_problem(tmp_path: Path) -> None:
    assert read_evidence(tmp_path / "nowhere", "recorded") == (Evidence(), [])


def test_a_record_between_other_files(tmp_path: Path) -> None:
    write_runs(tmp_path, [RUN])
    note = tmp_path / "lines" / "examples" / "README.md"
    note.write_text("Made by a machine.")
    evidence, problems = read_evidence(tmp_path, "recorded")
    assert (list(evidence.runs), problems) == ([RUN.example], [])
    remove_records(tmp_path / "lines", [])
    assert not run_path(tmp_path, RUN.example).exists()
    assert note.exists()


def test_folders_of_removed_records_go_too(tmp_path: Path) -> None:
    deep = replace(RUN, example="a/b/c.py")
    write_runs(tmp_path, [IMPORTED, RUN, deep])
    remove_records(tmp_path / "lines", [run_path(tmp_path, n) for n in ("", RUN.example)])
    found = {path.relative_to(tmp_path / "lines").as_posix() for path in tmp_path.rglob("*.json")}
    assert found == {"imported.json", "examples/brake.py.json"}
    assert not (tmp_path / "lines" / "a").exists()


def test_examples_of_a_line_and_of_several() -> None:
    other = replace(RUN, example="b.py", files={"mill/wheel.py": FileLines("", frozenset({3, 4}))})
    evidence = Evidence(None, {RUN.example: RUN, "b.py": other})
    assert evidence.examples("mill/wheel.py", [3]) == {RUN.example, "b.py"}
    assert evidence.examples("mill/wheel.py", [4]) == {"b.py"}
    assert evidence.examples("mill/axle.py", [4]) == {RUN.example}
    assert evidence.examples("mill/axle.py", range(1, 9)) == {RUN.example}
    assert evidence.examples("mill/axle.py", [5]) == frozenset()
    assert evidence.examples("mill/none.py", [4]) == frozenset()


def test_what_the_import_ran() -> None:
    evidence = Evidence(IMPORTED, {})
    assert evidence.at_import("mill/wheel.py").code == {1, 9}
    assert evidence.at_import("mill/axle.py") == FileLines("", frozenset())
    assert Evidence().at_import("mill/wheel.py") == FileLines("", frozenset())
