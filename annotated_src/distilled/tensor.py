"""``Tensor``: the methods.

The public functions of the modules imported here that have a ``self`` are its methods, and the
functions of ``torch`` too. They make tensors in turn, by ``make``, and so import this module.

*Kept from torch*: names and meaning of methods; what ``len``, ``bool``, ``in`` and ``for`` do.

*Left out*: most of torch's several hundred methods, ``numpy``, ``__torch_function__``.
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Iterator
from typing import Any, TypeVar

from . import (
    creation,
    cuts,
    dtypes,
    in_place,
    indexing,
    pointwise,
    powers,
    printing,
    random,
    reductions,
    views,
)
from .base import NotOffered, TensorBase
from .dtypes import Number, dtype
from .elements import elements
from .shapes import Size, is_contiguous, wrap_dim
from .storage import Storage

T = TypeVar("T", bound="Tensor")


class Tensor(TensorBase):
    """Numbers with a shape, and perhaps a history.

    >>> import annotated_src.distilled as torch
    >>> x = torch.ones(2, 3, requires_grad=True)
    >>> (x.t() * 2).sum().backward()
    >>> x.grad.shape, x.t().stride(), x.t()._base is x
    (torch.Size([2, 3]), (1, 3), True)
    """

    @staticmethod
    def _make_subclass(cls: type[T], data: Tensor, requires_grad: bool = False) -> T:
        """A leaf of another class over the same numbers."""
        result = object.__new__(cls)
        result._place(data._storage, data.shape, data._stride, data._offset)
        if requires_grad and not data.is_floating_point():
            raise RuntimeError(
                "Only Tensors of floating point and complex dtype can require gradients"
            )
        return result.requires_grad_(requires_grad)

    def backward(
        self,
        gradient: Tensor | None = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Any = None,
    ) -> None:
        """Compute gradients of the leaves behind this tensor, and add them to ``.grad``."""
        autograd.backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    def item(self) -> Number:
        """The one element, as a Python number."""
        if (count := self.numel()) != 1:
            raise RuntimeError(f"a Tensor with {count} elements cannot be converted to Scalar")
        number = next(iter(elements(self)))
        return builtins.bool(number) if self.dtype is dtypes.bool_ else number

    def tolist(self) -> Any:
        """The elements as nested lists; of no dimensions, a number."""
        if not self.shape:
            return self.item()
        rows: list[Any] = list(elements(self))
        if self.dtype is dtypes.bool_:
            rows = [builtins.bool(x) for x in rows]
        for dim in range(self.dim() - 1, 0, -1):
            size, count = self.shape[dim], Size(self.shape[:dim]).numel()
            rows = [rows[i * size : (i + 1) * size] for i in range(count)]
        return rows

    def size(self, dim: int | None = None) -> Any:
        """The shape, or one of its sizes."""
        return self.shape if dim is None else self.shape[wrap_dim(dim, self.dim())]

    def stride(self, dim: int | None = None) -> Any:
        """How far apart in the storage neighbours lie, along each dimension or one."""
        return self._stride if dim is None else self._stride[wrap_dim(dim, self.dim())]

    def dim(self) -> int:
        """How many dimensions."""
        return len(self.shape)

    def numel(self) -> int:
        """How many elements."""
        return self.shape.numel()

    ndim, nelement = property(dim), numel

    def storage_offset(self) -> int:
        """Where in the storage the first element lies."""
        return self._offset

    def untyped_storage(self) -> Storage:
        """The row of numbers that the tensor looks at."""
        return self._storage

    def data_ptr(self) -> int:
        """The address of the first element."""
        return self._storage.data_ptr() + self._offset * self.dtype.itemsize

    def type(self) -> str:
        """The old name of a tensor with such elements."""
        return f"torch.{self.dtype.scalar_name}Tensor"

    def is_contiguous(self) -> bool:
        """Whether the elements lie in the order of reading, without gaps."""
        return is_contiguous(self.shape, self._stride)

    def is_floating_point(self) -> bool:
        """Whether the elements are ``float32`` or ``float64``."""
        return self.dtype.is_floating_point

    def to(self, target: dtype | Tensor | str) -> Tensor:
        """The tensor as another kind of number; itself if it is of this kind."""
        if isinstance(target, str) and target != "cpu":
            raise NotOffered(f"distilled has no {target}; see torch.Tensor.to")
        kind = target if isinstance(target, dtypes.dtype) else getattr(target, "dtype", self.dtype)
        return self if kind is self.dtype else views._converted(self, kind)

    def float(self) -> Tensor:
        """As ``float32``."""
        return self.to(dtypes.float32)

    def double(self) -> Tensor:
        """As ``float64``."""
        return self.to(dtypes.float64)

    def long(self) -> Tensor:
        """As ``int64``: what stands behind the point is cut off."""
        return self.to(dtypes.int64)

    def bool(self) -> Tensor:
        """As ``bool``: what is not 0 is True."""
        return self.to(dtypes.bool_)

    @property
    def T(self) -> Tensor:  # noqa: N802
        """All dimensions in reverse order."""
        return self.permute(*range(self.dim())[::-1])

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a 0-d tensor")
        return int(self.shape[0])

    def __iter__(self) -> Iterator[Tensor]:
        if not self.shape:
            raise TypeError("iteration over a 0-d tensor")
        return iter([self[i] for i in range(self.shape[0])])

    def __contains__(self, item: Any) -> builtins.bool:
        return any(elements(self == item))

    def __bool__(self) -> builtins.bool:
        if self.numel() > 1:
            raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")
        return builtins.bool(self.item())

    def _number(self) -> Number:
        if self.numel() != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        return self.item()

    def __int__(self) -> int:
        return int(self._number())

    def __float__(self) -> builtins.float:
        return builtins.float(self._number())

    def __index__(self) -> int:
        if self.dtype.is_floating_point or self.numel() != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __format__(self, spec: str) -> str:
        plain = self.dim() == 0 and type(self) is Tensor
        return format(self.item(), spec) if plain else object.__format__(self, spec)

    __repr__ = printing._to_string
    __hash__ = object.__hash__
    __getitem__, __setitem__ = indexing._getitem, indexing._setitem
    _copy, __matmul__ = views._copy, reductions._matmul
    __neg__, __invert__ = pointwise.neg, pointwise.logical_not
    __add__ = __radd__ = pointwise._operator(pointwise.add)
    __mul__ = __rmul__ = pointwise._operator(pointwise.mul)
    __sub__, __rsub__ = pointwise._operator(pointwise.sub), pointwise._operator(pointwise.rsub)
    __truediv__, __rtruediv__ = (pointwise._operator(op) for op in (pointwise.div, pointwise._rdiv))
    __pow__, __rpow__ = (pointwise._operator(op) for op in (powers.pow, powers._rpow))
    __iadd__, __isub__ = (pointwise._operator(op) for op in (in_place.add_, in_place.sub_))
    __imul__, __itruediv__ = (pointwise._operator(op) for op in (in_place.mul_, in_place.div_))
    __eq__ = pointwise._operator(pointwise.eq)  # type: ignore[assignment]
    __ne__ = pointwise._operator(pointwise.ne)  # type: ignore[assignment]
    __lt__, __le__ = (pointwise._operator(op) for op in (pointwise.lt, pointwise.le))
    __gt__, __ge__ = (pointwise._operator(op) for op in (pointwise.gt, pointwise.ge))


FUNCTIONS = {
    name: value
    for module in (views, cuts, pointwise, powers, in_place, reductions, random, creation)
    for name, value in vars(module).items()
    if inspect.isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
}
for name, function in FUNCTIONS.items():
    if "self" in inspect.signature(function).parameters and not hasattr(Tensor, name):
        setattr(Tensor, name, function)


def make(
    storage: Storage,
    shape: Size,
    stride: tuple[int, ...],
    offset: int = 0,
    whole: bool | None = None,
) -> Tensor:
    """A tensor over a storage; of all of it in its order, if the caller knows that."""
    result = Tensor()
    result._place(storage, shape, stride, offset, whole)
    return result


def typename(value: object) -> str:
    """The type of an object, with the public module of torch's own types."""
    if isinstance(value, Tensor):
        return value.type()
    kind = value if isinstance(value, type) else type(value)
    place = kind.__module__.replace("annotated_src.distilled", "torch")
    return kind.__qualname__ if place == "builtins" else f"{place}.{kind.__qualname__}"


from . import autograd  # noqa: E402  # which needs Tensor to be there
