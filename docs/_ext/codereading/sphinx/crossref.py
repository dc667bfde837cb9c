"""Names in the shown source as links: to subjects, to notes, to the library's documentation.

Each link says what it leads to: its description stands once at the end of the page, where
screen readers find it, and `cards.js` shows it beside the link.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from html import escape
from typing import Any, cast

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from ..cpp_references import cpp_references
from ..model import SubjectRef
from ..prose import first_sentence
from ..reading import Reading
from ..references import Meaning, Reference, References
from .domain import NAME, CodeReadingDomain
from .ids import note_id, subject_id
from .loading import reading_of

_NTH = re.compile(r" \d+ of \d+$")
_PIECES = re.compile(r"(<[^>]*>)|(&[^;]+;|.)", re.DOTALL)
_KINDS = ("py:class", "py:function", "py:method", "py:attribute", "py:data", "py:module")
_CACHE = "_codereading_references"
_KEY = "codereading_cards"


class PageReferences:
    """The links of one page, collected while its lines are written."""

    def __init__(self, app: Sphinx, docname: str, reading: Reading) -> None:
        self.app, self.docname, self.reading = app, docname, reading
        self._domain = cast(CodeReadingDomain, app.env.get_domain(NAME))
        self._cards: dict[tuple[str, str], str] = {}
        self._stops: set[tuple[str, int]] = set()

    @cached_property
    def _lines(self) -> dict[str, dict[int, list[Reference]]]:
        """The references of each file that was asked for, by line; kept for all pages."""
        if not hasattr(self.app, _CACHE):
            setattr(self.app, _CACHE, (References(self.reading.library), {}))
        return cast(dict[str, dict[int, list[Reference]]], getattr(self.app, _CACHE)[1])

    @cached_property
    def _subjects(self) -> dict[tuple[str, str], SubjectRef]:
        """Subjects by file and plain name; of overloads the last, which is the real one."""
        return {(ref.file, _NTH.sub("", ref.name)): ref for ref in self.reading.subjects}

    def _references(self, file: str, number: int) -> list[Reference]:
        if file not in self._lines:
            if file.endswith(".py"):
                all_of_it = getattr(self.app, _CACHE)[0].of(file)
            else:
                source = self.reading.library.source(file)
                all_of_it = cpp_references(source, _namespaces(source.text))
            found: defaultdict[int, list[Reference]] = defaultdict(list)
            for reference in all_of_it:
                found[reference.line].append(reference)
            self._lines[file] = found
        return self._lines[file].get(number, [])

    def line(self, subject: SubjectRef, segment: int, number: int, html: str) -> str:
        """Line `number` of a subject's file as HTML, its names linked.

        In each segment, told apart by a number, only the first link to a place is a stop
        for the Tab key.
        """
        tags = {}
        for reference in self._references(subject.file, number):
            meaning = reference.meaning
            if (meaning.file, meaning.line) == (subject.file, number):
                continue  # it would lead to itself
            href, key = self._target(meaning, subject)
            if href:
                stop = "" if (href, segment) not in self._stops else ' tabindex="-1"'
                self._stops.add((href, segment))
                tags[reference.column] = (
                    len(reference.text),
                    f'<a class="cr-ref" href="{escape(href, quote=True)}" '
                    f'aria-describedby="{key}"{stop}>',
                )
        return _with_links(html, tags) if tags else html

    def _target(self, meaning: Meaning, here: SubjectRef) -> tuple[str, str]:
        """Where a name leads, seen from this page, and the id of its card; empty for nowhere."""
        if meaning.line:
            href, key = self._documented(meaning)
            return (href, key) if href else self._inside(meaning, here)
        if not here.file.endswith(".py"):
            return self._first(here, [ref for n in meaning.written for ref in self._cpp.get(n, [])])
        ref = self._subjects.get((meaning.file, meaning.name)) if meaning.name else None
        if ref is not None:
            return self._first(here, [ref])
        href, key = self._documented(meaning)
        if href:
            return href, key
        # A class that is read only in parts: how it is made, or else the first part.
        prefix = f"{meaning.name}."
        parts = [
            ref
            for (file, name), ref in self._subjects.items()
            if meaning.name and file == meaning.file and name.startswith(prefix)
        ]
        parts.sort(key=lambda ref: not ref.name.endswith((".__init__", ".__new__")))
        return self._first(here, parts) if here not in parts else ("", "")

    @cached_property
    def _cpp(self) -> dict[str, list[SubjectRef]]:
        """C++ subjects by name; a class by its own name, or else by that of its members."""
        found: defaultdict[str, list[SubjectRef]] = defaultdict(list)
        for ref in self.reading.subjects:
            if not ref.file.endswith(".py"):
                name = _NTH.sub("", ref.name)
                found[name].append(ref)
                found[name.partition("::")[0]].append(ref)
        return found

    def _first(self, here: SubjectRef, refs: list[SubjectRef]) -> tuple[str, str]:
        """The first of `refs` that a page shows, this page before others; not `here`."""
        for ref in refs:
            if ref == here:
                break
            page = self.docname if (str(ref), self.docname) in self._domain.readers else None
            page = page or self._domain.page_of(ref)
            if page is not None:
                lead = self.reading.notes_of(ref)[0]
                uri = "" if page == self.docname else self._uri(page)
                words = escape(first_sentence(lead.text))
                return self._card(f"{uri}#{subject_id(ref)}", _NTH.sub("", ref.name), words)
        return "", ""

    def _inside(self, meaning: Meaning, here: SubjectRef) -> tuple[str, str]:
        """What a function defines inside itself: the note on the definition.

        Another function, seen from inside `here`; or an attribute, seen from anywhere.
        """
        around, _, name = meaning.name.rpartition(".")
        ref = self._subjects.get((meaning.file, around), here)
        for note in self.reading.notes_of(ref) if meaning.file == ref.file else ():
            anchor = self.reading.anchor(note)
            if anchor and meaning.line in anchor.span:
                uri = self._uri_of_note(ref, note.label)
                if uri is not None:
                    href = f"{uri}#{note_id(note)}"
                    if not meaning.written:
                        return self._card(href, name, escape(first_sentence(note.text)))
                    # Its line says what it is; a note may stand on the lines of several.
                    line = self.reading.library.source(ref.file).lines[meaning.line - 1].strip()
                    title = f"{around.removesuffix('.__init__')}.{name}"
                    return self._card(href, title, f"Made by <code>{escape(line)}</code>")
        return "", ""

    def _uri_of_note(self, ref: SubjectRef, label: str) -> str | None:
        """The page with a note, seen from this one, which may show only other notes of `ref`."""
        shown = self._domain.shown.get(self.docname, [])
        if any(name == str(ref) and label in labels for name, labels, _ in shown):
            return ""
        page = self._domain.page_of(ref)
        return self._uri(page) if page else None

    def _documented(self, meaning: Meaning) -> tuple[str, str]:
        """The library's own documentation, by what intersphinx knows of it."""
        inventory: dict[str, Any] = getattr(self.app.env, "intersphinx_inventory", {})
        for name in meaning.written:
            for kind in _KINDS:
                if name in inventory.get(kind, {}):
                    item = inventory[kind][name]
                    words = f"In the documentation of {escape(self.reading.library.name)}."
                    return self._card(str(item.uri), name, words)
        return "", ""

    def _uri(self, page: str) -> str:
        return self.app.builder.get_relative_uri(self.docname, page)

    def _card(self, href: str, title: str, words: str) -> tuple[str, str]:
        """A place as a link's address, and the id of what describes it; `words` are HTML."""
        self._cards[href, title] = words
        return href, f"cr-card-{list(self._cards).index((href, title))}"

    def closing(self) -> str:
        """What stands at the page's end: a description for each place that is linked."""
        cards = "".join(
            f'<p id="cr-card-{number}"><code>{escape(title)}</code> {words}</p>'
            for number, ((_, title), words) in enumerate(self._cards.items())
        )
        return f'<div class="cr-cards" hidden>{cards}</div>' if cards else ""


def _rewrite(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """The pages with code, if what stands on cards, or where they lead, is new."""
    reading = reading_of(app)
    now = {
        note_id(note): (
            first_sentence(note.text) if note.is_lead else "",
            anchor.digest if (anchor := reading.anchor(note)) else "",
        )
        for note in reading.notes
    }
    before = getattr(env, _KEY, None)
    setattr(env, _KEY, now)
    domain = cast(CodeReadingDomain, env.get_domain(NAME))
    return list(domain.shown) if before not in (None, now) else ()


def setup_crossref(app: Sphinx) -> None:
    """Write pages again whose links say what is no longer true."""
    app.connect("env-updated", _rewrite)


def _namespaces(text: str) -> frozenset[str]:
    """The namespaces that a header opens: names in them are the library's own."""
    opened = re.findall(r"^\s*(?:inline\s+)?namespace\s+([\w:]+)\s*\{", text, re.MULTILINE)
    return frozenset(part for name in opened for part in name.split("::"))


def _with_links(html: str, tags: dict[int, tuple[int, str]]) -> str:
    """Coloured HTML with tags opened at the columns of `tags`, each over its length."""
    parts: list[str] = []
    column, end = 0, -1
    for match in _PIECES.finditer(html):
        if match[1]:
            parts.append(match[1])
            continue
        if column in tags:
            length, tag = tags[column]
            parts.append(tag)
            end = column + length
        parts.append(match[2])
        column += 1
        if column == end:
            parts.append("</a>")
    return "".join(parts)
