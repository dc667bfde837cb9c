"""The operations as methods of ``Tensor`` and as functions of ``torch``.

The functions of the modules below that have a ``self`` are methods.

*Kept from torch*: one operation, two ways to write it; arguments by name, in torch's spellings;
Python's operators; a comparison with what is neither tensor nor number is left to Python.

*Left out*: arguments such as ``out``, which are refused by name; the operators ``//``, ``%``,
``&``, ``|``, ``^``, ``<<``, ``>>``, and ``~`` of numbers; complex numbers.
"""

import functools
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
# What torch calls an argument too; and arguments that it has and this has not.
SPELLINGS = {"input": "self", "axis": "dim", "keepdims": "keepdim", "gradient": "grad_tensors"}
OTHERS = {"alpha", "device", "generator", "non_blocking", "out", "rounding_mode"}


def _with_keywords(place: str, function: Any) -> Any:
    """An operation whose arguments may be given by name, as its parameters or torch's spellings."""
    own = inspect.signature(function)
    sizes = [p.name for p in own.parameters.values() if p.kind is p.VAR_POSITIONAL]

    @functools.wraps(function)
    def operation(*args: Any, **kwargs: Any) -> Any:
        if not kwargs:
            return function(*args)
        named = {}
        for key, value in kwargs.items():
            if key in own.parameters or key not in OTHERS:
                named[key if key in own.parameters else SPELLINGS.get(key, key)] = value
            elif not (value is None or value is False or value == "cpu"):
                raise NotImplementedError(f"distilled has no {key}; see {place}")
        # Python gives no name to what ``view(2, 3)`` takes one by one; ``view(size=(2, 3))`` does.
        more = [named.pop(size) for size in sizes if size in named]
        bound = own.bind(*args, **named)
        return function(*bound.args, *more, **bound.kwargs)

    return operation


for name, function in [*FUNCTIONS.items()]:
    method = "self" in inspect.signature(function).parameters
    FUNCTIONS[name] = _with_keywords(f"torch.{'Tensor.' * method}{name}", function)
    if method:
        setattr(Tensor, name, FUNCTIONS[name])


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


def _row(self: Any, i: int) -> Any:
    # Torch has one node for all rows, with an output for each: it cannot be replaced for one alone,
    # so a row may not be changed in place if that is recorded.
    row = indexing._unbound(self, 0, i)
    row._origin = row._origin or f"Output {i} of Unbind is a view"
    return row


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
    "iter": lambda x: iter([_row(x, i) for i in range(len(x))]),
    "repr": printing._to_string, "contains": _contains,
    **{name: _comparison(getattr(pointwise, name)) for name in pointwise.COMPARISONS},
}  # fmt: skip
for name, function in OPERATORS.items():
    setattr(Tensor, f"__{name}__", function)


setattr(Tensor, "backward", _with_keywords("torch.Tensor.backward", autograd.backward))
for name in NOT_OFFERED:
    setattr(Tensor, name, property(lambda _, name=name: refuse("torch.Tensor", name)))  # type: ignore[misc]
