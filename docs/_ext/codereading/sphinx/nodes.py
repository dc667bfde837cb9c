"""The nodes of a subject on a page, and how HTML opens and closes them.

`subject_placeholder` is what the directive leaves; `transforms` turns it into a
`subject_block` of `segment_block`s for HTML, or into plain docutils nodes for the rest.
"""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

from .ids import CODE_VIEW


class subject_placeholder(nodes.General, nodes.Element):
    """Stands for a subject while pages are read; `ref` names it, children are `note_body`."""


class note_body(nodes.General, nodes.Element):
    """A note's parsed text; `label`, `subject` and the id of the note's segment."""


class subject_block(nodes.General, nodes.Element):
    """A subject: caption, then segments."""


class segment_block(nodes.General, nodes.Element):
    """A note beside its lines; children are a `note_body` and a `code_block`."""


class code_block(nodes.General, nodes.Element):
    """The lines of a segment, as `html` made by `markup.code_html`."""


def setup_nodes(app: Sphinx) -> None:
    """Register the nodes. Only HTML visits them; see `transforms` for the other builders."""
    app.add_node(subject_placeholder, html=(_never, _never))
    app.add_node(note_body, html=(_visit_note, _depart_note))
    app.add_node(subject_block, html=(_visit_subject, _depart_subject))
    app.add_node(segment_block, html=(_visit_segment, _depart_segment))
    app.add_node(code_block, html=(_visit_code, _depart_code))


def _never(self: HTML5Translator, node: nodes.Element) -> None:
    raise AssertionError("a subject reached the writer without its lines")


def _visit_subject(self: HTML5Translator, node: nodes.Element) -> None:
    (name,) = node["ids"]
    subject = escape(node["subject"], quote=True)
    kind = "cr-subject cr-own" if node.get("own") else "cr-subject"
    self.body.append(f'<div class="{kind}" id="{name}" data-cr-subject="{subject}">\n')
    self.body.append(f'<span class="cr-target" id="{CODE_VIEW}{name}"></span>\n')
    self.body.append(node["caption"])


def _depart_subject(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</div>\n")


def _visit_segment(self: HTML5Translator, node: nodes.Element) -> None:
    (name,) = node["ids"]
    folded = " cr-folded" if node["folded"] else ""
    self.body.append(f'<div class="cr-segment{folded}" id="{name}">\n')
    self.body.append(
        f'<label class="cr-mark" id="{CODE_VIEW}{name}">'
        f'<input type="checkbox" aria-label="Note {node["number"]}" autocomplete="off">'
        f'<span aria-hidden="true">{node["number"]}</span></label>\n'
    )


def _depart_segment(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append("</div>\n")


def _visit_note(self: HTML5Translator, node: nodes.Element) -> None:
    subject = escape(node["subject"], quote=True)
    pattern = escape(node["label"], quote=True)
    self.body.append(
        f'<div class="cr-note" tabindex="-1" data-subject="{subject}" data-pattern="{pattern}">\n'
    )


def _depart_note(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(node.get("marks", ""))
    self.body.append("</div>\n")


def _visit_code(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(node["html"])


def _depart_code(self: HTML5Translator, node: nodes.Element) -> None:
    pass
