"""Colours for the shown source: one piece of HTML a line, every span closed in its line."""

from __future__ import annotations

from pygments import highlight as pygments_highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

from .source import Source


def highlight_lines(source: Source) -> tuple[str, ...]:
    """The lines of `source` as HTML; the text of each is the line exactly.

    The whole file is coloured at once, because a line alone (of a docstring, say) does
    not tell what it is. Pygments closes its spans at every line end.
    """
    lexer = get_lexer_by_name(source.language.name, stripnl=False, ensurenl=True)
    html = pygments_highlight(source.text, lexer, HtmlFormatter(nowrap=True))
    return tuple(html.split("\n")[: len(source.lines)])
