"""Pictures of examples where there are none: their words, for text and manual pages.

sphinx-gallery's own node knows how to write itself as HTML and LaTeX alone.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_gallery.directives import imgsgnode


class PlainPictures(SphinxPostTransform):
    """Puts the alternative text in a picture's place."""

    default_priority = 300

    def run(self, **kwargs: Any) -> None:
        """For every builder that cannot write the node."""
        if self.app.builder.format in ("html", "latex"):
            return
        for node in list(self.document.findall(imgsgnode)):
            node.replace_self(nodes.paragraph("", "", nodes.emphasis("", f"[{node['alt']}]")))


def setup_plain_pictures(app: Sphinx) -> None:
    """Register the transform."""
    app.add_post_transform(PlainPictures)
