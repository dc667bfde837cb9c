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
import itertools
from collections.abc import Sequence
from typing import Any

from .grad_mode import set_grad_enabled
from .graph import AccumulateGrad
from .nodes import Edge, _FunctionBase
from .tensor import Tensor
from .views import sum_to

Gradient = Tensor | None
Nodes = set[_FunctionBase]


def count_users(roots: Sequence[Edge]) -> dict[_FunctionBase, int]:
    """How many gradients each node waits for, of all nodes that can be reached."""
    counts: dict[_FunctionBase, int] = {}
    edges = list(roots)
    for node, _ in edges:  # the list grows while we go
        if node in counts:
            counts[node] += 1
        elif node is not None:
            counts[node] = 1
            edges += node.next_functions
    return counts


def nodes_on_the_way(roots: Sequence[Edge], goals: Nodes) -> Nodes:
    """The nodes that have to run so that gradients arrive at the goals: all before a goal."""
    needed, seen = Nodes(), Nodes()
    stack = [(node, False) for node, _ in roots]
    while stack:
        node, below_is_done = stack.pop()
        if node is None:
            continue
        below = [after for after, _ in node.next_functions]
        if below_is_done:
            if any(after in needed or after in goals for after in below):
                needed.add(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack += [(after, False) for after in below]
    return needed


def run_backward(
    roots: Sequence[Edge],
    grads: Sequence[Gradient],
    keep_graph: bool,
    create_graph: bool,
    inputs: Sequence[Edge] = (),
    accumulate: bool = True,
) -> list[Gradient]:
    """Walk from the roots: to all leaves, or only where it leads to the inputs.

    ``accumulate`` lets the nodes of the inputs run as well, which add to ``.grad``;
    otherwise the gradients that arrive there are given back.
    """
    goals = {node for node, _ in inputs if node is not None}
    counts = count_users(roots)
    running = nodes_on_the_way(roots, goals) if inputs else counts.keys()
    running = running | goals if accumulate else running
    captured: dict[Edge, Gradient] = {}
    buffers: dict[_FunctionBase, list[Gradient]] = {}
    ready: list[tuple[float, int, _FunctionBase]] = []
    turn = itertools.count()

    def send(edge: Edge, grad: Gradient) -> None:
        """Add a gradient to what has arrived at a node; if it was the last, the node is ready."""
        node, nr = edge
        if node is None:
            return
        counts[node] -= 1
        if node not in running and node not in goals:
            return
        if node not in buffers:
            buffers[node] = [None] * len(node._input_metadata)
        before = buffers[node][nr]
        buffers[node][nr] = grad if before is None else before if grad is None else before + grad
        if not counts[node]:
            heapq.heappush(ready, (-node._number, next(turn), node))

    with set_grad_enabled(create_graph):
        for edge, grad in zip(roots, grads, strict=True):
            send(edge, grad)
        while ready:
            node = heapq.heappop(ready)[2]
            arrived = buffers.pop(node)
            if node not in running:  # otherwise they are called when it runs
                call_tensor_hooks(node, arrived)
            if node in goals:
                captured.update({(node, nr): grad for nr, grad in enumerate(arrived)})
            if node in running:
                results = evaluate(node, arrived, keep_graph)
                for edge, grad in zip(node.next_functions, results, strict=False):
                    send(edge, grad)
    return [captured.get(edge) for edge in inputs]


def call_tensor_hooks(node: _FunctionBase, grads: list[Gradient]) -> None:
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


def evaluate(node: _FunctionBase, grads: list[Gradient], keep_graph: bool) -> Any:
    """Run one node, with all hooks around it; return a gradient for each of its edges."""
    call_tensor_hooks(node, grads)
    arguments: Any = tuple(grads)
    for hook in list(node._prehooks.values()) if node._prehooks else ():
        arguments = _after(hook, hook(arguments), arguments)
    outputs: Any = node.run(arguments)
    edges = zip(outputs, node.next_functions, strict=False)
    outputs = tuple([fitted(node, i, grad, *edge) for i, (grad, edge) in enumerate(edges)])
    for hook in list(node._hooks.values()) if node._hooks else ():
        outputs = _after(hook, hook(outputs, arguments), outputs)
    if not keep_graph:
        node.release()
    return outputs


def _after(hook: Any, result: Any, before: Any) -> Any:
    """What is there after a hook: what it returned, if it fits, or what was there before."""
    if result is None:
        return before
    several = isinstance(before, tuple)
    if not (isinstance(result, tuple) if several else hasattr(result, "grad_fn")):
        wanted = "tuple" if several else "Variable"
        raise TypeError(f"expected {wanted}, but hook returned '{type(result).__name__}'")
    if several and len(result) == len(before):
        pairs = zip(result, before, strict=True)
        return tuple(None if new is None else _after(hook, new, old) for new, old in pairs)
    if several:
        got = f"got {len(result)}, but expected {len(before)}"
        problem = f"returned an incorrect number of values ({got})"
    elif before is None:
        raise RuntimeError("can't replace a None gradient with a non-None value")
    elif result.dtype is not before.dtype:
        problem = f"changed the type of value (was {before.type()} got {result.type()})"
    elif result.shape != before.shape:
        problem = "changed the size of value"
    else:
        return result
    raise RuntimeError(f"hook '{getattr(hook, '__name__', '<unknown>')}' has {problem}")


def fitted(
    node: _FunctionBase, index: int, grad: Gradient, goal: _FunctionBase | None, nr: int
) -> Gradient:
    """A gradient in the shape and kind of what it is the gradient of."""
    if goal is None or grad is None:
        return grad
    shape, kind = goal._input_metadata[nr]
    if grad.shape != shape:
        pairs = zip(reversed(shape), reversed(grad.shape), strict=False)
        if len(shape) > grad.dim() or any(m not in {1, n} for m, n in pairs):
            raise RuntimeError(
                f"Function {node.name()} returned an invalid gradient at index {index} - got "
                f"{list(grad.shape)} but expected shape compatible with {list(shape)}"
            )
        grad = sum_to(grad, shape)
    return grad if grad._storage.dtype is kind else grad.to(kind)
