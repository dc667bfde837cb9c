"""Says in which line, or at which step, a new recording differs from the kept one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from ..evidence import Evidence, Run
from ..model import Span
from ..problems import Problem
from ..ranges import to_ranges
from ..reading import Reading
from ..steps import Trace

_AGAIN = "look at it, then: codereading record "


def differences(reading: Reading, kept: Evidence, fresh: Iterable[Run]) -> list[Problem]:
    """How the `fresh` runs differ from those that are kept, at the examples' names."""
    found: list[Problem] = []
    for run in fresh:
        name = run.example or "the import"
        again = (_AGAIN + run.example).rstrip()
        old = kept.runs.get(run.example) if run.example else kept.imported
        if old is None:
            found.append(Problem(name, 0, "has no record", again))
            continue
        for file in sorted({*old.files, *run.files}):
            before = old.files[file].ran if file in old.files else frozenset()
            now = run.files[file].ran if file in run.files else frozenset()
            for place in _places(reading, file, before - now):
                found.append(Problem(name, 0, f"no longer runs {place}", again))
            for place in _places(reading, file, now - before):
                found.append(Problem(name, 0, f"now runs {place} too", again))
    return found


def _places(reading: Reading, file: str, numbers: frozenset[int]) -> Iterator[str]:
    """`file:lines (subject)` for each subject that has some of the lines, then the rest."""
    left = set(numbers)
    spans = {ref: r.subject.span for ref, r in reading.resolved.items() if r.subject}
    for ref, span in sorted(spans.items()):
        if ref.file == file and (mine := {n for n in left if n in Span(span.first, span.last)}):
            yield f"{file}:{to_ranges(mine)} ({ref.name})"
            left -= mine
    if left:
        yield f"{file}:{to_ranges(left)}"


def trace_differences(reading: Reading, fresh: Iterable[Trace]) -> list[Problem]:
    """The first step at which each of the `fresh` traces differs from the kept one."""
    problems = []
    for trace in fresh:
        spec, old = reading.specs[trace.name], reading.traces.get(trace.name)
        again = _AGAIN + trace.name
        name = f"the trace `{trace.name}`"
        if old is None:
            problems.append(Problem(spec.page, spec.line, f"{name} has no record", again))
            continue
        pairs = zip_longest(_told(old), _told(trace))
        for number, (before, now) in enumerate(pairs, 1):
            if before != now:
                text = (
                    f"{name}, step {number}: was {before or 'not there'}, is {now or 'not there'}"
                )
                problems.append(Problem(spec.page, spec.line, text, again))
                break
    return problems


def _told(trace: Trace) -> list[str]:
    """Each step in words, for comparing."""
    said = []
    for step in trace.steps:
        frame = trace.frames[step.frame]
        place = f"{step.kind} {frame.file or frame.label}:{step.line}"
        values = [f"{name} = {text}" for name, text in step.changed.items()]
        said.append(", ".join([place, *values, *[step.value] * bool(step.value)]))
    return said
