"""Source of one's own: comments and docstrings as notes, the code as it stands."""

from __future__ import annotations

import pytest

from codereading.commented import comment_page
from codereading.languages import PYTHON
from codereading.model import Page
from codereading.problems import ReadingError
from codereading.source import Source

TEXT = '''"""What the file is for."""

import os

# Above this it boils.
LIMIT = 100


@cached
def heat(water):
    """Make it hot.

    >>> heat(20)
    100

    Never hotter.
    """
    # Water first,
    # always.
    fill(water)

    for _ in range(LIMIT):
        burn()  # not a note


class Pot:
    """Holds tea."""

    size: int = 1
'''


def page(name: str = "") -> Page:
    return comment_page(Source("own/tea.py", TEXT, PYTHON), name)


def told(found: Page) -> list[tuple[str, list[int]]]:
    return [(s.note.text, [line.number for line in s.lines]) for s in found.segments]


def test_each_comment_stands_beside_the_code_below_it() -> None:
    assert told(page()) == [
        ("What the file is for.", [3]),
        ("Above this it boils.", [6]),
        ("Make it hot.\n\n```python\n>>> heat(20)\n100\n```\n\nNever hotter.", [9, 10]),
        ("Water first,\nalways.", [20, 21, 22, 23]),
        ("Holds tea.", [26, 29]),
    ]


def test_a_part_of_a_file() -> None:
    assert [numbers for _, numbers in told(page("heat"))] == [[9, 10], [20, 21, 22, 23]]


def test_every_line_of_code_is_shown_once_and_exactly() -> None:
    lines = [line for segment in page().segments for line in segment.lines]
    assert all(line.text == TEXT.split("\n")[line.number - 1] for line in lines)
    numbers = [line.number for line in lines if line.text.strip()]
    assert numbers == sorted(set(numbers))
    code = [n for n, text in enumerate(TEXT.split("\n"), 1) if text.strip()]
    hidden = {1, 5, 11, 13, 14, 16, 17, 18, 19, 27}
    assert numbers == [n for n in code if n not in hidden]


def test_a_comment_above_a_docstring_is_one_note_with_it() -> None:
    text = '"""File."""\n\n\n# Why.\ndef f():\n    """What."""\n    return 1\n'
    found = told(comment_page(Source("a.py", text, PYTHON)))
    assert found[-1] == ("Why.\n\nWhat.", [5, 7])


def test_a_decorator_of_several_lines_stands_beside_the_docstring() -> None:
    text = '"""File."""\n\nx = 1\n\n\n@mark(\n    1,\n)\ndef f():\n    """What."""\n    return 1\n'
    found = told(comment_page(Source("a.py", text, PYTHON)))
    assert found[-1] == ("What.", [6, 7, 8, 9, 11])


def test_labels_differ_and_name_the_file() -> None:
    text = '"""A."""\n\n# One.\nx = 1\n\n# Two.\nx = 1\n'
    notes = [s.note for s in comment_page(Source("own/a.py", text, PYTHON)).segments]
    assert [n.label for n in notes] == ["(lead)", "x = 1 1 of 2", "x = 1 2 of 2"]
    assert {str(n.ref) for n in notes} == {"own.a:own.a"}


def test_source_without_a_comment_is_refused() -> None:
    with pytest.raises(ReadingError, match=r"a\.py:1: has no comment and no docstring"):
        comment_page(Source("a.py", "x = 1\n", PYTHON))


def test_an_unknown_part_is_refused_with_the_nearest() -> None:
    with pytest.raises(ReadingError, match=r"no `heet` in this file; did you mean `heat`"):
        page("heet")
