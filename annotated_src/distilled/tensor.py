"""``Tensor``: a storage, how to look at it, and where it came from.

*Kept from torch*: attributes and what may be assigned to them; hooks; a view knows its base;
what ``len``, ``bool``, ``in`` and ``for`` do; the version counter, which every change in place
advances and all views share; ``x.data``, the same numbers with a counter of their own.

*Left out*: most of torch's several hundred methods, ``__torch_function__``; devices; that ``shape``
and ``dtype`` cannot be assigned to, and ``.grad`` can be deleted.
"""

from __future__ import annotations

import weakref
from functools import partialmethod
from typing import TYPE_CHECKING, Any

from . import history, shapes
from .hooks import Hook, RemovableHandle, Table, add_hook
from .refusals import refuse
from .shapes import Size, wrap_dim
from .storage import BY_PYTHON, Storage, bool_, dtype, float32, float64, int64

STAY = {"_accumulator", "_backward_hooks", "_base", "_origin", "_post_accumulate_grad_hooks"}


class Tensor:
    """Numbers with a shape, and perhaps a history.

    >>> import annotated_src.distilled as torch
    >>> x = torch.ones(2, 3, requires_grad=True)
    >>> (x.t() * 2).sum().backward()
    >>> x.grad.shape, x.t().stride(), x.t()._base is x
    (torch.Size([2, 3]), (1, 3), True)
    """

    if TYPE_CHECKING:  # operations become methods when all are defined

        def __getattr__(self, name: str) -> Any: ...

    _storage: Storage
    dtype: dtype
    shape: Size
    _stride: tuple[int, ...]
    _counter: list[int]  # changes in place; one list for all that see them

    # Defaults, kept by the class: most tensors have few of these of their own.
    _offset = 0
    _whole = True  # all of its storage, in its order
    _requires_grad = False  # asked for, of a leaf
    _edge: Any = None  # to the operation that it came from
    _grad: Tensor | None = None
    _base: Tensor | None = None  # of a view
    _origin: str | None = None  # how the view was made, if that forbids to change it in place
    _seen_version = 0  # the version at which the view's edge was set
    _accumulator: weakref.ref[Any] | None = None
    _backward_hooks = _post_accumulate_grad_hooks = Table()

    @staticmethod
    def _make_subclass(cls: Any, data: Tensor, requires_grad: Any = False) -> Any:
        """A leaf of another class over the same numbers."""
        return place(object.__new__(cls), data).requires_grad_(requires_grad)

    def __getstate__(self) -> Any:
        """What a copy takes along: not its place in the graph, its hooks or its base."""
        if self._edge is not None:
            raise RuntimeError("Only Tensors created explicitly by the user can be copied")
        return {name: x for name, x in vars(self).items() if name not in STAY}

    # Its history.

    def _requires_a_gradient(self) -> Any:
        """Whether a gradient is wanted: asked for at a leaf, inherited by results and views."""
        if self._requires_grad or self._edge is not None:
            return True
        return self._base is not None and self._base.requires_grad

    def requires_grad_(self, requires_grad: Any = True) -> Any:
        """Ask a leaf to collect its gradient, or not to."""
        if requires_grad and not self.dtype.is_floating_point:
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        if not (requires_grad or self._edge is None):
            raise RuntimeError("you can only change requires_grad flags of leaf variables.")
        self._requires_grad = requires_grad and self._edge is None
        return self

    requires_grad = property(_requires_a_gradient, requires_grad_)

    @property
    def grad_fn(self) -> Any:
        """The node of the operation that the tensor came out of."""
        history.refresh(self)
        return self._edge[0] if self._edge is not None else None

    output_nr = property(lambda self: self._edge[1] if self._edge is not None else 0)
    is_leaf = property(lambda self: self.grad_fn is None)

    @property
    def grad(self) -> Tensor | None:
        """What backward passes have added up here."""
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        if not (value is None or isinstance(value, Tensor)):
            kind = type(value).__name__
            raise TypeError(f"assigned grad expected to be a Tensor or None but got grad of {kind}")
        if value is not None and (value.shape, value.dtype) != (self.shape, self.dtype):
            raise RuntimeError(f"a gradient of {self.shape} cannot be {value.shape} {value.dtype}")
        if value is self:
            raise RuntimeError("can't assign Variable as its own grad")
        self._grad = value

    @property
    def data(self) -> Any:
        """The same numbers, without history; a change made through it is not counted here."""
        return place(Tensor(), self)

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
        if self._requires_grad and not value.dtype.is_floating_point:
            raise RuntimeError("data of a tensor that requires gradients must be floating point")
        counter = self._counter  # it stays: a graph that has saved this tensor notices nothing
        place(self, value)._counter = counter

    def retain_grad(self) -> None:
        """Keep the gradient of a tensor that is no leaf in its ``.grad`` too."""
        if not self.requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if self._edge is not None and not self.retains_grad:
            node = self.grad_fn
            node._retained += ((self.output_nr, weakref.ref(self)),)
            node._hooked = True

    @property
    def retains_grad(self) -> Any:
        """Whether ``retain_grad`` was called; a leaf answers False, though it has a ``.grad``."""
        node = self.grad_fn
        return node is not None and any(kept() is self for _, kept in node._retained)

    def register_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(grad)`` when all of this tensor's gradient is known; it may replace it."""
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if not self._backward_hooks:
            self._backward_hooks = Table()
            if (node := self.grad_fn) is not None:  # that of a leaf comes and goes, and looks here
                node._hooked = True
                node._tensor_hooks += ((self.output_nr, self._backward_hooks),)
        return add_hook(self._backward_hooks, hook)

    def register_post_accumulate_grad_hook(self, hook: Hook) -> RemovableHandle:
        """Call ``hook(tensor)`` after its ``.grad`` was added to."""
        if not self.requires_grad:
            raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
        if not self.is_leaf:
            what = "post accumulate grad hooks cannot be registered on non-leaf tensors"
            raise RuntimeError(what)
        self._post_accumulate_grad_hooks = self._post_accumulate_grad_hooks or Table()
        return add_hook(self._post_accumulate_grad_hooks, hook)

    # What can be asked of it, and its numbers in Python.

    _version = property(lambda self: self._counter[0])
    ndim = property(lambda self: len(self.shape))
    T = property(lambda self: self.permute(*range(self.dim())[::-1]))
    dim: Any = lambda self: len(self.shape)
    numel: Any = lambda self: self.shape.numel()
    nelement: Any = numel
    storage_offset: Any = lambda self: self._offset
    untyped_storage: Any = lambda self: self._storage
    data_ptr: Any = lambda self: self._storage.data_ptr() + self._offset * self.dtype.itemsize
    type: Any = lambda self, to=None: self.to(to) if to else f"torch.{self.dtype.scalar_name}Tensor"
    is_contiguous: Any = lambda self: shapes.is_contiguous(self.shape, self._stride)
    is_floating_point: Any = lambda self: self.dtype.is_floating_point

    def size(self, dim: int | None = None) -> Any:
        """The shape, or one of its sizes."""
        return self.shape if dim is None else self.shape[wrap_dim(dim, self.dim())]

    def stride(self, dim: int | None = None) -> Any:
        """How far apart in the storage neighbours lie, along each dimension or one."""
        return self._stride if dim is None else self._stride[wrap_dim(dim, self.dim())]

    def to(self, *args: Any, **kwargs: Any) -> Any:
        """The tensor as another kind of number, or as that of a tensor; itself if it is that."""
        targets = [getattr(target, "dtype", target) for target in (*args, *kwargs.values())]
        for device in targets:
            if isinstance(device, str) and device != "cpu":
                refuse("torch", device)
        kinds = [BY_PYTHON.get(x, x) for x in targets if isinstance(x, (dtype, type))]
        return self if kinds in ([], [self.dtype]) else self._converted(kinds[0])

    # Conversions: to ``int64``, what stands behind the point is cut off; to ``bool``, 0 is False.
    float, double = partialmethod(to, float32), partialmethod(to, float64)
    long, bool = partialmethod(to, int64), partialmethod(to, bool_)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a 0-d tensor")
        return int(self.shape[0])

    def __bool__(self) -> Any:
        if (n := self.numel()) != 1:
            many = "more than one value" if n else "no values"
            raise RuntimeError(f"Boolean value of Tensor with {many} is ambiguous")
        return self.item() != 0

    __int__: Any = lambda self: int(self._number())
    __float__: Any = lambda self: self.double()._number()

    def __index__(self) -> int:
        if self.dtype.is_floating_point or self.numel() != 1:
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __format__(self, spec: str) -> str:
        plain = self.dim() == 0 and type(self) is Tensor
        return format(self.item(), spec) if plain else object.__format__(self, spec)

    __hash__ = object.__hash__


def place(x: Any, like: Any) -> Any:
    """Let a tensor look at what another one looks at, and count its changes by itself."""
    x._storage, x.dtype, x.shape, x._stride = like._storage, like.dtype, like.shape, like._stride
    x._offset, x._whole, x._counter = like._offset, like._whole, [0]
    return x


def make(storage: Storage, kind: dtype, shape: Size, stride: tuple[int, ...]) -> Tensor:
    """A tensor over all of a storage."""
    x = Tensor()
    x._storage, x.dtype, x.shape = storage, kind, shape
    x._stride, x._whole, x._counter = stride, True, [0]
    x._edge, x._base, x._requires_grad = None, None, False
    return x


def typename(value: object) -> str:
    """The type of an object, with the public module of torch's own types."""
    if isinstance(value, Tensor):
        return str(value.type())
    kind = value if isinstance(value, type) else type(value)
    place = kind.__module__.replace("annotated_src.distilled", "torch")
    return kind.__qualname__ if place == "builtins" else f"{place}.{kind.__qualname__}"
