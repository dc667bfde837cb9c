"""One recording: what was asked for, what the child found, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..evidence import FOLDER as LINES
from ..evidence import Run, dump_run, run_path
from ..examples import Example, find_examples
from ..problems import Problem, fail, suggest
from ..reading import Reading
from ..records import remove_records, write_records
from ..steps import FOLDER as TRACES
from ..steps import Trace, dump_trace, trace_path
from ..traces import TraceSpec
from .jobs import Outcome
from .keeping import differences, trace_differences
from .supervise import line_jobs, problems_of, run_jobs, runs_of
from .trace_jobs import trace_jobs, trace_problems, traces_of


@dataclass(frozen=True)
class Chosen:
    """The examples and traces that are to run."""

    examples: tuple[Example, ...]
    specs: tuple[TraceSpec, ...]

    @property
    def count(self) -> int:
        """How many runs that is."""
        return len(self.examples) + len(self.specs)

    def __str__(self) -> str:
        return f"{len(self.examples)} examples and {len(self.specs)} traces"


def choose(reading: Reading, names: tuple[str, ...]) -> Chosen:
    """The examples and traces called `names`, on a page or in a folder called so; all where
    there are no names.

    Raises ReadingError, with the nearest names, for one that fits nothing.
    """
    examples, specs = find_examples(reading.project), tuple(reading.specs.values())
    if not names:
        return Chosen(examples, specs)
    files: set[str] = set()
    traces: set[str] = set()
    for name in names:
        plain = name.removeprefix("./").rstrip("/")
        here = [e.name for e in examples if _under(e.name, plain)]
        mine = [s.name for s in specs if s.name == plain or _under(s.page, plain)]
        if not here and not mine:
            known = [*(e.name for e in examples), *(s.name for s in specs)]
            raise fail(name, 0, "is neither an example nor a trace", suggest(plain, known))
        files.update(here)
        traces.update(mine)
    return Chosen(
        tuple(e for e in examples if e.name in files), tuple(s for s in specs if s.name in traces)
    )


def _under(name: str, place: str) -> bool:
    return name == place or name.startswith(f"{place}/")


@dataclass(frozen=True)
class Recording:
    """What one run of the child found."""

    reading: Reading
    runs: list[Run]
    traces: list[Trace]
    problems: list[Problem]

    @classmethod
    def of(
        cls,
        reading: Reading,
        chosen: Chosen,
        limit: float = 60.0,
        workers: int = 0,
        say: Callable[[Outcome], None] = lambda outcome: None,
    ) -> Recording:
        """Run what was chosen; `limit` are the seconds that one run may take.

        Raises ReadingError where not even the library can be imported.
        """
        jobs, problems = trace_jobs(reading, chosen.specs)
        jobs = [*line_jobs(chosen.examples), *jobs]
        outcomes = run_jobs(reading, jobs, limit=limit, workers=workers, say=say)
        problems += problems_of(o for o in outcomes if not o.name.startswith("trace:"))
        problems += trace_problems(outcomes, chosen.specs)
        runs = runs_of(reading, outcomes, chosen.examples)
        traces = traces_of(reading, outcomes, chosen.specs, runs[0].python)
        return cls(reading, runs, traces, problems)

    def write(self) -> None:
        """Write what was found, and remove records of what there is no more."""
        folder = self.reading.project.recorded_dir
        write_records((run_path(folder, run.example), dump_run(run)) for run in self.runs)
        write_records((trace_path(folder, t.name), dump_trace(t)) for t in self.traces)
        names = ["", *(example.name for example in find_examples(self.reading.project))]
        remove_records(folder / LINES, (run_path(folder, name) for name in names))
        remove_records(folder / TRACES, (trace_path(folder, name) for name in self.reading.specs))

    @property
    def other_python(self) -> str:
        """The Python that the kept record is of, if it is not this one."""
        kept = self.reading.evidence.imported
        return kept.python if kept and kept.python != self.runs[0].python else ""

    def differences(self) -> list[Problem]:
        """How it differs from the kept record."""
        return [
            *differences(self.reading, self.reading.evidence, self.runs),
            *trace_differences(self.reading, self.traces),
        ]
