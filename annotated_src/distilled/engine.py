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

from collections.abc import Collection, Sequence
from heapq import heappop, heappush
from typing import Any

from .grad_mode import set_grad_enabled
from .graph import NO_EDGE, Edge
from .history import gradient_edge
from .tensor import Tensor
from .views import sum_to

Waiting = dict[Any, list[Any]]
"""For each node the gradients of its outputs, as far as they have come; last, how many will."""


def expected(roots: Sequence[Edge]) -> Waiting:
    """All nodes that can be reached, and how many gradients each of them will be sent."""
    waiting: Waiting = {}
    edges = list(roots)
    for node, _ in edges:  # the list grows while we go
        if node in waiting:
            waiting[node][-1] += 1
        elif node is not None:
            waiting[node] = [None] * len(node._outputs) + [1]
            edges += node.next_functions
    return waiting


def leading_to(goals: Collection[Any], nodes: Collection[Any]) -> set[Any]:
    """The nodes that must run so that something arrives at the goals."""
    leading: set[Any] = set()
    for node in sorted(nodes, key=lambda node: node._number):  # oldest first
        if any(after in leading or after in goals for after, _ in node.next_functions):
            leading.add(node)
    return leading


def run_backward(
    tensors: Sequence[Any],
    grads: Sequence[Any],
    keep_graph: bool,
    create_graph: bool,
    inputs: Sequence[Any] = (),
    accumulate: bool = True,
) -> list[Any]:
    """Walk from the tensors: to all leaves, or only where it leads to the inputs.

    ``accumulate`` lets the nodes of the inputs run as well, which add to ``.grad``. Otherwise
    the gradients that arrive there are given back.
    """
    roots = [gradient_edge(x) for x in tensors]
    if NO_EDGE in roots:
        what = "of tensors does not require grad and does not have a grad_fn"
        raise RuntimeError(f"element {roots.index(NO_EDGE)} {what}")
    for x in inputs if accumulate else ():
        if not x.is_leaf:
            x.retain_grad()
    ends = [gradient_edge(x) for x in inputs]
    waiting = expected(roots)
    running: Collection[Any] = waiting
    if inputs or not accumulate:
        goals = {node for node, _ in ends}
        leading = leading_to(goals, waiting)
        waiting = {node: waiting[node] for node in waiting if node in leading or node in goals}
        running = waiting if accumulate else leading
    ready: list[tuple[float, int, Any, list[Any]]] = []
    turn, node, edges, results = 0, None, roots, grads
    # The gradients to begin with are sent like those that a node computes.
    with set_grad_enabled(create_graph):
        while True:
            for i, (goal, nr) in enumerate(edges):
                if goal is None or (arrived := waiting.get(goal)) is None:
                    continue
                if (grad := results[i]) is not None:
                    shape, kind = goal._outputs[nr]
                    if grad.dtype is not kind or grad.shape != shape:
                        grad = fitted(node, i, grad, shape, kind)
                    arrived[nr] = grad if arrived[nr] is None else arrived[nr] + grad
                arrived[-1] -= 1
                if not arrived[-1]:
                    turn += 1  # so that no two nodes are compared
                    heappush(ready, (-goal._number, turn, goal, arrived))
            if not ready:
                return [waiting[node][nr] if node in waiting else None for node, nr in ends]
            _, _, node, arrived = heappop(ready)
            arrived.pop()  # the count, which is 0
            if node in running:
                edges = node.next_functions
                results = evaluate(node, arrived) if node._hooked else node.run(*arrived)
                if not keep_graph:
                    node.release()
            else:  # one of the inputs, whose gradient is asked for and not passed on
                arrived[:] = after_tensor_hooks(node, arrived)
                edges = ()


def after_tensor_hooks(node: Any, arrived: Sequence[Any]) -> list[Any]:
    """Hooks of the tensors that the node made may change the gradients; some tensors keep them."""
    grads = list(arrived)
    for nr, table in node._tensor_hooks:
        for hook in list(table.values()):
            grads[nr] = replaced(hook, grads[nr], hook(grads[nr]))
    for nr, reference in node._retained:
        tensor, grad = reference(), grads[nr]
        if tensor is not None and grad is not None:
            tensor._grad = grad.clone() if tensor._grad is None else tensor._grad + grad
    return grads


def evaluate(node: Any, arrived: Sequence[Any]) -> Any:
    """Run one node, with all hooks around it; return a gradient for each of its edges."""
    grads = tuple(after_tensor_hooks(node, arrived))
    for hook in list(node._prehooks.values()):
        grads = replaced(hook, grads, hook(grads))
    outputs = tuple(node.run(*grads))
    if node._hooks:  # they see what will be sent
        outputs = tuple(
            grad if goal is None else fitted(node, i, grad, *goal._outputs[nr])
            for i, ((goal, nr), grad) in enumerate(zip(node.next_functions, outputs, strict=True))
        )
    for hook in list(node._hooks.values()):
        outputs = replaced(hook, outputs, hook(outputs, grads))
    return outputs


def fitted(node: Any, index: int, grad: Any, shape: Any, kind: Any) -> Any:
    """A gradient in the shape and kind of what it is the gradient of, if that was broadcast."""
    if grad is None:
        return None
    pairs = zip(reversed(shape), reversed(grad.shape), strict=False)
    if len(shape) > grad.dim() or any(m not in {1, n} for m, n in pairs):
        raise RuntimeError(
            f"Function {node.name()} returned an invalid gradient at index {index} - got "
            f"{list(grad.shape)} but expected shape compatible with {list(shape)}"
        )
    return sum_to(grad, shape).to(kind)


def replaced(hook: Any, old: Any, new: Any) -> Any:
    """What is there after a hook: what it returned, if it fits, or what was there before."""
    if new is None:
        return old
    kind, what = (tuple, "tuple") if isinstance(old, tuple) else (Tensor, "Variable")
    if not isinstance(new, kind):
        raise TypeError(f"expected {what}, but hook returned '{type(new).__name__}'")
    name = getattr(hook, "__name__", "<unknown>")
    if isinstance(new, Tensor):
        if old is None or (new.shape, new.dtype) != (old.shape, old.dtype):
            raise RuntimeError(f"hook '{name}' has changed the value")
        return new
    if len(new) != len(old):
        got = f"(got {len(new)}, but expected {len(old)})"
        raise RuntimeError(f"hook '{name}' has returned an incorrect number of values {got}")
    return tuple(None if x is None else replaced(hook, y, x) for x, y in zip(new, old, strict=True))
