"""The operations as methods of ``Tensor`` and as functions of ``torch``.

The public functions of the modules below that have a ``self`` are methods.

*Kept from torch*: one operation, two ways to write it; Python's operators, which have no
answer to what is neither tensor nor number.

*Left out*: forms with ``out=``.
"""

from __future__ import annotations

import inspect
from typing import Any

from . import autograd, creation, elements, in_place, indexing, pointwise, printing
from . import reductions, views
from .tensor import Tensor

FUNCTIONS = {
    name: value
    for module in (elements, creation, pointwise, views, indexing, reductions, in_place)
    for name, value in vars(module).items()
    if inspect.isfunction(value) and value.__module__ == module.__name__
}
for name, function in FUNCTIONS.items():
    if "self" in inspect.signature(function).parameters:
        setattr(Tensor, name, function)


def _comparison(operation: Any) -> Any:
    def method(self: Any, other: Any) -> Any:
        try:
            return operation(self, other)
        except TypeError:
            return NotImplemented

    return method


OPERATORS = {
    "add": pointwise._add, "radd": pointwise._add, "iadd": in_place.add_,
    "sub": pointwise.sub, "rsub": pointwise.rsub, "isub": in_place.sub_,
    "mul": pointwise.mul, "rmul": pointwise.mul, "imul": in_place.mul_,
    "truediv": pointwise.div, "itruediv": in_place.div_, "pow": pointwise.pow,
    "rtruediv": lambda x, number: pointwise.reciprocal(x) * number,
    "rpow": lambda x, number: pointwise.pow(number, x),
    "matmul": reductions.matmul, "neg": pointwise.neg, "invert": pointwise.logical_not,
    "getitem": indexing._getitem, "setitem": indexing._setitem, "repr": printing._to_string,
    "contains": lambda self, item: any(elements.values(self == item)),
}  # fmt: skip
for name in ("eq", "ne", "lt", "le", "gt", "ge"):
    OPERATORS[name] = _comparison(getattr(pointwise, name))
for name, function in OPERATORS.items():
    setattr(Tensor, f"__{name}__", function)
setattr(Tensor, "backward", autograd.backward)
