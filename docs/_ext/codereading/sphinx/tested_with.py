"""The *tested with* strip: what this build can say of itself, on every page."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from ..problems import ReadingError
from ..recorded import read_snippets
from .loading import reading_of, stop

_KEY = "codereading_tested_with"


@dataclass(frozen=True)
class TestedWith:
    """The figures of the strip. `snippets` counts those recorded with the present text."""

    __test__ = False  # not a test class, whatever its name

    library: str
    release: str
    commit: str
    python: str
    notes: int
    snippets: int
    examples: int
    lines_run: int
    lines: int


def measure(app: Sphinx) -> TestedWith:
    """What holds in this build: notes by the lock, snippets by the record, examples run.

    sphinx-gallery leaves a digest beside each script that ran without an error, and runs
    a script again when its text changed.
    """
    reading = reading_of(app)
    project, library = reading.project, reading.library
    folder = project.recorded_dir
    try:
        snippets = read_snippets(folder, project.shown(folder))
    except ReadingError as error:
        stop(error.problems)
    marks = [mark for ref in reading.subjects for mark in reading.marks(ref).values()]
    gallery = getattr(app.config, "sphinx_gallery_conf", {})
    folders = gallery.get("gallery_dirs", [])
    folders = [folders] if isinstance(folders, str) else folders
    examples = sum(1 for name in folders for _ in (Path(app.srcdir) / name).rglob("*.py.md5"))
    return TestedWith(
        library=library.name,
        release=library.release,
        commit=library.commit,
        python=platform.python_version(),
        notes=sum(drift.state.holds for drift in reading.drift),
        snippets=snippets.ran(project.base, library.release),
        examples=examples,
        lines_run=sum(mark.ran for mark in marks),
        lines=len(marks),
    )


def setup_tested_with(app: Sphinx) -> None:
    """Give every page the figures, and write pages again whose figures are old."""
    app.connect("html-page-context", _add)
    app.connect("env-updated", _rewrite)


def _rewrite(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """All pages, if the figures are not those of the last build; else none."""
    now = asdict(measure(app))
    before = getattr(env, _KEY, None)
    setattr(env, _KEY, now)
    return env.found_docs if before not in (None, now) else ()


def _add(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    figures = getattr(app.env, _KEY, None) or asdict(measure(app))
    context["tested_with"] = figures
