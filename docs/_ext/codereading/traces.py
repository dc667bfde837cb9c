"""Traces: a few lines of code whose run is recorded step by step.

A page says which, in a fenced block that reads like a directive, because it is one:

    ```{trace} a-name
    :title: What the steps show
    :from: model(…)
    model = nn.Linear(1, 1)
    model(x)
    ```

`find_traces` reads them out of the pages' text, so that recording needs no Sphinx.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

from .model import Statement
from .problems import Problem, ReadingError, suggest
from .project import Project
from .snippets import digest_of
from .source import read_text

OPTIONS = ("title", "from", "skip", "into", "watch")
"""`title`: what it shows. `from`: a pattern; what stands above that statement is run but
not followed. `skip`: subjects that are not entered; `into`: the only ones that are.
`watch`: expressions that are shown like local variables. Lists are separated by commas."""

_HEAD = re.compile(r"\{trace\}\s*(?P<name>.*)$")
_OPTION = re.compile(r":(?P<key>[\w-]+):\s*(?P<value>.*)$")
_DEFINITIONS = ("function_definition", "class_definition")
_DEFINES = re.compile(r"\s*(async\s+def|def|class)\b")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class TraceSpec:
    """A trace as it stands on a page, at `page:line`. `code` begins on `code_line`."""

    name: str
    page: str
    line: int
    code: str
    code_line: int
    options: dict[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The digest of everything that decides what is recorded."""
        options = sorted((k, v) for k, v in self.options.items() if k != "title")
        return digest_of(repr((self.code, options)))

    @property
    def title(self) -> str:
        """What it shows, in words."""
        return self.options.get("title") or self.name

    def names(self, option: str) -> list[str]:
        """The parts of an option that is a list."""
        return [part.strip() for part in self.options.get(option, "").split(",") if part.strip()]


def find_traces(project: Project) -> tuple[list[TraceSpec], list[Problem]]:
    """All traces on the pages that `traces` in the project names, and what is wrong there."""
    found: dict[str, TraceSpec] = {}
    problems: list[Problem] = []
    seen: set[Path] = set()
    for pattern in project.traces:
        paths = sorted(path for path in project.base.glob(pattern) if path.is_file())
        if not paths:
            text = f"[tool.codereading] traces: no file is `{pattern}`"
            problems.append(Problem("pyproject.toml", 0, text))
        for path in [path for path in paths if path not in seen]:
            seen.add(path)
            try:
                text = read_text(path, project.shown(path))
            except ReadingError as error:
                problems += error.problems
                continue
            specs, wrong = read_traces(text, project.shown(path))
            problems += wrong
            for spec in specs:
                if other := found.get(spec.name):
                    text = f"the trace `{spec.name}` stands at {other.page}:{other.line} already"
                    problems.append(Problem(spec.page, spec.line, text))
                else:
                    found[spec.name] = spec
    return sorted(found.values(), key=lambda spec: spec.name), problems


def read_traces(text: str, page: str) -> tuple[list[TraceSpec], list[Problem]]:
    """The traces of one page's Markdown, and what is wrong with them."""
    specs: list[TraceSpec] = []
    problems: list[Problem] = []
    for token in MarkdownIt("commonmark").parse(text):
        head = _HEAD.match(token.info.strip()) if token.type == "fence" else None
        if head is None or token.map is None:
            continue
        line = token.map[0] + 1
        name = head["name"]
        if not _NAME.fullmatch(name):
            text_ = f"`{name}` is no name of a trace" if name else "a trace needs a name"
            problems.append(Problem(page, line, text_, "write a-z, 0-9 and hyphens: my-trace"))
            continue
        options, wrong, rest = _options(token.content.split("\n"), page, line)
        problems += wrong
        code = "\n".join(token.content.split("\n")[rest:]).rstrip() + "\n"
        if not code.strip():
            problems.append(Problem(page, line, f"the trace `{name}` has no code"))
            continue
        specs.append(TraceSpec(name, page, line, code, line + 1 + rest, options))
    return specs, problems


def _options(lines: list[str], page: str, line: int) -> tuple[dict[str, str], list[Problem], int]:
    """The options in front of the code, what is wrong with them, and how many lines they take."""
    options: dict[str, str] = {}
    problems = []
    count = 0
    while count < len(lines) and (match := _OPTION.match(lines[count])):
        if match["key"] not in OPTIONS:
            wrong = f"a trace has no option `{match['key']}`"
            problems.append(Problem(page, line + 1 + count, wrong, suggest(match["key"], OPTIONS)))
        options[match["key"]] = match["value"].strip()
        count += 1
    while count < len(lines) and not lines[count].strip():
        count += 1
    return options, problems, count


def first_line(node: ast.stmt) -> int:
    """The first line of a statement, its decorators included."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def step_line(statement: Statement, lines: Sequence[str]) -> int:
    """The line of the library's `lines` on which a step at `statement` shows.

    Its first: of a definition that of `def` or `class`, and not that of a decorator.
    """
    first = statement.span.first
    heads = range(first, statement.head_last + 1) if statement.kind in _DEFINITIONS else ()
    return next((n for n in heads if _DEFINES.match(lines[n - 1])), first)
