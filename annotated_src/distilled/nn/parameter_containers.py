"""Modules that hold parameters: `ParameterList` and `ParameterDict`.

*Kept from torch* (`torch.nn.modules.container`): tensors become parameters when they are put
in, anything else is held as it is; both can be read like a list or a dictionary; a plain `dict`
is taken over in the order of its sorted keys.

*Left out*: `fromkeys`, `popitem`, and joining dictionaries with `|`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any, Self

from ..tensor import Tensor, typename
from .containers import Keyed, at, pairs_of
from .module import Module
from .parameter import Parameter


def _held(value: Any) -> Any:
    """A tensor as a parameter."""
    plain = isinstance(value, Tensor) and not isinstance(value, Parameter)
    return Parameter(value) if plain else value


def _described(held: Iterable[tuple[Any, Any]], by_type: bool) -> str:
    """A line for each that is held."""
    lines = []
    for key, value in held:
        what = f"Object of type: {type(value).__name__}"
        if isinstance(value, Tensor):
            kind = "Parameter" if isinstance(value, Parameter) else "Tensor"
            size = "x".join(map(str, value.size()))
            what = (
                f"{kind} containing: [{typename(value) if by_type else value.dtype} of size {size}]"
            )
        lines.append(f"  ({key}): {what}")
    return "\n".join(lines)


class ParameterList(Module):
    """A list whose parameters are seen.

    >>> import annotated_src.distilled as torch
    >>> torch.nn.ParameterList([torch.ones(2, 3), "no tensor"])
    ParameterList(
        (0): Parameter containing: [torch.float32 of size 2x3]
        (1): Object of type: str
    )
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self._size = 0
        if values is not None:
            self.extend(values)

    def __getitem__(self, idx: int | slice) -> Any:
        if isinstance(idx, slice):
            return type(self)(self[i] for i in range(*idx.indices(len(self))))
        return getattr(self, str(at(idx, range(len(self)))))

    def __setitem__(self, idx: int, param: Any) -> None:
        setattr(self, str(at(idx, range(len(self)))), _held(param))

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Any]:
        return iter(self[i] for i in range(len(self)))

    def __iadd__(self, parameters: Iterable[Any]) -> Self:
        return self.extend(parameters)

    def append(self, value: Any) -> Self:
        """Add one at the end."""
        self._size += 1
        self[self._size - 1] = value
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Add several at the end."""
        if not isinstance(values, Iterable) or isinstance(values, Tensor):
            raise TypeError(
                "ParameterList.extend should be called with an iterable, but got "
                f"{type(values).__name__}"
            )
        for value in values:
            self.append(value)
        return self

    def extra_repr(self) -> str:
        """A line for each that is held."""
        return _described(enumerate(self), by_type=False)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: it is no layer."""
        raise RuntimeError("ParameterList should not be called.")


class ParameterDict(Keyed):
    """A dictionary whose parameters are seen."""

    def __init__(self, parameters: Any = None) -> None:
        super().__init__()
        self._keys: dict[str, None] = {}
        if parameters is not None:
            self.update(parameters)

    def __getitem__(self, key: str) -> Any:
        return getattr(self, self._key_to_attr(key))

    def __setitem__(self, key: str, value: Any) -> None:
        self._keys[key] = None
        setattr(self, self._key_to_attr(key), _held(value))

    def __delitem__(self, key: str) -> None:
        del self._keys[key]
        delattr(self, self._key_to_attr(key))

    def _key_to_attr(self, key: str) -> str:
        if not isinstance(key, str):
            raise TypeError(
                "Index given to ParameterDict cannot be used as a key as it is not a string (type "
                f"is '{type(key).__name__}'). Open an issue on github if you need non-string keys."
            )
        return key

    def _held(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in self._keys}

    def get(self, key: str, default: Any = None) -> Any:
        """What is held under a key, or the default."""
        return self[key] if key in self._keys else default

    def setdefault(self, key: str, default: Any = None) -> Any:
        """What is held under a key; the default is put there if nothing is."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, parameters: Any) -> None:
        """Take over what is in a mapping, or in pairs."""
        pairs = pairs_of(parameters, "ParameterDict", "ParametersDict")
        keeps_order = not isinstance(parameters, dict) or isinstance(parameters, OrderedDict)
        for key, value in pairs if keeps_order else sorted(pairs):
            self[key] = value

    def extra_repr(self) -> str:
        """A line for each that is held."""
        return _described(self.items(), by_type=True)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: it is no layer."""
        raise RuntimeError("ParameterDict should not be called.")
