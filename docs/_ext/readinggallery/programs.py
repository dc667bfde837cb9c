"""The programs of the study notes: which example shows which, with its figures.

A script says so itself, in a comment that sphinx-gallery takes out of the page:

    # sphinx_gallery_programs = {"Module 1": "z 4.8283; grads 0.6000 and 1.6094"}
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

TOPICS = ("Module", "Parameter", "Buffer", "Hook", "Functional")
_CLAIM = re.compile(r"^# sphinx_gallery_programs = (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Program:
    """One program: its id in the notes, the script that shows it, and the figures."""

    name: str
    script: Path
    title: str
    figures: str

    @property
    def order(self) -> tuple[int, int]:
        """Its place among all programs."""
        topic, _, number = self.name.partition(" ")
        return TOPICS.index(topic), int(number)


def programs(gallery: Path) -> list[Program]:
    """All programs that the scripts of `gallery` show, in the order of the notes."""
    found = [program for path in gallery.rglob("*.py") for program in _of_script(path)]
    return sorted(found, key=lambda program: (program.order, program.script))


def _of_script(path: Path) -> Iterator[Program]:
    text = path.read_text(encoding="utf-8")
    if claim := _CLAIM.search(text):
        docstring = ast.get_docstring(ast.parse(text)) or path.stem
        for name, figures in ast.literal_eval(claim[1]).items():
            yield Program(name, path, docstring.partition("\n")[0], figures)


class ProgramTable(SphinxDirective):
    """A table of all programs, made from the scripts."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Three columns: program, example, figures."""
        folder = Path(self.env.srcdir) / self.config.sphinx_gallery_conf["examples_dirs"]
        gallery = self.config.sphinx_gallery_conf["gallery_dirs"]
        rows = ["| program | example | figures |", "|---|---|---|"]
        for program in programs(folder):
            self.env.note_dependency(str(program.script))
            place = program.script.relative_to(folder)
            label = f"sphx_glr_{gallery}_{'_'.join(place.parts)}"
            rows.append(
                f"| {program.name} | {{ref}}`{program.title} <{label}>` | {program.figures} |"
            )
        container = nodes.container()
        self.state.nested_parse(StringList(rows, source=""), self.content_offset, container)
        return container.children


def setup_programs(app: Sphinx) -> None:
    """Register `program-table`, for Markdown pages."""
    app.add_directive("program-table", ProgramTable)
