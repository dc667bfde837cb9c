"""Small enough to be read, and readable: what the package promises of itself."""

from __future__ import annotations

import ast
import doctest
import importlib
import io
import re
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "annotated_src" / "distilled").rglob("*.py"))
NAMES = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in MODULES]
# The system itself, in the order of reading; the other modules are what it needs beside.
EVENING = [
    "storage", "shapes", "tensor", "grad_mode", "hooks", "graph", "history", "derivatives",
    "pointwise", "in_place", "engine", "autograd", "function", "nn/parameter", "nn/routing",
    "nn/calling", "nn/state", "nn/module",
]  # fmt: skip
LINES_OF_AN_EVENING, LINES_OF_CODE, LINES_OF_A_MODULE = 1600, 2580, 250
LAYOUT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
    tokenize.ENDMARKER,
}  # fmt: skip


def lines_of_code(source: str) -> int:
    """Lines that hold code: no docstrings, no comments, no blank lines."""
    texts: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        value = node.value if isinstance(node, ast.Expr) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            texts.update(range(value.lineno, (value.end_lineno or value.lineno) + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in LAYOUT:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code - texts)


def test_lines_of_code() -> None:
    top = ROOT / "annotated_src" / "distilled"
    counts = {
        path.relative_to(top).with_suffix("").as_posix(): lines_of_code(path.read_text())
        for path in MODULES
    }
    assert sum(counts.values()) <= LINES_OF_CODE, counts
    assert sum(counts[name] for name in EVENING) <= LINES_OF_AN_EVENING, counts


def test_the_evening_comes_first() -> None:
    """The page lists the modules of the evening under its first heading, in that order."""
    index = (ROOT / "docs" / "distilled" / "index.md").read_text(encoding="utf-8")
    first = index.partition("## The evening")[2].partition("\n## ")[0]
    assert re.findall(r"\]\(([\w-]+)\.md\)", first) == [n.replace("/", "-") for n in EVENING]


@pytest.mark.parametrize("path", MODULES, ids=NAMES)
def test_module(path: Path) -> None:
    source = path.read_text()
    assert len(source.splitlines()) < LINES_OF_A_MODULE
    tree = ast.parse(source)
    text = ast.get_docstring(tree) or ""
    assert "*Kept from torch*" in text
    assert "*Left out*" in text
    for node in ast.walk(tree):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            assert name.partition(".")[0] in sys.stdlib_module_names, name


@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("__main__")])
def test_doctests(name: str) -> None:
    module = importlib.import_module(name.removesuffix(".__init__"))
    assert doctest.testmod(module).failed == 0


def test_every_module_has_its_page() -> None:
    pages = (ROOT / "docs" / "distilled").glob("*.md")
    shown = {
        line.split()[1]
        for page in pages
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("```{commented-source}")
    }
    assert shown == {path.relative_to(ROOT).as_posix() for path in MODULES}
