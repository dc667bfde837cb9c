"""What torch's objects look like in a recorded step: short, and the same in every run.

Called in the recorder's child process, where torch is imported anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MOST_VALUES = 8


def describe(value: object, label: Callable[[object], str]) -> str | None:
    """A tensor, a module or a node of the graph in words; None for anything else.

    A tensor is its label, up to eight of its values, its dtype and shape, and its grad_fn or
    else whether it requires a gradient.
    """
    import torch

    if isinstance(value, torch.Tensor):
        return _tensor(value, label(value))
    if isinstance(value, (torch.nn.Module, torch.autograd.graph.Node)):
        return label(value)
    if type(value).__module__ == "torch" or isinstance(value, (torch.dtype, torch.device)):
        return str(value)
    if hasattr(type(value), "next_functions"):
        return label(value)
    return None


def _tensor(tensor: Any, name: str) -> str:
    flat = tensor.detach().reshape(-1)[: MOST_VALUES + 1].tolist()
    shown = ", ".join(
        f"{number:.4g}" if isinstance(number, float) else str(number)
        for number in flat[:MOST_VALUES]
    )
    more = ", …" if len(flat) > MOST_VALUES else ""
    kind = f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"
    parts = [f"{shown}{more}", kind]
    if tensor.grad_fn is not None:
        parts.append(f"grad_fn {type(tensor.grad_fn).__name__}")
    elif tensor.requires_grad:
        parts.append("requires grad")
    return f"{name} [{'; '.join(parts)}]"
