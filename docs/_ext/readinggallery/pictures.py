"""Pictures of the examples: SVG, transparent, and the same bytes each time."""

from __future__ import annotations

from typing import Any

import matplotlib as mpl
from sphinx_gallery.scrapers import matplotlib_scraper


def svg_figures(block: Any, block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """The scraper that sphinx-gallery calls after each block; returns reStructuredText."""
    # Without a salt the ids inside an SVG are random, and with a date it is never the same.
    with mpl.rc_context({"svg.hashsalt": "reading"}):
        return str(
            matplotlib_scraper(
                block,
                block_vars,
                gallery_conf,
                format="svg",
                transparent=True,
                metadata={"Date": None},
            )
        )
