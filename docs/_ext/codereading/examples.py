"""The examples of a project: scripts, and Markdown pages with snippets, that are run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .problems import fail
from .project import Project
from .snippets import digest_of, snippets, snippets_digest
from .source import read_text

SUFFIXES = (".py", ".md")


@dataclass(frozen=True, slots=True, order=True)
class Example:
    """One thing that is run: `name` is its path in the project, `digest` that of its text."""

    name: str
    path: Path
    digest: str


def find_examples(project: Project) -> tuple[Example, ...]:
    """All examples of `project`, by name.

    Raises ReadingError where a pattern of `examples` finds nothing, or what cannot be run or
    read.
    """
    found: dict[str, Example] = {}
    for pattern in project.examples:
        paths = [path for path in project.base.glob(pattern) if path.is_file()]
        if not paths:
            raise fail("pyproject.toml", 0, f"[tool.codereading] examples: no file is `{pattern}`")
        for path in paths:
            name = path.relative_to(project.base).as_posix()
            if path.suffix not in SUFFIXES:
                raise fail(
                    name, 0, "is neither a script nor a Markdown page", f"examples has `{pattern}`"
                )
            text = read_text(path, name)
            # A page without a snippet has nothing to run.
            if path.suffix == ".py" or snippets(text):
                found[name] = Example(name, path, _digest(path, text))
    return tuple(found[name] for name in sorted(found))


def _digest(path: Path, text: str) -> str:
    """A script counts as a whole. Of a page only its snippets run, and prose is edited often."""
    return digest_of(text) if path.suffix == ".py" else snippets_digest(text)
