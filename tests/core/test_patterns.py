from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereading.patterns import GAP, matches, shorten, suggest_heads
from codereading.statements import fold

heads = st.text(alphabet="abc xyz()[]:=,.'\"_*", min_size=1, max_size=60).map(fold)


@pytest.mark.parametrize(
    ("pattern", "head"),
    [
        ("else:", "else:"),
        ("return …", "return forward(*args)"),
        ("for … in (*a.items(), …):", "for i, hook in (*a.items(), *b.items(),):"),
        ("x = …", "x = '…'"),
        ("f( a, b )", "f(a, b)"),
        ("…", "anything at all"),
        ("if a  and\n b:", "if a and b:"),
    ],
)
def test_matches(pattern: str, head: str) -> None:
    assert matches(pattern, head)


@pytest.mark.parametrize(
    ("pattern", "head"),
    [
        ("else", "else:"),
        ("return …", "returned = 1"),
        ("return …", "return"),
        ("a…a", "a"),
        ("…b…a…", "a b"),
        ("x = 1", "x = 12"),
        ("if …", "elif x:"),
    ],
)
def test_does_not_match(pattern: str, head: str) -> None:
    assert not matches(pattern, head)


@given(heads)
def test_a_head_matches_itself(head: str) -> None:
    assert matches(head, head)


@given(heads, st.data())
def test_a_head_with_any_part_left_out_matches(head: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(head)))
    last = data.draw(st.integers(first, len(head)))
    pattern = head[:first] + GAP + head[last:]
    # Folding takes white space beside brackets away, also where a gap now ends.
    if fold(pattern) == pattern:
        assert matches(pattern, head)


@given(heads, heads)
def test_without_a_gap_only_the_same_text_matches(one: str, other: str) -> None:
    assert matches(one, other) == (one == other)


@given(st.text(max_size=60))
def test_fold_is_stable(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(heads.filter(bool))
def test_a_shortened_head_still_matches_it(head: str) -> None:
    assert matches(shorten(head, 20), head)


def test_suggestions() -> None:
    pool = ["result = forward_call(*args, **kwargs)", "return result", "else:"]
    assert "`return result`" in suggest_heads("return results", pool)
    assert (
        suggest_heads("result = forward_call(...)", pool)
        == "write … (U+2026) for text that is left out"
    )
    assert suggest_heads("else", pool) == "did you mean `else:`?"
