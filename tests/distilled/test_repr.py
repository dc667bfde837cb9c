"""How modules print."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.distilled.both import TIMES, cases, same

EXTRAS = ("", "one=1", "one=1, two=2", "one\ntwo", "one\n  three")
tree: st.SearchStrategy[Any] = st.recursive(
    st.tuples(st.sampled_from(["ReLU", "Linear", "Tanh", "None", "Own"]), st.sampled_from(EXTRAS)),
    lambda inner: st.tuples(
        st.sampled_from(["Sequential", "ModuleList", "ModuleDict", "Own", "Twice"]),
        st.lists(inner, max_size=4),
        st.sampled_from(EXTRAS),
    ),
    max_leaves=8,
)


def built(library: Any, plan: Any) -> Any:
    nn: Any = library.nn

    class Own(nn.Module):  # type: ignore[misc]
        said = ""

        def extra_repr(self) -> str:
            return self.said

    kind, *rest = plan
    members = [built(library, member) for member in rest[0]] if len(rest) == 2 else []
    modules = [member for member in members if member is not None]
    if kind == "None":
        return None
    if kind in ("ReLU", "Tanh"):
        return getattr(nn, kind)()
    if kind == "Linear":
        return nn.Linear(2, 3, bias=rest[-1] == "")
    if kind == "Sequential":
        return nn.Sequential(*modules)
    if kind == "ModuleList":
        return nn.ModuleList(modules)
    if kind == "Twice":
        return nn.ModuleList(modules + modules + modules[:1] * 3)
    if kind == "ModuleDict":
        return nn.ModuleDict({f"key{number}": member for number, member in enumerate(modules)})
    own = Own()
    own.said = rest[-1]
    for number, member in enumerate(members):
        own.add_module(f"child{number}", member)
    return own


@settings(max_examples=200 * TIMES, deadline=None, database=None, derandomize=TIMES == 1)
@given(tree)
def test_random_trees(plan: Any) -> None:
    def program(library: Any) -> object:
        module = built(library, plan)
        return repr(module), str(module), f"{module}"

    same(program)


def layers(library: Any) -> object:
    nn = library.nn
    return [
        nn.Module(),
        nn.Identity(1, two=2),
        nn.Linear(2, 3),
        nn.Linear(in_features=4, out_features=1, bias=False, dtype=library.float64),
        nn.ReLU(),
        nn.ReLU(inplace=True),
        nn.Tanh(),
        nn.Dropout(),
        nn.Dropout(0.25, inplace=True),
        nn.MSELoss(),
        nn.MSELoss(reduction="sum"),
        nn.ParameterList(),
        nn.ParameterDict(),
    ]


def optimizers(library: Any) -> object:
    log = []
    for params, options in (
        ([], {}),
        (library.ones(1), {}),
        ([3], {}),
        ([library.ones(1, requires_grad=True) * 2], {}),
        ([library.ones(1)], {"lr": -1}),
        ([library.ones(1)], {"momentum": -1}),
    ):
        try:
            library.optim.SGD(params, **options)
        except (TypeError, ValueError) as error:
            log.append((type(error).__name__, str(error)))
    return log


@cases(layers, optimizers)
def test_repr(program: Callable[[Any], object]) -> None:
    same(program)
