"""Attributes of modules, the tree that they make, and what is done to all of it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.distilled.both import TIMES, cases, plain, same, seen

NAMES = ("a", "b", "c", "training", "eval", "x.y", "", 3)
VALUES = (
    "parameter",
    "shared parameter",
    "buffer",
    "passing buffer",
    "shared buffer",
    "tensor",
    "module",
    "shared module",
    "none",
    "number",
    "no leaf",
)
STEPS = ("set", "set", "set", "delete", "get", "parameter", "buffer", "passing", "child")
LOOKS = (
    "dict",
    "named_parameters",
    "named_buffers",
    "named_modules",
    "named_children",
    "own parameters",
    "state_dict",
    "repr",
    "passing",
)
Step = tuple[str, Any, str, str]
steps = st.lists(
    st.tuples(
        st.sampled_from(STEPS),
        st.sampled_from(NAMES[:3] * 4 + NAMES),
        st.sampled_from(VALUES),
        st.sampled_from(LOOKS),
    ),
    min_size=1,
    max_size=12,
)


def look(module: Any, what: str) -> Any:
    return {
        "dict": lambda: [name for name in vars(module) if not name.startswith("__")],
        "named_parameters": lambda: list(module.named_parameters()),
        "named_buffers": lambda: list(module.named_buffers(prefix="under")),
        "named_modules": lambda: list(module.named_modules(prefix="under")),
        "named_children": lambda: list(module.named_children()),
        "own parameters": lambda: list(module.named_parameters(recurse=False)),
        "state_dict": module.state_dict,
        "repr": lambda: repr(module),
        "passing": lambda: sorted(module._non_persistent_buffers_set),
    }[what]()


def make(library: Any) -> dict[str, Callable[[], Any]]:
    """Values by their names; what is shared is the same object every time."""
    nn, one = library.nn, library.ones(1, requires_grad=True)
    parameter, buffer, module = nn.Parameter(library.ones(2)), library.zeros(2), nn.ReLU()
    return {
        "parameter": lambda: nn.Parameter(library.ones(1)),
        "shared parameter": lambda: parameter,
        "buffer": lambda: nn.Buffer(library.zeros(1)),
        "passing buffer": lambda: nn.Buffer(library.zeros(1), persistent=False),
        "shared buffer": lambda: buffer,
        "tensor": lambda: library.ones(3),
        "module": lambda: nn.Linear(1, 1),
        "shared module": lambda: module,
        "none": lambda: None,
        "number": lambda: 3,
        "no leaf": lambda: one * 2,
    }


def take(module: Any, name: Any, step: str, value: Any) -> Any:
    if step == "set":  # nobody writes `module.x.y = …` and means one name
        return None if name == "x.y" else setattr(module, name, value)
    if step == "delete":
        return delattr(module, name)
    if step == "get":
        return getattr(module, name)
    if step == "parameter":
        return module.register_parameter(name, value)
    if step == "child":
        return module.add_module(name, value)
    return module.register_buffer(name, value, persistent=step == "buffer")


def routed(library: Any, steps: list[Step]) -> list[Any]:
    """What each step of a way does to a module, whatever goes wrong in it."""
    values, module = make(library), library.nn.Module()
    log = []
    for step, name, value, looks in steps:
        try:
            log.append(seen(take(module, name, step, values[value]())))
        except Exception as error:
            log.append((type(error).__name__, plain(error)))
        try:
            log.append(seen(look(module, looks)))
        except Exception as error:  # the way may have destroyed the module
            log.append((type(error).__name__, plain(error)))
    return log


@settings(
    max_examples=400 * TIMES,
    deadline=None,
    database=None,
    derandomize=TIMES == 1,
    suppress_health_check=list(HealthCheck),
)
@given(steps)
def test_random_ways(steps: list[Step]) -> None:
    def program(library: Any) -> object:
        library.manual_seed(0)
        return routed(library, steps)

    same(program)


def seventeen_attributes(library: Any) -> object:
    module = library.nn.Module()
    return [(name, type(value).__name__, len(vars(module))) for name, value in vars(module).items()]


def arguments_of_init(library: Any) -> object:
    said = []

    class Open(library.nn.Module):  # type: ignore[misc]
        call_super_init = True

    for kind, args, kwargs in (
        (library.nn.Module, (1,), {}),
        (library.nn.Module, (), {"size": 1}),
        (library.nn.Module, (1,), {"size": 1}),
        (Open, (), {}),
        (Open, (1,), {}),
    ):
        try:
            said.append(str(kind(*args, **kwargs)))
        except TypeError as error:
            said.append(plain(error))
    return said


def two_bases(library: Any) -> object:
    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

    class Both(library.nn.Module, Named):  # type: ignore[misc]
        call_super_init = True

    class First(library.nn.Module, Named):  # type: ignore[misc]
        pass

    bare: Any = First
    return Both("given").name, hasattr(bare(), "name")


def without_init(library: Any) -> object:
    class Forgetful(library.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            self.number = 3
            self.tensor = library.ones(1)

    module, said = Forgetful(), []
    for act in (
        lambda: setattr(module, "layer", library.nn.ReLU()),
        lambda: setattr(module, "weight", library.nn.Parameter(library.ones(1))),
        lambda: setattr(module, "mean", library.nn.Buffer(library.ones(1))),
        lambda: module.register_parameter("weight", None),
        lambda: module.register_buffer("mean", None),
        lambda: module.add_module("layer", None),
        lambda: module.missing,
        lambda: delattr(module, "number"),
        lambda: module(3),
        lambda: list(module.parameters()),
    ):
        try:
            said.append(act())
        except Exception as error:
            said.append((type(error).__name__, plain(error)))
    return said, sorted(vars(module))


def forward_is_missing(library: Any) -> object:
    class Empty(library.nn.Module):  # type: ignore[misc]
        pass

    return Empty()(3)


def arguments_reach_forward(library: Any) -> object:
    class Any_(library.nn.Module):  # type: ignore[misc]  # noqa: N801
        def forward(self, *args: Any, **kwargs: Any) -> Any:
            return args, kwargs

    return Any_()(1, 2, three=3)


def tree(library: Any) -> Any:
    nn = library.nn
    shared = nn.Linear(2, 2)
    library.nn.init.ones_(shared.weight)
    library.nn.init.zeros_(shared.bias)
    top = nn.Module()
    top.first = nn.Sequential(shared, nn.ReLU(), shared)
    top.nothing = None
    top.second = nn.Module()
    top.second.again = shared
    top.second.register_buffer("mean", library.zeros(2))
    top.second.register_buffer("count", library.tensor(3))
    top.second.register_parameter("empty", None)
    top.register_module("gone", None)
    return top


def walking(library: Any) -> object:
    top = tree(library)
    return (
        [name for name, _ in top.named_modules()],
        [name for name, _ in top.named_parameters()],
        [name for name, _ in top.named_parameters(prefix="p")],
        [name for name, _ in top.named_parameters(recurse=False)],
        [name for name, _ in top.named_buffers()],
        [type(module).__name__ for module in top.children()],
        [type(module).__name__ for module in top.modules()],
        [seen(buffer) for buffer in top.buffers()],
        len(list(top.parameters())),
    )


def applying(library: Any) -> object:
    order: list[str] = []
    top = tree(library)
    return top.apply(lambda m: order.append(type(m).__name__)) is top, order


def converting(library: Any) -> object:
    top = tree(library)
    weight, mean = top.second.again.weight, top.second.mean
    (weight * 2).sum().backward()
    log = [top.to(library.float64) is top, top.second.again.weight is weight, weight.grad]
    log += [top.second.mean is mean, dict(top.named_buffers()), weight, weight._version]
    top.float()
    log += [weight.grad, dict(top.named_buffers())]
    return log, top.double().second.mean, top.to(library.ones(1)).second.mean


def converting_wrongly(library: Any) -> object:
    return tree(library).to(library.int64)


def converting_by_hand(library: Any) -> object:
    top = tree(library)
    top._apply(lambda tensor: tensor + 1)
    return list(top.named_parameters()), list(top.named_buffers())


def training(library: Any) -> object:
    top = tree(library)
    log = [top.eval() is top, [m.training for m in top.modules()]]
    log += [top.train() is top, [m.training for m in top.modules()]]
    try:
        top.train(1)
    except ValueError as error:
        log.append(str(error))
    return log


def freezing(library: Any) -> object:
    top = tree(library)
    top.second.requires_grad_(False)
    return [(name, p.requires_grad) for name, p in top.named_parameters()]


def zeroing(library: Any) -> object:
    top = tree(library)
    weight = top.second.again.weight
    log = []
    for set_to_none in (True, False):
        grad = weight.grad = library.ones(2, 2) if set_to_none else weight * 2
        top.zero_grad(set_to_none)
        log.append((weight.grad, weight.grad is grad, grad))
    return log


def copying(library: Any) -> object:
    top = tree(library)
    copied = copy.deepcopy(top)
    with library.no_grad():
        copied.second.again.weight.mul_(5)
    return (
        copied.first[0] is copied.second.again,
        top.second.again.weight,
        copied.second.again.weight,
        copied,
        copy.copy(top).second is top.second,
    )


def parameters(library: Any) -> object:
    nn, one = library.nn, library.ones(2)
    parameter = nn.Parameter(one)
    one[0] = 7.0
    return (
        parameter,
        repr(parameter),
        nn.Parameter(one, requires_grad=False),
        nn.Parameter(parameter),
        type(parameter * 2).__name__,
        type(parameter.detach()).__name__,
        type(parameter.data).__name__,
        isinstance(parameter, library.Tensor),
        isinstance(one, nn.Parameter),
        copy.deepcopy(parameter) is parameter,
        copy.deepcopy(parameter),
        issubclass(nn.Parameter, library.Tensor),
    )


def parameter_within_no_grad(library: Any) -> object:
    with library.no_grad():
        return library.nn.Parameter(library.ones(1))


def parameter_of_a_result(library: Any) -> object:
    x = library.ones(2, requires_grad=True)
    parameter = library.nn.Parameter(x * 2)
    (parameter * 3).sum().backward()
    return parameter.is_leaf, parameter.grad, x.grad


def parameter_of_numbers(library: Any) -> object:
    return library.nn.Parameter(library.tensor([1, 2]))


def parameter_of_whole_numbers(library: Any) -> object:
    return library.nn.Parameter(library.tensor([1, 2]), requires_grad=False)


def buffers(library: Any) -> object:
    nn, one = library.nn, library.ones(2)
    buffer = nn.Buffer(one)
    passing = nn.Buffer(one, persistent=False)
    return (
        buffer,
        repr(buffer),
        type(buffer).__name__,
        isinstance(buffer, nn.Buffer),
        isinstance(one, nn.Buffer),
        isinstance(buffer * 1, nn.Buffer),
        isinstance(buffer, nn.Parameter),
        (buffer.persistent, passing.persistent),
        nn.Buffer(library.ones(1, requires_grad=True)),
        nn.Buffer(nn.Parameter(one)),
    )


def tensors_of_ones_own(library: Any) -> object:
    class Own(library.Tensor):  # type: ignore[misc]
        pass

    class Narrow(library.nn.Parameter):  # type: ignore[misc]
        pass

    own = library.Tensor._make_subclass(Own, library.ones(2))
    log: list[Any] = [type(own).__name__, isinstance(own, library.nn.Parameter)]
    given = library.nn.Parameter(own)
    log += [type(given).__name__, isinstance(given, library.nn.Parameter), given.requires_grad]
    own._is_param = True
    module = library.nn.Module()
    module.own = own
    narrow = Narrow(library.ones(1))
    log += [isinstance(own, library.nn.Parameter), isinstance(own, Narrow)]
    log += [
        list(dict(module.named_parameters())),
        type(narrow).__name__,
        isinstance(narrow, Narrow),
    ]
    return log


def method_that_is_missing(library: Any) -> object:
    return library.nn.ReLU().no_such_thing


@cases(
    seventeen_attributes,
    arguments_of_init,
    two_bases,
    without_init,
    forward_is_missing,
    arguments_reach_forward,
    walking,
    applying,
    converting,
    converting_wrongly,
    converting_by_hand,
    training,
    freezing,
    zeroing,
    copying,
    parameters,
    parameter_within_no_grad,
    parameter_of_a_result,
    parameter_of_numbers,
    parameter_of_whole_numbers,
    buffers,
    tensors_of_ones_own,
    method_that_is_missing,
)
def test_modules(program: Callable[[Any], object]) -> None:
    same(program)
