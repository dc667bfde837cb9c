"""What evidence says of whole subjects: on the page of each example, and in one table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import make_refnode

from ..model import SubjectRef
from ..ranges import to_ranges
from .domain import NAME, CodeReadingDomain
from .evidence import example_docs, fingerprints, ran_id, title_of
from .ids import line_id, subject_id
from .loading import reading_of

_KEY = "codereading_evidence"
_TIMING = "sphx-glr-timing"


class evidence_table(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes in lower case)
    """Stands for the table of all subjects until all pages are read."""


class EvidenceTable(SphinxDirective):
    """`evidence-table`: each subject, how much of it ran, and the lines that did not."""

    def run(self) -> list[nodes.Node]:
        """A placeholder; which page reads a subject is known when all are read."""
        return [evidence_table()]


def _domain(env: BuildEnvironment) -> CodeReadingDomain:
    return cast(CodeReadingDomain, env.get_domain(NAME))


class ShowEvidence(SphinxPostTransform):
    """Fills the table, and ends each example's page with the lines that it runs."""

    default_priority = 190

    def run(self, **kwargs: Any) -> None:
        """Both need to know the pages of all subjects."""
        for node in list(self.document.findall(evidence_table)):
            node.replace_self(self._table())
        example = {doc: name for name, doc in example_docs(self.app).items()}.get(self.env.docname)
        if example and example in reading_of(self.app).evidence.runs and self.document.children:
            self._lines_of(example)

    def _link(self, ref: SubjectRef, text: str, target: str) -> nodes.Node:
        page = _domain(self.env).page_of(ref)
        if page is None:
            return nodes.literal("", text)
        literal = nodes.literal("", text)
        return make_refnode(self.app.builder, self.env.docname, page, target, literal)

    def _lines_of(self, example: str) -> None:
        reading = reading_of(self.app)
        items = []
        for ref in reading.subjects:
            marks = reading.marks(ref)
            ran = sum(example in mark.examples for mark in marks.values())
            if ran and _domain(self.env).page_of(ref):
                count = f": {ran} of {len(marks)} lines"
                link = self._link(ref, ref.name, ran_id(example))
                items.append(nodes.list_item("", nodes.paragraph("", "", link, nodes.Text(count))))
        if not items:
            return
        title = f"Lines of {reading.library.name} this runs"
        block = nodes.section(ids=["lines-this-runs"], names=[])
        block += nodes.title("", title)
        block += nodes.bullet_list("", *items)
        place = next((n for n in self.document.children if isinstance(n, nodes.section)), None)
        if place is None:
            return
        timing = next((n for n in place.findall(nodes.paragraph) if _TIMING in n["classes"]), None)
        if timing is not None and timing.parent is not None:
            timing.parent.insert(timing.parent.index(timing), block)
        else:
            place += block

    def _table(self) -> nodes.Node:
        reading = reading_of(self.app)
        rows = []
        for ref in reading.subjects:
            marks = reading.marks(ref)
            if marks and _domain(self.env).page_of(ref):
                ran = sum(mark.ran for mark in marks.values())
                share = f"{ran} of {len(marks)}"
                left = [n for n, mark in sorted(marks.items()) if not mark.ran]
                rows.append(
                    (self._link(ref, ref.name, subject_id(ref)), share, self._left(ref, left))
                )
        return _table(("Subject", "Lines run", "Run by no example"), rows)

    def _left(self, ref: SubjectRef, numbers: list[int]) -> nodes.paragraph:
        """The lines that nothing ran, those with one reason together."""
        not_run = reading_of(self.app).not_run
        reasons: dict[str, list[int]] = {}
        for number in numbers:
            reasons.setdefault(not_run.reason(ref, number), []).append(number)
        paragraph = nodes.paragraph()
        for reason, lines in reasons.items():
            for run in to_ranges(lines).split(","):
                first = int(run.partition("-")[0])
                text = run.replace("-", "–")
                paragraph += [self._link(ref, text, line_id(ref.file, first)), nodes.Text(" ")]
            if reason:
                paragraph += nodes.Text(f"({reason.rstrip('.')}) ")
        return paragraph


def _table(heads: Iterable[str], rows: Iterable[tuple[nodes.Node, str, nodes.Node]]) -> nodes.table:
    group = nodes.tgroup("", cols=3)
    group += [nodes.colspec(colwidth=width) for width in (35, 15, 50)]
    head = nodes.row()
    head += [nodes.entry("", nodes.paragraph("", text)) for text in heads]
    group += nodes.thead("", head)
    body = nodes.tbody()
    for name, share, left in rows:
        row = nodes.row()
        row += nodes.entry("", nodes.paragraph("", "", name))
        row += nodes.entry("", nodes.paragraph("", share))
        row += nodes.entry("", left)
        body += row
    group += body
    return nodes.table("", group, classes=["cr-evidence"])


def _rewrite(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """The pages whose marks, or whose examples' titles, are not those of the last build."""
    reading = reading_of(app)
    docs = example_docs(app)
    titles = {name: title_of(env, docs, name) for name in reading.evidence.runs}
    now = {
        docname: fingerprints(reading, [ref for ref, _, _ in shown], titles)
        for docname, shown in _domain(env).shown.items()
    }
    whole = fingerprints(reading, map(str, reading.subjects))
    # Which page shows a subject, and the subjects' shares, are on every example's page.
    readers = sorted(_domain(env).readers)
    common = (whole, readers)
    before = getattr(env, _KEY, None)
    setattr(env, _KEY, (now, common))
    if before is None:
        return ()
    if before[1] != common:
        others = {docname for docname in env.found_docs if docname not in now}
    else:
        others = set()
    return others | {docname for docname in now if before[0].get(docname) != now[docname]}


def setup_evidence(app: Sphinx) -> None:
    """Register the directive, its placeholder and what fills it."""
    app.add_node(evidence_table)
    app.add_directive("evidence-table", EvidenceTable)
    app.add_post_transform(ShowEvidence)
    app.connect("env-updated", _rewrite)
