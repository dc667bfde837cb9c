"""The engine: order, depth, memory, hooks, and what it refuses."""

from __future__ import annotations

import gc
import math
import time
import warnings
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import annotated_src.distilled as distilled

from .both import TIMES, cases, same

DEPTH = 100_000
D: Any = distilled


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Reference counts alone must do."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def chain(depth: int) -> tuple[Any, Any]:
    x = D.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(depth):
        y = y * 1.0
    return x, y


def test_depth(no_collector: None) -> None:
    x, y = chain(DEPTH)
    reference = weakref.ref(y.grad_fn)
    y.backward()
    assert x.grad.item() == 1
    del y
    assert reference() is None


def test_time_per_node(no_collector: None) -> None:  # it would walk all that torch holds
    def seconds(depth: int) -> float:
        start = time.process_time()
        chain(depth)[1].backward()
        return time.process_time() - start

    seconds(1_000)
    short = min(seconds(5_000) for _ in range(3)) / 5_000
    assert seconds(50_000) / 50_000 < 4 * short


def test_nothing_is_held_in_a_circle(no_collector: None) -> None:
    w = D.ones(3, 3, requires_grad=True)
    x = D.ones(2, 3)
    hidden = (x @ w).tanh() * 1
    hidden.register_hook(lambda grad: grad)
    hidden.retain_grad()
    part = hidden[0]
    part.mul_(2)
    loss = (hidden * hidden).sum()
    loss.backward(retain_graph=True)
    (second,) = D.autograd.grad(loss, w, create_graph=True)
    second.sum().backward()
    names = [hidden, part, loss, second]
    references = [weakref.ref(t) for t in names] + [weakref.ref(t.grad_fn) for t in names]
    accumulator = w._accumulator
    del hidden, part, loss, second, names
    assert [r() for r in references] == [None] * 8
    assert accumulator() is None


def visit(L: Any, n: int) -> list[str]:
    """In which order nodes of a graph with several branches run."""
    seen: list[str] = []
    leaves = [L.tensor(float(i + 1), requires_grad=True) for i in range(2)]
    values = list(leaves)
    for i in range(n):
        a, b = values[(i * 7) % len(values)], values[-1 - (i * 3) % min(len(values), 3)]
        values.append(
            a * b if i % 4 == 0 else a + b if i % 4 == 1 else a - 2 if i % 4 == 2 else b.exp()
        )
    for i, value in enumerate(values):
        node = value.grad_fn
        if node is None:
            value.register_hook(lambda grad, i=i: seen.append(f"leaf {i}"))
        else:
            node.register_hook(lambda *_, i=i, node=node: seen.append(f"{node.name()} {i}"))
    values[-1].backward()
    return seen


@pytest.mark.parametrize("n", range(1, 14))
def test_order(n: int) -> None:
    assert visit(distilled, n) == visit(torch, n)


def second_backward(L: Any) -> Any:
    y = L.tensor(2.0, requires_grad=True).exp()
    y.backward()
    y.backward()


def second_backward_without_saved(L: Any) -> Any:
    x = L.tensor(2.0, requires_grad=True)
    y = x + 2
    y.backward()
    y.backward()
    return x.grad


def retained(L: Any) -> Any:
    x = L.tensor([1.0, 2.0], requires_grad=True)
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward()
    return x.grad


def not_a_scalar(L: Any) -> Any:
    (L.ones(2, requires_grad=True) * 1).backward()


def no_gradient_wanted(L: Any) -> Any:
    L.ones(()).backward()


def wrong_shape(L: Any) -> Any:
    (L.ones(2, requires_grad=True) * 1).backward(L.ones(3))


def saved_and_changed(L: Any) -> Any:
    x = L.ones(2, requires_grad=True)
    y = x * 1
    z = y * y
    y.add_(1)
    z.sum().backward()


def result_changed(L: Any) -> Any:
    y = L.ones(2, requires_grad=True).exp()
    y.mul_(2)
    y.sum().backward()


def leaf_changed(L: Any) -> Any:
    L.ones(2, requires_grad=True).add_(1)


def view_of_leaf_changed(L: Any) -> Any:
    L.ones(2, requires_grad=True)[0].add_(1)


def assigned_to_leaf(L: Any) -> Any:
    L.ones(2, requires_grad=True)[0] = 1


def data_changed(L: Any) -> Any:
    x = L.ones(2, requires_grad=True)
    y = x * x
    x.data.add_(1)
    y.sum().backward()
    return x, x.grad


def detached_changed(L: Any) -> Any:
    x = L.ones(2, requires_grad=True)
    y = x * x
    x.detach().add_(1)
    y.sum().backward()


def create_graph(L: Any) -> Any:
    x = L.tensor([1.0, 2.0], requires_grad=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns of a circle, which it is
        (x**3).sum().backward(create_graph=True)
    first = x.grad
    (second,) = L.autograd.grad(first.sum(), x)
    return first, second


def third_derivative(L: Any) -> Any:
    x = L.tensor(2.0, requires_grad=True)
    y, found = x**4, []
    for _ in range(4):
        (y,) = L.autograd.grad(y, x, create_graph=True)
        found.append(y)
    return found


def inputs(L: Any) -> Any:
    x, w = L.ones(2, requires_grad=True), L.ones(2, requires_grad=True)
    y = x * w
    (y * 3).sum().backward(inputs=[w])
    found = [x.grad, w.grad]
    z = x * w * 2
    z.sum().backward(inputs=[z, x])
    return found, x.grad, w.grad, z.grad


def no_inputs(L: Any) -> Any:
    L.ones((), requires_grad=True).exp().backward(inputs=[])


def unused(L: Any) -> Any:
    x, w = L.ones(2, requires_grad=True), L.ones(2, requires_grad=True)
    return L.autograd.grad(x.sum(), [x, w])


def unused_allowed(L: Any) -> Any:
    x, w = L.ones(2, requires_grad=True), L.ones(2, requires_grad=True)
    return L.autograd.grad(x.sum(), [x, w], allow_unused=True)


def grad_outputs(L: Any) -> Any:
    x = L.ones(2, requires_grad=True)
    y = x * 3
    return L.autograd.grad([y, y.sum()], x, [L.tensor([1.0, 10.0]), None])


def detach_view(L: Any) -> Any:
    L.ones(2, requires_grad=True)[0].detach_()


def detach_result(L: Any) -> Any:
    y = L.ones(2, requires_grad=True) * 2
    return y.detach_() is y, y


def view_as_gradient(L: Any) -> Any:
    linear = L.nn.Linear(1, 1)
    linear.weight.grad = L.ones(1, 2)[:, :1]
    linear.zero_grad(set_to_none=False)
    return linear.weight.grad


def gradient_by_name(L: Any) -> Any:
    x = L.ones(2, requires_grad=True)
    y = x * 3
    y.backward(gradient=L.tensor([1.0, 10.0]), retain_graph=True)
    y.backward(L.tensor([1.0, 10.0]), inputs=[x])
    return x.grad


def grad_of_middle(L: Any) -> Any:
    x = L.ones(2, requires_grad=True)
    y = x * 2
    y.register_hook(lambda grad: grad * 10)
    z = (y * 3).sum()
    both = L.autograd.grad(z, [y, x], retain_graph=True)
    return both, L.autograd.grad(z, y)


def accumulates_in_place(L: Any) -> Any:
    x = L.ones(2, requires_grad=True)
    x.sum().backward()
    first = x.grad
    (x * 2).sum().backward()
    return first is x.grad, x.grad, x.grad._version


def broadcast_is_summed(L: Any) -> Any:
    x, w = L.ones(3, 1, requires_grad=True), L.ones(2, requires_grad=True)
    scalar = L.tensor(2.0, dtype=L.float64, requires_grad=True)
    (x * w * scalar).sum().backward()
    return x.grad, w.grad, scalar.grad


def hooks_in_order(L: Any) -> Any:
    log: list[Any] = []
    note: Any = log.append
    x = L.ones(2, requires_grad=True)
    y = x * 2
    z = y.exp()
    y.register_hook(lambda grad: log.append("hook of y"))
    handle = y.register_hook(lambda grad: log.append("never"))
    y.register_hook(lambda grad: note("second hook of y") or grad * 2)
    y.grad_fn.register_prehook(lambda grads: log.append(["pre", *grads]))
    y.grad_fn.register_prehook(lambda grads: (grads[0] * 3,))
    y.grad_fn.register_hook(lambda ins, outs: log.append(["post", len(ins), *outs]))
    y.grad_fn.register_hook(lambda ins, outs: (ins[0] * 5, None))
    y.retain_grad()
    x.register_hook(lambda grad: note(["hook of x", grad]) or grad + 1)
    x.register_post_accumulate_grad_hook(lambda leaf: log.append(["after", leaf.grad]))
    node = z.grad_fn.next_functions[0][0].next_functions[0][0]
    node.register_hook(lambda ins, outs: log.append(["leaf's node", len(ins), *outs]))
    node.register_prehook(lambda grads: log.append("before leaf's node"))
    handle.remove()
    z.sum().backward()
    return log, x.grad, y.grad


def post_accumulate_hook_returns(L: Any) -> Any:
    x = L.ones(2, requires_grad=True)
    x.register_post_accumulate_grad_hook(lambda leaf: 1)
    x.sum().backward()


def hook_without_grad(L: Any) -> Any:
    L.ones(2).register_hook(print)


def post_accumulate_hook_of_result(L: Any) -> Any:
    (L.ones(2, requires_grad=True) * 1).register_post_accumulate_grad_hook(print)


def retain_grad_without_grad(L: Any) -> Any:
    L.ones(2).retain_grad()


def hook_stays_with_old_node(L: Any) -> Any:
    log: list[Any] = []
    x = L.ones(2, requires_grad=True)
    y = x * 2
    y.register_hook(lambda grad: log.append(["before", grad]))
    y.retain_grad()
    y.mul_(3)
    y.register_hook(lambda grad: log.append(["after", grad]))
    y.sum().backward()
    return log, y.grad, x.grad


def node_is_found_again(L: Any) -> Any:
    x = L.ones(2, requires_grad=True)
    y = x * 2
    node = y.grad_fn.next_functions[0][0]
    again = (x + 1).grad_fn.next_functions[0][0]
    y.grad_fn.metadata["note"] = 1
    return node is again, node.variable is x, y.grad_fn.metadata, y.grad_fn is y.grad_fn


def call_a_node(L: Any) -> Any:
    return (L.ones(2, requires_grad=True) * 3).grad_fn(L.ones(2))


def modes(L: Any) -> Any:
    x, log = L.ones(2, requires_grad=True), []
    with L.no_grad():
        log.append((x * 2).requires_grad)
        with L.enable_grad():
            log.append((x * 2).requires_grad)
        L.set_grad_enabled(True)
        log.append(L.is_grad_enabled())
    log.append(L.is_grad_enabled())

    @L.no_grad()  # type: ignore[untyped-decorator]
    def one() -> Any:
        return x * 2

    @L.no_grad  # type: ignore[untyped-decorator]
    def two() -> Any:
        return x * 2

    @L.set_grad_enabled(False)  # type: ignore[untyped-decorator]
    def three() -> Any:
        return x * 2

    return log, one(), two(), three(), L.is_grad_enabled()


def view_made_under_no_grad(L: Any) -> Any:
    y = L.ones(2, requires_grad=True) * 1
    with L.no_grad():
        part = y[0]
    part.mul_(2)


def base_changed_after_view(L: Any) -> Any:
    y = L.ones(2, requires_grad=True) * 1
    with L.no_grad():
        part = y[0]
    y.mul_(2)
    return part.grad_fn


def changes_through_views(L: Any) -> Any:
    x, w = L.ones(2, 3, requires_grad=True), L.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x * 2
    column, row = y.t()[1], y[0]
    row.mul_(w)
    column.mul_(2)
    y[1, 2] = w.sum()
    (y * y + row.sum()).sum().backward()
    return x.grad, w.grad, y, row, column


@cases(
    second_backward, second_backward_without_saved, retained, not_a_scalar, no_gradient_wanted,
    wrong_shape, saved_and_changed, result_changed, leaf_changed, view_of_leaf_changed,
    assigned_to_leaf, data_changed, detached_changed, create_graph, third_derivative, inputs,
    no_inputs, unused, unused_allowed, grad_outputs, detach_view, detach_result,
    view_as_gradient, gradient_by_name, grad_of_middle,
    accumulates_in_place,
    broadcast_is_summed, hooks_in_order, post_accumulate_hook_returns, hook_without_grad,
    post_accumulate_hook_of_result, retain_grad_without_grad, hook_stays_with_old_node,
    node_is_found_again, call_a_node, modes, view_made_under_no_grad, base_changed_after_view,
    changes_through_views,
)  # fmt: skip
def test_same(program: Callable[[Any], object]) -> None:
    same(program)


FORMULAS: list[Callable[[Any], Any]] = [
    lambda x: x * x + 2 / x,
    lambda x: (x - x.mean()).exp(),
    lambda x: x.log() * x**3,
    lambda x: x.tanh() / (1 + x * x),
    lambda x: (x @ x.t()).relu(),
    lambda x: 2**x - x**x,
    lambda x: x.t()[1:] * x[0, 1],
    lambda x: x[1].expand(3, 2) - x.sum(0),
    lambda x: x.reshape(-1).unsqueeze(0).expand(2, -1) * x.view(4),
    lambda x: x.clone().mul_(x).exp_(),
    lambda x: x.permute(1, 0).sqrt() @ x[:, 0],
]


@settings(max_examples=120 * TIMES, deadline=None, derandomize=TIMES == 1, database=None)
@given(st.integers(0, len(FORMULAS) - 1), st.lists(st.floats(0.5, 2.5), min_size=4, max_size=4))
def test_numeric_gradients(which: int, numbers: list[float]) -> None:
    formula, L = FORMULAS[which], D

    def value(at: list[float]) -> float:
        y = formula(L.tensor(at, dtype=L.float64).view(2, 2))
        return float((y * L.arange(y.numel()).view(y.shape)).sum())

    x = L.tensor(numbers, dtype=L.float64, requires_grad=True)
    y = formula(x.view(2, 2))
    (y * L.arange(y.numel()).view(y.shape)).sum().backward()
    for i in range(4):
        step = 1e-6
        up, down = ([n + s * step * (j == i) for j, n in enumerate(numbers)] for s in (1, -1))
        slope = (value(up) - value(down)) / (2 * step)
        found = x.grad[i].item()
        assert math.isclose(found, slope, rel_tol=1e-4, abs_tol=1e-5)
