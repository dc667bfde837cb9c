"""What a child needs to follow traces, and what becomes of its answers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from ..marks import units
from ..model import Subject
from ..patterns import matches, suggest_heads
from ..problems import Problem, ReadingError
from ..reading import Reading
from ..statements import fold
from ..steps import Frame, Trace, step_of
from ..traces import TraceSpec, first_line, step_line
from .jobs import IMPORT, Job, Outcome


def places(reading: Reading) -> dict[str, list[dict[str, Any]]]:
    """The subjects that a trace may enter, by file; see `Plan`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for ref, resolved in reading.resolved.items():
        if ref.file.endswith(".py") and resolved.subject:
            lines = reading.library.source(ref.file).lines
            span = resolved.subject.span
            found.setdefault(ref.file, []).append(
                {
                    "name": str(ref),
                    "first": span.first,
                    "last": span.last,
                    "units": _units(resolved.subject, lines),
                }
            )
    return found


def _units(subject: Subject, lines: Sequence[str]) -> dict[int, int]:
    """Line -> the first line of its statement, for lines that are not the first themselves."""
    found = {}
    for number, unit in units(subject).items():
        first = step_line(unit.statement, lines)
        if number != first:
            found[number] = first
    return found


def trace_jobs(reading: Reading, specs: Iterable[TraceSpec]) -> tuple[list[Job], list[Problem]]:
    """A job for each trace, and what is wrong with its options."""
    jobs: list[Job] = []
    problems: list[Problem] = []
    for spec in specs:
        try:
            jobs.append(_job(reading, spec))
        except ReadingError as error:
            problems += error.problems
    return jobs, problems


def _job(reading: Reading, spec: TraceSpec) -> Job:
    try:
        tree = ast.parse(spec.code)
        compile(tree, "<trace>", "exec", dont_inherit=True)
    except SyntaxError as error:
        line = spec.code_line + (error.lineno or 1) - 1
        raise ReadingError([Problem(spec.page, line, f"does not parse: {error.msg}")]) from None
    lists = {option: _subjects(reading, spec, option) for option in ("into", "skip")}
    for text in spec.names("watch"):
        try:
            compile(text, "<watch>", "eval")
        except SyntaxError:
            wrong = f"`{text}`, to be watched, is no expression"
            raise ReadingError([Problem(spec.page, spec.line, wrong)]) from None
    data = {
        "name": spec.name,
        "code": spec.code,
        "code_line": spec.code_line,
        "from_line": _from_line(spec, tree),
        "watch": spec.names("watch"),
        **lists,
    }
    return Job(f"trace:{spec.name}", trace=data)


def _subjects(reading: Reading, spec: TraceSpec, option: str) -> list[str]:
    found = []
    for name in spec.names(option):
        try:
            found.append(str(reading.subject(name)))
        except ReadingError as error:
            text = f"`{name}`, in {option}: {error.problems[0].text}"
            hint = error.problems[0].hint
            raise ReadingError([Problem(spec.page, spec.line, text, hint)]) from None
    return found


def _from_line(spec: TraceSpec, tree: ast.Module) -> int:
    """The line of the code from which it is followed: that of the statement `from` matches."""
    pattern = spec.options.get("from", "")
    if not pattern:
        return 1
    heads: list[tuple[str, int]] = []
    for node in tree.body:
        text = ast.get_source_segment(spec.code, node) or ""
        head = fold(text.split("\n")[0] if hasattr(node, "body") else text)
        heads.append((head, first_line(node)))
    found = [line for head, line in heads if matches(pattern, head)]
    if len(found) != 1:
        text = f"`{pattern}`, in from, matches {len(found)} statements of the code, not 1"
        hint = "write more of it, or change one of them"
        if not found:
            hint = suggest_heads(pattern, [head for head, _ in heads])
        raise ReadingError([Problem(spec.page, spec.line, text, hint)])
    return found[0]


def trace_problems(outcomes: Iterable[Outcome], specs: Iterable[TraceSpec]) -> list[Problem]:
    """The traces that failed, at their page; and how one that is too long gets shorter."""
    by_name = {spec.name: spec for spec in specs}
    problems = []
    for outcome in outcomes:
        spec = by_name.get(outcome.name.removeprefix("trace:"))
        if outcome.error and spec and outcome.name != IMPORT:
            hint = ""
            if outcome.error.startswith(("takes", "took")):
                hint = "narrow it: `:from:` begins later, `:into:` and `:skip:` choose subjects"
            elif outcome.error.startswith("enters no subject"):
                hint = "call something that is read, or take the trace out"
            text = f"the trace `{spec.name}` {_verb(outcome.error)}"
            problems.append(Problem(spec.page, outcome.line or spec.line, text, hint))
    return problems


def _verb(error: str) -> str:
    return (
        error
        if error.split(maxsplit=1)[0] in ("takes", "enters", "took", "was", "exited")
        else f"fails: {error}"
    )


def traces_of(
    reading: Reading, outcomes: Iterable[Outcome], specs: Iterable[TraceSpec], python: str
) -> list[Trace]:
    """The outcomes of trace jobs, as they are recorded."""
    by_name = {spec.name: spec for spec in specs}
    traces = []
    for outcome in outcomes:
        spec = by_name.get(outcome.name.removeprefix("trace:"))
        if spec is None or outcome.error or not outcome.found:
            continue
        frames = tuple(Frame(label, file) for label, file in outcome.found["frames"])
        files = {f.file: reading.text_digests[f.file] for f in frames if f.file}
        steps = tuple(step_of(row) for row in outcome.found["steps"])
        traces.append(
            Trace(spec.name, spec.digest, reading.library.release, python, files, frames, steps)
        )
    return traces
