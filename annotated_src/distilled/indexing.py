"""``x[…]``: numbers, slices, ``None``, ``...`` and tensors of indices between the brackets.

Numbers and slices give views. Tensors of indices, and masks, give a copy.

*Kept from torch*: the order of views that an index becomes; where the dimensions of index
tensors go; assignment as a copy into a view.

*Left out*: steps below 1 (torch refuses them as well), lists with anything but numbers.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from . import creation, graph, shapes, tensor
from .cuts import Places, _gather, _put, _slice, select
from .dtypes import Number, bool_, int64
from .elements import elements, values
from .in_place import _in_place
from .shapes import Size, Sizes, contiguous_strides, positions
from .views import _alias, unsqueeze

if TYPE_CHECKING:
    from .tensor import Tensor


_put_ = _in_place(_put, checked=False)


def _indices(part: Tensor, sizes: Sizes) -> list[Tensor]:
    """A tensor between brackets, as indices: a mask becomes one for each of its dimensions."""
    if part.dtype is int64:
        return [part]
    if part.dtype is not bool_ or part.shape != sizes[: part.dim()]:
        raise IndexError(f"{part.dtype} of {part.shape} is no index of a tensor of {sizes}")
    hits = [p for p, hit in enumerate(elements(part)) if hit]
    pairs = zip(part.shape, contiguous_strides(part.shape), strict=True)
    return [creation.tensor([p // step % size for p in hits], int64) for size, step in pairs]


def _chosen(
    self: Tensor, indices: dict[int, Tensor]
) -> tuple[Places, Size, tuple[list[int], list[int]]]:
    """The places that tensors of indices choose, and the shape in which they are given back.

    The dimensions of the indices stand where the indexed ones stood; in front, if
    those were not neighbours. Last, the strides of the tensor and of the indices in it.
    """
    shape, strides, dims = self.shape, contiguous_strides(self.shape), sorted(indices)
    try:
        common = functools.reduce(shapes.broadcast_shapes, [x.shape for x in indices.values()])
    except RuntimeError as error:
        raise IndexError(f"shape mismatch: indexing tensors: {error}") from None
    starts = [0] * common.numel()
    for d in dims:
        for i, index in enumerate(values(indices[d], common, int64)):
            if not -shape[d] <= index < shape[d]:
                raise IndexError(f"index {index} is out of bounds for dimension {d}")
            starts[i] += int(index) % shape[d] * strides[d]
    first = dims[0] if dims[-1] - dims[0] == len(dims) - 1 else 0
    before, after = range(first), [d for d in range(first, len(shape)) if d not in indices]

    def among(row: Sizes, middle: Sizes) -> list[int]:
        return [*(row[d] for d in before), *middle, *(row[d] for d in after)]

    left, right = (
        positions([shape[d] for d in group], [strides[d] for d in group], 0)
        for group in (before, after)
    )
    places = [a + b + c for a in left for b in starts for c in right]
    own = among(self._stride, [0] * len(common))
    return (
        places,
        Size(among(shape, common)),
        (own, among([0] * len(shape), contiguous_strides(common))),
    )


def _parts(self: Tensor, key: Any, keep: bool = False) -> tuple[Tensor, dict[int, Tensor]]:
    """Do what gives views, dimension by dimension; return the tensors of indices."""
    parts = list(key) if isinstance(key, tuple) else [key]
    parts = [creation.tensor(x, None if x else int64) if isinstance(x, list) else x for x in parts]
    taken = 0
    for x in parts:
        mask = isinstance(x, tensor.Tensor) and x.dtype is bool_
        taken += x.dim() if mask else not (x is None or x is ... or isinstance(x, bool))
    if taken > self.dim():
        raise IndexError(f"too many indices for tensor of dimension {self.dim()}")
    result, dim, indices = self, 0, dict[int, "Tensor"]()
    for x in parts:
        tensorial = isinstance(x, tensor.Tensor)
        if x is ...:
            dim += self.dim() - taken
        elif x is None:
            result, dim = unsqueeze(result, dim), dim + 1
        elif isinstance(x, slice):
            result, dim = _cut(result, dim, x, keep), dim + 1
        elif isinstance(x, bool) or (tensorial and x.dtype is bool_ and not x.shape):
            result, indices[dim] = unsqueeze(result, dim), creation.tensor([0] if x else [], int64)
            dim += 1
        elif tensorial and x.shape:
            for index in _indices(x, result.shape[dim:]):
                indices[dim] = index
                dim += 1
        elif isinstance(x, int) or (tensorial and not x.is_floating_point()):
            result = select(result, dim, int(x))
        else:
            raise IndexError(f"only integers, slices, `...`, None and tensors, not {x!r}")
    return result, indices


def _cut(self: Tensor, dim: int, key: slice, keep: bool) -> Tensor:
    if key.step is not None and key.step <= 0:
        raise ValueError("step must be greater than zero")
    part = range(self.shape[dim])[key]
    whole = part == range(self.shape[dim]) and (part or not key.start) and key.step in {None, 1}
    return self if whole and not keep else _slice(self, dim, part)


def _getitem(self: Tensor, key: Any) -> Tensor:
    """``self[key]``.

    >>> import annotated_src.distilled as torch
    >>> x = torch.arange(6).view(2, 3)
    >>> x[1, 1:], x[x > 3]
    (tensor([4, 5]), tensor([4, 5]))
    """
    result, indices = _parts(self, key, keep=isinstance(key, slice))
    if indices:
        places, shape, steps = _chosen(result, indices)
        return _gather(result, places, shape, shapes.layout_of(shape, steps))
    return _alias(result) if result is self else result


def _setitem(self: Tensor, key: Any, value: Tensor | Number) -> None:
    """``self[key] = value``: a change in place of a view."""
    target, indices = _parts(self, key)
    source = value if isinstance(value, tensor.Tensor) else creation.tensor(value, self.dtype)
    ones = next((i for i, n in enumerate(source.shape) if n != 1), source.dim())
    if indices:
        source = source.view(source.shape[ones:]) if ones else source
        if source.shape and source.dtype is not target.dtype:
            raise RuntimeError(f"Index put of {source.dtype} into {target.dtype}")
        graph.check_in_place(target, target.requires_grad or source.requires_grad)
        places, shape, _ = _chosen(target, indices)
        _put_(target, source, places, shape)
    elif not source.shape and target.shape:
        target.fill_(source)
    elif source.shape == target.shape:
        target.copy_(source)
    else:
        source = source.view(source.shape[ones:])
        target.copy_(source if source.shape == target.shape else source.expand(target.shape))
