"""The operations as methods of ``Tensor`` and as functions of ``torch``.

The functions of the modules below that have a ``self`` are methods.

*Kept from torch*: one operation, two ways to write it; Python's operators; a comparison with
what is neither tensor nor number is left to Python.

*Left out*: forms with ``out=``; the operators ``//``, ``%``, ``&``, ``|``, ``^``, ``<<``, ``>>``,
and ``~`` of numbers.
"""

import inspect
from typing import Any

from . import autograd, creation, in_place, indexing, pointwise, printing, reductions, views
from .refusals import NOT_OFFERED, refuse
from .storage import bool_
from .tensor import Tensor

# Only what a module defines itself: what it imports for its own use is not offered, and neither
# is what others of this package import from it.
INNER = {"arrange", "combine", "sum_to", "values"}
FUNCTIONS = {
    name: value
    for module in (creation, pointwise, views, indexing, reductions, in_place)
    for name, value in vars(module).items()
    if inspect.isfunction(value) and value.__module__ == module.__name__ and name not in INNER
}
for name, function in FUNCTIONS.items():
    if "self" in inspect.signature(function).parameters:
        setattr(Tensor, name, function)


def _comparison(operation: Any) -> Any:
    def method(self: Any, other: Any) -> Any:
        try:
            return operation(self, other)
        # Python then asks the other side, and ``x == "text"`` is False instead of an error.
        except TypeError:
            return NotImplemented

    return method


def _contains(self: Any, item: Any) -> bool:
    if not isinstance(item, (Tensor, int, float)):
        what = "Tensor.__contains__ only supports Tensor or scalar, but you passed in a"
        raise RuntimeError(f"{what} {type(item)}.")
    return any(creation.values(self == item))


def _invert(self: Any) -> Any:
    return pointwise.logical_not(self) if self.dtype is bool_ else refuse("torch", "bitwise_not")


OPERATORS = {
    "add": pointwise._add, "radd": pointwise._add, "iadd": in_place.add_,
    "sub": pointwise.sub, "rsub": pointwise.rsub, "isub": in_place.sub_,
    "mul": pointwise.mul, "rmul": pointwise.mul, "imul": in_place.mul_,
    "truediv": pointwise.div, "itruediv": in_place.div_,
    "pow": pointwise.pow, "ipow": in_place.pow_,
    "rtruediv": lambda x, number: pointwise.reciprocal(x) * number,
    "rpow": lambda x, number: pointwise.pow(number, x),
    "matmul": reductions.matmul, "neg": pointwise.neg, "invert": _invert,
    "getitem": indexing._getitem, "setitem": indexing._setitem,
    # Torch has one node for all rows, with an output for each.
    "iter": lambda x: iter([indexing._unbound(x, 0, i) for i in range(len(x))]),
    "repr": printing._to_string, "contains": _contains,
    **{name: _comparison(getattr(pointwise, name)) for name in pointwise.COMPARISONS},
}  # fmt: skip
for name, function in OPERATORS.items():
    setattr(Tensor, f"__{name}__", function)


def _backward(self: Any, gradient: Any = None, *args: Any, **kwargs: Any) -> None:
    autograd.backward(self, gradient, *args, **kwargs)


setattr(Tensor, "backward", _backward)


def _refusal(name: str) -> property:
    return property(lambda self: refuse("torch.Tensor", name))


for name in NOT_OFFERED.split():
    setattr(Tensor, name, _refusal(name))
for name in ("abs", "and", "floordiv", "lshift", "mod", "or", "pos", "rshift", "xor"):
    setattr(Tensor, f"__{name}__", lambda *_, name=f"__{name}__": refuse("torch.Tensor", name))
