"""Mistakes on pages: collected while pages are read, and the build stopped before it writes.

Pages are read in several processes, of which none may end the build; each leaves what
it found in the environment, and the main process stops when all are read.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from ..problems import Problem
from .loading import stop

_FAILURES = "codereading_failures"


def setup_failures(app: Sphinx) -> None:
    """Merge, forget and finally act on what went wrong on pages."""
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    # Before anything else happens to the pages that were read.
    app.connect("env-updated", _act, priority=100)


def record(env: BuildEnvironment, problems: Iterable[Problem]) -> list[nodes.Node]:
    """Remember that the current page has `problems`; returns nothing to show in their place."""
    _of(env).setdefault(env.docname, []).extend(problems)
    return []


def _of(env: BuildEnvironment) -> dict[str, list[Problem]]:
    if not hasattr(env, _FAILURES):
        setattr(env, _FAILURES, {})
    return cast(dict[str, list[Problem]], getattr(env, _FAILURES))


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _of(env).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    found = _of(other)
    _of(env).update({docname: found[docname] for docname in docnames if docname in found})


def _act(app: Sphinx, env: BuildEnvironment) -> list[str]:
    if problems := [problem for found in _of(env).values() for problem in found]:
        stop(sorted(problems))
    return []
