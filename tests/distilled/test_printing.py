"""Random tensors look the same under both."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import annotated_src.distilled as distilled

from .both import TIMES, cases, same

SHAPES = [(), (1,), (3,), (7,), (12,), (40,), (2, 3), (3, 1), (1, 1, 2), (2, 2, 3), (2, 1, 2, 2),
          (0,), (2, 0), (1100,), (8, 200), (2, 9, 70), (1, 1001)]  # fmt: skip
SPECIAL = [0.0, -0.0, math.inf, -math.inf, math.nan, 1e-5, 1e9, 123456.0, 0.1, 1.5, -1e-3, 1e38]
numbers = {
    "float32": st.one_of(st.sampled_from(SPECIAL), st.floats(width=32), st.integers(-999, 9999)),
    "float64": st.one_of(st.sampled_from(SPECIAL), st.floats(), st.integers(-999, 9999)),
    "int64": st.integers(-(2**63), 2**63 - 1) | st.integers(-99, 999),
    "bool": st.booleans(),
}


@st.composite
def tensors(draw: Any) -> tuple[str, tuple[int, ...], list[Any], int]:
    kind = draw(st.sampled_from(sorted(numbers)))
    shape = draw(st.sampled_from(SHAPES))
    few = draw(st.lists(numbers[kind], min_size=1, max_size=6))
    return kind, shape, few, draw(st.integers(0, 5))


def truth_of_nothing(L: Any) -> Any:
    return bool(L.tensor([]))


def truth_of_several(L: Any) -> Any:
    return bool(L.ones(2))


def float_of_several(L: Any) -> Any:
    return float(L.ones(2))


def int_of_none(L: Any) -> Any:
    return int(L.ones(0))


def item_of_several(L: Any) -> Any:
    return L.ones(2).item()


def numbers_of_one(L: Any) -> Any:
    return int(L.tensor([2.7])), float(L.tensor([[3]])), int(L.tensor(True)), float(L.tensor(0.1))


def too_large_for_whole_numbers(L: Any) -> Any:
    return L.tensor([1e20, -1e20, float("nan"), 2.7]).long()


def kinds_are_copied_by_name(L: Any) -> Any:
    kinds = (L.float32, L.float64, L.int64, L.bool)
    return [copy.copy(kind) is kind and copy.deepcopy(kind) is kind for kind in kinds]


def found_in(L: Any) -> Any:
    return [1 in L.ones(2), 7 in L.ones(2), L.ones(2) in L.ones(2, 2)]


def text_in_numbers(L: Any) -> Any:
    return "text" in L.ones(2)


@cases(
    found_in, text_in_numbers, truth_of_nothing, truth_of_several, float_of_several,
    int_of_none, item_of_several, numbers_of_one, too_large_for_whole_numbers,
    kinds_are_copied_by_name
)  # fmt: skip
def test_numbers_in_python(program: Callable[[Any], object]) -> None:
    same(program)


@settings(max_examples=600 * TIMES, deadline=None, derandomize=TIMES == 1, database=None)
@given(tensors())
def test_random_tensors(case: tuple[str, tuple[int, ...], list[Any], int]) -> None:
    kind, shape, few, form = case
    texts = []
    for L in (torch, distilled):
        L_: Any = L
        count = math.prod(shape)
        x = L_.tensor([few[i % len(few)] for i in range(count)], dtype=getattr(L_, kind))
        x = x.view(shape)
        if form == 1 and "float" in kind:
            x.requires_grad_()
        if form == 2 and "float" in kind:
            x = x.requires_grad_() * 1
        if form == 3 and len(shape) > 1:
            x = x.transpose(0, 1)
        texts.append([repr(x), str(x), f"{x}", repr(x.shape), repr(x.dtype), repr(x.tolist())])
    assert texts[1] == texts[0]


@pytest.mark.parametrize(
    "text",
    [
        "f'{L.tensor(1.5):.3f}'", "f'{L.tensor(3):04d}'", "f'{L.tensor(True)}'",
        "L.ones(2, requires_grad=True)[0]", "L.ones(2, requires_grad=True).detach()",
        "L.ones(30, dtype=L.float64, requires_grad=True)", "L.ones(2)[2:]", "L.Size([1, 2])",
        "L.ones(2, requires_grad=True).sum()", "L.tensor([])", "L.zeros(0, 3, dtype=L.int64)",
        "[L.ones(1)]", "L.arange(4).view(2, 2)", "L.arange(0, 1, 0.25)", "L.tensor([1, True, 2.5])",
        "L.nn.Parameter(L.ones(2))",
    ],
)  # fmt: skip
def test_some(text: str) -> None:
    theirs, ours = (repr(eval(text, {"L": L})) for L in (torch, distilled))
    assert ours == theirs
