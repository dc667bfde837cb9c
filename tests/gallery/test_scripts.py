"""Every script of the gallery runs, alone and on each kind of device.

Importing torch costs more than most scripts do, so all the scripts that a test
run asks for share one child process for each device. This file is that child's
program too: ``python test_scripts.py DEVICE SCRIPT...`` prints one line of JSON
for each script, as soon as the script has ended.
"""

from __future__ import annotations

import ast
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
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "gallery").glob("**/*.py"))
DEVICES = ("cpu", "accelerator")

NO_ACCELERATOR = "no accelerator on this machine"
MOST_WARNINGS = 1
MOST_LINES = 40
MOST_SECONDS = 10.0  # a sanity bound, far above what a script should take
CHILD_SECONDS = 600.0

CLAIM = re.compile(r"^# sphinx_gallery_programs = (.+)$", re.MULTILINE)
CLAIMS = {
    script: claim[1]
    for script in SCRIPTS
    if (claim := CLAIM.search((ROOT / script).read_text(encoding="utf-8")))
}
FIGURE = re.compile(r"-?\d+\.\d+")


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


# The child ------------------------------------------------------------------


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
                runpy.run_path(str(ROOT / script), run_name="__main__")
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

    if device == "accelerator":
        accelerator = torch.accelerator.current_accelerator(check_available=True)
        if accelerator is None:
            print(json.dumps({"missing": NO_ACCELERATOR}))
            return
        device = accelerator.type
    os.environ["READING_DEVICE"] = device
    for script in scripts:
        print(json.dumps(asdict(run_script(script))), flush=True)


# The tests ------------------------------------------------------------------


def run_child(device: str, scripts: list[str]) -> dict[str, Result] | None:
    """The results by script, or None where there is no such device."""
    environment = {**os.environ, "MPLBACKEND": "Agg"}
    try:
        ended = subprocess.run(
            [sys.executable, __file__, device, *scripts],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment,
            timeout=CHILD_SECONDS,
            check=False,
        )
        printed, complaint = ended.stdout, ended.stderr
        end = f"the child process ended with {ended.returncode}"
    except subprocess.TimeoutExpired as expired:
        # Both are bytes here, even under text=True.
        printed = (expired.stdout or b"").decode()
        complaint = (expired.stderr or b"").decode()
        end = f"the child process took more than {CHILD_SECONDS:.0f} s"
    lines = [json.loads(line) for line in printed.splitlines()]
    if lines and "missing" in lines[0]:
        return None
    results = {line["script"]: Result(**line) for line in lines}
    for script in scripts:
        lost = f"{end} before this script did\n{complaint[-2000:]}"
        results.setdefault(script, Result(script, lost, "", [], [], 0, 0.0))
    return results


@pytest.fixture(scope="session", params=DEVICES)
def results(request: pytest.FixtureRequest) -> dict[str, Result]:
    """The results of the scripts that this test run asks for."""
    wanted = {
        str(item.callspec.params["script"])
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.path == Path(__file__)
        and "results" in item.fixturenames
        and item.callspec.params["results"] == request.param
    }
    by_script = run_child(request.param, sorted(wanted))
    if by_script is None:
        pytest.skip(NO_ACCELERATOR)
    return by_script


def test_there_are_scripts() -> None:
    """The gallery was found."""
    assert SCRIPTS


@pytest.mark.parametrize("script", SCRIPTS)
def test_script(script: str, results: dict[str, Result]) -> None:
    """A script ends well, says little, and leaves nothing behind."""
    result = results[script]
    assert not result.error, result.error[-4000:]
    assert len(result.warnings) <= MOST_WARNINGS, result.warnings
    assert len(result.stdout.splitlines()) <= MOST_LINES
    assert result.leftovers == [], "global hooks that were not removed"
    assert result.untitled == 0, "a picture without a title has no alternative text"
    assert result.seconds < MOST_SECONDS
    print(f"{script}: {result.seconds:.2f} s")


@pytest.mark.parametrize("script", CLAIMS)
def test_claimed_figures_are_printed(script: str, results: dict[str, Result]) -> None:
    """A script prints the figures that it claims for the reading list."""
    figures = ast.literal_eval(CLAIMS[script])
    assert figures
    assert all(isinstance(text, str) for pair in figures.items() for text in pair)
    claimed = {number for text in figures.values() for number in FIGURE.findall(text)}
    assert claimed <= set(FIGURE.findall(results[script].stdout))


if __name__ == "__main__":
    child(sys.argv[1], sys.argv[2:])
