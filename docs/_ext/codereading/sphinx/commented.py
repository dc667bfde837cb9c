"""`commented-source`: source of one's own, with its comments and docstrings as the notes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from ..commented import comment_page
from ..languages import PYTHON
from ..problems import Problem, ReadingError
from ..reading import Reading
from ..source import Source, read_text
from .directive import parsed
from .failures import record
from .ids import subject_id
from .loading import reading_of
from .nodes import subject_placeholder


def own_source(reading: Reading, file: str) -> Source:
    """A file of the project, by its path in it. Raises ReadingError where it is not there."""
    return _source(file, read_text(reading.project.base / file, file))


@lru_cache(maxsize=64)
def _source(file: str, text: str) -> Source:
    return Source(file, text, PYTHON)  # read by the directive and when the page is written


class CommentedSource(SphinxDirective):
    """Shows a file of the project, or a part of it, with its comments beside the code.

    The argument is the file's path in the project, with `:Class.method` for a part.
    """

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """A placeholder like that of `annotated-source`, which `transforms` fills."""
        reading = reading_of(self.env.app)
        file, _, name = self.arguments[0].partition(":")
        self.env.note_dependency(str(reading.project.base / file))
        try:
            page = comment_page(own_source(reading, file), name.strip())
        except ReadingError as error:
            source, line = self.get_source_info()
            shown = reading.project.shown(Path(source))
            text = f"commented-source {self.arguments[0]}: {error.problems[0].text}"
            return record(self.env, [Problem(shown, line, text, error.problems[0].hint)])
        placeholder = subject_placeholder(
            ids=[subject_id(page.ref)],
            subject=str(page.ref),
            own=file,
            name=name.strip(),
            labels=[],
        )
        for segment in page.segments:
            placeholder += parsed(self, segment.note, reading.project.base / file)
        self.set_source_info(placeholder)
        return [placeholder]


def setup_commented(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("commented-source", CommentedSource)
