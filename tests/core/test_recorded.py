from __future__ import annotations

from pathlib import Path

import pytest

from codereading.problems import ReadingError
from codereading.recorded import Snippets, read_snippets, write_snippets
from codereading.snippets import snippets_digest

PAGE = "Text.\n\n```python\n>>> 1 + 1\n2\n```\n"


def test_what_is_recorded_counts_until_a_snippet_changes(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    write_snippets(tmp_path, Snippets("1.0", {"page.md": (snippets_digest(page.read_text()), 1)}))
    found = read_snippets(tmp_path, "recorded")
    assert found.ran(tmp_path, "1.0") == 1
    page.write_text(PAGE.replace("Text.", "Other text."))
    assert found.ran(tmp_path, "1.0") == 1, "prose proves nothing"
    page.write_text(PAGE.replace("2\n", "3\n"))
    assert found.ran(tmp_path, "1.0") == 0
    page.unlink()
    assert found.ran(tmp_path, "1.0") == 0


def test_what_ran_with_another_release_does_not_count(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    assert (
        Snippets("1.0", {"page.md": (snippets_digest(page.read_text()), 1)}).ran(tmp_path, "2.0")
        == 0
    )


def test_recording_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    files = {"b.md": ("0" * 16, 2), "a.md": ("1" * 16, 1)}
    write_snippets(tmp_path / "one", Snippets("1.0", files))
    write_snippets(tmp_path / "two", Snippets("1.0", dict(reversed(files.items()))))
    one, two = ((tmp_path / n / "snippets.json").read_bytes() for n in ("one", "two"))
    assert one == two
    assert read_snippets(tmp_path / "one", "one") == Snippets("1.0", files)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"release": "1.0"}', '{"files": {"a": 1}}'])
def test_a_broken_record_is_explained(tmp_path: Path, text: str) -> None:
    (tmp_path / "snippets.json").write_text(text)
    with pytest.raises(ReadingError, match=r"^rec/snippets\.json: is not a record of snippets"):
        read_snippets(tmp_path, "rec")
