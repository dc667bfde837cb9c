"""The HTML of a trace, and its steps in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from html import escape

from sphinx.builders import Builder

from ..highlight import highlight_lines
from ..languages import PYTHON
from ..model import SubjectRef
from ..patterns import shorten
from ..reading import Reading
from ..source import Source
from ..steps import Frame, Kind, Step, Trace
from ..traces import TraceSpec, step_line
from .ids import line_id

TRACE = "trace."
"""In front of a trace's name: its id; a step's number behind it gives the step's."""

_WORDS = {
    Kind.CALL: "called",
    Kind.RETURN: "returns {}",
    Kind.YIELD: "yields {}",
    Kind.RESUME: "goes on",
    Kind.RAISE: "raises {}",
    Kind.THROUGH: "not followed, until it calls",
    Kind.LINE: "",
}


@dataclass(frozen=True)
class Told:
    """A step in words: `where` it is, the `code` there, what it `says`, what has changed.

    `link` is the line's address seen from the page, `at` the id of the line on the page.
    """

    kind: Kind
    depth: int
    where: str
    code: str
    says: str
    changed: Mapping[str, str]
    link: str = ""
    at: str = ""


class Places:
    """Where the lines of the library are read, seen from one page."""

    def __init__(
        self, reading: Reading, builder: Builder, docname: str, readers: Set[tuple[str, str]]
    ) -> None:
        self.reading, self._builder, self.docname = reading, builder, docname
        self._readers: dict[str, list[str]] = {}
        for subject, page in sorted(readers):
            self._readers.setdefault(subject, []).append(page)
        self._heads: dict[str, dict[int, tuple[str, SubjectRef]]] = {}

    def head(self, file: str, number: int) -> tuple[str, SubjectRef | None]:
        """The head of the statement that begins on a line, and the subject that it is in."""
        if file not in self._heads:
            self._heads[file] = self._read(file)
        if found := self._heads[file].get(number):
            return found
        return self.reading.library.source(file).lines[number - 1].strip(), None

    def _read(self, file: str) -> dict[int, tuple[str, SubjectRef]]:
        lines = self.reading.library.source(file).lines
        subjects = [r.subject for ref, r in self.reading.resolved.items() if ref.file == file]
        found: dict[int, tuple[str, SubjectRef]] = {}
        # The largest first: a method of a class that is read as well replaces it.
        for subject in sorted((s for s in subjects if s), key=lambda s: -len(s.span)):
            for statement in subject.statements:
                found[step_line(statement, lines)] = (statement.head, subject.ref)
        return found

    def link(self, ref: SubjectRef | None, file: str, number: int) -> tuple[str, str]:
        """The address of a line, seen from the page, and its id if it is on the page."""
        pages = self._readers.get(str(ref), []) if ref else []
        if not pages:
            return "", ""
        name = line_id(file, number)
        if self.docname in pages:
            return f"#{name}", name
        uri = self._builder.get_relative_uri(self.docname, pages[0])
        return f"{uri}#{name}", ""


def trace_steps(trace: Trace, places: Places, code: str = "", name: str = "") -> Iterator[Told]:
    """The steps of `trace` in words; `code` is the trace's own, for its lines' text."""
    own = code.split("\n")
    for step in trace.steps:
        frame = trace.frames[step.frame]
        yield _told(step, frame, places, own, name)


def _told(step: Step, frame: Frame, places: Places, own: list[str], name: str) -> Told:
    says = _WORDS[step.kind].format(step.value)
    if step.kind is Kind.RAISE and not step.value:
        says = "raises again"
    facts = (says, step.changed)
    if step.kind is Kind.THROUGH:
        return Told(step.kind, step.depth, frame.label, "", *facts)
    if not frame.file:
        where = f"{frame.label or 'your code'}, line {step.line}"
        text = own[step.line - 1].strip() if step.line <= len(own) else ""
        at = f"{TRACE}{name}-L{step.line}" if name else ""
        return Told(step.kind, step.depth, where, text, *facts, link=f"#{at}" if at else "", at=at)
    head, ref = places.head(frame.file, step.line)
    link, at = places.link(ref, frame.file, step.line)
    where = f"{frame.label}, line {step.line}"
    return Told(step.kind, step.depth, where, shorten(head, 90), *facts, link=link, at=at)


def trace_html(spec: TraceSpec, trace: Trace, places: Places) -> str:
    """A trace: title, code with the ids of its lines, and the list of its steps.

    The list is the trace's only copy on the page: the player reads it too.
    """
    name = f"{TRACE}{spec.name}"
    title = escape(spec.title)
    steps = list(trace_steps(trace, places, spec.code, spec.name))
    items = "\n".join(_item(f"{name}.{n}", n, step) for n, step in enumerate(steps, 1))
    return (
        f'<div class="cr-trace" id="{name}">\n'
        f'<p class="cr-trace-title">Step by step: {title}</p>\n'
        f'<div class="cr-code highlight" style="--b:0">\n{_code(spec)}</div>\n'
        f'<details class="cr-steps"><summary>{len(steps)} steps as a list</summary>\n'
        f"<ol>\n{items}\n</ol></details>\n</div>\n"
    )


def _code(spec: TraceSpec) -> str:
    html = highlight_lines(Source(spec.page, spec.code, PYTHON))
    rows = []
    for number, (text, line) in enumerate(zip(html, spec.code.split("\n"), strict=False), 1):
        indent = len(line) - len(line.lstrip())
        place = f"{TRACE}{spec.name}-L{number}"
        rows.append(
            f'<div class="cr-row" id="{place}" style="--i:{indent}">'
            f'<a class="cr-n" href="#{place}" data-n="{number}" aria-label="line {number}"></a>'
            f'<pre class="cr-line">{text}</pre>\n</div>'
        )
    return "".join(rows)


def _item(name: str, number: int, step: Told) -> str:
    where = escape(step.where)
    if step.link:
        where = f'<a href="{escape(step.link, quote=True)}">{where}</a>'
    parts = [f'<a class="cr-step-n" href="#{name}">{number}</a>', where]
    if step.code:
        parts.append(f"<code>{escape(step.code)}</code>")
    if step.says:
        parts.append(f'<span class="cr-says">{escape(step.says)}</span>')
    for variable, value in step.changed.items():
        parts.append(f"<span><var>{escape(variable)}</var> = <code>{escape(value)}</code></span>")
    at = f' data-at="{escape(step.at, quote=True)}"' if step.at else ""
    return f'<li id="{name}" class="k-{step.kind}" data-d="{step.depth}"{at}>{" ".join(parts)}</li>'
