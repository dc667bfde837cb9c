"""Values in words: short, and the same in every run.

Objects get a label by their type and the order in which they were first seen (`Hook 2`)
in place of an address. What a library's own objects look like is the project's to say.
"""

from __future__ import annotations

import inspect
import re
import reprlib
from collections import Counter
from collections.abc import Callable, Mapping, Set
from types import BuiltinMethodType, FunctionType, MethodType, ModuleType

Describe = Callable[[object, Callable[[object], str]], "str | None"]
"""A project's own: a value, and a function that gives labels; None for values it does not
know."""

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_NUMBERS = re.compile(r"(\d+)")
_KNOWN = ("builtins", "collections", "array")
"""Modules whose types `reprlib` knows; it goes by names, and others have those names too."""


class Values(reprlib.Repr):
    """Describes values. Those that have a label are kept alive, so that it stays theirs."""

    def __init__(self, describe: Describe | None = None) -> None:
        super().__init__()
        self.maxlevel, self.maxother, self.maxstring = 3, 70, 60
        self.maxdict = self.maxlist = self.maxtuple = self.maxset = 5
        self._describe = describe
        self._labels: dict[int, str] = {}
        self._kept: list[object] = []
        self._counts: Counter[str] = Counter()
        self._in_sets = 0

    def label(self, value: object) -> str:
        """`Type 1` for the first object of its type that was asked for, and so on.

        Just `Type` inside a set, whose order is another in every run, for one not seen before.
        """
        if id(value) not in self._labels:
            name = type(value).__name__
            if self._in_sets:
                return name
            self._counts[name] += 1
            self._labels[id(value)] = f"{name} {self._counts[name]}"
            self._kept.append(value)
        return self._labels[id(value)]

    def repr1(self, x: object, level: int) -> str:
        """The text of a value inside others, `level` levels from the last that is shown."""
        try:
            return self._told(x, level)
        except Exception:  # an object that is half made, for example
            return self.label(x)

    def _told(self, x: object, level: int) -> str:
        if self._describe and (own := self._describe(x, self.label)) is not None:
            return own
        kind = type(x)
        if isinstance(x, dict) and kind is not dict:
            return f"{kind.__name__} {self.repr_dict(dict(x), level)}"
        if isinstance(x, set | frozenset) and kind not in (set, frozenset):
            return f"{kind.__name__} {self.repr_set(set(x), level)}"
        if named := self._named(x, level):
            return named
        return super().repr1(x, level) if kind.__module__ in _KNOWN else self._own_words(x)

    def _named(self, x: object, level: int) -> str:
        """What has a name of its own, by that name; an empty text for anything else."""
        if isinstance(x, type | ModuleType):
            return short(getattr(x, "__qualname__", x.__name__))
        if isinstance(x, MethodType | BuiltinMethodType):
            owner = x.__self__
            if owner is not None and not isinstance(owner, ModuleType):
                return f"{self.repr1(owner, level)}.{x.__name__}"
        if isinstance(x, FunctionType | BuiltinMethodType):
            return f"function {short(x.__qualname__)}"
        return ""

    def repr_dict(self, x: Mapping[object, object], level: int) -> str:
        """A dict in its own order, which is part of what one wants to see."""
        if not x:
            return "{}"
        if level <= 0:
            return "{…}"
        shown = list(x.items())[: self.maxdict]
        parts = [f"{self.repr1(k, level - 1)}: {self.repr1(v, level - 1)}" for k, v in shown]
        return "{" + ", ".join([*parts, *["…"] * (len(x) > self.maxdict)]) + "}"

    def repr_set(self, x: Set[object], level: int) -> str:
        """A set in the order of its elements' texts, with numbers in them as numbers."""
        if not x:
            return "set()"
        if level <= 0:
            return "{…}"
        self._in_sets += 1
        try:
            texts = sorted((self.repr1(e, level - 1) for e in x), key=_by_number)
        finally:
            self._in_sets -= 1
        return "{" + ", ".join([*texts[: self.maxset], *["…"] * (len(texts) > self.maxset)]) + "}"

    def repr_frozenset(self, x: Set[object], level: int) -> str:
        """The same for a frozen one."""
        return f"frozenset({self.repr_set(x, level)})" if x else "frozenset()"

    def repr_str(self, x: str, level: int) -> str:
        """A text, without the addresses that may stand in it."""
        return super().repr_str(without_addresses(x), level)

    def repr_instance(self, x: object, level: int) -> str:
        """Any other object."""
        return self._own_words(x)

    def _own_words(self, x: object) -> str:
        """An object's own words, where they are short and the same in every run."""
        text = repr(x)
        if type(x).__repr__ is object.__repr__ or _ADDRESS.search(text) or "\n" in text:
            return self.label(x)
        return text if len(text) <= self.maxother else f"{text[: self.maxother - 1]}…"


def without_addresses(text: str) -> str:
    """`text`, and for `<Wheel object at 0x7f…>` in it `<Wheel object>`."""
    return _ADDRESS.sub("", text)


def _by_number(text: str) -> list[tuple[int, str]]:
    return [(int(t), "") if t.isdecimal() else (-1, t) for t in _NUMBERS.split(text) if t]


def short(qualname: str) -> str:
    """A qualified name without what it says of functions around it."""
    return qualname.replace("<locals>.", "").replace("<lambda>", "lambda")


def shown_names(names: Mapping[str, object], top: bool) -> dict[str, object]:
    """The local names that say something; at the `top`, what it defines and imports does not."""
    defines = (type, FunctionType, ModuleType, BuiltinMethodType) if top else ModuleType
    return {
        name: value
        for name, value in names.items()
        if not (name.startswith("__") and name.endswith("__"))
        and name.isidentifier()
        and not isinstance(value, defines)
        and not (inspect.isgenerator(value) and name.startswith("."))
    }
