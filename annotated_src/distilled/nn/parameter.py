"""Tensors that a module registers by themselves: `Parameter` and `Buffer`.

*Kept from torch* (`torch.nn.parameter`): a parameter is a tensor of another class over the same
data, and requires its gradient unless told otherwise; a buffer is a tensor with a flag; a
metaclass answers `isinstance` for both, so that a tensor of a class of one's own can be either.

*Left out*: parameters of nothing, or whose shape is not known yet; attributes, when pickled.
"""

from typing import Any, Self

from ..tensor import Tensor


class _Flagged(type):
    """A tensor that has a class's flag is an instance of it, whatever its own class.

    `type` can say only one thing of a tensor; with a flag it can be a parameter and something else.
    """

    def __instancecheck__(cls, instance: object) -> bool:
        # Asked of the class itself: one that derives from `Parameter` must not inherit the flag, or
        # every parameter would be an instance of it.
        own = isinstance(instance, Tensor) and getattr(instance, vars(cls).get("_flag", ""), False)
        return own or super().__instancecheck__(instance)


class Parameter(Tensor, metaclass=_Flagged):
    """A tensor that a module registers as a parameter when it is assigned to an attribute.

    >>> import annotated_src.distilled as torch
    >>> torch.nn.Parameter(torch.ones(2))
    Parameter containing:
    tensor([1., 1.], requires_grad=True)
    """

    _flag = "_is_param"

    def __new__(cls, data: Tensor, requires_grad: bool = True) -> Any:
        """A leaf over the numbers of a tensor."""
        # A class of one's own keeps its class, with all that it does, and becomes a parameter by
        # the flag.
        kind: Any = cls if type(data) in (Tensor, Parameter) else type(data)
        # Whatever history the data had is left behind: an optimizer takes leaves only.
        result: Any = Tensor._make_subclass(kind, data, requires_grad)
        result._is_param = True
        return result

    def __deepcopy__(self, memo: object) -> Self:
        # `copy` itself notes in `memo` what this returns, so tied parameters stay tied.
        return type(self)(self.data.clone(), self.requires_grad)

    def __reduce_ex__(self, protocol: Any) -> Any:
        return Parameter, (self.data, self.requires_grad)

    def __repr__(self) -> str:
        return "Parameter containing:\n" + super().__repr__()


class Buffer(Tensor, metaclass=_Flagged):
    """A tensor that a module registers as a buffer when it is assigned to an attribute.

    What it makes is a plain `Tensor` with a flag, for which `isinstance` asks.

    >>> import annotated_src.distilled as torch
    >>> buffer = torch.nn.Buffer(torch.ones(2))
    >>> type(buffer).__name__, isinstance(buffer, torch.nn.Buffer)
    ('Tensor', True)
    """

    _flag = "_is_buffer"

    def __new__(cls, data: Tensor, *, persistent: bool = True) -> Any:
        """A tensor over the numbers of another, flagged."""
        # `detach` gives another object, so the flag is not put on the caller's own tensor.
        result: Any = data.detach().requires_grad_(data.requires_grad)
        result._is_buffer, result.persistent = True, persistent
        return result
