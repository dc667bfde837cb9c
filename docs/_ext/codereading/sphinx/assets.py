"""Style and script: on pages that show source, from this package, from no other host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from .nodes import subject_block, subject_placeholder

_STATIC = Path(__file__).parent / "static"
_TEMPLATES = Path(__file__).parent / "templates"


def setup_assets(app: Sphinx) -> None:
    """Offer the static files and templates, and add them to the pages that need them."""
    # Before the builder makes its template loader, which reads templates_path once.
    app.connect("config-inited", _offer)
    app.connect("html-page-context", _add)


def _offer(app: Sphinx, config: Config) -> None:
    config.html_static_path.append(str(_STATIC))
    config.templates_path.append(str(_TEMPLATES))
    app.add_css_file("codereading.css")


def _add(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document
) -> None:
    if doctree and any(
        doctree.findall(lambda n: isinstance(n, (subject_block, subject_placeholder)))
    ):
        app.add_js_file("codereading.js", loading_method="defer")
        app.add_js_file("cards.js", loading_method="defer")
