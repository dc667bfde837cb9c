"""The engine: walks the graph from results to leaves, each node once, latest first.

A node may run when the gradients from all its users have arrived. So the users that will
be met on this walk are counted first; each arrival counts down, and a node at zero goes
into a queue, from which the one made last is taken. Nothing here calls itself: a graph
may be as deep as memory allows.

*Kept from torch*: dependency counts and sequence numbers; leaves before everything else;
sums of gradients; broadcast gradients summed to the shape of the input, and converted to
its kind; which nodes run when only some inputs are asked for; the order of hooks.

*Left out*: threads, devices, anomaly mode. Leaves that become ready at the same time run in
the order in which they did, which in torch may differ from the third on.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import Any

from .grad_mode import set_grad_enabled
from .graph import AccumulateGrad, Edge
from .views import sum_to


def expected(roots: Sequence[Edge]) -> dict[Any, list[Any]]:
    """For all nodes that can be reached, the gradients that have come, and how many will come."""
    waiting: dict[Any, list[Any]] = {}
    edges = list(roots)
    for node, _ in edges:  # the list grows while we go
        if node in waiting:
            waiting[node][-1] += 1
        elif node is not None:
            waiting[node] = [None] * len(node._outputs) + [1]
            edges += node.next_functions
    return waiting


def run_backward(
    roots: Sequence[Edge],
    grads: Sequence[Any],
    keep_graph: bool,
    create_graph: bool,
    inputs: Sequence[Edge] = (),
    accumulate: bool = True,
) -> list[Any]:
    """Walk from the roots: to all leaves, or only where it leads to the inputs.

    ``accumulate`` lets the nodes of the inputs run as well, which add to ``.grad``;
    otherwise the gradients that arrive there are given back.
    """
    waiting, goals = expected(roots), {node for node, _ in inputs}
    running: Any = set() if inputs else waiting
    for node in sorted(waiting, key=lambda node: node._number) if inputs else ():  # oldest first
        if any(after in running or after in goals for after, _ in node.next_functions):
            running.add(node)
    if inputs:
        waiting = {node: waiting[node] for node in waiting if node in running or node in goals}
        running = waiting if accumulate else running
    captured: dict[Edge, Any] = {}
    ready: list[tuple[float, int, Any, list[Any]]] = []
    turn, node, edges, results = 0, None, roots, grads
    with set_grad_enabled(create_graph):
        while True:
            for i, (goal, nr) in enumerate(edges):
                if goal is None or (arrived := waiting.get(goal)) is None:
                    continue
                if (grad := results[i]) is not None:
                    shape, kind = goal._outputs[nr]
                    if grad.dtype is not kind or grad.shape != shape:
                        grad = fitted(node, results, grad, shape, kind)
                    arrived[nr] = grad if arrived[nr] is None else arrived[nr] + grad
                arrived[-1] -= 1
                if not arrived[-1]:
                    turn += 1
                    heapq.heappush(ready, (-goal._number, turn, goal, arrived))
            if not ready:
                return [captured.get(edge) for edge in inputs]
            _, _, node, arrived = heapq.heappop(ready)
            arrived.pop()
            edges = ()
            if goals and node in goals:
                if node not in running:  # otherwise they are called when it runs
                    call_tensor_hooks(node, arrived)
                captured.update({(node, nr): grad for nr, grad in enumerate(arrived)})
            if node in running:
                edges = node.next_functions
                results = evaluate(node, arrived) if node._hooked else node.run(*arrived)
                if not keep_graph:
                    node.release()


def call_tensor_hooks(node: Any, grads: list[Any]) -> None:
    """The hooks of the tensors that the node made, then what ``retain_grad`` asked for."""
    tables = node._tensor_hooks
    if isinstance(node, AccumulateGrad) and node.variable._backward_hooks is not None:
        tables = ((0, node.variable._backward_hooks),)
    for nr, table in tables:
        for hook in list(table.values()):
            grads[nr] = _after(hook, hook(grads[nr]), grads[nr])
    for nr, reference in node._retained:
        tensor, grad = reference(), grads[nr]
        if tensor is not None and grad is not None:
            tensor._grad = grad.clone() if tensor._grad is None else tensor._grad + grad


def evaluate(node: Any, arrived: list[Any]) -> Any:
    """Run one node, with all hooks around it; return a gradient for each of its edges."""
    call_tensor_hooks(node, arrived)
    grads = tuple(arrived)
    for hook in list(node._prehooks.values()) if node._prehooks else ():
        grads = _after(hook, hook(grads), grads)
    outputs = tuple(node.run(*grads))
    if node._hooks:
        edges = zip(node.next_functions, outputs, strict=True)
        outputs = tuple(
            grad if goal is None else fitted(node, outputs, grad, *goal._outputs[nr])
            for (goal, nr), grad in edges
        )
        for hook in list(node._hooks.values()):
            outputs = _after(hook, hook(outputs, grads), outputs)
    return outputs


def fitted(node: Any, results: Any, grad: Any, shape: Any, kind: Any) -> Any:
    """A gradient in the shape and kind of what it is the gradient of, if that was broadcast."""
    if grad is None:
        return None
    pairs = zip(reversed(shape), reversed(grad.shape), strict=False)
    if len(shape) > grad.dim() or any(m not in {1, n} for m, n in pairs):
        index = next(i for i, x in enumerate(results) if x is grad)
        raise RuntimeError(
            f"Function {node.name()} returned an invalid gradient at index {index} - got "
            f"{list(grad.shape)} but expected shape compatible with {list(shape)}"
        )
    return sum_to(grad, shape).to(kind)


def _after(hook: Any, result: Any, before: Any) -> Any:
    """What is there after a hook: what it returned, if it fits, or what was there before."""
    if result is None:
        return before
    several = isinstance(before, tuple)
    if not (isinstance(result, tuple) if several else hasattr(result, "grad_fn")):
        what = type(result).__name__
        raise TypeError(
            f"expected {'tuple' if several else 'Variable'}, but hook returned '{what}'"
        )
    if several and len(result) == len(before):
        pairs = zip(result, before, strict=True)
        return tuple(None if new is None else _after(hook, new, old) for new, old in pairs)
    if not several and before is None:
        raise RuntimeError("can't replace a None gradient with a non-None value")
    if not several and result.dtype is before.dtype and result.shape == before.shape:
        return result
    got = f"(got {len(result)}, but expected {len(before)})" if several else ""
    what = f"returned an incorrect number of values {got}" if several else "changed the value"
    raise RuntimeError(f"hook '{getattr(hook, '__name__', '<unknown>')}' has {what}")
