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


def test_every_method_is_offered_or_refused() -> None:
    """The list is what torch has and this has not, and no more: a misspelt name is not torch's."""
    of_torch = {name for name in dir(torch.Tensor) if not name.startswith("_")}
    operators = {name for name in refusals.NOT_OFFERED if name.startswith("__")}
    assert operators <= set(dir(torch.Tensor))
    offered = {name for name in dir(type(distilled.ones(2))) if name not in refusals.NOT_OFFERED}
    offered |= set(vars(distilled.ones(2)))  # ``shape`` and ``dtype`` are not the class's
    assert set(refusals.NOT_OFFERED) - operators == of_torch - offered


def test_each_of_them_is_refused_by_name() -> None:
    for name in refusals.NOT_OFFERED:
        assert not hasattr(distilled.ones(2), name)
        with pytest.raises(NotImplementedError, match=f"no {name}; see torch.Tensor.{name}$"):
            getattr(distilled.ones(2), name)


OPERATIONS = [
    "x // 2",
    "2 // x",
    "x % 2",
    "2 % x",
    "x & x",
    "1 | x",
    "x ^ x",
    "x << 1",
    "abs(x)",
    "+x",
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_operators_are_refused(operation: str) -> None:
    eval(operation, {"x": torch.arange(3) + 1})
    with pytest.raises(NotImplementedError, match=r"distilled has no __\w+__; see torch.Tensor"):
        eval(operation, {"x": distilled.arange(3)})


def test_what_torch_has_not_either() -> None:
    with pytest.raises(AttributeError, match="no_such_thing"):
        distilled.ones(2).no_such_thing  # noqa: B018
    for name in ("zeros_like", "full_like", "empty_like", "arrange"):
        assert not hasattr(torch.Tensor, name)
        assert not hasattr(distilled.ones(2), name)
    with pytest.raises(NotImplementedError, match="distilled has no arrange"):
        distilled.arrange  # noqa: B018


def test_every_method_of_a_module_is_offered_or_refused() -> None:
    of_torch = {name for name in dir(torch.nn.Module) if not name.startswith("_")}
    lacking = of_torch - set(dir(distilled.nn.Module))
    assert lacking - {"register_state_dict_post_hook"} == refusals.NOT_OFFERED_BY_MODULE
    model = distilled.nn.ReLU()
    for name in lacking:
        assert not hasattr(model, name)
        with pytest.raises(NotImplementedError, match=f"no {name}; see torch.nn.Module.{name}$"):
            getattr(model, name)
    model.type = "mine"  # a name of one's own
    assert model.type == "mine"


def test_options_of_an_optimizer() -> None:
    with pytest.raises(NotImplementedError, match=r"no foreach; see torch.optim.SGD.foreach"):
        distilled.optim.SGD([distilled.ones(1)], momentum=0.9, foreach=True)


def test_extra_state_is_not_lost_in_silence() -> None:
    class Counting(distilled.nn.Module):  # type: ignore[misc]
        def get_extra_state(self) -> int:
            return 3

    with pytest.raises(NotImplementedError, match="distilled has no extra state"):
        distilled.nn.Sequential(Counting()).state_dict()
