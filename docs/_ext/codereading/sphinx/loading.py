"""Reads everything before Sphinx reads anything, and stops the build if a note fails."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn, cast

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from ..problems import Problem, ReadingError
from ..project import load_project
from ..reading import Reading, read

_READING = "_codereading"
logger = logging.getLogger(__name__)


def setup_loading(app: Sphinx) -> None:
    """Register `codereading_project` and load the reading when the configuration is known."""
    app.add_config_value(
        "codereading_project",
        "",
        "env",
        str,
        "Folder of the pyproject.toml with [tool.codereading], relative to conf.py",
    )
    app.add_config_value(
        "codereading_licence",
        "licences",
        "html",
        str,
        "Page with the library's licence; every subject links to it, if there is such a page",
    )
    # Early: sphinx-gallery runs its scripts at builder-inited, which takes much longer.
    app.connect("config-inited", _load, priority=100)


def reading_of(app: Sphinx) -> Reading:
    """The reading that this build shows."""
    return cast(Reading, getattr(app, _READING))


def stop(problems: Iterable[Problem]) -> NoReturn:
    """Report `problems`, one a line, and end the build with status 2.

    `SystemExit`, because for an exception of any other kind, its own included, Sphinx
    prints a traceback, and a writer's mistake is no fault of the program.
    """
    for problem in problems:
        logger.error("%s", problem)
    logger.error("nothing was built")
    raise SystemExit(2)


def _load(app: Sphinx, config: Config) -> None:
    start = Path(app.confdir) / str(config.codereading_project)
    try:
        reading = read(load_project(start))
    except ReadingError as error:
        stop(error.problems)
    if failures := reading.failures():
        stop(failures)
    setattr(app, _READING, reading)
