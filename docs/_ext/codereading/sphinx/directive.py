"""`annotated-source`: puts a subject of the library, with its notes, on a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from ..model import Note
from ..problems import Problem, ReadingError, suggest
from .domain import NAME, CodeReadingDomain
from .failures import record
from .ids import note_id, subject_id
from .loading import reading_of
from .nodes import note_body, subject_placeholder
from .outdated import fingerprint


class AnnotatedSource(SphinxDirective):
    """Shows a subject's source with its notes.

    The argument names the subject: `package.module:Class.method`. The content, where there
    is any, limits it to some of its notes, a pattern a line (`(lead)` for the lead). Works
    in Markdown pages (MyST), because the notes are Markdown.
    """

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """A placeholder that holds the parsed notes; `transforms` adds the lines."""
        reading = reading_of(self.env.app)
        try:
            ref = reading.subject(self.arguments[0])
        except ReadingError as error:
            return self._fail(
                *(problem.text for problem in error.problems), hint=error.problems[0].hint
            )
        if not hasattr(self.state, "_renderer"):
            return self._fail("annotated-source needs a Markdown page, as its notes are Markdown")
        for other in self.state.document.findall(subject_placeholder):
            if other["ids"] == [subject_id(ref)]:
                return self._fail(
                    f"this page shows {other['subject']} on line {other.line} already"
                )
        wanted = [line.strip().strip("`") for line in self.content if line.strip()]
        notes = [note for note in reading.notes_of(ref) if not wanted or note.label in wanted]
        labels = [note.label for note in reading.notes_of(ref)]
        if unknown := [label for label in wanted if label not in labels]:
            hint = suggest(unknown[0], labels)
            return self._fail(f"no note of it stands on `{unknown[0]}`", hint=hint)
        domain = cast(CodeReadingDomain, self.env.get_domain(NAME))
        if not wanted:
            domain.note_subject(ref)
        file = reading.file_of(ref)
        shown = [note.label for note in notes]
        domain.note_shown(ref, shown, fingerprint(reading, str(ref), shown))
        placeholder = subject_placeholder(ids=[subject_id(ref)], subject=str(ref), labels=shown)
        for note in notes:
            placeholder += parsed(self, note, file.path)
        self.set_source_info(placeholder)
        return [placeholder]

    def _fail(self, *texts: str, hint: str = "") -> list[nodes.Node]:
        source, line = self.get_source_info()
        shown = reading_of(self.env.app).project.shown(Path(source))
        subject = f"annotated-source {self.arguments[0]}: "
        return record(self.env, [Problem(shown, line, subject + "; ".join(texts), hint)])


def parsed(directive: SphinxDirective, note: Note, path: Path) -> note_body:
    """A note's Markdown as a node, with the lines of the file at `path` in messages."""
    body = note_body(subject=str(note.ref), label=note.label, ids=[note_id(note)])
    lines = StringList(note.text.split("\n"), source=str(path))
    with _source(directive.state.document, str(path)):
        directive.state.nested_parse(lines, note.text_line - 1 - directive.lineno, body)
    return body


@contextmanager
def _source(document: nodes.document, path: str) -> Iterator[None]:
    """While this lasts, messages about `document` name `path`.

    The same as MyST does for an included file; docutils keeps the three apart.
    """
    reporter = document.reporter
    kept = document["source"], reporter.source, getattr(reporter, "get_source_and_line", None)
    try:
        document["source"] = reporter.source = path
        setattr(reporter, "get_source_and_line", lambda line=None: (path, line))
        yield
    finally:
        document["source"], reporter.source, place = kept
        setattr(reporter, "get_source_and_line", place)


def setup_directive(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("annotated-source", AnnotatedSource)
