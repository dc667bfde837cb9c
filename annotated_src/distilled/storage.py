"""Where the numbers are.

A storage is one row of numbers without a shape. Tensors that look at the same storage
are views of each other, and a change made through one is seen through all.

*Kept from torch*: a storage belongs to no tensor in particular; the version counter, which
every change in place advances; ``x.data``, the same numbers with a counter of their own.

*Left out*: bytes (an element has a kind here), sharing between processes, resizing,
devices.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .dtypes import dtype


class Storage:
    """Numbers of one kind, and how often they were changed in place.

    In torch the counter stands apart, shared by all views of one tensor. Views share
    their storage as well, so it has its place here; ``x.data`` is a second storage with
    the same ``numbers``.

    >>> import annotated_src.distilled as torch
    >>> x = torch.zeros(2, 2)
    >>> row = x[0].add_(1)
    >>> x._version, x.data._version, x.untyped_storage().nbytes()
    (1, 0, 16)
    """

    __slots__ = ("dtype", "numbers", "version")

    def __init__(self, numbers: array[Any], kind: dtype) -> None:
        self.numbers = numbers
        self.dtype = kind
        self.version = 0

    def data_ptr(self) -> int:
        """The address of the numbers: equal for two tensors that share them."""
        return self.numbers.buffer_info()[0]

    def nbytes(self) -> int:
        """How much memory the numbers take."""
        return len(self.numbers) * self.dtype.itemsize

    size = nbytes
