"""The parent's side: makes the plan, starts the child, and reads what it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from ..evidence import FileLines, Run
from ..examples import Example
from ..problems import Problem, fail
from ..ranges import from_ranges
from ..reading import Reading
from .jobs import IMPORT, Job, Outcome, Plan
from .trace_jobs import places

Say = Callable[[Outcome], None]


def watched_files(reading: Reading) -> dict[str, str]:
    """The Python files of the library that are read, and where they lie."""
    return {name: str(reading.library.root / name) for name in reading.text_digests}


def line_jobs(examples: Iterable[Example]) -> list[Job]:
    """The jobs that record which lines `examples` run."""
    return [Job(example.name, str(example.path)) for example in examples]


def run_jobs(
    reading: Reading,
    jobs: Sequence[Job],
    *,
    limit: float = 60.0,
    workers: int = 0,
    say: Say = lambda outcome: None,
) -> list[Outcome]:
    """Run `jobs` in a child process; an outcome for each, the import's own first.

    `limit` are the seconds a job may take, `workers` (0: one for each core) how many run
    side by side, and `say` hears of each outcome as soon as it is known. Raises
    ReadingError where the child does not even import the library, or breaks.
    """
    if not hasattr(os, "fork"):
        raise fail("codereading record", 0, "needs os.fork", "run it on Linux or macOS")
    project = reading.project
    plan = Plan(
        preload=project.preload or [project.library],
        files=watched_files(reading),
        places=places(reading),
        describe=project.describe,
        jobs=list(jobs),
        limit=limit,
        workers=workers or os.cpu_count() or 1,
        root=str(reading.library.root),
    )
    environment = {**os.environ, **project.environment, "PYTHONHASHSEED": "0"}
    # As an import finds this package, installed or not.
    place = str(Path(__file__).parents[2])
    # Neither an empty entry nor the folder that `-m` adds: what lies in the folder where
    # somebody records is not to be imported.
    paths = [place, *filter(None, environment.get("PYTHONPATH", "").split(os.pathsep))]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    command = [sys.executable, "-P", "-m", "codereading.recorder.child"]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as complaints,
        tempfile.TemporaryFile("w+", encoding="utf-8") as wanted,
    ):
        json.dump(asdict(plan), wanted)
        wanted.seek(0)
        with subprocess.Popen(
            command,
            stdin=wanted,
            stdout=subprocess.PIPE,
            stderr=complaints,
            encoding="utf-8",
            env=environment,
        ) as child:
            outcomes = []
            for line in child.stdout or ():
                outcomes.append(Outcome(**json.loads(line)))
                say(outcomes[-1])
        complaints.seek(0)
        complaint = complaints.read().strip().splitlines()
    if not outcomes or outcomes[0].error or len(outcomes) != len(jobs) + 1:
        why = outcomes[0].error if outcomes and outcomes[0].error else ""
        why = why or (complaint[-1] if complaint else f"exit status {child.returncode}")
        raise fail("codereading record", 0, f"the child failed: {why}")
    order = {IMPORT: -1} | {job.name: number for number, job in enumerate(jobs)}
    return sorted(outcomes, key=lambda outcome: order[outcome.name])


def problems_of(outcomes: Iterable[Outcome]) -> list[Problem]:
    """The outcomes that are errors, at the example's own line."""
    return [
        Problem(outcome.name, outcome.line, outcome.error) for outcome in outcomes if outcome.error
    ]


def runs_of(
    reading: Reading, outcomes: Sequence[Outcome], examples: Iterable[Example]
) -> list[Run]:
    """The outcomes of the import and of line jobs, as they are recorded."""
    digests = reading.text_digests
    texts = {IMPORT: ""} | {example.name: example.digest for example in examples}
    facts = outcomes[0].found
    runs = []
    for outcome in outcomes:
        if outcome.error or outcome.name not in texts:
            continue
        code = facts["code"] if outcome.name == IMPORT else {}
        names = sorted({*outcome.found["ran"], *code})
        files = {
            name: FileLines(
                digests[name],
                from_ranges(outcome.found["ran"].get(name, "")),
                from_ranges(code.get(name, "")),
            )
            for name in names
        }
        digest = texts[outcome.name]
        runs.append(Run(outcome.name, digest, reading.library.release, facts["python"], files))
    return runs
