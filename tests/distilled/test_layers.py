"""Layers, their functions, how they start, and how they are trained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotated_src.distilled import creation
from tests.distilled.both import TIMES, Near, cases, same

SETTINGS = settings(
    max_examples=100 * TIMES,
    deadline=None,
    database=None,
    derandomize=TIMES == 1,
    suppress_health_check=list(HealthCheck),
)


def graph(tensor: Any) -> list[Any]:
    """The names of all nodes behind a result, and how they hang together."""

    def below(node: Any) -> Any:
        if node is None:
            return None
        return [node.name(), [below(before) for before, _ in node.next_functions]]

    return [below(tensor.grad_fn)]


def numbers(count: int, seed: int) -> list[float]:
    """Numbers whose products and sums no order of adding changes."""
    return [((7 * n * n + 3 * n + seed) % 23 - 11) / 8 for n in range(count)]


def near(tensor: Any) -> Any:
    """A tensor whose numbers may differ a little: matrix products add up in other orders."""
    return [Near(number) for number in tensor.detach().reshape(-1).tolist()]


def filled(library: Any, shape: tuple[int, ...], seed: int, wanted: bool) -> Any:
    count = 1
    for size in shape:
        count *= size
    tensor = library.tensor(numbers(count, seed)).reshape(shape)
    return tensor.requires_grad_() if wanted else tensor


shapes = st.sampled_from([(2,), (1, 2), (3, 2), (2, 3, 2), (2, 1, 2, 2), (3,), (2, 4), (8, 2)])


def test_seed_of_a_script_that_sets_none() -> None:
    assert torch.Generator().initial_seed() == creation.UNTOLD
    creation.manual_seed(creation.UNTOLD)
    assert creation.rand(5).tolist() == torch.rand(5, generator=torch.Generator()).tolist()


@SETTINGS
@given(shapes, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.integers(1, 9))
def test_linear(
    shape: tuple[int, ...], bias: bool, wanted: bool, turned: bool, double: bool, out: int
) -> None:
    def program(library: Any) -> object:
        x = filled(library, shape[::-1] if turned else shape, 1, wanted)
        view = x.permute(*range(x.dim())[::-1]) if turned else x
        weight = filled(library, (out, 2), 2, True)
        added = filled(library, (out,), 3, True) if bias else None
        if double:
            view, weight = view.double(), weight.detach().double().requires_grad_()
            added = None if added is None else added.detach().double().requires_grad_()
        result = library.nn.functional.linear(view, weight, added)
        result.sum().backward()
        return result, graph(result), x.grad, weight.grad, None if added is None else added.grad

    same(program)


@SETTINGS
@given(
    shapes,
    shapes,
    st.booleans(),
    st.booleans(),
    st.sampled_from(["mean", "sum", "none", "middle"]),
    st.booleans(),
)
def test_mse_loss(
    shape: tuple[int, ...],
    other: tuple[int, ...],
    alike: bool,
    wanted: bool,
    reduction: str,
    as_module: bool,
) -> None:
    def program(library: Any) -> object:
        x = filled(library, shape, 1, True)
        y = filled(library, shape if alike else other, 2, wanted)
        if as_module:
            loss = library.nn.MSELoss(reduction=reduction)(x, y)
        else:
            loss = library.nn.functional.mse_loss(x, y, reduction=reduction)
        loss.sum().backward()
        return loss, graph(loss), x.grad, y.grad

    same(program)


@SETTINGS
@given(
    st.lists(st.integers(1, 5), min_size=2, max_size=4),
    st.integers(1, 4),
    st.sampled_from([0, 0.5, 0.9]),
    st.sampled_from([0.1, 0.03, 1]),
    st.sampled_from(["ReLU", "Identity"]),
)
def test_training(sizes: list[int], rows: int, momentum: float, lr: float, between: str) -> None:
    """Small networks learn the same."""

    def program(library: Any) -> object:
        nn = library.nn
        layers: list[Any] = []
        for seed, (size, out) in enumerate(zip(sizes, sizes[1:], strict=False)):
            layer = nn.Linear(size, out)
            with library.no_grad():
                layer.weight.copy_(filled(library, (out, size), seed, False))
                layer.bias.copy_(filled(library, (out,), seed + 5, False))
            layers += [layer, getattr(nn, between)()]
        model = nn.Sequential(*layers[:-1])
        x, y = (
            filled(library, (rows, sizes[0]), 8, False),
            filled(library, (rows, sizes[-1]), 9, False),
        )
        model, x, y = model.double(), x.double(), y.double()
        optimizer = library.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
        log = []
        for _ in range(4):
            loss = nn.MSELoss()(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            log.append(near(loss))
        return log, [(near(p), near(p.grad)) for p in model.parameters()]

    same(program)


def groups(library: Any) -> object:
    a, b, c = (library.ones(2, requires_grad=True) for _ in range(3))
    settings = [{"params": [a]}, {"params": [b], "lr": 0.5}, {"params": [c], "momentum": 0.5}]
    optimizer = library.optim.SGD(settings, lr=0.25)
    for _ in range(3):
        optimizer.zero_grad(set_to_none=False)
        (a * b * c).sum().backward()
        optimizer.step()
    for group in optimizer.param_groups:
        group["lr"] *= 2
    kept = [(group["lr"], group["momentum"]) for group in optimizer.param_groups]
    return [a, b, c, a.grad, kept, optimizer.step(lambda: 7), a.is_leaf, list(optimizer.state)]


def passed_over(library: Any) -> object:
    a, b = library.ones(1, requires_grad=True), library.ones(1, requires_grad=True)
    optimizer = library.optim.SGD([a, b], lr=0.5, momentum=0.5)
    a.sum().backward()
    optimizer.step()
    return a, b, len(optimizer.state)


def closures(library: Any) -> object:
    a = library.ones(1, requires_grad=True)
    optimizer = library.optim.SGD([a], lr=0.5)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = (a * a).sum()
        loss.backward()
        return loss

    with library.no_grad():
        loss = optimizer.step(closure)
    return loss, a


def dropping(library: Any) -> object:
    functional, ones = library.nn.functional, library.ones(500, requires_grad=True)
    log: list[Any] = []
    for p in (0.0, 0.25, 0.5, 1.0):
        kept = functional.dropout(ones, p)
        log += [sorted(set(kept.tolist())), kept is ones, type(kept.grad_fn).__name__]
    changed = ones * 1
    log += [functional.dropout(changed, 0.5, inplace=True) is changed, graph(changed)]
    log += [functional.dropout(ones, 0.5, False) is ones]
    log += [library.nn.Dropout(0.5).eval()(ones) is ones]
    for wrong in (functional.dropout, library.nn.Dropout):
        try:
            wrong(p=-1, **({"input": ones} if wrong is functional.dropout else {}))
        except ValueError as error:
            log.append(str(error))
    return log


def activations(library: Any) -> object:
    nn, x = library.nn, library.tensor([-1.0, 0.0, 2.0], requires_grad=True)
    changed = x * 1
    return (
        nn.ReLU()(x),
        nn.ReLU(inplace=True)(changed) is changed,
        changed,
        nn.functional.relu(x, inplace=False),
        type(nn.Tanh()(x).grad_fn).__name__,
        nn.Identity()(x) is x,
        nn.ReLU(inplace=True)(x),
    )


def starts(library: Any) -> object:
    nn, init = library.nn, library.nn.init
    layer = nn.Linear(16, 3)
    bound = 1 / 16**0.5
    weights = [abs(w) for row in layer.weight.tolist() for w in row] + layer.bias.tolist()
    log = [all(w <= bound for w in weights), len(set(weights)) > 40]
    log += [layer.weight.requires_grad, layer.weight.is_leaf, layer.weight._version]
    log += [nn.Linear(3, 2, bias=False).bias, nn.Linear(1, 1, dtype=library.float64).weight.dtype]
    x = library.empty(2, 2, requires_grad=True)
    log += [init.ones_(x) is x, init.zeros_(x), init.constant_(x, 0.5), init.ones_(x)]
    drawn = init.uniform_(library.empty(200), 2.0, 3.0).tolist()
    log += [2.0 <= min(drawn) < max(drawn) <= 3.0]
    return log


def empty_layers(library: Any) -> object:
    layer = library.nn.Linear(0, 2)
    return layer.bias, layer(library.ones(3, 0))


@cases(
    groups,
    passed_over,
    closures,
    dropping,
    activations,
    starts,
    empty_layers,
)
def test_layers(program: Callable[[Any], object]) -> None:
    same(program)
