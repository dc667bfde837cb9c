"""The library's text: where it is installed, its files, and the subjects in them.

The library is never imported. `find_spec` of a top-level package does not import it,
and everything else is text.
"""

from __future__ import annotations

import ast
import importlib.util
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .languages import Language, language_of
from .model import Line, LineKind, Span, Statement, Subject, SubjectRef
from .problems import Problem, ReadingError, fail, suggest
from .project import Project
from .statements import Definition, Node, Walker, broken_lines, last_line

_NTH = re.compile(r"(?P<name>.+?) (?P<nth>\d+) of (?P<of>\d+)")

_DEFINITION = re.compile(r"^(?:async +)?(?:(?:def|class) +)?(?P<name>[\w.:~]+)(?: *\(.*)?:?$")
"""A head of a definition, typed where its name would do."""


def read_text(path: Path, shown: str) -> str:
    """The text of a UTF-8 file. Raises ReadingError, with the line, where it is not one."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise fail(shown, 0, f"cannot be read: {error.strerror or error}") from None
    try:
        return data.decode("utf-8-sig")  # some editors begin a file with a mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise fail(shown, line, f"is not UTF-8: byte 0x{byte:02x}", "save it as UTF-8") from None


class Source:
    """One file of the library. `file` is its path inside the library's parent folder."""

    def __init__(self, file: str, text: str, language: Language) -> None:
        self.file = file
        self.text = text.replace("\r\n", "\n")
        self.language = language

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The file's lines without their ends; line 1 is `lines[0]`."""
        lines = self.text.split("\n")
        return tuple(lines[:-1] if lines[-1] == "" else lines)

    @cached_property
    def _walker(self) -> Walker:
        data = self.text.encode("utf-8")
        return Walker(self.language, data, self.language.parse(data).root_node)

    @cached_property
    def _comment_rows(self) -> set[int]:
        return self._walker.comment_rows()

    @cached_property
    def docstrings(self) -> tuple[Span, ...]:
        """The docstrings of the file and of all definitions in it."""
        return tuple(self._walker.docstrings(self._walker.root))

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Every statement of the file, in order; the file itself is the first."""
        return tuple(self._walker.statements(self._walker.root))

    def names(self) -> list[str]:
        """Every qualified name that the file defines, in order."""
        found: list[str] = []
        stack: list[tuple[str, Node]] = [("", self._walker.root)]
        while stack:
            prefix, scope = stack.pop()
            for definition in self._walker.definitions(scope):
                name = prefix + definition.name
                found.append(name)
                if definition.core.type in self.language.definitions:
                    stack.append((name + self.language.separator, definition.core))
        return list(dict.fromkeys(found))

    def subject(self, name: str) -> Subject:
        """The subject called `name`: `Class.method`, `function.nested`, `name_assigned`.

        Of several definitions of one name the last is the real one (overload stubs come
        first); `name 1 of 3` asks for another. Raises ReadingError for an unknown name.
        """
        outer = self._locate(name)
        walker = self._walker
        span = Span(outer.start_point.row + 1, last_line(outer))
        docstrings = tuple(walker.docstrings(outer))
        code = frozenset(
            n for n in range(span.first, span.last + 1) if self.kind(n, docstrings) is LineKind.CODE
        )
        return Subject(
            ref=SubjectRef(self.file, name),
            span=span,
            statements=tuple(walker.statements(outer)),
            docstrings=docstrings,
            code_lines=code,
            broken=tuple(broken_lines(outer)),
        )

    def kind(self, number: int, docstrings: tuple[Span, ...]) -> LineKind:
        """What line `number` is, given the spans of docstrings around it."""
        if any(number in span for span in docstrings):
            return LineKind.DOCSTRING
        if not self.lines[number - 1].strip():
            return LineKind.BLANK
        return LineKind.COMMENT if number in self._comment_rows else LineKind.CODE

    def shown(self, span: Span, docstrings: tuple[Span, ...]) -> tuple[Line, ...]:
        """The lines of `span` as a page shows them."""
        return tuple(
            Line(n, self.lines[n - 1], self.kind(n, docstrings))
            for n in range(span.first, span.last + 1)
        )

    def _locate(self, name: str) -> Node:
        nth = _NTH.fullmatch(name)
        plain = nth["name"] if nth else name
        parts = plain.replace(".<locals>", "").split(self.language.separator)
        found = self._matches(self._walker.root, parts)
        if not found:
            unparsed = broken_lines(self._walker.root)
            hint = suggest(_DEFINITION.sub(r"\g<name>", plain), self.names())
            if unparsed and self.language.separator == ".":
                hint = f"the file does not parse at line {unparsed[0]}"
            raise fail(self.file, 0, f"no `{plain}` in this file", hint)
        if nth:
            count = len(found)
            if int(nth["of"]) != count or not 1 <= int(nth["nth"]) <= count:
                times, hint = f"{count} times", f"write `1 of {count}` to `{count} of {count}`"
                if count == 1:
                    times, hint = "once", f"write `{plain}` alone"
                not_so = f", not {nth['of']}" if int(nth["of"]) != count else ""
                raise fail(self.file, 0, f"`{plain}` is defined {times}{not_so}", hint)
            return found[int(nth["nth"]) - 1].outer
        return ([d for d in found if d.has_body] or found)[-1].outer

    def _matches(self, scope: Node, parts: list[str]) -> list[Definition]:
        """Definitions under `scope` that the name's `parts` lead to; see `subject`."""
        separator = self.language.separator
        here = list(self._walker.definitions(scope))
        found = [d for d in here if d.name == separator.join(parts)]
        for count in range(len(parts) - 1, 0, -1):
            head = separator.join(parts[:count])
            outers = [d for d in here if d.name == head]
            outers = [d for d in outers if d.has_body] or outers
            for definition in outers[-1:]:
                found = found or self._matches(definition.core, parts[count:])
        return found


@dataclass
class Library:
    """The package that is read: `root` is the folder that holds it, `name` its import name.

    `problems` say why `release` is not known, where it should be.
    """

    name: str
    root: Path
    release: str = ""
    commit: str = ""
    problems: tuple[Problem, ...] = ()

    def __post_init__(self) -> None:
        self._sources: dict[str, Source | ReadingError] = {}

    def file_of(self, module: str) -> str:
        """The file of a dotted module, or `module` itself where it is a path already."""
        if "/" in module or module.endswith((".py", ".h")):
            return module
        path = module.replace(".", "/")
        package = f"{path}/__init__.py"
        return package if (self.root / package).is_file() else f"{path}.py"

    def ref(self, text: str) -> SubjectRef:
        """The subject that `text` names: `pkg.module:Name` or `pkg/file.h:Name`.

        Raises ReadingError where `text` has not that form.
        """
        place, colon, name = text.strip().partition(":")
        if not (place and colon and name.strip(": ")):
            raise fail(text, 0, "does not name a subject", "write `package.module:Class.method`")
        return SubjectRef(self.file_of(place), name.strip())

    def source(self, file: str) -> Source:
        """The file at `file`, parsed once. Raises ReadingError where it cannot be read."""
        if file not in self._sources:
            try:
                self._sources[file] = self._read(file)
            except ReadingError as error:
                self._sources[file] = error
        found = self._sources[file]
        if isinstance(found, ReadingError):
            raise found
        return found

    def _read(self, file: str) -> Source:
        path = self.root / file
        language = language_of(file)
        if language is None:
            raise fail(file, 0, "is of no language that can be read", "Python and C++ can")
        if not path.is_file():
            folder = next(p for p in path.parents if p.is_dir())
            near = [p.relative_to(self.root).as_posix() for p in folder.iterdir()]
            raise fail(
                file, 0, f"the library has no such file under {self.root}", suggest(file, near)
            )
        return Source(file, read_text(path, file), language)


def find_library(project: Project, root: Path | None = None) -> Library:
    """The library of `project` under folder `root`, or the installed one.

    Release and commit are read from the project's version file, where it names one.
    Raises ReadingError where the library is not there.
    """
    name = project.library
    if root is not None:
        root = root.resolve()
        if not (root / name).is_dir():
            if (root / f"{name}.py").is_file():
                raise fail(name, 0, "is a single module; only packages are read")
            near = root.parent if root.name == name else next(root.rglob(name), root).parent
            hint = f"did you mean {near}?" if (near / name).is_dir() else ""
            raise fail(str(root), 0, f"holds no folder `{name}`", hint)
    else:
        spec = importlib.util.find_spec(name)
        if spec is None:
            here = "." if Path(name).is_dir() else "DIR"
            hint = f"pip install it, or name the folder that holds it: --root {here}"
            raise fail(name, 0, "is not installed in this Python", hint)
        if not spec.submodule_search_locations:
            raise fail(name, 0, "is a single module; only packages are read")
        root = Path(next(iter(spec.submodule_search_locations))).resolve().parent
    release, commit, problems = _version(project, root)
    return Library(name, root, release, commit, problems)


def _version(project: Project, root: Path) -> tuple[str, str, tuple[Problem, ...]]:
    """Release and commit of the library under `root`, and why they are not known."""
    file = project.version_file
    if not file:
        return "", "", ()
    key = "[tool.codereading] `version-file`"
    path = root / file
    if not path.is_file():
        near = path.parent.glob("*.py") if path.parent.is_dir() else ()
        hint = suggest(file, (p.relative_to(root).as_posix() for p in near))
        text = f"{key}: there is no {file} under {root}"
        return "", "", (Problem("pyproject.toml", 0, text, hint),)
    try:
        assigned = _assigned(read_text(path, file))
    except ReadingError as error:
        return "", "", error.problems
    except (SyntaxError, ValueError) as error:
        return "", "", (Problem(file, 0, f"does not parse: {error}"),)
    # A local version (`1.0+cpu`) tells how it was built, not what the source says.
    release = assigned.get(project.version_name, "").partition("+")[0]
    problems: tuple[Problem, ...] = ()
    if not release:
        text = f"{key}: {file} assigns no literal to `{project.version_name}`"
        hint = suggest(project.version_name, assigned) or "see `version-name`"
        problems = (Problem("pyproject.toml", 0, text, hint),)
    return release, assigned.get(project.commit_name, ""), problems


def _assigned(text: str) -> dict[str, str]:
    """The names to which a module assigns a literal, and these as text."""
    found: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            if node.value.value is not None:
                found |= dict.fromkeys(names, str(node.value.value))
    return found
