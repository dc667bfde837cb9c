from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereading.ranges import from_ranges, to_ranges


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([], ""),
        ([5], "5"),
        ([5, 6], "5-6"),
        ([7, 1, 3, 2, 3], "1-3,7"),
        ([1, 3, 5], "1,3,5"),
        ([9, 10, 11, 100], "9-11,100"),
    ],
)
def test_runs_are_written_once_and_in_order(numbers: list[int], text: str) -> None:
    assert to_ranges(numbers) == text
    assert from_ranges(text) == set(numbers)


@given(st.frozensets(st.integers(1, 60) | st.integers(1, 10**6)))
def test_what_is_written_is_read(numbers: frozenset[int]) -> None:
    assert from_ranges(to_ranges(numbers)) == numbers


@given(st.lists(st.integers(1, 40)))
def test_no_number_stands_twice_and_no_two_runs_touch(numbers: list[int]) -> None:
    above = -1
    for part in filter(None, to_ranges(numbers).split(",")):
        first, dash, last = part.partition("-")
        assert int(first) > above + 1
        assert not dash or int(last) > int(first)
        above = int(last or first)


@pytest.mark.parametrize("text", ["x", "1-", "-1", "1,", ",", "1-2-3", "1–3", "5-3", "1;2"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (its caller tells which file)
        from_ranges(text)
