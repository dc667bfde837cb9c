"""Which names in the library's text mean what: a subject, a line of one, or a public name.

`Library` text in, places out. A name is followed through scopes and imports, never by its
spelling: `backward` in one function and `backward` in another are two things. What cannot
be told from the text (an attribute of an argument, say) is left alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .members import members_of
from .model import SubjectRef
from .problems import ReadingError
from .scopes import Import, Scope, inner_scope, module_scope
from .source import Library, Source

_HOPS = 8


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name means: a module (`name` empty), or `name` in `file`.

    `written` are the dotted names by which it was reached: one may be the documented one.
    `line` is that of a definition inside a function: of another function, or of an attribute.
    """

    file: str
    name: str
    written: tuple[str, ...] = ()
    line: int = 0

    @property
    def ref(self) -> SubjectRef:
        """As a subject, whether or not it is read."""
        return SubjectRef(self.file, self.name)


@dataclass(frozen=True, slots=True)
class Reference:
    """A name at `line` and `column` (0-based, in characters) of a file, and its meaning."""

    line: int
    column: int
    text: str
    meaning: Meaning


class References:
    """Finds the references in files of one library, each file parsed once."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._files: dict[str, _File | None] = {}

    def of(self, file: str) -> list[Reference]:
        """All references in a Python file, in order; none in one that does not parse."""
        found = self._file(file)
        return sorted(found.references(), key=lambda r: (r.line, r.column)) if found else []

    def _file(self, file: str) -> _File | None:
        if file not in self._files:
            try:
                self._files[file] = _File(self, self.library.source(file))
            except (ReadingError, SyntaxError, ValueError):
                self._files[file] = None
        return self._files[file]

    def module(self, dotted: str) -> Meaning | None:
        """A module of the library by its dotted name."""
        if dotted.partition(".")[0] != self.library.name:
            return None
        file = self.library.file_of(dotted)
        if (self.library.root / file).is_file():
            return Meaning(file, "", (dotted,))
        return None

    def global_name(self, file: str, name: str, hops: int = _HOPS) -> Meaning | None:
        """What `name` means at the top of `file`, through as many imports as it takes."""
        found = self._file(file)
        if found is None or name not in found.scope.bound or not hops:
            return None
        bound = found.scope.bound[name]
        if isinstance(bound, Import):
            return self.imported(bound, hops - 1)
        return Meaning(file, name, (f"{found.module}.{name}",))

    def imported(self, bound: Import, hops: int = _HOPS) -> Meaning | None:
        """What an import binds its name to."""
        if not bound.name:
            return self.module(bound.module)
        written = f"{bound.module}.{bound.name}"
        if submodule := self.module(written):
            return submodule
        module = self.module(bound.module)
        if module is None:
            return None
        known = self.global_name(module.file, bound.name, hops)
        if known is None:
            return Meaning("", "", (written,))
        names = tuple(dict.fromkeys((written, *known.written)))
        return Meaning(known.file, known.name, names, known.line)

    def attribute(self, owner: Meaning, name: str) -> Meaning | None:
        """What attribute `name` of a module or a class means."""
        written = tuple(f"{prefix}.{name}" for prefix in owner.written)
        if owner.file and not owner.name:
            module = self._file(owner.file)
            inner = self.module(f"{module.module}.{name}") if module else None
            known = inner or self.global_name(owner.file, name)
            if known:
                names = tuple(dict.fromkeys((*written, *known.written)))
                return Meaning(known.file, known.name, names)
        elif owner.file and not owner.line:
            for place in self._classes(owner):
                file = self._file(place.file)
                if file and (member := file.members(place.name).get(name)):
                    return Meaning(place.file, member[0], written, member[1])
        return Meaning("", "", written) if written else None

    def _classes(self, owner: Meaning, seen: frozenset[Meaning] = frozenset()) -> Iterator[Meaning]:
        """The class and its bases, nearest first, as far as they are in the library."""
        file = self._file(owner.file)
        if file is None or owner in seen:
            return
        yield owner
        for base in file.bases(owner.name):
            yield from self._classes(base, seen | {owner})

    def bases(self, owner: Meaning) -> list[Meaning]:
        """The bases of a class."""
        file = self._file(owner.file)
        return file.bases(owner.name) if file else []


class _File:
    """One parsed file: its scopes, and the references in it."""

    def __init__(self, references: References, source: Source) -> None:
        self._all = references
        self.file = source.file
        self._bytes = [line.encode() for line in source.text.split("\n")]
        path = source.file.removesuffix(".py")
        self.module = path.removesuffix("/__init__").replace("/", ".")
        package = self.module if path.endswith("/__init__") else self.module.rpartition(".")[0]
        self._package = package
        self._tree = ast.parse(source.text)
        self.scope = module_scope(self._tree, package)
        self._members: dict[str, dict[str, tuple[str, int]]] = {}

    @cached_property
    def _class_nodes(self) -> dict[str, ast.ClassDef]:
        found: dict[str, ast.ClassDef] = {}
        stack: list[tuple[str, ast.AST]] = [("", self._tree)]
        while stack:
            prefix, node = stack.pop()
            for child in ast.iter_child_nodes(node):
                if isinstance(child, ast.ClassDef):
                    name = f"{prefix}{child.name}"
                    found[name] = child
                    stack.append((f"{name}.", child))
                elif isinstance(child, ast.If | ast.Try):
                    stack.append((prefix, child))
        return found

    def members(self, name: str) -> dict[str, tuple[str, int]]:
        """The members of a class: what each is called, and its line if `__init__` makes it."""
        if name not in self._members:
            node = self._class_nodes.get(name)
            self._members[name] = members_of(node, name) if node else {}
        return self._members[name]

    def bases(self, name: str) -> list[Meaning]:
        """The bases of a class, as far as the text tells."""
        node = self._class_nodes.get(name)
        found = [self._meaning(base, self.scope) for base in node.bases] if node else []
        return [meaning for meaning in found if meaning and meaning.name]

    def references(self) -> Iterator[Reference]:
        """Every name and attribute whose meaning the text tells."""
        stack: list[tuple[ast.AST, Scope]] = [(self._tree, self.scope)]
        while stack:
            node, scope = stack.pop()
            if isinstance(node, ast.Name | ast.Attribute) and (
                meaning := self._meaning(node, scope)
            ):
                yield self._reference(node, meaning)
            inner = inner_scope(node, scope, self._package)
            for name, value in ast.iter_fields(node):
                # Decorators, defaults and bases are read outside what they belong to.
                outside = (
                    name in ("decorator_list", "bases", "keywords", "returns") or inner is None
                )
                children = value if isinstance(value, list) else [value]
                for child in children:
                    if isinstance(child, ast.arguments):
                        stack += [(part, scope) for part in ast.walk(child) if _typed(part)]
                    elif isinstance(child, ast.AST):
                        stack.append((child, scope if outside else inner or scope))

    def _reference(self, node: ast.Name | ast.Attribute, meaning: Meaning) -> Reference:
        text = node.id if isinstance(node, ast.Name) else node.attr
        line = node.end_lineno or node.lineno
        # Offsets are in bytes, and an attribute's name is at its end.
        end = len(self._bytes[line - 1][: node.end_col_offset].decode())
        return Reference(line, end - len(text), text, meaning)

    def _meaning(self, node: ast.AST, scope: Scope) -> Meaning | None:
        if isinstance(node, ast.Name):
            return self._name(node.id, scope)
        if not isinstance(node, ast.Attribute):
            return None
        if owner := self._class_around(node.value, scope):
            bases = [owner] if isinstance(node.value, ast.Name) else self._all.bases(owner)
            found = (self._all.attribute(base, node.attr) for base in bases)
            return next((meaning for meaning in found if meaning and meaning.file), None)
        owner = self._meaning(node.value, scope)
        return self._all.attribute(owner, node.attr) if owner else None

    def _name(self, name: str, scope: Scope) -> Meaning | None:
        holder = scope.holder(name)
        if holder is None:
            return None
        bound = holder.bound[name]
        if isinstance(bound, Import):
            return self._all.imported(bound)
        if holder is self.scope:
            return Meaning(self.file, name, (f"{self.module}.{name}",))
        if holder.is_class:
            return Meaning(
                self.file, f"{holder.name}.{name}", (f"{self.module}.{holder.name}.{name}",)
            )
        if isinstance(bound, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return Meaning(self.file, f"{holder.name}.{name}", (), bound.lineno)
        return None

    def _class_around(self, node: ast.AST, scope: Scope) -> Meaning | None:
        """The class of `self`, `cls` or `super()`; None for anything else."""
        called = node.func if isinstance(node, ast.Call) else node
        if not isinstance(called, ast.Name) or (
            isinstance(node, ast.Call) and called.id != "super"
        ):
            return None
        inside: Scope | None = scope if isinstance(node, ast.Call) else scope.holder(called.id)
        while inside and not inside.receiver:
            if not isinstance(node, ast.Call):
                return None
            inside = inside.parent
        if inside is None or inside.parent is None:
            return None
        if isinstance(node, ast.Name) and called.id != inside.receiver:
            return None
        name = inside.parent.name
        return Meaning(self.file, name, (f"{self.module}.{name}",))


def _typed(node: ast.AST) -> bool:
    """Whether it is a name in an annotation or a default, both of which are read outside."""
    return isinstance(node, ast.Name | ast.Attribute)
