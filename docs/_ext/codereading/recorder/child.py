"""The child: imports the library once, then forks for each job.

    python -m codereading.recorder.child < plan.json

Importing a large library costs more than most examples do. A fork of a process that has
only imported it is as good as a fresh one, and an example that crashes, hangs or changes
its folder harms no other.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import platform
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from .jobs import IMPORT, Job, Outcome, Plan
from .running import ExampleError, failed_at, run_example
from .tracing import run_trace
from .watching import code_lines, watch

_POLL = 0.005


@dataclass
class _Running:
    job: Job
    began: float
    result: Path
    output: Path


def main() -> None:
    """Do the plan that stands on stdin, and print an `Outcome` for each job."""
    data = json.load(sys.stdin)
    plan = Plan(**{**data, "jobs": [Job(**job) for job in data["jobs"]]})
    # Whatever anybody prints from here on is not for the parent.
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), 1)

    def say(outcome: Outcome) -> None:
        report.write(json.dumps(asdict(outcome), sort_keys=True) + "\n")
        report.flush()

    if plan.root:
        sys.path.insert(0, plan.root)
    began = time.perf_counter()
    found, error = watch(plan.files, lambda: [importlib.import_module(m) for m in plan.preload])
    outcome = Outcome(IMPORT, seconds=time.perf_counter() - began)
    if error is not None:
        say(Outcome(IMPORT, error=_words(error)))
        return
    code = {name: code_lines(Path(path)) for name, path in plan.files.items()}
    major, minor, _ = platform.python_version_tuple()
    facts = {"python": f"{major}.{minor}", "ran": found, "code": code}
    say(Outcome(outcome.name, found=facts, seconds=outcome.seconds))
    with tempfile.TemporaryDirectory() as folder:
        _run_all(plan, Path(folder), say)


def _run_all(plan: Plan, folder: Path, say: Callable[[Outcome], None]) -> None:
    waiting = list(enumerate(plan.jobs))
    running: dict[int, _Running] = {}
    while waiting or running:
        while waiting and len(running) < plan.workers:
            number, job = waiting.pop(0)
            result, output = folder / f"{number}.json", folder / f"{number}.txt"
            pid = os.fork()
            if pid == 0:
                _in_fork(plan, job, result, output)
            with contextlib.suppress(OSError):
                os.setpgid(pid, pid)
            running[pid] = _Running(job, time.perf_counter(), result, output)
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid in running:
            # What it left running would hold on to our pipe.
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
            say(_outcome(running.pop(pid), status))
            continue
        now = time.perf_counter()
        for late in [p for p, r in running.items() if now - r.began > plan.limit]:
            os.killpg(late, signal.SIGKILL)
            os.waitpid(late, 0)
            job = running.pop(late).job
            say(Outcome(job.name, error=f"took longer than {plan.limit:g} seconds"))
        time.sleep(_POLL)


def _in_fork(plan: Plan, job: Job, result: Path, output: Path) -> None:
    """Do `job` in this process, which ends here; a process that it forks writes nothing."""
    me = os.getpid()
    status = 1
    try:
        os.setpgid(0, 0)
        _into(output)
        outcome = _do(plan, job)
        if os.getpid() == me:
            result.write_text(json.dumps(asdict(outcome)), encoding="utf-8")
            status = 0
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
        os._exit(status)


def _into(output: Path) -> None:
    """Send everything that is printed to a file, bytes and C++ included."""
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="replace", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="replace", closefd=False)


def _do(plan: Plan, job: Job) -> Outcome:
    began = time.perf_counter()
    if job.trace is not None:
        try:
            steps = run_trace(plan.files, plan.places, plan.describe, job.trace)
        except ExampleError as wrong:
            return Outcome(job.name, error=str(wrong), line=wrong.line)
        return Outcome(job.name, found=steps, seconds=time.perf_counter() - began)
    ran, error = watch(plan.files, lambda: run_example(Path(job.path)))
    seconds = time.perf_counter() - began
    if error is None:
        return Outcome(job.name, found={"ran": ran}, seconds=seconds)
    if isinstance(error, ExampleError):
        return Outcome(job.name, error=str(error), line=error.line)
    return Outcome(job.name, error=_words(error), line=failed_at(error, job.path))


def _words(error: BaseException) -> str:
    """An exception on one line: what it is called, and what it says."""
    told = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, SyntaxError):  # says the line again, which is told apart
        told = f"{type(error).__name__}: {error.msg}"
    return " ".join(told.encode("utf-8", "replace").decode().split())


def _outcome(run: _Running, status: int) -> Outcome:
    if status == 0 and run.result.exists():
        data = json.loads(run.result.read_text(encoding="utf-8"))
        return Outcome(**data)
    code = os.waitstatus_to_exitcode(status)
    how = f"was ended by {_signal(-code)}" if code < 0 else f"exited with {code}"
    said = run.output.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    last = f": {said[-1]}" if said else ""
    return Outcome(run.job.name, error=f"{how}{last}")


def _signal(number: int) -> str:
    named = {known.value: known.name for known in signal.Signals}
    return named.get(number, f"signal {number}")


if __name__ == "__main__":
    main()
