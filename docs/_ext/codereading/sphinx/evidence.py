"""Evidence on a page: a mark beside each line, the lists behind the marks, one example lit.

Lines with the same evidence share one list, which its mark opens (a popover: no script is
needed). An address `#ran.EXAMPLE` lights the lines that one example ran; the rules for it
are in the page, because which lines those are is known when the page is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from ..marks import Mark
from ..model import Segment, SubjectRef
from ..reading import Reading
from .ids import line_id
from .loading import reading_of

RAN = "ran."
"""In front of an example's id: the address under which its lines are lit."""


def example_docs(app: Sphinx) -> dict[str, str]:
    """Example -> the page that shows it: what sphinx-gallery makes of a script, or a page."""
    base = reading_of(app).project.base.resolve()
    source = Path(app.srcdir).resolve()
    gallery = getattr(app.config, "sphinx_gallery_conf", {})
    folders = []
    for kind in ("examples_dirs", "gallery_dirs"):
        value = gallery.get(kind, [])
        folders.append([value] if isinstance(value, (str, Path)) else list(value))
    found: dict[str, str] = {}
    for docname in app.env.found_docs:
        path = Path(app.env.doc2path(docname)).resolve()
        for scripts, pages in zip(*folders, strict=False):
            if path.is_relative_to(source / pages):
                script = (source / scripts).resolve() / path.relative_to(source / pages)
                path = script.with_suffix(".py")
        if path.is_relative_to(base):
            found[path.relative_to(base).as_posix()] = docname
    return found


def ran_id(example: str) -> str:
    """The id under which a page lights the lines of `example`."""
    return RAN + example.rpartition(".")[0].replace("/", ".")


def title_of(env: BuildEnvironment, docs: dict[str, str], example: str) -> str:
    """What the page of `example` is called, or its name where it has no page."""
    title = env.titles.get(docs.get(example, ""))
    return title.astext() if title else example


def list_id(mark: Mark, reason: str) -> str:
    """The id of the list of all lines that have this mark and reason.

    Eight digits, because two lists with one id would say of some lines what is not so.
    """
    facts = repr((sorted(mark.examples), mark.imported and not mark.examples, reason))
    return "e" + hashlib.sha256(facts.encode()).hexdigest()[:8]


def words(mark: Mark) -> str:
    """A mark in words."""
    count = len(mark.examples)
    if count:
        return f"run by {count} example{'s' if count > 1 else ''}"
    return "run by the import alone" if mark.imported else "not run here"


class PageEvidence:
    """Collects the marks of one page while its lines are written."""

    def __init__(self, app: Sphinx, docname: str, reading: Reading) -> None:
        self.app, self.docname, self.reading = app, docname, reading
        self._docs = example_docs(app)
        self._lists: dict[str, tuple[Mark, str]] = {}
        self._lit: dict[str, str] = {}

    def key(self, ref: SubjectRef, number: int) -> str:
        """The name of the list of a line, and the class of its row; empty without a mark."""
        mark = self.reading.marks(ref).get(number)
        if mark is None:
            return ""
        reason = "" if mark.ran else self.reading.not_run.reason(ref, number)
        key = list_id(mark, reason)
        self._lists.setdefault(key, (mark, reason))
        return key

    def chip(self, segment: Segment) -> str:
        """The mark of a note's first line of code, as a button with words."""
        ref = segment.note.ref
        first = next((n.number for n in segment.lines if self.key(ref, n.number)), None)
        if first is None:
            return ""
        mark = self.reading.marks(ref)[first]
        none = "" if mark.ran else " cr-none"
        return (
            f'<button type="button" class="cr-chip{none}" popovertarget="{self.key(ref, first)}">'
            f"{words(mark)}</button>"
        )

    def row(self, ref: SubjectRef, number: int, before: str) -> tuple[str, str]:
        """The class and the mark of a line; `before` is the class of the line above.

        Only the first of several lines with the same list is a stop for the Tab key.
        """
        key = self.key(ref, number)
        if not key:
            return "", ""
        mark = self.reading.marks(ref)[number]
        stop = ' tabindex="-1"' if key == before else ""
        none = "" if mark.examples else " cr-import" if mark.imported else " cr-none"
        for example in mark.examples:
            self._lit.setdefault(example, line_id(ref.file, number))
        button = (
            f'<button type="button" class="cr-e{none}" popovertarget="{key}"{stop} '
            f'aria-label="line {number}: {words(mark)}"></button>'
        )
        return key, button

    def _link(self, example: str) -> str:
        text = escape(title_of(self.app.env, self._docs, example))
        if example not in self._docs:
            return text
        uri = self.app.builder.get_relative_uri(self.docname, self._docs[example])
        return f'<a href="{escape(uri, quote=True)}">{text}</a>'

    def _lights(self, example: str) -> str:
        title = escape(title_of(self.app.env, self._docs, example), quote=True)
        name = escape(ran_id(example), quote=True)
        says = f"Light the lines of {title}"
        return f'<a class="cr-light" href="#{name}" aria-label="{says}">its lines</a>'

    def closing(self) -> str:
        """What stands at the page's end: the lists that marks open."""
        parts = [self._list(key, *self._lists[key]) for key in sorted(self._lists)]
        if self._lit:
            picks = "".join(
                f"<li>{self._link(example)} {self._lights(example)}</li>"
                for example in sorted(self._lit)
            )
            parts.append(
                '<div popover class="cr-list" id="cr-examples"><p>Examples that run lines of '
                f"this page</p><ul>{picks}</ul></div>"
            )
        return "\n".join(parts)

    def opener(self, ref: SubjectRef) -> str:
        """The button that opens the list of all examples of the page, if `ref` has any."""
        if not any(mark.examples for mark in self.reading.marks(ref).values()):
            return ""
        opens = 'class="cr-pick" popovertarget="cr-examples"'
        return f'<button type="button" {opens}>Light an example…</button>'

    def _list(self, key: str, mark: Mark, reason: str) -> str:
        if mark.examples:
            items = "".join(
                f"<li>{self._link(e)} {self._lights(e)}</li>" for e in sorted(mark.examples)
            )
            body = f"<p>{words(mark).capitalize()}</p><ul>{items}</ul>"
        elif mark.imported:
            body = "<p>Run when the library is imported, and by no example after that.</p>"
        else:
            why = f" {escape(reason)}" if reason else ""
            body = f"<p>No example runs this.{why}</p>"
        return f'<div popover class="cr-list" id="{key}">{body}</div>'

    def opening(self) -> str:
        """What stands before the page: the address of each example, its bar and its rule.

        The rules reach the lines as later siblings. `:has` would read easier, and took
        Chromium half a minute on a long page.
        """
        targets, rules = [], []
        for example, first in sorted(self._lit.items()):
            name = ran_id(example)
            mine = [key for key, (mark, _) in self._lists.items() if example in mark.examples]
            lit = ",".join(f".{key}" for key in sorted(mine))
            rules.append(
                f"#{_css(name)}:target~section .cr-row:not({lit})"
                "{-webkit-text-fill-color:var(--cr-muted)}"
            )
            targets.append(
                f'<div class="cr-lit" id="{escape(name, quote=True)}" data-first="{first}">'
                f'<p class="cr-bar"><span>Lit: what <em>{self._link(example)}</em> runs</span> '
                '<a href="#">Show all lines</a></p></div>'
            )
        return f"<style>{''.join(rules)}</style>\n{''.join(targets)}\n" if targets else ""


def _css(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_" else f"\\{c}" for c in name)


def raw(html: str) -> nodes.raw:
    """HTML as a node, for the HTML builders alone."""
    return nodes.raw("", html, format="html")


def fingerprints(
    reading: Reading, subjects: Iterable[str], titles: Mapping[str, str] | None = None
) -> str:
    """The digest of all marks of `subjects`: pages that show them depend on it.

    `titles` are what the pages call the examples, where they do.
    """
    facts = []
    for name in sorted(set(subjects)):
        ref = reading.subject(name)
        reasons = reading.not_run.lines.get(ref, {})
        found = reading.marks(ref)
        marks = [(n, sorted(m.examples), m.imported) for n, m in found.items()]
        examples = frozenset[str]().union(*(mark.examples for mark in found.values()))
        called = [(titles or {}).get(example) for example in sorted(examples)]
        facts.append((name, marks, called, sorted(reasons.items())))
    return hashlib.sha256(repr(facts).encode()).hexdigest()
