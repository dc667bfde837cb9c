"""Where each subject is read, and the role that links there from prose.

`{subject}` with `Class.method`, or with ``words <Class.method>``, links to the page that
shows the subject in full.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, cast

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from ..model import SubjectRef
from ..problems import ReadingError
from .ids import subject_id
from .loading import reading_of

NAME = "codereading"
logger = logging.getLogger(__name__)


class CodeReadingDomain(Domain):
    """Knows which pages show a subject in full."""

    name = NAME
    label = "Code reading"
    roles: ClassVar[dict[str, Any]] = {"subject": XRefRole()}
    initial_data: ClassVar[dict[str, Any]] = {"readers": set(), "shown": {}}
    data_version = 2

    @property
    def readers(self) -> set[tuple[str, str]]:
        """Subject, as text, and name of a page that shows it in full."""
        return cast(set[tuple[str, str]], self.data["readers"])

    @property
    def shown(self) -> dict[str, list[tuple[str, list[str], str]]]:
        """Page -> subject, labels of notes and fingerprint of each thing that it shows."""
        return cast(dict[str, list[tuple[str, list[str], str]]], self.data["shown"])

    def note_shown(self, ref: SubjectRef, labels: list[str], fingerprint: str) -> None:
        """Say what the current page shows of `ref`."""
        self.shown.setdefault(self.env.docname, []).append((str(ref), labels, fingerprint))

    def note_subject(self, ref: SubjectRef) -> None:
        """Say that the current page shows `ref` in full."""
        self.readers.add((str(ref), self.env.docname))

    def page_of(self, ref: SubjectRef) -> str | None:
        """The page that reads `ref`; of several the first by name, or None."""
        return min((page for subject, page in self.readers if subject == str(ref)), default=None)

    def clear_doc(self, docname: str) -> None:
        """Forget a page that is read again or gone."""
        self.readers.difference_update([r for r in self.readers if r[1] == docname])
        self.shown.pop(docname, None)

    def merge_domaindata(self, docnames: Iterable[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process read."""
        wanted = set(docnames)
        self.readers.update(reader for reader in otherdata["readers"] if reader[1] in wanted)
        self.shown.update({d: found for d, found in otherdata["shown"].items() if d in wanted})

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """A link to the subject, or None (which Sphinx reports) where no page reads it."""
        try:
            ref = reading_of(env.app).subject(target)
        except ReadingError as error:
            # Sphinx would say the same without the nearest name.
            node["refwarn"] = False
            for problem in error.problems:
                logger.warning("%s", problem, location=node, type="ref", subtype="subject")
            return None
        docname = self.page_of(ref)
        if docname is None:
            return None
        return make_refnode(builder, fromdocname, docname, subject_id(ref), contnode, str(ref))

    def resolve_any_xref(self, *args: Any, **kwargs: Any) -> list[tuple[str, nodes.reference]]:
        """Subjects are only found by their own role."""
        return []


class SubjectRole(XRefRole):
    """`{subject}`, without the domain's name in front."""

    def process_link(
        self,
        env: BuildEnvironment,
        refnode: nodes.Element,
        has_explicit_title: bool,
        title: str,
        target: str,
    ) -> tuple[str, str]:
        """Send the link to the domain; the warning names the subject if there is none."""
        refnode["refdomain"] = NAME
        refnode["reftype"] = "subject"
        return title, target

    def create_xref_node(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """A name is code; words given in its place are words."""
        self.innernodeclass = nodes.inline if self.has_explicit_title else nodes.literal
        return super().create_xref_node()


def setup_domain(app: Sphinx) -> None:
    """Register the domain, and its role under a short name."""
    app.add_domain(CodeReadingDomain)
    app.add_role("subject", SubjectRole(warn_dangling=True))
