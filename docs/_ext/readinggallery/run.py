"""Run examples outside the site, and watch them.

Importing torch costs more than most scripts do, so all scripts of a run share one child
process, which prints a line of JSON for each as soon as it has ended:

    python -m readinggallery.run DEVICE SCRIPT...
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import runpy
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

NO_ACCELERATOR = "no accelerator on this machine"
ACCELERATOR = "accelerator"


class NoAcceleratorError(Exception):
    """The scripts were to run on an accelerator, and there is none."""


@dataclass(frozen=True)
class Result:
    """What one script did in the child process."""

    script: str
    error: str
    stdout: str
    warnings: list[str]
    leftovers: list[str]
    untitled: int
    seconds: float


@contextlib.contextmanager
def stderr_into(file: TextIO) -> Iterator[None]:
    """Send all of stderr to a file, what C++ code writes included."""
    sys.stderr.flush()
    kept = os.dup(2)
    os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)


def start_afresh() -> None:
    """Undo what a script may have set for the whole process."""
    import torch

    torch.set_grad_enabled(True)
    torch.set_default_dtype(torch.float32)
    torch.set_default_device(None)
    torch.manual_seed(1)  # not the seed of the scripts: they set their own


def take_global_hooks() -> list[str]:
    """Name the stores of global hooks that hold any, and empty them."""
    from torch.nn.modules import module

    names = [
        name
        for name, store in vars(module).items()
        if name.startswith("_global_") and isinstance(store, dict) and store
    ]
    for name in names:
        getattr(module, name).clear()
    return names


def take_figures() -> int:
    """Close all figures, and count those without a title to read aloud."""
    if "matplotlib.pyplot" not in sys.modules:
        return 0
    import matplotlib.pyplot as plt

    untitled = 0
    for number in plt.get_fignums():
        figure = plt.figure(number)
        figure.canvas.draw()
        titles = [figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)]
        untitled += not any(titles)
    plt.close("all")
    plt.rcdefaults()
    return untitled


def run_script(script: str) -> Result:
    """Run one script as ``python SCRIPT`` would, and watch it."""
    start_afresh()
    error, untitled = "", 0
    stdout = io.StringIO()
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as stderr,
        warnings.catch_warnings(record=True) as caught,
        stderr_into(stderr),
    ):
        warnings.simplefilter("default")
        # Drawing without a screen is what is wanted here.
        warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
        started = time.perf_counter()
        try:
            with contextlib.redirect_stdout(stdout):
                runpy.run_path(script, run_name="__main__")
                untitled = take_figures()
        except BaseException:  # SystemExit too: a script has no reason to exit
            error = traceback.format_exc()
        seconds = time.perf_counter() - started
        sys.stderr.flush()
        stderr.seek(0)
        written = stderr.read().splitlines()
    said = [f"{w.category.__name__}: {w.message}" for w in caught]
    said += [line for line in written if re.search(r"\bWarning\b|^\[W", line)]
    if error:
        take_figures()
    return Result(
        script=script,
        error=error,
        stdout=stdout.getvalue(),
        warnings=said,
        leftovers=take_global_hooks(),
        untitled=untitled,
        seconds=seconds,
    )


def child(device: str, scripts: list[str]) -> None:
    """Run scripts on a device, and print a line of JSON for each."""
    import torch

    if device == ACCELERATOR:
        accelerator = torch.accelerator.current_accelerator(check_available=True)
        if accelerator is None:
            print(json.dumps({"missing": NO_ACCELERATOR}), flush=True)
            return
        device = accelerator.type
    if device:
        os.environ["READING_DEVICE"] = device
    for script in scripts:
        print(json.dumps(asdict(run_script(script))), flush=True)


def run(scripts: Sequence[Path], device: str = "") -> Iterator[Result]:
    """The result of each script, as soon as it has ended.

    `device` is what the scripts find in READING_DEVICE; `accelerator` stands for the one
    of this machine, and empty lets each script choose. Raises NoAcceleratorError. A script
    that takes the process down with it has that as its error.
    """
    names = [str(script) for script in scripts]
    command = [sys.executable, "-m", "readinggallery.run", device, *names]
    here = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, "MPLBACKEND": "Agg", "PYTHONPATH": path}
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as complaints,
        subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            encoding="utf-8",
            env=environment,
        ) as process,
    ):
        assert process.stdout is not None
        left = list(names)
        for line in process.stdout:
            found = json.loads(line)
            if "missing" in found:
                raise NoAcceleratorError(found["missing"])
            left.remove(found["script"])
            yield Result(**found)
        status = process.wait()
        complaints.seek(0)
        said = complaints.read()[-2000:]
        for name in left:
            lost = f"the process ended with {status} before this script did\n{said}"
            yield Result(name, lost, "", [], [], 0, 0.0)


if __name__ == "__main__":
    child(sys.argv[1], sys.argv[2:])
