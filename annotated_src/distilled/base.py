"""What every tensor has: a storage, how to look at it, and where it came from.

*Kept from torch*: the class at the bottom, which torch writes in C++; its attributes;
``data``, ``grad`` and what may be assigned to them; hooks; a view knows its base.

*Left out*: devices, layouts, names, forward mode.
"""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from . import graph, tensor
from .dtypes import dtype
from .hooks import Hook, RemovableHandle, Table, add_hook
from .nodes import Edge, _FunctionBase
from .shapes import Size, is_contiguous
from .storage import Storage

if TYPE_CHECKING:
    from .tensor import Tensor

T = TypeVar("T", bound="TensorBase")


class NotOffered(NotImplementedError, AttributeError):  # noqa: N818  # no error of the caller
    """What torch has and this has not. ``hasattr`` answers False."""


class TensorBase:
    """Where the numbers are, which gradient they want, and what made them."""

    _storage: Storage
    shape: Size
    _stride: tuple[int, ...]
    _offset: int
    _whole: bool  # the elements are the storage, in its order

    # What few tensors have of their own stands here once for all.
    _requires_grad = False  # asked for, of a leaf
    _edge: Edge | None = None  # to the operation that it came from
    _grad: Tensor | None = None
    _base: Tensor | None = None  # of a view
    _origin: str | None = None  # what was unusual about how the view was made
    _seen_version = 0  # the version at which the view's edge was set
    _accumulator: weakref.ref[graph.AccumulateGrad] | None = None
    _backward_hooks: Table | None = None
    _post_accumulate_grad_hooks: Table | None = None

    def _place(
        self,
        storage: Storage,
        shape: Size,
        stride: tuple[int, ...],
        offset: int = 0,
        whole: bool | None = None,
    ) -> None:
        self._storage, self.shape, self._stride, self._offset = storage, shape, stride, offset
        full = whole is None and len(storage.numbers) == shape.numel()
        self._whole = whole or (full and is_contiguous(shape, stride))

    def __getattr__(self, name: str) -> Callable[..., Tensor]:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        raise NotOffered(f"distilled has no {name}; see torch.Tensor.{name}")

    @property
    def dtype(self) -> dtype:
        """The kind of number."""
        return self._storage.dtype

    @property
    def _version(self) -> int:
        return self._storage.version

    @property
    def requires_grad(self) -> bool:
        """Whether a gradient is wanted: asked for at a leaf, inherited by results and views."""
        if self._requires_grad or self._edge is not None:
            return True
        return self._base is not None and self._base.requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self: T, requires_grad: bool = True) -> T:
        """Ask a leaf to collect its gradient, or not to."""
        if requires_grad and not self.dtype.is_floating_point:
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        if not (requires_grad or self._edge is None):
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a "
                "computed variable in a subgraph that doesn't require differentiation use "
                "var_no_grad = var.detach()."
            )
        self._requires_grad = requires_grad and self._edge is None
        return self

    @property
    def grad_fn(self) -> _FunctionBase | None:
        """The node of the operation that the tensor came out of."""
        graph.refresh(self)
        return self._edge[0] if self._edge is not None else None

    @property
    def output_nr(self) -> int:
        """Which output of its node it is."""
        return self._edge[1] if self._edge is not None else 0

    @property
    def is_leaf(self) -> bool:
        """Whether no recorded operation made it."""
        return self.grad_fn is None

    @property
    def grad(self) -> Tensor | None:
        """What backward passes have added up here."""
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if not (value is None or isinstance(value, TensorBase)):
            kind = type(value).__name__
            raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of {kind}")
        if value is not None and (value.shape, value.dtype) != (self.shape, self.dtype):
            raise RuntimeError(f"a gradient of {self.shape} cannot be {value.shape} {value.dtype}")
        self._grad = value

    @property
    def data(self) -> Tensor:
        """The same numbers, without history; changes through it are not counted."""
        storage = Storage(self._storage.numbers, self.dtype)
        return tensor.make(storage, self.shape, self._stride, self._offset)

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, TensorBase):
            raise TypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
        if self._requires_grad and not value.dtype.is_floating_point:
            raise RuntimeError("data of a tensor that requires gradients must be floating point")
        storage = Storage(value._storage.numbers, value.dtype)
        storage.version = self._version
        self._place(storage, value.shape, value._stride, value._offset)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        if not self.is_leaf:
            raise RuntimeError("Only graph leaves support the deepcopy protocol at the moment")
        memo[id(self)] = copied = self.data.clone().requires_grad_(self.requires_grad)
        copied._grad = self._grad.clone() if self._grad is not None else None
        return copied

    def retain_grad(self) -> None:
        """Keep the gradient of a tensor that is no leaf in its ``.grad`` too."""
        if not self.requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if (node := self.grad_fn) is not None and not self.retains_grad:
            node._retained += ((self.output_nr, weakref.ref(self)),)

    @property
    def retains_grad(self) -> bool:
        """Whether ``retain_grad`` was called, on no leaf."""
        node = self.grad_fn
        return node is not None and any(kept() is self for _, kept in node._retained)

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(grad)`` when the gradient of this tensor is known; it may replace it."""
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        node = self.grad_fn
        if self._backward_hooks is None:
            self._backward_hooks = OrderedDict()
            if node is not None:  # the node of a leaf, which comes and goes, looks here
                node._tensor_hooks += ((self.output_nr, self._backward_hooks),)
        return add_hook(self._backward_hooks, hook)

    def register_post_accumulate_grad_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(tensor)`` after its ``.grad`` was added to."""
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if not self.is_leaf:
            raise RuntimeError(
                "post accumulate grad hooks cannot be registered on non-leaf tensors"
            )
        if self._post_accumulate_grad_hooks is None:
            self._post_accumulate_grad_hooks = OrderedDict()
        return add_hook(self._post_accumulate_grad_hooks, hook)
