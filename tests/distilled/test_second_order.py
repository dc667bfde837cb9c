"""Gradients of gradients: the same nodes behind them as in torch, made in the same order."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

import annotated_src.distilled as distilled
from annotated_src.distilled.nn import functional as distilled_functional

from .test_operations import graph

Operation = Callable[[Any, Any, Any], Any]


def functional(library: Any) -> Any:
    return torch.nn.functional if library is torch else distilled_functional


def put(x: Any, y: Any) -> Any:
    z = x * 1
    z[0] = y[1]
    return z


def through_a_view(x: Any) -> Any:
    z = x * 1
    z[0].mul_(2)
    return z


OPERATIONS: dict[str, Operation] = {
    "add": lambda L, x, y: x + y,
    "add number": lambda L, x, y: 2 + x,
    "add multiple": lambda L, x, y: x.add(y, alpha=2),
    "sub": lambda L, x, y: x - y,
    "sub from number": lambda L, x, y: 2 - x,
    "mul": lambda L, x, y: x * y,
    "mul number": lambda L, x, y: x * 3,
    "div": lambda L, x, y: x / y,
    "div by number": lambda L, x, y: x / 3,
    "div of number": lambda L, x, y: 3 / x,
    "square": lambda L, x, y: x**2,
    "power": lambda L, x, y: x**3,
    "root": lambda L, x, y: x**0.5,
    "inverse square": lambda L, x, y: x**-2,
    "to the first": lambda L, x, y: x**1,
    "to nothing": lambda L, x, y: x**0,
    "power of tensors": lambda L, x, y: x**y,
    "power of number": lambda L, x, y: 2.0**x,
    "power of zero": lambda L, x, y: 0**x,
    "exp": lambda L, x, y: x.exp(),
    "log": lambda L, x, y: x.log(),
    "tanh": lambda L, x, y: x.tanh(),
    "relu": lambda L, x, y: (x - 1).relu(),
    "neg": lambda L, x, y: -x,
    "sqrt": lambda L, x, y: x.sqrt(),
    "sum": lambda L, x, y: x.sum(),
    "sum of rows": lambda L, x, y: x.sum(0),
    "sum kept": lambda L, x, y: x.sum(1, keepdim=True),
    "mean": lambda L, x, y: x.mean(),
    "mean of rows": lambda L, x, y: x.mean(0),
    "mm": lambda L, x, y: x.mm(y.t()),
    "mm by columns": lambda L, x, y: x.t() @ y,
    "matrix and vector": lambda L, x, y: x @ y[0],
    "vector and matrix": lambda L, x, y: x[0] @ y.t(),
    "dot": lambda L, x, y: x[0] @ y[0],
    "view": lambda L, x, y: x.view(-1),
    "reshape": lambda L, x, y: x.t().reshape(-1),
    "transpose": lambda L, x, y: x.transpose(0, 1),
    "permute": lambda L, x, y: x.permute(1, 0),
    "expand": lambda L, x, y: x[:1].expand(4, 3),
    "squeeze": lambda L, x, y: x[:1].squeeze(0),
    "unsqueeze": lambda L, x, y: x.unsqueeze(0),
    "select": lambda L, x, y: x[0],
    "slice": lambda L, x, y: x[:, 1:],
    "element": lambda L, x, y: x[0, 1],
    "clone": lambda L, x, y: x.clone(),
    "contiguous": lambda L, x, y: x.t().contiguous(),
    "double": lambda L, x, y: x.double(),
    "broadcast row": lambda L, x, y: x * y[0],
    "broadcast column": lambda L, x, y: x + y[:, :1],
    "where": lambda L, x, y: L.where(x > y, x, y),
    "fill": lambda L, x, y: (x * 1).fill_(2.0),
    "copy": lambda L, x, y: (x * 1).copy_(y),
    "put": lambda L, x, y: put(x, y),
    "in place through a view": lambda L, x, y: through_a_view(x),
    "linear": lambda L, x, y: functional(L).linear(x, y, y.sum(1)),
    "linear without bias": lambda L, x, y: functional(L).linear(x, y),
    "linear of batches": lambda L, x, y: functional(L).linear(x.unsqueeze(0), y, y.sum(1)),
}


def twice(library: Any, operation: Operation, squared: bool) -> tuple[list[Any], list[Any]]:
    """The graphs behind first and second gradients, and their numbers."""
    x = library.tensor([[1.0, 2.0, 3.0], [0.5, 0.25, 4.0]], requires_grad=True)
    y = library.tensor([[2.0, 1.0, 1.5], [3.0, 0.5, 1.0]], requires_grad=True)
    result = operation(library, x, y)
    graphs: list[Any] = []
    numbers: list[Any] = []
    total = (result * result if squared else result).sum()
    while total is not None:
        options = {"create_graph": True, "allow_unused": True}
        grads = [g for g in library.autograd.grad(total, [x, y], **options) if g is not None]
        graphs.append(graph([x, y, *grads]))
        numbers.append([number for g in grads for row in g.tolist() for number in row])
        wanted = [g.sum() for g in grads if g.requires_grad]
        total = sum(wanted[1:], wanted[0]) if wanted and len(graphs) < 2 else None
    return graphs, numbers


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_gradients_of_gradients(operation: Operation, squared: bool) -> None:
    theirs, their_numbers = twice(torch, operation, squared)
    ours, our_numbers = twice(distilled, operation, squared)
    assert ours == theirs
    for our, their in zip(our_numbers, their_numbers, strict=True):
        for a, b in zip(our, their, strict=True):
            assert math.isclose(a, b, rel_tol=1e-6) or (math.isnan(a) and math.isnan(b))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_second_derivatives_of_a_loss(reduction: str) -> None:
    """Torch has one node for the derivative of its derivative, we have several: same numbers."""

    def loss(library: Any, x: Any, y: Any) -> Any:
        return functional(library).mse_loss(x, y, reduction=reduction)

    _, theirs = twice(torch, loss, squared=True)
    _, ours = twice(distilled, loss, squared=True)
    for our, their in zip(ours, theirs, strict=True):
        assert our == pytest.approx(their, rel=1e-6)


CHANGED: dict[str, Operation] = {
    "mul": lambda L, x, y: x * y,
    "div": lambda L, x, y: x / y,
    "power": lambda L, x, y: x**y,
    "mm": lambda L, x, y: x.mm(y),
    "mv": lambda L, x, y: x @ y[0],
    "dot": lambda L, x, y: x[0] @ y[0],
    "linear": lambda L, x, y: functional(L).linear(x, y),
}


@pytest.mark.parametrize("operation", CHANGED.values(), ids=CHANGED)
def test_of_two_changed_operands_the_same_is_named(operation: Operation) -> None:
    def told(library: Any) -> str:
        x, y = (library.ones(2, 2, requires_grad=True) * n for n in (1, 2))
        result = operation(library, x, y)
        x.add_(1)
        y.add_(1).add_(1)  # the message tells which by the version
        with pytest.raises(RuntimeError, match="modified by an inplace") as caught:
            result.sum().backward()
        # A view that was changed is called by another name in torch.
        return str(caught.value).partition("version")[2]

    assert told(distilled) == told(torch)
