"""The command line: `codereading check`, `accept`, `list`, `show`, `record`."""

from __future__ import annotations

import functools
import json
import shutil
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import ParamSpec

import click

from . import terminal
from .lock import write_lock
from .model import Drift
from .problems import ReadingError, fail, suggest
from .project import load_project
from .reading import Reading, read
from .source import read_text

P = ParamSpec("P")


def _reporting(command: Callable[P, None]) -> Callable[P, None]:
    """Print problems one a line and exit 1: bad input never ends in a traceback."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except ReadingError as error:
            click.echo(str(error), err=True)
            sys.exit(1)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--project",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("."),
    help="Folder with the pyproject.toml that has a [tool.codereading] table, or one below it.",
)
@click.version_option(package_name="codereading")
@click.pass_context
def main(context: click.Context, project: Path) -> None:
    """Keep notes on a library's source true to it."""
    context.obj = project


_root = click.option(
    "--root",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder that holds the library; default: where it is installed.",
)


@main.command()
@_root
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects instead of lines.")
@click.option("--quiet", "-q", is_flag=True, help="Leave out the notes that hold: same and moved.")
@click.pass_obj
@_reporting
def check(start: Path, root: Path | None, as_json: bool, quiet: bool) -> None:
    """Compare every note with the library and the lock.

    One line a note: file:line: subject: pattern: state: detail. States: same, moved (the
    same lines elsewhere), changed, missing, ambiguous. Exit status 0 where all notes are
    same or moved and nothing else is wrong, 1 otherwise.
    """
    reading = read(load_project(start), root)
    shown = [d for d in reading.drift if not (quiet and d.state.holds)]
    if as_json:
        click.echo(
            json.dumps([terminal.as_json(drift) for drift in shown], indent=2, ensure_ascii=False)
        )
    else:
        for drift in shown:
            click.echo(terminal.finding(drift))
    for problem in reading.problems:
        click.echo(str(problem), err=True)
    click.echo(_summary(reading), err=True)
    if reading.problems or not all(drift.state.holds for drift in reading.drift):
        sys.exit(1)


def _summary(reading: Reading) -> str:
    counts: dict[str, int] = {}
    for drift in reading.drift:
        counts[drift.state.value] = counts.get(drift.state.value, 0) + 1
    states = ", ".join(f"{count} {state}" for state, count in counts.items()) or "none"
    release = reading.library.release
    locked = reading.lock.release
    other = f"; the lock is of {locked}" if locked not in ("", release) else ""
    library = f"{reading.library.name} {release}".rstrip()
    return f"{len(reading.drift)} notes on {library}: {states}{other}"


@main.command()
@click.argument("notes", nargs=-1, metavar="NOTE…")
@_root
@click.option("--all", "everything", is_flag=True, help="Accept every note.")
@click.pass_obj
@_reporting
def accept(start: Path, notes: tuple[str, ...], root: Path | None, everything: bool) -> None:
    """Lock notes again after reading them against the source.

    NOTE is a note file, a place in one (file:line, as `check` prints it), or a subject.
    Shows the statements that are accepted. A note without an anchor cannot be accepted.
    """
    if bool(notes) == everything:
        raise click.UsageError("say which notes to accept, or --all")
    reading = read(load_project(start), root)
    chosen = list(reading.drift)
    if notes:
        wanted = [drift for text in notes for drift in _chosen(reading, text)]
        chosen = [drift for drift in chosen if drift in wanted]
    release = reading.library.release
    if not everything and reading.lock.release and release != reading.lock.release:
        raise fail(
            reading.project.shown(reading.project.lock_path),
            0,
            f"the lock is of {reading.lock.release}, and {release} is installed",
            "accept all notes together when you move to another release: --all",
        )
    fresh = [drift for drift in chosen if drift.anchor and drift.state.value != "same"]
    lock = reading.locked_again([d.note for d in chosen if d.anchor], whole=everything)
    write_lock(reading.project.lock_path, lock)
    for drift in fresh:
        for line in terminal.statement(drift, reading):
            click.echo(line)
    for drift in chosen if notes else ():
        if drift.state.value == "same":
            click.echo(f"already the same: {terminal.finding(drift)}", err=True)
    click.echo(f"accepted {len(fresh)} notes; the lock holds {len(lock.entries)}", err=True)
    lost = [drift for drift in chosen if drift.anchor is None]
    for drift in lost:
        click.echo(terminal.finding(drift), err=True)
    if lost:
        sys.exit(1)


def _chosen(reading: Reading, text: str) -> list[Drift]:
    place, _, line = text.rpartition(":")
    if not line.isdigit():
        place, line = text, ""
    near = (
        [d for d in reading.drift if (reading.project.base / d.note.file).samefile(place)]
        if Path(place).exists()
        else []
    )
    if not near:
        near = [d for d in reading.drift if d.note.file == place]
    if not near:
        if place.endswith(".md"):
            files = [file.file for file in reading.files]
            raise fail(place, 0, "is not a note file", suggest(place, files))
        ref = reading.subject(text)
        return [drift for drift in reading.drift if drift.note.ref == ref]
    if not line:
        return near
    last = len(read_text(reading.file_of(near[0].note.ref).path, place).splitlines())
    if int(line) > last:
        raise fail(place, int(line), f"is beyond the file, which has {last} lines")
    above = [drift for drift in near if drift.note.line <= int(line)]
    if not above:
        raise fail(place, int(line), "stands above the first note of the file")
    return above[-1:]


@main.command("list")
@_root
@click.pass_obj
@_reporting
def list_subjects(start: Path, root: Path | None) -> None:
    """List subjects: notes, code lines, longest segment, share of lines folded."""
    for line in terminal.table(read(load_project(start), root)):
        click.echo(line)


@main.command()
@click.argument("subject")
@_root
@click.pass_obj
@_reporting
def show(start: Path, subject: str, root: Path | None) -> None:
    """Print the notes and the source of one SUBJECT."""
    reading = read(load_project(start), root)
    width = min(shutil.get_terminal_size().columns, 92)
    for line in terminal.page_text(reading.page(reading.subject(subject)), width):
        click.echo(line)


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]…")
@_root
@click.option("--check", "only_check", is_flag=True, help="Write nothing; compare, and exit 1.")
@click.option("--limit", default=60.0, show_default=True, help="Seconds that one may take.")
@click.option("--jobs", default=0, help="How many run side by side; default: one a core.")
@click.pass_obj
@_reporting
def record(
    start: Path,
    names: tuple[str, ...],
    root: Path | None,
    only_check: bool,
    limit: float,
    jobs: int,
) -> None:
    """Run examples, and write down which lines of the library each of them ran; run traces,
    and write down their steps.

    NAME is a script, a page, a folder of them, or a trace; default: all. The files below
    `recorded` are part of the project: commit them, and read their diffs.
    """
    if find_spec("coverage") is None:
        hint = 'pip install ".[record]" where codereading came from'
        raise fail("codereading record", 0, "coverage is not installed", hint)
    from .recorder.recording import Recording, choose  # noqa: PLC0415

    reading = read(load_project(start), root)
    chosen = choose(reading, names)
    began = time.perf_counter()
    with click.progressbar(length=chosen.count + 1, file=sys.stderr, label="recording") as bar:
        recording = Recording.of(reading, chosen, limit, jobs, lambda outcome: bar.update(1))
    seconds = f"{chosen} in {time.perf_counter() - began:.0f} seconds"
    problems = recording.problems
    if not only_check:
        recording.write()
        click.echo(f"recorded {seconds}", err=True)
    elif other := recording.other_python:
        # Another Python numbers some lines differently; whoever checks should know.
        click.echo(f"not compared: recorded with Python {other}, this is another", err=True)
    else:
        problems = [*problems, *recording.differences()]
        click.echo(f"compared {seconds}: {len(problems)} differences", err=True)
    if problems:
        raise ReadingError(problems)
