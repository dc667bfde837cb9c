"""``backward`` and ``grad``: where a walk through the graph begins.

*Kept from torch*: what may be left out and what then stands in; most messages.

*Left out*: ``is_grads_batched``, ``materialize_grads``, edges in the place of tensors;
``functional``, ``Variable``, ``graph.save_on_cpu`` and the like.
"""

from functools import partial
from typing import Any

from . import creation, function, graph
from .engine import run_backward
from .function import Function
from .grad_mode import enable_grad, no_grad, set_grad_enabled
from .refusals import refuse
from .tensor import Tensor

__all__ = ["Function", "enable_grad", "function", "graph", "no_grad", "set_grad_enabled"]


def _several(value: Any) -> tuple[Any, ...]:
    """One tensor, several or None, as several."""
    return (value,) if isinstance(value, Tensor) else tuple(value or ())


def _make_grads(outputs: tuple[Any, ...], given: Any) -> list[Any]:
    """The gradients to begin with, as given, or one for a single number."""
    # The walk multiplies what it begins with by derivatives: from 1, a single number gets its own.
    # Several numbers have one derivative each, and what a walk finds is a weighted sum of these.
    # The weights are what the caller has to give.
    grads = list(_several(given)) or [None] * len(outputs)
    for i, (out, grad) in enumerate(zip(outputs, grads, strict=True)):
        if grad is None:
            if out.requires_grad and out.numel() != 1:
                raise RuntimeError("grad can be implicitly created only for scalar outputs")
            grads[i] = creation.ones_like(out)
        elif grad.shape != out.shape:
            raise RuntimeError(f"Mismatch in shape: grad_output[{i}] has {grad.shape}")
    return grads


def backward(
    tensors: Any,
    grad_tensors: Any = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Any = None,
) -> None:
    """Compute gradients, and add them to the ``.grad`` of the leaves (or of ``inputs``)."""
    roots, chosen = _several(tensors), _several(inputs)
    if inputs is not None and not chosen:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    for x in chosen:  # those that are no leaves will have a ``.grad`` too
        x.retain_grad()
    grads = _make_grads(roots, grad_tensors)
    run_backward(roots, grads, retain_graph, create_graph, chosen, accumulate=True)


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
    roots, chosen = _several(outputs), _several(inputs)
    if not chosen:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    if all(x.requires_grad for x in roots) and not all(x.requires_grad for x in chosen):
        raise RuntimeError("One of the differentiated Tensors does not require grad")
    grads = _make_grads(roots, grad_outputs)
    found = run_backward(roots, grads, retain_graph, create_graph, chosen, accumulate=False)
    # None is a possible answer, where an input was not used; but mostly that is a mistake in the
    # program, so one has to ask for it.
    unused = [i for i, grad in enumerate(found) if grad is None]
    if unused and not allow_unused:
        raise RuntimeError(
            f"The differentiated Tensor at index {unused[0]} appears to not have been used "
            "in the graph. Set allow_unused=True if this is the desired behavior."
        )
    return tuple(found)


__getattr__ = partial(refuse, "torch.autograd")
