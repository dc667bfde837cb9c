"""What is not offered says so, by the name that it has in torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

import annotated_src.distilled as distilled
from annotated_src.distilled import refusals

REFUSED: dict[str, Callable[[Any], object]] = {
    "conv2d; see torch.conv2d": lambda L: L.conv2d,
    "Conv2d; see torch.nn.Conv2d": lambda L: L.nn.Conv2d,
    "conv2d; see torch.nn.functional.conv2d": lambda L: L.nn.functional.conv2d,
    "orthogonal_; see torch.nn.init.orthogonal_": lambda L: L.nn.init.orthogonal_,
    "Adam; see torch.optim.Adam": lambda L: L.optim.Adam,
    "cumsum; see torch.Tensor.cumsum": lambda L: L.ones(2).cumsum,
    "cuda; see torch.cuda": lambda L: L.ones(2).to("cuda"),
    "indices that copy; see torch.Tensor.__getitem__": lambda L: L.ones(2)[L.ones(2) > 0],
}


@pytest.mark.parametrize("said", REFUSED)
def test_says_so_by_name(said: str) -> None:
    with pytest.raises(NotImplementedError, match=f"distilled has no {said}"):
        REFUSED[said](distilled)


@pytest.mark.parametrize("name", refusals.NOT_OFFERED.split())
def test_torch_has_it(name: str) -> None:
    assert hasattr(torch.Tensor, name)
    assert not hasattr(distilled.ones(2), name)


def test_what_torch_has_not_either() -> None:
    with pytest.raises(AttributeError, match="no_such_thing"):
        distilled.ones(2).no_such_thing  # noqa: B018
    for name in ("zeros_like", "full_like", "empty_like", "arrange"):
        assert not hasattr(torch.Tensor, name)
        assert not hasattr(distilled.ones(2), name)
    with pytest.raises(NotImplementedError, match="distilled has no arrange"):
        distilled.arrange  # noqa: B018
