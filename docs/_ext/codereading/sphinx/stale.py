"""A page that is gone leaves no file behind.

Sphinx forgets a deleted page but keeps what it wrote of it, and a site that is published
from the same folder would go on showing it.
"""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def setup_stale(app: Sphinx) -> None:
    """Look at what was deleted before anything is read."""
    app.connect("env-get-outdated", _remove)


def _remove(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    for docname in removed:
        if name := getattr(app.builder, "get_outfilename", lambda _: "")(docname):
            Path(name).unlink(missing_ok=True)
    return []
