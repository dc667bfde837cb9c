"""Fills each placeholder from a `Page`: nodes of our own for HTML, plain ones for the rest."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from ..commented import comment_page
from ..highlight import highlight_lines
from ..model import Page
from ..pages import part
from ..source import Source
from .commented import own_source
from .crossref import PageReferences
from .evidence import PageEvidence, raw
from .loading import reading_of
from .markup import Around, caption_html, code_html, licence_words, marks_html
from .nodes import code_block, note_body, segment_block, subject_block, subject_placeholder


@lru_cache(maxsize=64)
def _coloured(source: Source) -> tuple[str, ...]:
    return highlight_lines(source)


class WeaveSubjects(SphinxPostTransform):
    """Puts the lines of the library beside the notes that the directive parsed."""

    # After references are resolved (10), before code blocks are given a language (400).
    default_priority = 200

    def run(self, **kwargs: Any) -> None:
        """Replace every placeholder of the page."""
        reading = reading_of(self.app)
        builder = self.app.builder
        own_nodes = builder.format == "html" and builder.name != "epub"
        licence = self._licence()
        around = Around(
            PageEvidence(self.app, self.env.docname, reading),
            PageReferences(self.app, self.env.docname, reading),
            licence,
        )
        for node in list(self.document.findall(subject_placeholder)):
            page = self._page(node)
            bodies = {body["label"]: body for body in cast(list[note_body], node.children)}
            if own_nodes:
                node.replace_self(_block(around, page, node, bodies))
            else:
                node.replace_self(_plain(around, page, bodies))
        if own_nodes and (lists := around.evidence.closing()):
            self.document += raw(lists)
            self.document.insert(0, raw(around.evidence.opening()))
        if own_nodes and (cards := around.references.closing()):
            self.document += raw(cards)

    def _page(self, node: subject_placeholder) -> Page:
        """What the directive left: a subject of the library, or source of one's own."""
        reading = reading_of(self.app)
        if own := node.get("own"):
            return comment_page(own_source(reading, own), node["name"])
        return part(reading.page(reading.subject(node["subject"])), node["labels"])

    def _licence(self) -> str:
        """The address of the page with the library's licence, seen from this page."""
        name = str(self.config.codereading_licence)
        if name not in self.env.found_docs:
            return ""
        # Builders without addresses of their own get one that leads out of no page.
        return self.app.builder.get_relative_uri(self.env.docname, name) or f"#{name}"


def _block(
    around: Around, page: Page, node: subject_placeholder, bodies: dict[str, note_body]
) -> subject_block:
    reading = around.reading
    own = node.get("own")
    coloured = _coloured(own_source(reading, own) if own else reading.library.source(page.ref.file))
    first = next((line.text for segment in page.segments for line in segment.lines), "")
    indent = len(first) - len(first.lstrip())
    block = subject_block(
        ids=node["ids"],
        subject=node["subject"],
        caption=caption_html(around, page),
        own=bool(own),
    )
    for number, segment in enumerate(page.segments, 1):
        body = bodies[segment.note.label]
        (name,) = body["ids"]
        body["ids"] = []
        body["marks"] = marks_html(around, segment, name)
        code = code_block(html=code_html(around, segment, coloured, indent))
        block += segment_block(
            "", body, code, ids=[name], number=number, folded=segment.note.folded
        )
    return block


def _plain(around: Around, page: Page, bodies: dict[str, note_body]) -> list[nodes.Node]:
    """For builders without columns: each note, numbered, under the lines it stands on."""
    result: list[nodes.Node] = []
    if around.licence and around.of_library(page.ref.file):
        words = licence_words(around.reading)
        link = nodes.reference("", words, refuri=around.licence, internal=True)
        result.append(nodes.paragraph("", "", nodes.Text(f"{page.ref}, under "), link))
    for number, segment in enumerate(page.segments, 1):
        place = f"{page.ref.file}, {segment.anchor.span.words}"
        text: list[nodes.Node] = [nodes.Text(place)]
        if url := around.url(page.ref.file, segment.anchor.span):
            text = [nodes.reference("", place, refuri=url, internal=False)]
        result.append(nodes.paragraph("", "", *text))
        code = "\n".join(line.text for line in segment.lines).rstrip()
        block = nodes.literal_block(code, code, language=page.language, xml_space="preserve")
        result += [block] if code else []
        note = nodes.list_item("", *bodies[segment.note.label].children)
        result.append(
            nodes.enumerated_list("", note, start=number, enumtype="arabic", prefix="", suffix=".")
        )
    return result


def setup_transforms(app: Sphinx) -> None:
    """Register the transform."""
    app.add_post_transform(WeaveSubjects)
