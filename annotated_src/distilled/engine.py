"""The engine: walks the graph from results to leaves, each node once, latest first.

A node may run when the gradients from all its users have arrived. So the users that will
be met on this walk are counted first; each arrival counts down, and a node at zero goes
into a queue, from which the one made last is taken. Nothing here calls itself: a graph
may be as deep as memory allows.

*Kept from torch*: dependency counts and sequence numbers; leaves before everything else;
sums of gradients; broadcast gradients summed to the shape of the input, and converted to
its kind; which nodes run when only some inputs are asked for; the order of hooks.

*Left out*: threads, devices, anomaly mode. Leaves that wait in the queue together run in the
order in which they became ready; in torch, three and more may run in another one.
"""

from heapq import heappop, heappush
from typing import Any

from .grad_mode import set_grad_enabled
from .graph import NO_EDGE, _FunctionBase, count
from .history import gradient_edge
from .hooks import run_hooks
from .views import sum_to


class GraphRoot(_FunctionBase):
    """Where a walk begins: a node whose edges lead to the tensors, as if it had used them.

    What it computes are the gradients that were given. So they are sent, added and fitted like
    all others.
    """

    def __init__(self, tensors: Any, grads: Any) -> None:
        self.next_functions, self._number = tuple(map(gradient_edge, tensors)), next(count)
        self.run = lambda: grads


def expected(root: _FunctionBase) -> dict[Any, list[Any]]:
    """All nodes that can be reached, and what each of them waits for.

    That is a list: a place for the gradient of each output; last, how many will be sent. It is
    counted anew for each walk: a node may have users that this walk does not reach, and for
    those it must not wait.
    """
    waiting: dict[Any, list[Any]] = {}
    edges: list[Any] = [(root, 0)]
    for node, _ in edges:  # the list grows while we go
        if node in waiting:
            waiting[node][-1] += 1
        elif node is not None:
            waiting[node] = [None] * len(node._outputs) + [1]
            edges += node.next_functions
    return waiting


def leading_to(goals: set[Any], nodes: Any) -> set[Any]:
    """The nodes that must run so that something arrives at the goals.

    A node was made after those that its edges lead to, so one round is enough. (Leaves, which
    are numbered last, have no edges.)
    """
    leading: set[Any] = set()
    for node in sorted(nodes, key=lambda node: node._number):  # oldest first
        if any(after in leading or after in goals for after, _ in node.next_functions):
            leading.add(node)
    return leading


def run_backward(
    tensors: Any, grads: Any, keep_graph: Any, create_graph: bool, inputs: Any, accumulate: bool
) -> list[Any]:
    """Walk from the tensors: to all leaves, or only where it leads to the inputs.

    ``accumulate`` lets the nodes of the inputs run as well, which add to ``.grad``. Otherwise
    the gradients that arrive there are given back.
    """
    keep_graph = create_graph if keep_graph is None else keep_graph
    root = GraphRoot(tensors, grads)
    if NO_EDGE in root.next_functions:
        what = "of tensors does not require grad and does not have a grad_fn"
        raise RuntimeError(f"element {root.next_functions.index(NO_EDGE)} {what}")
    ends, waiting = [gradient_edge(x) for x in inputs], expected(root)
    running: Any = waiting
    # Only some inputs: what does not lead to them is left out of the walk. A node that is left out
    # sends nothing to one that is not, or it would lead to an input too. So the counts stay right.
    if inputs or not accumulate:
        goals = {node for node, _ in ends}
        leading = leading_to(goals, waiting)
        waiting = {node: waiting[node] for node in waiting if node in leading or node in goals}
        running = waiting if accumulate else leading
    # A heap gives the smallest, so the numbers are negated: of the nodes that are ready, the one
    # made last is taken. That is the way forward, reversed. Leaves have the highest number: they
    # go first, as they only add a gradient up, which then need not wait in memory.
    turn, ready = 0, [(0.0, 0, root, [0])]
    # Gradients are computed by operations like any others. `create_graph` decides whether these
    # are recorded: that is all that derivatives of derivatives need, beside a graph that is kept.
    with set_grad_enabled(create_graph):
        while ready:
            _, _, node, arrived = heappop(ready)
            arrived.pop()  # the count, which is 0
            # An input whose gradient is asked for and not passed on: it stays in the list, where
            # the last line finds it.
            if node not in running:
                arrived[:] = after_tensor_hooks(node, arrived)
                continue
            results = evaluate(node, arrived) if node._hooked else node.run(*arrived)
            # At once, not at the end: what it saved is not needed any more, and the gradients of
            # the nodes to come need memory.
            if not keep_graph:
                node.release()
            # Send each gradient along its edge. None counts as arrived too: else the node at the
            # other end, which may get gradients from elsewhere, would wait for ever.
            for i, (goal, nr) in enumerate(node.next_functions):
                if goal is None or (slots := waiting.get(goal)) is None:
                    continue
                # An operation may have broadcast its input, and no formula undoes that.
                if (grad := results[i]) is not None:
                    shape, kind = goal._outputs[nr]
                    if grad.dtype is not kind or grad.shape != shape:
                        grad = fitted(node, i, grad)
                    # Not added in place: the first may be in use elsewhere, as a hook's or another
                    # edge's.
                    slots[nr] = grad if slots[nr] is None else slots[nr] + grad
                slots[-1] -= 1
                if not slots[-1]:
                    turn += 1  # of two leaves the first; nodes are never compared
                    heappush(ready, (-goal._number, turn, goal, slots))
    return [waiting[node][nr] if node in waiting else None for node, nr in ends]


def after_tensor_hooks(node: Any, arrived: list[Any]) -> list[Any]:
    """The gradients of a node's outputs, when the tensors that it made have had them.

    First the hooks of each; then those of which ``retain_grad`` was called keep what is left.
    """
    grads = list(arrived)
    for nr, hooks in node._tensor_hooks:
        grads[nr] = run_hooks(hooks, grads[nr])
    for nr, reference in node._retained:
        tensor, grad = reference(), grads[nr]
        if tensor is not None and grad is not None:
            tensor._grad = grad.clone() if tensor._grad is None else tensor._grad + grad
    return grads


def evaluate(node: Any, arrived: list[Any]) -> Any:
    """Run one node, with all hooks around it; return a gradient for each of its edges."""
    grads = run_hooks(node._prehooks, tuple(after_tensor_hooks(node, arrived)))
    outputs = tuple(node.run(*grads))
    if node._hooks:  # which see what will be sent
        outputs = tuple(fitted(node, i, grad) for i, grad in enumerate(outputs))
    return run_hooks(node._hooks, outputs, grads)


def fitted(node: Any, i: int, grad: Any) -> Any:
    """A gradient in the shape and kind of what it is the gradient of.

    Broadcasting uses a number in several places; it gets the sum of their gradients.
    """
    goal, nr = node.next_functions[i]
    if goal is None or grad is None:
        return grad
    shape, kind = goal._outputs[nr]
    pairs = zip(reversed(shape), reversed(grad.shape), strict=False)
    if len(shape) > grad.dim() or any(m not in {1, n} for m, n in pairs):
        raise RuntimeError(f"Function {node.name()} returned an invalid gradient at index {i}")
    return sum_to(grad, shape).to(kind)
