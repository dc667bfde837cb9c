"""Tensors that a module registers by themselves: `Parameter` and `Buffer`.

*Kept from torch* (`torch.nn.parameter`): a parameter is a tensor of another class over the same
data, and requires its gradient unless told otherwise; a buffer is a tensor with a flag; a
metaclass answers `isinstance` for both, so that a tensor of a class of one's own can be either.

*Left out*: parameters whose shape is not known yet, pickling.
"""

from __future__ import annotations

from typing import Any

from ..creation import empty
from ..tensor import Tensor


class _ParameterMeta(type(Tensor)):  # type: ignore[misc]  # whatever builds Tensor
    """A tensor whose flag is set is a `Parameter`, whatever its class."""

    def __instancecheck__(cls, instance: object) -> bool:
        flagged = isinstance(instance, Tensor) and getattr(instance, "_is_param", False)
        return (cls is Parameter and bool(flagged)) or super().__instancecheck__(instance)


class Parameter(Tensor, metaclass=_ParameterMeta):
    """A tensor that a module registers as a parameter when it is assigned to an attribute.

    >>> import annotated_src.distilled as torch
    >>> torch.nn.Parameter(torch.ones(2))
    Parameter containing:
    tensor([1., 1.], requires_grad=True)
    """

    def __new__(cls, data: Tensor | None = None, requires_grad: bool = True) -> Parameter:
        """A leaf over the numbers of a tensor."""
        if data is None:
            data = empty(0)
        if type(data) is Tensor or type(data) is Parameter:
            return Tensor._make_subclass(cls, data, requires_grad)
        # A class of one's own keeps its class, and becomes a parameter by the flag.
        own: Any = Tensor._make_subclass(type(data), data, requires_grad)
        own._is_param = True
        return own  # type: ignore[no-any-return]

    def __deepcopy__(self, memo: dict[int, Any]) -> Parameter:
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.data.clone(), self.requires_grad)
        return memo[id(self)]  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()


class _BufferMeta(type(Tensor)):  # type: ignore[misc]  # as above
    """A tensor whose flag is set is a `Buffer`, whatever its class."""

    def __instancecheck__(cls, instance: object) -> bool:
        flagged = isinstance(instance, Tensor) and getattr(instance, "_is_buffer", False)
        return (cls is Buffer and bool(flagged)) or super().__instancecheck__(instance)


class Buffer(Tensor, metaclass=_BufferMeta):
    """A tensor that a module registers as a buffer when it is assigned to an attribute.

    The result is no instance of this class but a tensor with a flag, which `isinstance` asks for.

    >>> import annotated_src.distilled as torch
    >>> buffer = torch.nn.Buffer(torch.ones(2))
    >>> type(buffer).__name__, isinstance(buffer, torch.nn.Buffer)
    ('Tensor', True)
    """

    persistent: bool

    def __new__(cls, data: Tensor | None = None, *, persistent: bool = True) -> Buffer:
        """A tensor over the numbers of another, flagged."""
        if data is None:
            data = empty(0)
        tensor: Any = data.detach().requires_grad_(data.requires_grad)
        tensor.persistent = persistent
        tensor._is_buffer = True
        return tensor  # type: ignore[no-any-return]
