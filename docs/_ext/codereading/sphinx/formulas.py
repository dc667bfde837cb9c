"""Formulas as MathML, written by docutils: a page that has some asks no other host.

Sphinx's own renderer loads a script from elsewhere when somebody reads. Browsers have laid
MathML out themselves since 2023, and so do readers of EPUB.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)
NAME = "mathml"


def setup_formulas(app: Sphinx) -> None:
    """Register the renderer, and take it unless the project chose another."""
    app.add_html_math_renderer(NAME, (_visit_inline, None), (_visit_block, None))
    app.connect("config-inited", _choose)


def _choose(app: Sphinx, config: Config) -> None:
    if not config.html_math_renderer:
        # Registered beside MathJax, which is always there, it would have to be chosen.
        config["html_math_renderer"] = NAME


def _mathml(node: nodes.Element, block: bool) -> str:
    """The formula of `node`; a warning, and its text as it was typed, where it has a fault."""
    text = node.astext()
    try:
        return tex2mathml(text, as_block=block)
    except MathError as error:
        logger.warning("formula `%s`: %s", text, error, location=node)
        return f"<code>{escape(text)}</code>"


def _visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(f'<span class="math">{_mathml(node, block=False)}</span>')
    raise nodes.SkipNode


def _visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number: Any = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})</span>')
    self.body.append(f"{_mathml(node, block=True)}</div>\n")
    raise nodes.SkipNode
