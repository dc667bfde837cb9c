"""Which lines of the library's files a call runs, by coverage's C tracer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import CodeType

import coverage

from ..ranges import to_ranges


def watch(
    files: Mapping[str, str], call: Callable[[], object]
) -> tuple[dict[str, str], BaseException | None]:
    """Call `call`; the lines of `files` that it ran, as ranges, and what it raised.

    The C tracer by name: since Python 3.12 coverage would use `sys.monitoring`, which
    reports a line once in a process and not once in a call.
    """
    watcher = coverage.Coverage(
        data_file=None, config_file=False, include=list(files.values()), messages=False
    )
    watcher.set_option("run:core", "ctrace")
    watcher.set_option("run:disable_warnings", ["no-data-collected", "module-not-imported"])
    error: BaseException | None = None
    watcher.start()
    try:
        call()
    except BaseException as raised:  # SystemExit, too, is a fact about an example
        error = raised
    finally:
        watcher.stop()
    data = watcher.get_data()
    found = {name: to_ranges(data.lines(path) or ()) for name, path in files.items()}
    return {name: lines for name, lines in found.items() if lines}, error


def code_lines(path: Path) -> str:
    """The lines of a Python file for which Python makes code, as ranges."""
    text = path.read_text(encoding="utf-8")
    return to_ranges(set(_lines(compile(text, str(path), "exec", dont_inherit=True))))


def _lines(code: CodeType) -> Iterator[int]:
    yield from (line for _, _, line in code.co_lines() if line)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _lines(constant)
