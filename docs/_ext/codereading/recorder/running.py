"""Runs one example as its reader would: a script by itself, a page's snippets in order."""

from __future__ import annotations

import doctest
import os
import re
import runpy
import sys
import threading
import traceback
from pathlib import Path

from ..snippets import snippets

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class ExampleError(Exception):
    """An example that does not do what it says, with the `line` at which it shows."""

    def __init__(self, text: str, line: int) -> None:
        super().__init__(text)
        self.line = line


def run_example(path: Path) -> None:
    """Run the script or the page at `path`, in its folder. Raises what it raises."""
    os.chdir(path.parent)
    if path.suffix == ".md":
        run_page(path)
    else:
        _run_script(path)
    # As Python does before it ends.
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()


def _run_script(path: Path) -> None:
    sys.argv = [str(path)]
    sys.path.insert(0, str(path.parent))
    try:
        runpy.run_path(str(path), run_name="__main__")
    except SystemExit as end:
        if end.code not in (None, 0):
            raise ExampleError(f"exited with {end.code}", 0) from end


def run_page(path: Path) -> None:
    """Run the snippets of a Markdown page, in order and in one namespace.

    Raises ExampleError at the first that prints something else than it says.
    """
    names: dict[str, object] = {"__name__": "__main__"}
    runner = doctest.DocTestRunner(verbose=False, optionflags=FLAGS)
    for line, text in snippets(path.read_text(encoding="utf-8")):
        test = doctest.DocTestParser().get_doctest(text, names, path.name, str(path), line - 1)
        test.globs = names
        said: list[str] = []
        if runner.run(test, out=said.append, clear_globs=False).failed:
            at = re.search(r"line (\d+), in", "".join(said))
            raise ExampleError("a snippet fails", int(at[1]) if at else line)


def failed_at(error: BaseException, path: str) -> int:
    """The line of the file at `path` from which `error` came, 0 where it is not in it."""
    if isinstance(error, SyntaxError) and error.filename == path:
        return error.lineno or 0
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno or 0 for f in reversed(frames) if f.filename == path), 0)
