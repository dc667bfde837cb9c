"""Links that no writer has to make: subjects named in code, and terms of the glossary.

A name in a literal that can only be one subject links to where that subject is read, once
in each section and each note. The first mention of a glossary's term on a page links to
its entry. Both when all pages are read, because a note does not know on which pages it is
shown, nor after which other mention.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

from ..model import SubjectRef
from ..names import Names
from .domain import NAME, CodeReadingDomain
from .ids import subject_id
from .loading import reading_of
from .nodes import note_body

_KEY = "codereading_mentioned"
_NO_LINKS = (
    nodes.reference,
    nodes.title,
    nodes.term,
    nodes.literal_block,
    nodes.caption,
    nodes.raw,
    addnodes.pending_xref,
)


def _domain(env: BuildEnvironment) -> CodeReadingDomain:
    return cast(CodeReadingDomain, env.get_domain(NAME))


def _terms(env: BuildEnvironment) -> dict[str, tuple[str, str]]:
    """Term -> page and id of its entry, without those that are linked by hand alone."""
    by_hand = set(env.config.codereading_terms_by_hand)
    objects = env.domains.standard_domain.get_objects()
    return {
        name: (docname, anchor)
        for name, _, kind, docname, anchor, _ in objects
        if kind == "term" and name not in by_hand
    }


def _pattern(terms: Iterable[str]) -> re.Pattern[str]:
    """Any of `terms` as a word, in the plural too, at the beginning of a sentence too."""
    words = sorted(terms, key=len, reverse=True)
    spelt = [re.escape(word).replace(r"\ ", r"\s+") for word in words]
    any_case = [
        s if w[0].isupper() else f"(?i:{s[0]}){s[1:]}" for s, w in zip(spelt, words, strict=True)
    ]
    return re.compile(rf"(?<![\w.-])({'|'.join(any_case)})(?:e?s)?(?![\w-]|\.\w)")


class LinkMentions(SphinxPostTransform):
    """Puts the links into one page."""

    # Before pending references are resolved (10): a mention inside one is theirs.
    default_priority = 8

    def run(self, **kwargs: Any) -> None:
        """Subjects first: a literal that names one is no mention of a term."""
        if self.env.docname in {docname for docname, _ in _terms(self.env).values()}:
            self._link_subjects()
            return
        self._link_subjects()
        self._link_terms()

    def _link_subjects(self) -> None:
        reading = reading_of(self.app)
        names = Names(reading.subjects)
        subjects = {str(ref): ref for ref in reading.subjects}
        domain = _domain(self.env)
        linked: defaultdict[int, set[SubjectRef]] = defaultdict(set)
        for node in list(self.document.findall(nodes.literal)):
            around = list(_parents(node))
            if any(isinstance(parent, _NO_LINKS) for parent in around):
                continue
            note = next((parent for parent in around if isinstance(parent, note_body)), None)
            here = subjects.get(note["subject"]) if note else None
            ref = names.find(node.astext().removesuffix("()"), here)
            page = domain.page_of(ref) if ref and ref != here else None
            place = note or next((p for p in around if isinstance(p, nodes.section)), None)
            if ref is None or page is None or ref in linked[id(place)]:
                continue
            linked[id(place)].add(ref)
            builder = self.app.builder
            link = make_refnode(
                builder, self.env.docname, page, subject_id(ref), node.deepcopy(), str(ref)
            )
            node.replace_self(link)

    def _link_terms(self) -> None:
        terms = _terms(self.env)
        left = dict(terms)
        pattern = _pattern(left) if left else None
        for node in list(self.document.findall(nodes.Text)):
            if not left or pattern is None:
                return
            around = list(_parents(node))
            if any(isinstance(parent, _NO_LINKS) for parent in around):
                continue
            if any(isinstance(parent, nodes.literal) for parent in around):
                whole = node.astext() if isinstance(node.parent, nodes.literal) else ""
                if whole in left:
                    node.parent.replace_self(self._to(left.pop(whole), node.parent.deepcopy()))
                continue
            parts: list[nodes.Node] = []
            text, end = node.astext(), 0
            for match in pattern.finditer(text):
                term = _entry(match[1], left)
                if term is None:
                    continue
                word = nodes.inline("", match[0])
                parts += [nodes.Text(text[end : match.start()]), self._to(left.pop(term), word)]
                end = match.end()
            if parts:
                node.parent.replace(node, [*parts, nodes.Text(text[end:])])

    def _to(self, entry: tuple[str, str], text: nodes.Element) -> nodes.reference:
        docname, anchor = entry
        link = make_refnode(self.app.builder, self.env.docname, docname, anchor, text)
        link["classes"].append("cr-term")
        return link


def _entry(text: str, terms: Iterable[str]) -> str | None:
    """The term that `text` is, as the glossary spells it, if it is one of `terms`."""
    folded = " ".join(text.split())
    spellings = (folded, folded[0].lower() + folded[1:])
    return next((spelling for spelling in spellings if spelling in terms), None)


def _parents(node: nodes.Node) -> Iterator[nodes.Element]:
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def _rewrite(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """All pages, if what can be linked to is not what it was at the last build."""
    now = (sorted(_domain(env).readers), sorted(_terms(env).items()))
    before = getattr(env, _KEY, None)
    setattr(env, _KEY, now)
    return env.found_docs if before not in (None, now) else ()


def setup_mentions(app: Sphinx) -> None:
    """Register the transform and the setting of terms that are too common a word."""
    app.add_config_value(
        "codereading_terms_by_hand",
        [],
        "env",
        list,
        "Terms of the glossary that are also common words: linked by the `term` role alone",
    )
    app.add_post_transform(LinkMentions)
    app.connect("env-updated", _rewrite)
