from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codereading.notes import find_note_files, read_note_file
from codereading.project import load_project
from tests.paths import MILL


def test_a_note_file_is_read() -> None:
    project = load_project(MILL)
    path = project.notes_dir / "mill" / "wheel.md"
    file, problems = read_note_file(path, project)
    assert not problems
    assert file.library_file == "mill/wheel.py"
    brake = [note for note in file.notes if note.ref.name == "Wheel.brake"]
    assert [note.label for note in brake] == [
        "(lead)",
        "if hard:",
        "self.speed = 0 2 of 2",
        "elif …:",
        "self.speed -= 1",
    ]
    assert brake[4].folded
    assert not brake[3].folded
    assert str(brake[0].ref) == "mill.wheel:Wheel.brake"
    lines = path.read_text().split("\n")
    for note in file.notes:
        assert lines[note.text_line - 1] == note.text.split("\n")[0]
        assert lines[note.line - 1].startswith("#")


def test_headers_have_note_files_too() -> None:
    project = load_project(MILL)
    assert [p.name for p in find_note_files(project)] == ["gear.h.md", "wheel.md"]


def test_headings_inside_code_are_text(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.codereading]\nlibrary = "lib"\n')
    path = tmp_path / "notes" / "lib" / "a.md"
    path.parent.mkdir(parents=True)
    path.write_text("# lib/a.py\n\n## f\n\nLead.\n\n```python\n# not a heading\n## nor this\n```\n")
    file, problems = read_note_file(path, load_project(tmp_path))
    assert not problems
    assert "# not a heading" in file.notes[0].text


@pytest.mark.parametrize("start", ["\ufeff", "\r\n", ""])
def test_what_an_editor_puts_into_a_file_does_not_matter(tmp_path: Path, start: str) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.codereading]\nlibrary = "lib"\n')
    path = tmp_path / "notes" / "lib" / "a.md"
    path.parent.mkdir(parents=True)
    path.write_bytes(f"{start}# lib/a.py\r\n\r\n## f\r\n\r\nA lead\r\nof two.\r\n".encode())
    file, problems = read_note_file(path, load_project(tmp_path))
    assert not problems
    assert [note.text for note in file.notes] == ["A lead\nof two."]


@pytest.mark.parametrize(
    "text",
    [
        "````markdown\n```python\nx\n```\n````",
        "~~~\n```python\n~~~",
        "```\nx\n```   ",
        "```\n\n```",
        "```\n```",
        "```\n### `x`\n```",
        "- item\n\n  ```\n  x\n  ```",
        "> ```\n> x",
        "<!-- aside -->",
        "Text\n#1234 is an issue",
        "Text with `##` in it",
        "    x = 1\n    ## a comment in code",
    ],
)
def test_nothing_is_wrong_with_blocks_that_are_closed(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.codereading]\nlibrary = "lib"\n')
    path = tmp_path / "notes" / "lib" / "a.md"
    path.parent.mkdir(parents=True)
    path.write_text(f"# lib/a.py\n\n## f\n\nLead.\n\n{text}\n\n## g\n\nLead.\n")
    file, problems = read_note_file(path, load_project(tmp_path))
    assert not problems
    assert [note.ref.name for note in file.notes] == ["f", "g"]


markdown = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "# lib/a.py",
                "## f",
                "## ",
                "### `x = 1`",
                "### `x` 2 of 3",
                "### `` ` `` folded",
                "### x",
                "#### deep",
                "```",
                "text",
                "",
                "> quoted",
                "- item",
                "Setext\n---",
                "### `…`",
            ]
        ),
        st.text(max_size=20),
    ),
    max_size=12,
).map("\n".join)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(markdown)
def test_any_text_is_read_or_explained(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.codereading]\nlibrary = "lib"\n')
    path = tmp_path / "notes" / "lib" / "a.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    file, problems = read_note_file(path, load_project(tmp_path))
    for problem in problems:
        assert problem.file == "notes/lib/a.md"
        assert problem.line >= 1
        assert problem.text
    if not problems:
        assert all(note.text for note in file.notes)
