"""Values in words: short, and the same in every run.

Objects get a label by their type and the order in which they were first seen (`Hook 2`)
in place of an address. What a library's own objects look like is the project's to say.
"""

from __future__ import annotations

import inspect
import re
import reprlib
from collections import Counter
from collections.abc import Callable, Mapping
from types import BuiltinMethodType, FunctionType, MethodType, ModuleType

Describe = Callable[[object, Callable[[object], str]], "str | None"]
"""A project's own: a value, and a function that gives labels; None for values it does not
know."""

_UNSTABLE = re.compile(r"\bat 0x[0-9a-fA-F]+|\n")


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

    def label(self, value: object) -> str:
        """`Type 1` for the first object of its type that was asked for, and so on."""
        if id(value) not in self._labels:
            name = type(value).__name__
            self._counts[name] += 1
            self._labels[id(value)] = f"{name} {self._counts[name]}"
            self._kept.append(value)
        return self._labels[id(value)]

    def repr1(self, x: object, level: int) -> str:
        """The text of a value inside others, `level` levels from the last that is shown."""
        if self._describe and (own := self._describe(x, self.label)) is not None:
            return own
        if isinstance(x, dict) and type(x) is not dict:
            return f"{type(x).__name__} {self.repr_dict(dict(x), level)}"
        return self._named(x, level) or super().repr1(x, level)

    def _named(self, x: object, level: int) -> str:
        """What has a name of its own, by that name; an empty text for anything else."""
        if isinstance(x, type | ModuleType):
            return getattr(x, "__qualname__", x.__name__)
        if isinstance(x, MethodType | BuiltinMethodType):
            owner = x.__self__
            if owner is not None and not isinstance(owner, ModuleType):
                return f"{self.repr1(owner, level)}.{x.__name__}"
        if isinstance(x, FunctionType | BuiltinMethodType):
            return f"function {_short(x.__qualname__)}"
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

    def repr_instance(self, x: object, level: int) -> str:
        """Any other object: its own words, where they are short and the same in every run."""
        try:
            text = repr(x)
        except Exception:  # an object that is half made, for example
            return self.label(x)
        if type(x).__repr__ is object.__repr__ or _UNSTABLE.search(text):
            return self.label(x)
        return text if len(text) <= self.maxother else f"{text[: self.maxother - 1]}…"


def _short(qualname: str) -> str:
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
