"""Modules that hold modules: `Sequential`, `ModuleList`, `ModuleDict`.

*Kept from torch* (`torch.nn.modules.container`): what is held is registered, under its number
or its key; numbers follow when something is deleted or inserted; slices are containers of the
same class; lists print repeated modules once.

*Left out*: adding and multiplying `Sequential`s.
"""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from itertools import chain
from typing import Any, Self, TypeVar

from .module import Module

Held = TypeVar("Held")


def at(idx: Any, held: Iterable[Held]) -> Held:
    """The one at a place, which may be counted from the end."""
    items = list(held)
    place = operator.index(idx)
    if not -len(items) <= place < len(items):
        raise IndexError(f"index {place} is out of range")
    return items[place]


class _Row(Module):
    """What `Sequential` and `ModuleList` have in common: their children stand in a row."""

    def __setitem__(self, idx: int, module: Module) -> None:
        setattr(self, at(idx, self._modules), module)

    def __delitem__(self, idx: int | slice) -> None:
        names = list(self._modules)
        for name in names[idx] if isinstance(idx, slice) else [at(idx, names)]:
            delattr(self, name)
        self._modules = OrderedDict((str(n), m) for n, m in enumerate(self._modules.values()))

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._modules.values())

    def append(self, module: Module) -> Self:
        """Add one at the end."""
        self.add_module(str(len(self)), module)
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add several at the end."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self | None:
        """Add one before the one at a place."""
        for number in range(len(self), index, -1):
            self._modules[str(number)] = self._modules[str(number - 1)]
        self._modules[str(index)] = module
        return None

    def pop(self, key: int) -> Module:
        """Take one out."""
        module: Module = at(key, self)
        del self[key]
        return module


class Sequential(_Row):
    """Modules that are called one after the other.

    >>> import annotated_src.distilled as torch
    >>> torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): ReLU()
    )
    """

    def __init__(self, *args: Any) -> None:
        super().__init__()
        named = len(args) == 1 and isinstance(args[0], OrderedDict)
        members = args[0] if named else {str(n): module for n, module in enumerate(args)}
        for name, module in members.items():
            self.add_module(name, module)

    def __getitem__(self, idx: int | slice) -> Any:
        if isinstance(idx, slice):
            return type(self)(OrderedDict(list(self._modules.items())[idx]))
        return at(idx, self)

    def forward(self, input: Any) -> Any:  # torch's name
        """Hand the result of each to the next."""
        for module in self:
            input = module(input)
        return input

    def insert(self, index: int, module: Module) -> Self:
        """Add one before the one at a place, which may be counted from the end."""
        if not isinstance(module, Module):
            raise AssertionError(f"module should be of type: {Module}")
        if not -len(self) <= index <= len(self):
            raise IndexError(f"Index out of range: {index}")
        super().insert(index % len(self) if index < 0 else index, module)
        return self


class ModuleList(_Row):
    """A list whose modules are seen; it is no layer and cannot be called."""

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    def __getitem__(self, idx: int | slice) -> Any:
        if isinstance(idx, slice):
            return type(self)(list(self)[idx])
        return at(idx, self)

    def __iadd__(self, modules: Iterable[Module]) -> Self:
        return self.extend(modules)

    def __add__(self, other: Iterable[Module]) -> ModuleList:
        return ModuleList(chain(self, other))

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add several at the end."""
        if not isinstance(modules, Iterable):
            raise TypeError(
                "ModuleList.extend should be called with an iterable, but got "
                f"{type(modules).__name__}"
            )
        return super().extend(modules)

    def __repr__(self) -> str:
        runs: list[list[Any]] = []  # first number, last number, text
        for number, module in enumerate(self):
            if runs and runs[-1][2] == repr(module):
                runs[-1][1] = number
            else:
                runs.append([number, number, repr(module)])
        lines = [
            f"({first}): {text}"
            if first == last
            else f"({first}-{last}): {last - first + 1} x {text}"
            for first, last, text in runs
        ]
        name = self._get_name()
        inside = "\n".join(lines).replace("\n", "\n  ")
        return f"{name}(\n  {inside}\n)" if lines else f"{name}()"


class Keyed(Module):
    """What `ModuleDict` and `ParameterDict` have in common: what they hold has keys."""

    def _held(self) -> dict[str, Any]:
        return self._modules

    def __len__(self) -> int:
        return len(self._held())

    def __iter__(self) -> Iterator[str]:
        return iter(self._held())

    def __contains__(self, key: str) -> bool:
        return key in self._held()

    def __getitem__(self, key: str) -> Any:
        return self._held()[key]

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def keys(self) -> KeysView[str]:
        """The keys."""
        return self._held().keys()

    def items(self) -> ItemsView[str, Any]:
        """Keys and what is held."""
        return self._held().items()

    def values(self) -> ValuesView[Any]:
        """What is held."""
        return self._held().values()

    def pop(self, key: str) -> Any:
        """Take one out."""
        value = self[key]
        del self[key]
        return value

    def clear(self) -> None:
        """Take all out."""
        for key in list(self):
            del self[key]


class ModuleDict(Keyed):
    """A dictionary whose modules are seen, in the order in which they were put in."""

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def update(self, modules: Any) -> None:
        """Take over what is in a mapping, or in pairs."""
        for key, module in pairs_of(modules, "ModuleDict", "ModuleDict"):
            self[key] = module


def pairs_of(given: Any, name: str, plural: str) -> Iterator[tuple[str, Any]]:
    """Keys and values of a mapping, or the pairs in a sequence."""
    if not isinstance(given, Iterable):
        raise TypeError(
            f"{plural}.update should be called with an iterable of key/value pairs, but got "
            f"{type(given).__name__}"
        )
    if isinstance(given, Mapping) or hasattr(given, "items"):
        yield from given.items()
        return
    for number, pair in enumerate(given):
        where = f"{name} update sequence element #{number}"
        if not isinstance(pair, Iterable):
            raise TypeError(f"{where} should be Iterable; is{type(pair).__name__}")
        pair = tuple(pair)  # noqa: PLW2901
        if len(pair) != 2:
            raise ValueError(f"{where} has length {len(pair)}; 2 is required")
        yield pair
