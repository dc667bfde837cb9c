"""Containers of modules and of parameters."""

from __future__ import annotations

import functools
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.distilled.both import TIMES, cases, plain, same, seen


def attempts(container: Any, *acts: Callable[[Any], Any]) -> list[Any]:
    """What each act does to a container, and what the container is like after it."""
    log = []
    for act in acts:
        try:
            log.append(seen(act(container)))
        except Exception as error:
            log.append((type(error).__name__, plain(error)))
        log.append(repr(container))
    return log


def sequential_runs(library: Any) -> object:
    nn = library.nn
    layer = nn.Linear(2, 2)
    nn.init.constant_(layer.weight, 0.5)
    nn.init.constant_(layer.bias, -1.0)
    model = nn.Sequential(layer, nn.ReLU(), layer)
    result = model(library.ones(3, 2))
    result.sum().backward()
    return result, layer.weight.grad, layer.bias.grad


def sequential_of_names(library: Any) -> object:
    nn = library.nn
    model = nn.Sequential(OrderedDict(first=nn.ReLU(), second=nn.Tanh(), third=nn.Identity()))
    return attempts(
        model,
        lambda m: m.first,
        lambda m: m[1],
        lambda m: m[-1],
        lambda m: m[1:],
        lambda m: m[::-1],
        lambda m: m.append(nn.ReLU()),
        lambda m: m.__setitem__(0, nn.Dropout(0.25)),
        lambda m: m.__delitem__(1),
        lambda m: [name for name, _ in m.named_children()],
    )


def wrong_members(library: Any) -> object:
    nn, tensor = library.nn, library.ones(1)
    log = attempts(
        None,
        lambda _: nn.Sequential(3),
        lambda _: nn.Sequential([nn.ReLU()]),
        lambda _: nn.Sequential(tensor),
        lambda _: nn.Sequential(None),
        lambda _: nn.ModuleList(3),
        lambda _: nn.ModuleList([tensor]),
        lambda _: nn.ModuleList([nn.ReLU]),
        lambda _: nn.ModuleDict(3),
        lambda _: nn.ModuleDict({"a": tensor}),
        lambda _: nn.ModuleDict({3: nn.ReLU()}),
        lambda _: nn.ModuleDict({"a.b": nn.ReLU()}),
        lambda _: nn.ModuleDict({"keys": nn.ReLU()}),
        lambda _: nn.ModuleDict([("a", nn.ReLU()), ("b",)]),
        lambda _: nn.ModuleDict([3]),
        lambda _: nn.ParameterList(3),
        lambda _: nn.ParameterList([tensor])["a"],
        lambda _: nn.ParameterDict(3),
        lambda _: nn.ParameterDict({3: tensor}),
        lambda _: nn.ParameterDict([("a", tensor), ("b",)]),
        lambda _: nn.ParameterDict([3]),
        lambda _: nn.ParameterDict({"a": tensor})["b"],
        lambda _: nn.ParameterList([tensor])(),
        lambda _: nn.ParameterDict({"a": tensor})(1),
        lambda _: nn.ModuleList([nn.ReLU()])(1),
        lambda _: nn.ModuleDict({"a": nn.ReLU()})(1),
    )
    return [line[0] if isinstance(line, tuple) else line for line in log if line != "None"]


def module_list_arithmetic(library: Any) -> object:
    nn = library.nn
    some = nn.ModuleList([nn.ReLU()])
    both = nn.ModuleList([*some, nn.Tanh(), nn.Tanh()])
    some += both
    return both, some, len(some), type(both).__name__, some[1:]


def module_dict(library: Any) -> object:
    nn = library.nn
    return attempts(
        nn.ModuleDict({"b": nn.ReLU(), "a": nn.Tanh()}),
        lambda d: list(d),
        lambda d: list(d.keys()),
        lambda d: list(d.values()),
        lambda d: list(d.items()),
        lambda d: ("a" in d, "z" in d, len(d)),
        lambda d: d["z"],
        lambda d: d.pop("b"),
        lambda d: d.pop("b"),
        lambda d: d.update([("x", nn.Identity()), ["a", nn.Identity()]]),
        lambda d: d.update(nn.ModuleDict({"y": nn.ReLU()})),
        lambda d: d.update(OrderedDict(w=None)),
        lambda d: d.__delitem__("x"),
        lambda d: d.clear(),
    )


def parameter_list(library: Any) -> object:
    nn, one = library.nn, library.ones(2)
    return attempts(
        nn.ParameterList([one, nn.Parameter(library.zeros(()), requires_grad=False), "text", 3]),
        lambda p: [type(item).__name__ for item in p],
        lambda p: list(dict(p.named_parameters())),
        lambda p: p[0],
        lambda p: p[-2],
        lambda p: p[4],
        lambda p: p[1:3],
        lambda p: p.__setitem__(1, one),
        lambda p: p.__setitem__(-1, one.long()),
        lambda p: p.__setitem__(9, one),
        lambda p: p.append(library.ones(2, 3).double()),
        lambda p: p.extend([None, library.ones(1)]),
        lambda p: p.extend(x for x in range(2)),
        lambda p: len(p),
        lambda p: p.__iadd__([one]),
        lambda p: p.state_dict(),
    )


def parameter_dict(library: Any) -> object:
    nn, one = library.nn, library.ones(2)
    return attempts(
        nn.ParameterDict({"b": one, "a": nn.Parameter(library.zeros(())), "c": "text"}),
        lambda p: list(p),
        lambda p: [type(item).__name__ for item in p.values()],
        lambda p: list(dict(p.named_parameters())),
        lambda p: p["b"],
        lambda p: p.b is p["b"],
        lambda p: p.get("z"),
        lambda p: p.get("c", 3),
        lambda p: p.pop("b"),
        lambda p: p.pop("b"),
        lambda p: p.update(OrderedDict(z=one, y=one)),
        lambda p: p.update([("q", one), ["r", None]]),
        lambda p: p.update(nn.ParameterDict({"n": one, "m": one})),
        lambda p: p.__delitem__("z"),
        lambda p: p.__delitem__("z"),
        lambda p: ("y" in p, len(p)),
        lambda p: list(p.items()),
        lambda p: p.state_dict(),
        lambda p: p.clear(),
    )


@cases(
    sequential_runs,
    sequential_of_names,
    wrong_members,
    module_list_arithmetic,
    module_dict,
    parameter_list,
    parameter_dict,
)
def test_containers(program: Callable[[Any], object]) -> None:
    same(program)


edits = st.lists(
    st.tuples(
        st.sampled_from(["get", "set", "delete", "slice", "cut", "insert", "append", "pop"]),
        st.integers(-4, 4),
        st.sampled_from(["ReLU", "Tanh", "Identity"]),
    ),
    max_size=8,
)


@settings(
    max_examples=200 * TIMES,
    deadline=None,
    database=None,
    derandomize=TIMES == 1,
    suppress_health_check=list(HealthCheck),
)
@given(st.sampled_from(["Sequential", "ModuleList"]), st.integers(0, 3), edits)
def test_random_edits(kind: str, size: int, edits: list[tuple[str, int, str]]) -> None:
    def program(library: Any) -> object:
        nn = library.nn
        modules = [nn.Dropout(number / 8) for number in range(size)]
        row = nn.Sequential(*modules) if kind == "Sequential" else nn.ModuleList(modules)
        acts: dict[str, Callable[[int, Any], Any]] = {
            "get": lambda at, new: row[at],
            "set": lambda at, new: row.__setitem__(at, new),
            "delete": lambda at, new: row.__delitem__(at),
            "slice": lambda at, new: row[at:],
            "cut": lambda at, new: row.__delitem__(slice(at, None, 2)),
            "insert": lambda at, new: (row.insert(at % (len(row) + 1), new), None)[1],
            "append": lambda at, new: row.append(new),
            "pop": lambda at, new: row.pop(at),
        }
        log: list[Any] = []
        for act, at, name in edits:
            new = getattr(nn, name)()
            log += attempts(
                row, functools.partial(lambda act, at, new, _: acts[act](at, new), act, at, new)
            )
        return log, list(row._modules), len(row)

    same(program)
