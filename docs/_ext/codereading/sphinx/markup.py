"""The HTML of a subject's lines, caption and marks, made from facts alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from ..model import Line, LineKind, Page, Segment, Span, lines_of
from ..reading import Reading
from .crossref import PageReferences
from .evidence import PageEvidence
from .ids import CODE_VIEW, line_id, subject_id


@dataclass(frozen=True)
class Around:
    """What is the same for all subjects of one page: what is said beside their lines.

    `licence` is the address of the page with the library's licence, empty if there is none.
    """

    evidence: PageEvidence
    references: PageReferences
    licence: str

    @property
    def reading(self) -> Reading:
        """The reading that the page shows."""
        return self.evidence.reading

    def of_library(self, file: str) -> bool:
        """Whether a file is the library's, and not one's own."""
        return any(ref.file == file for ref in self.reading.resolved)

    def url(self, file: str, span: Span) -> str:
        """The address of lines at the library's repository; empty for a file of one's own."""
        known = self.reading.project.source_url and self.of_library(file)
        return source_url(self.reading, file, span) if known else ""


def source_url(reading: Reading, file: str, span: Span) -> str:
    """The address of lines at the library's repository, at the release's own commit."""
    project, library = reading.project, reading.library
    path = file
    for installed, repository in project.source_paths.items():
        if file.startswith(installed):
            path = repository + file.removeprefix(installed)
    return project.source_url.format(
        commit=library.commit, release=library.release, file=path, first=span.first, last=span.last
    )


def licence_words(reading: Reading) -> str:
    """What a link to the library's licence says."""
    return f"{reading.library.name}’s licence"


def caption_html(around: Around, page: Page) -> str:
    """Where the lines are from, under which licence, and the ways to read."""
    name = subject_id(page.ref)
    place = f"{escape(page.ref.file)}, {page.span.words}"
    if url := around.url(page.ref.file, page.span):
        place = f'<a class="cr-source" href="{escape(url, quote=True)}">{place}</a>'
    if around.licence and around.of_library(page.ref.file):
        text, licence = escape(licence_words(around.reading)), escape(around.licence, quote=True)
        place += f' <a class="cr-licence" href="{licence}">{text}</a>'
    return (
        f'<div class="cr-caption"><span class="cr-place">{place}</span>'
        f'<span class="cr-views" role="group" aria-label="Ways to read">'
        f'<a class="cr-view-notes" href="#{name}">Notes beside the code</a>'
        f'<a class="cr-view-code" href="#{CODE_VIEW}{name}">Just the code</a>'
        f"{around.evidence.opener(page.ref)}</span></div>\n"
    )


def marks_html(around: Around, segment: Segment, name: str) -> str:
    """The small print of a note: its address, its lines at the repository, its evidence."""
    lines = [line.number for line in segment.lines if line.kind is not LineKind.BLANK]
    span = Span(lines[0], lines[-1]) if lines else segment.anchor.span
    pattern = escape(segment.note.label, quote=True)
    parts = [f'<a class="cr-link" href="#{name}" aria-label="Link to the note on {pattern}">#</a>']
    if url := around.url(segment.note.ref.file, span):
        url = escape(url, quote=True)
        parts.append(f'<a class="cr-lines" href="{url}">{span.words}</a>')
    if chip := around.evidence.chip(segment):
        parts.append(chip)
    return f'<p class="cr-marks">{" ".join(parts)}</p>\n'


def code_html(around: Around, segment: Segment, html: Sequence[str], base_indent: int) -> str:
    """The lines of a segment: number, link and text of each, docstrings folded.

    `html` are the coloured lines of the whole file. `base_indent` is the subject's own
    indentation, in characters, which narrow pages leave out.
    """
    rows = "".join(_runs(around, segment, html))
    if segment.note.folded:
        rows = _fold(f"{lines_of(segment.code_count)} of code", rows)
    return f'<div class="cr-code highlight" style="--b:{base_indent}">\n{rows}</div>\n'


def _runs(around: Around, segment: Segment, html: Sequence[str]) -> Iterator[str]:
    evidence, references = around.evidence, around.references
    first_head = _first_head(segment)
    ref = segment.note.ref
    # Where the note's own button says it, the first line is no stop of its own.
    before = next((key for n in segment.lines if (key := evidence.key(ref, n.number))), "")
    for docstring, run in groupby(segment.lines, key=lambda line: line.kind is LineKind.DOCSTRING):
        lines = list(run)
        rows = ""
        for line in lines:
            key, mark = evidence.row(ref, line.number, before)
            before = key or before
            text = html[line.number - 1]
            if not docstring:
                text = references.line(ref, segment.anchor.span.first, line.number, text)
            rows += _row(ref.file, line, text, (key, mark), (first_head, segment.anchor.head_last))
        if docstring:
            after = lines[0].number > segment.anchor.head_last
            yield _fold(f"docstring, {lines_of(len(lines))}", rows, " z" if after else "")
        else:
            yield rows


def _first_head(segment: Segment) -> int:
    """The line on which the statement itself begins, below comments and decorators."""
    for line in segment.lines:
        if line.kind is LineKind.CODE and not line.text.lstrip().startswith("@"):
            return line.number
    return segment.anchor.span.first


def _row(file: str, line: Line, html: str, evidence: tuple[str, str], head: tuple[int, int]) -> str:
    name = line_id(file, line.number)
    indent = len(line.text) - len(line.text.lstrip())
    # a: above the statement, z: below its head; where the note opens in the code view.
    place = " a" if line.number < head[0] else " z" if line.number > head[1] else ""
    key, mark = evidence
    place += f" {key}" if key else ""
    number = f'data-n="{line.number}" aria-label="line {line.number}"'
    return (
        f'<div class="cr-row{place}" id="{name}" style="--i:{indent}">'
        f'<a class="cr-n" href="#{name}" {number}></a>'
        f'<a class="cr-n cr-c" id="{CODE_VIEW}{name}" href="#{CODE_VIEW}{name}" {number}></a>'
        f"{mark}"
        # `pre`, or parsers other than a browser's fold the white space.
        f'<pre class="cr-line" data-file="{escape(file, quote=True)}" data-line="{line.number}">'
        f"{html}</pre>\n</div>"
    )


def _fold(summary: str, rows: str, place: str = "") -> str:
    return (
        f'<details class="cr-fold{place}"><summary>{escape(summary)}</summary>\n{rows}</details>\n'
    )
