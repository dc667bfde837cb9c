"""Traces of the fake library, recorded as a writer would, and their steps as a text."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from click.testing import Result

from codereading.steps import Kind, Step, Trace, load_trace
from tests.conftest import Run
from tests.paths import DATA

PAGE = "docs/steps.md"
NAME = "a-trace"


def lay_track(mill: Path) -> None:
    """Adds `mill/track.py`, and notes on it, to the fake project; its traces are on one page."""
    shutil.copytree(DATA / "track", mill, dirs_exist_ok=True)
    with (mill / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'traces = ["{PAGE}"]\n')


def block(code: str, name: str = NAME, **options: str) -> str:
    """A trace as it stands on a page."""
    said = "".join(f":{option.rstrip('_')}: {text}\n" for option, text in options.items())
    return f"```{{trace}} {name}\n{said}{code.rstrip()}\n```\n"


@dataclass(frozen=True)
class Track:
    """The fake project with a page of traces, which begin on its third line."""

    mill: Path
    run: Run

    def write(self, *blocks: str) -> None:
        text = "# Steps\n\n" + "\n".join(blocks)
        (self.mill / PAGE).write_text(text, encoding="utf-8")

    def record(self, *arguments: str) -> Result:
        result = self.run("record", *arguments)
        assert "Traceback" not in result.output
        return result

    def path(self, name: str = NAME) -> Path:
        return self.mill / "notes" / "recorded" / "traces" / f"{name}.json"

    def trace(self, code: str, **options: str) -> Trace:
        """`code` recorded; `from mill.track import *` stands above it, and is not followed."""
        first = code.split("\n", maxsplit=1)[0]
        options = {"from_": first, **options}
        self.write(block(f"from mill.track import *\n{code}", **options))
        result = self.record()
        assert result.exit_code == 0, result.output
        return load_trace(self.path(), self.path().name)

    def told(self, code: str, **options: str) -> str:
        """The steps of `code`, a line each, set in by their depth."""
        trace = self.trace(code, **options)
        own = f"from mill.track import *\n{code}".split("\n")
        return "\n".join(self._line(trace, step, own) for step in trace.steps)

    def refused(self, code: str, **options: str) -> list[str]:
        """What is printed of a trace that cannot be recorded."""
        self.write(block(code, **options))
        result = self.record()
        assert result.exit_code == 1
        assert not self.path().exists()
        return result.output.splitlines()

    def _line(self, trace: Trace, step: Step, own: list[str]) -> str:
        frame = trace.frames[step.frame]
        if step.kind is Kind.LINE:
            path = self.mill / "lib" / frame.file
            lines = path.read_text(encoding="utf-8").split("\n") if frame.file else own
            says = lines[step.line - 1].strip()
        elif step.kind in (Kind.CALL, Kind.RESUME, Kind.THROUGH):
            says = f"{step.kind}: {frame.label}"
        else:
            says = f"{step.kind}: {step.value}".removesuffix(": ")
        return "  " * step.depth + says


def changes(trace: Trace, name: str) -> list[str]:
    """The values that `name` takes, one after the other."""
    return [step.changed[name] for step in trace.steps if name in step.changed]
