"""``backward`` and ``grad``: where a walk through the graph begins.

*Kept from torch*: what may be left out and what then stands in; messages.

*Left out*: ``is_grads_batched``, ``functional``, ``graph.save_on_cpu`` and the like.
"""

from __future__ import annotations

from typing import Any

from . import creation, engine, function, graph
from .function import Function
from .grad_mode import enable_grad, no_grad, set_grad_enabled
from .history import gradient_edge
from .tensor import Tensor

__all__ = ["Function", "enable_grad", "function", "graph", "no_grad", "set_grad_enabled"]
Variable = Tensor


def _several(value: Any) -> tuple[Any, ...]:
    return (value,) if isinstance(value, Tensor) else tuple(value or ())


def _run(
    outputs: tuple[Any, ...],
    given: Any,
    retain_graph: bool | None,
    create_graph: bool,
    inputs: tuple[Any, ...],
    accumulate: bool,
) -> list[Any]:
    """Begin with the gradients as given, or with one for a single number."""
    grads = list(_several(given)) or [None] * len(outputs)
    for i, (out, grad) in enumerate(zip(outputs, grads, strict=True)):
        if grad is not None and grad.shape != out.shape:
            raise RuntimeError(
                f"Mismatch in shape: grad_output[{i}] has a shape of {grad.shape} and output[{i}] "
                f"has a shape of {out.shape}."
            )
        if grad is None and out.requires_grad and out.numel() != 1:
            raise RuntimeError("grad can be implicitly created only for scalar outputs")
        grads[i] = creation.ones_like(out) if grad is None else grad
    roots = [gradient_edge(x) for x in outputs]
    for i, (node, _) in enumerate(roots):
        if node is None:
            what = f"element {i} of tensors does not require grad and does not have a grad_fn"
            raise RuntimeError(what)
    keep = create_graph if retain_graph is None else retain_graph
    ends = [gradient_edge(x) for x in inputs]
    return engine.run_backward(roots, grads, keep, create_graph, ends, accumulate)


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Compute gradients, and add them to the ``.grad`` of the leaves (or of ``inputs``)."""
    chosen = _several(inputs)
    if inputs is not None and not chosen:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    for x in chosen:
        if not x.is_leaf:
            x.retain_grad()
    _run(_several(tensors), grad_tensors, retain_graph, create_graph, chosen, True)


def grad(
    outputs: Any,
    inputs: Any,
    grad_outputs: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool = False,
) -> tuple[Any, ...]:
    """Compute gradients of ``inputs``, and give them back instead of storing them.

    >>> import annotated_src.distilled as torch
    >>> x = torch.tensor(3.0, requires_grad=True)
    >>> (slope,) = grad(x**3, x, create_graph=True)
    >>> slope, grad(slope, x)
    (tensor(27., grad_fn=<MulBackward0>), (tensor(18.),))
    """
    results, chosen = _several(outputs), _several(inputs)
    if all(x.requires_grad for x in results) and not all(x.requires_grad for x in chosen):
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    found = _run(results, grad_outputs, retain_graph, create_graph, chosen, False)
    unused = [i for i, g in enumerate(found) if g is None]
    if unused and not allow_unused:
        raise RuntimeError(
            f"The differentiated Tensor at index {unused[0]} appears to not have been used "
            "in the graph. Set allow_unused=True if this is the desired behavior."
        )
    return tuple(found)
