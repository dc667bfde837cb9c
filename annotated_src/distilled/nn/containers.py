"""Modules that hold others: `Sequential`, `ModuleList`, `ModuleDict`, and those for parameters.

*Kept from torch* (`torch.nn.modules.container`): what is held is registered, under its number
or its key; numbers follow when something is deleted or inserted; slices are containers of the
same class; lists print repeated modules once; tensors become parameters when they are put into
`ParameterList` or `ParameterDict`, which hold anything else as it is.

*Left out*: `+`, `*` and `|`, of which only `+=` is here; `copy`, `setdefault`, `popitem`,
`fromkeys`; most tests of what is put in, and the words in which a mistake is told.
"""

from collections import OrderedDict
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Self

from ..tensor import Tensor, typename
from .module import Module, framed
from .parameter import Parameter


class _Container(Module):
    """What all five have in common: members with names; modules, unless a class says otherwise."""

    # `add_module` refuses a key that is the name of a method, which would hide what is put in.
    _put_member = Module.add_module

    def __init__(self, members: Any = None) -> None:
        super().__init__()
        # Parameter containers hold anything, so what they hold stands in no one table: it is
        # found by these names.
        self._keys: dict[str, None] = {}
        self._fill_members(() if members is None else members)

    def _held_members(self) -> Any:
        return self._modules

    def __len__(self) -> int:
        return len(self._held_members())

    def pop(self: Any, key: Any) -> Any:
        """Take one out."""
        member = self[key]
        del self[key]
        return member


class _Row(_Container):
    """Members in a row, under their numbers."""

    def __iter__(self) -> Iterator[Any]:
        return iter(self._held_members().values())

    def __getitem__(self, idx: Any) -> Any:
        found = list(self)[idx]
        return type(self)(found) if isinstance(idx, slice) else found

    def __setitem__(self, idx: int, member: Any) -> None:
        # The name at that place: it need not be a number, and -1 is the last.
        self._put_member(list(self._held_members())[idx], member)

    def append(self, member: Any) -> Self:
        """Add one at the end."""
        # The length is taken for the next free number; a member that has it already is replaced.
        self._put_member(str(len(self)), member)
        return self

    def extend(self, members: Any) -> Self:
        """Add several at the end."""
        for member in members:
            self.append(member)
        return self

    _fill_members = __iadd__ = extend


class _Modules(_Row):
    """A row of modules, which can be shortened and widened in the middle."""

    def _edit(self, act: str, *args: Any) -> Self:
        """Do it to a list of the modules, and number them again."""
        modules = list(self)
        getattr(modules, act)(*args)
        # Hooks on registration see nothing, as in torch, and names that were no numbers are lost.
        # (There inserting among such names fails with a KeyError.)
        self._modules = OrderedDict((str(n), module) for n, module in enumerate(modules))
        return self

    def __delitem__(self, idx: int | slice) -> None:
        _Modules._edit(self, "__delitem__", idx)

    def insert(self, index: int, module: Module) -> Self:
        """Add one before the one at a place."""
        return _Modules._edit(self, "insert", index, module)


class Sequential(_Modules):
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
        # Nothing but an OrderedDict gives names: a plain dict is taken for a module, and refused.
        named = len(args) == 1 and isinstance(args[0], OrderedDict)
        members = args[0] if named else {str(n): module for n, module in enumerate(args)}
        for name, module in members.items():
            self.add_module(name, module)

    def __getitem__(self, idx: int | slice) -> Any:
        # A slice keeps its names, and so the keys of its state; one of a ModuleList does not.
        if isinstance(idx, slice):
            return type(self)(OrderedDict(list(self._modules.items())[idx]))
        return super().__getitem__(idx)

    def forward(self, input: Any) -> Any:  # torch's name
        """Hand the result of each to the next."""
        # One value is handed on. A tuple stays one, and is not spread over several arguments.
        for module in self:
            input = module(input)
        return input


class ModuleList(_Modules):
    """A list whose modules are seen; it is no layer and cannot be called."""

    def __repr__(self) -> str:
        lines, first = [], 0
        for text, alike in groupby(map(repr, self)):
            count = len(list(alike))
            several = f"({first}-{first + count - 1}): {count} x {text}"
            lines.append(several if count > 1 else f"({first}): {text}")
            first += count
        return framed(type(self).__name__, "", lines)


def _asks(method: str) -> Any:
    """A method that is that of a dictionary of what is held."""
    return lambda self, *args: getattr(self._held_members(), method)(*args)


class _Keyed(_Container):
    """Members under keys."""

    __iter__, __contains__, __getitem__ = map(_asks, ("__iter__", "__contains__", "__getitem__"))
    keys, items, values, get = map(_asks, ("keys", "items", "values", "get"))

    def __setitem__(self, key: str, member: Any) -> None:
        self._put_member(key, member)

    def __delitem__(self, key: str) -> None:
        # `delattr` alone would delete any attribute: `training`, if that is the key.
        if key not in self:
            raise KeyError(key)
        delattr(self, key)
        self._keys.pop(key, None)

    def clear(self) -> None:
        """Take all out."""
        for key in list(self):
            del self[key]

    def update(self, members: Any) -> None:
        """Take over what is in a mapping, or in pairs."""
        pairs = members.items() if hasattr(members, "items") else members
        # A rule from the time when a plain dict had no order. For modules torch has dropped it.
        if type(members) is dict and isinstance(self, ParameterDict):
            pairs = sorted(pairs)
        for key, member in pairs:
            self[key] = member

    _fill_members = update


class ModuleDict(_Keyed):
    """A dictionary whose modules are seen, in the order in which they were put in."""


class _Parameters(_Container):
    """Members are attributes; tensors among them become parameters."""

    def _held_members(self) -> dict[str, Any]:
        return {key: getattr(self, key) for key in self._keys}

    def _put_member(self, key: Any, member: Any) -> None:
        # A parameter stays the object that it is: an optimizer or another module may hold it.
        plain = isinstance(member, Tensor) and not isinstance(member, Parameter)
        setattr(self, key, Parameter(member) if plain else member)
        self._keys[key] = None

    def extra_repr(self) -> str:
        """A line for each that is held."""
        return "\n".join(
            f"  ({key}): {_Parameters._say(self, held)}"
            for key, held in self._held_members().items()
        )

    def _say(self, member: Any) -> str:
        if not isinstance(member, Tensor):
            return f"Object of type: {type(member).__name__}"
        kind = member.dtype if isinstance(self, ParameterList) else typename(member)
        return f"Parameter containing: [{kind} of size {'x'.join(map(str, member.shape))}]"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: it is no layer."""
        raise RuntimeError(f"{type(self).__name__} should not be called.")


class ParameterList(_Row, _Parameters):
    """A list whose parameters are seen.

    >>> import annotated_src.distilled as torch
    >>> torch.nn.ParameterList([torch.ones(2, 3), "no tensor"])
    ParameterList(
        (0): Parameter containing: [torch.float32 of size 2x3]
        (1): Object of type: str
    )
    """


class ParameterDict(_Keyed, _Parameters):
    """A dictionary whose parameters are seen."""

    def __getitem__(self, key: str) -> Any:
        # So a key that is missing raises an AttributeError and no KeyError, as in torch.
        return getattr(self, key)
