"""A recorded trace: its steps, as they are kept, and only as long as they are true.

Written outside the build, one JSON file a trace with a line for each step, so that a diff
shows what a change did. There are no ids, addresses or times in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from .problems import Problem
from .records import (
    AGAIN,
    all_of_another,
    load_record,
    of_another,
    other_text,
    read_records,
)
from .traces import TraceSpec

FOLDER = "traces"
SCHEMA = 1
MOST_STEPS = 200
"""More than these nobody follows: a trace that has more is refused."""


class Kind(StrEnum):
    """What a step shows. `through` is code that is not followed, and calls what is."""

    CALL = "call"
    LINE = "line"
    RETURN = "return"
    YIELD = "yield"
    RESUME = "resume"
    RAISE = "raise"
    THROUGH = "through"


@dataclass(frozen=True, slots=True)
class Frame:
    """One call on the stack: its `label`, and the library's `file` that it runs in.

    `file` is empty for the trace's own code, and for code that is not followed.
    """

    label: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `frame` (an index) is at `line`, `depth` calls down.

    `changed` are the local names whose value is another than at the frame's last step,
    with the new value. `value` is what returned, or the exception.
    """

    kind: Kind
    depth: int
    frame: int
    line: int
    changed: Mapping[str, str] = field(default_factory=dict)
    value: str = ""


@dataclass(frozen=True)
class Trace:
    """All steps of one trace, and the texts that they are true of."""

    name: str
    digest: str
    release: str
    python: str
    files: Mapping[str, str]
    frames: tuple[Frame, ...]
    steps: tuple[Step, ...]


def trace_path(folder: Path, name: str) -> Path:
    """Where the trace called `name` is recorded below `folder`."""
    return folder / FOLDER / f"{name}.json"


def step_data(step: Step) -> list[Any]:
    """A step as JSON: short, because there are many."""
    row: list[Any] = [step.kind.value, step.depth, step.frame, step.line]
    if step.changed or step.value:
        row.append(dict(step.changed))
    if step.value:
        row.append(step.value)
    return row


def step_of(row: list[Any]) -> Step:
    """The step that `step_data` wrote. Raises ValueError or TypeError for any other row."""
    kind, depth, frame, line, *rest = row
    changed = dict(rest[0]) if rest else {}
    value = str(rest[1]) if len(rest) > 1 else ""
    return Step(Kind(kind), int(depth), int(frame), int(line), changed, value)


def dump_trace(trace: Trace) -> str:
    """A trace as text, a line for each frame and step."""
    head = {
        "schema": SCHEMA,
        "trace": trace.name,
        "digest": trace.digest,
        "release": trace.release,
        "python": trace.python,
        "files": dict(sorted(trace.files.items())),
    }
    frames = ",\n".join(json.dumps([f.label, f.file]) for f in trace.frames)
    rows = (json.dumps(step_data(s), ensure_ascii=False) for s in trace.steps)
    steps = ",\n".join(rows)
    start = json.dumps(head)[1:-1]
    return f'{{{start},\n"frames": [\n{frames}\n],\n"steps": [\n{steps}\n]}}\n'


def load_trace(path: Path, shown: str) -> Trace:
    """The trace recorded at `path`. Raises ReadingError where the file is no such record."""
    return load_record(path, shown, "steps", SCHEMA, _trace)


def _trace(data: Any) -> Trace:
    frames = tuple(Frame(str(label), str(file)) for label, file in data["frames"])
    steps = tuple(step_of(row) for row in data["steps"])
    if any(not 0 <= step.frame < len(frames) for step in steps):
        raise ValueError("a step of a frame that is not there")
    files = {str(file): str(digest) for file, digest in data["files"].items()}
    name, digest, release, python = (
        str(data[key]) for key in ("trace", "digest", "release", "python")
    )
    return Trace(name, digest, release, python, files, frames, steps)


def read_recorded_traces(folder: Path, shown: str) -> tuple[dict[str, Trace], list[Problem]]:
    """All traces recorded below `folder`, and what is wrong with the files."""

    def place(trace: Trace) -> tuple[Path, str]:
        return trace_path(folder, trace.name), f"`{trace.name}`"

    traces, problems = read_records(folder, FOLDER, shown, load_trace, place)
    return {trace.name: trace for trace in traces}, problems


def stale_traces(
    traces: Mapping[str, Trace],
    specs: Iterable[TraceSpec],
    digests: Mapping[str, str],
    release: str,
    shown: str,
) -> list[Problem]:
    """What is recorded of another state than the present one, or not at all.

    `digests` are those of the library's files now, `release` its release.
    """
    wanted = {spec.name: spec for spec in specs}
    problems = []
    releases = (trace.release for trace in traces.values())
    if other := all_of_another(f"{shown}/{FOLDER}", releases, release):
        return other
    for name in sorted({*traces, *wanted}):
        trace, spec = traces.get(name), wanted.get(name)
        place = f"{shown}/{trace_path(Path(), name).as_posix()}"
        if trace is None:
            assert spec
            text = f"the trace `{name}` has no record"
            problems.append(Problem(spec.page, spec.line, text, f"{AGAIN} {name}"))
        elif spec is None:
            text = f"no page has a trace called `{name}`"
            problems.append(Problem(place, 0, text, "codereading record"))
        elif trace.release != release:
            text = of_another(trace.release, release)
            problems.append(Problem(place, 0, text, f"{AGAIN} {name}"))
        elif trace.digest != spec.digest:
            text = f"the record of the trace `{name}` is of another text"
            problems.append(Problem(spec.page, spec.line, text, f"{AGAIN} {name}"))
        elif text := other_text(trace.files, digests):
            problems.append(Problem(place, 0, text, f"{AGAIN} {name}"))
    return problems
