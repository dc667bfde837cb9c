"""Sums of many numbers, to the last digit: torch decides the order in which they are added."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
import torch

import annotated_src.distilled as distilled

from .both import TIMES

SIZES = (0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33, 40, 64, 100, 130)
KINDS = ("float32", "float32", "float32", "float64", "int64", "bool")
MOST = 8_000  # elements


def plan(seed: int) -> dict[str, Any]:
    """A tensor of random numbers, how to look at it, and what to add."""
    draw = random.Random(seed)
    count = draw.randint(0, 4)
    choices = SIZES if count < 3 else [n for n in SIZES if n < 20]
    sizes = [draw.choice(choices) for _ in range(count)]
    if count == 1 and draw.random() < 0.4:
        sizes = [draw.randint(1, MOST)]
    while math.prod(sizes) > MOST:
        sizes[draw.randrange(count)] = 1
    kind = draw.choice(KINDS)
    numbers = [draw.gauss(0, draw.choice([1, 1000])) for _ in range(math.prod(sizes))]
    if kind in {"int64", "bool"}:
        numbers = [int(x) for x in numbers]
    return {
        "kind": kind,
        "numbers": numbers,
        "sizes": sizes,
        "order": draw.sample(range(count), count),
        "dims": draw.sample(range(count), draw.randint(1, count)) if count else None,
        "every_second": draw.random() < 0.3,
        "repeated": draw.random() < 0.1,
    }


def total(L: Any, what: dict[str, Any]) -> list[str]:
    x = L.tensor(what["numbers"], dtype=getattr(L, what["kind"])).view(what["sizes"])
    if what["repeated"]:
        x = x.unsqueeze(0).expand(3, *x.shape)
    elif what["order"]:
        x = x.permute(*what["order"])
    if what["every_second"] and x.dim() and x.shape[0] > 2:
        x = x[1::2]
    result = x.sum() if what["dims"] is None else x.sum(what["dims"])
    return [repr(number) for number in result.reshape(-1).tolist()]


@pytest.fixture
def one_thread() -> Any:
    """With several, torch may cut a sum into as many."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_to_the_last_digit(start: int, one_thread: None) -> None:
    for seed in range(start * TIMES, (start + 50) * TIMES):
        what = plan(seed)
        described = {key: value for key, value in what.items() if key != "numbers"}
        assert total(distilled, what) == total(torch, what), described
