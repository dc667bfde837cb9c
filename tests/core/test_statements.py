"""Statements against an oracle: Python's own parser says how many there are, and where."""

from __future__ import annotations

import ast
import dataclasses
import json.decoder
import textwrap
import typing
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereading.languages import PYTHON
from codereading.patterns import matches
from codereading.project import load_project
from codereading.source import Source, find_library
from codereading.statements import Walker
from tests.paths import ROOT

STDLIB = [Path(str(m.__file__)) for m in (dataclasses, json.decoder, typing, textwrap)]
READ = ["nn/modules/module.py", "_tensor.py", "autograd/function.py", "utils/hooks.py"]


def ends_by_us(text: str) -> Counter[int]:
    data = text.encode()
    walker = Walker(PYTHON, data, PYTHON.parse(data).root_node)
    found = [s for s in walker.statements(walker.root) if s.kind not in PYTHON.clauses]
    return Counter(s.span.last for s in found[1:])  # the first is the file itself


def ends_by_ast(text: str) -> Counter[int]:
    lines = text.encode().split(b"\n")
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
    # To `ast` an `elif` is an If of its own; to a reader it is a clause.
    return Counter(
        node.end_lineno or 0
        for node in found
        if not lines[node.lineno - 1][node.col_offset :].startswith(b"elif")
    )


@pytest.mark.parametrize("path", STDLIB, ids=lambda p: p.name)
def test_the_standard_library(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ends_by_us(text) == ends_by_ast(text)


@pytest.mark.real
@pytest.mark.parametrize("file", READ)
def test_the_library_that_the_site_reads(file: str) -> None:
    library = find_library(load_project(ROOT))
    text = library.source(f"{library.name}/{file}").text
    assert ends_by_us(text) == ends_by_ast(text)


simple = st.sampled_from(
    ["x = 1", "return x  # why", "pass", "f(\n    a,  # first\n    b,\n)", '"""text\nmore"""',
     "del x; x = 2", "raise E from None", "x: int = 3", "assert x, \\\n    'no'", "lambda: 0"]
)  # fmt: skip


def indented(lines: list[str]) -> str:
    return textwrap.indent("\n".join(lines), "    ")


def compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map(indented)
    return st.one_of(
        st.builds("if a:\n{}\nelif b:  # c\n{}\nelse:\n{}".format, body, body, body),
        st.builds("for i in (\n    a,\n):\n{}\nelse:\n{}".format, body, body),
        st.builds("try:\n{}\nexcept E as e:\n{}\nfinally:\n{}".format, body, body, body),
        st.builds("# above\n@d\nasync def f(a, *b: int) -> None:\n{}".format, body),
        st.builds("class C(A):\n    # first\n{}".format, body),
        st.builds("with a as b, c:\n{}".format, body),
        st.builds("match x:\n    case [1, *_]:\n{}".format, body.map(lambda b: indented([b]))),
        st.builds("while x: {}".format, st.just("x -= 1")),
    )


programs = st.lists(st.recursive(simple, compound, max_leaves=8), min_size=1, max_size=4).map(
    lambda parts: "def outer():\n" + indented(parts) + "\n"
)


@given(programs)
def test_programs(text: str) -> None:
    try:
        expected = ends_by_ast(text)
    except SyntaxError:  # a docstring's text may end up where Python wants none
        return
    assert ends_by_us(text) == expected


@given(programs)
def test_every_statement_can_be_named(text: str) -> None:
    subject = Source("a.py", text, PYTHON).subject("outer")
    assert subject.span.last == text.rstrip("\n").count("\n") + 1
    for statement in subject.statements:
        assert statement.head
        assert "#" not in statement.head
        assert matches(statement.head, statement.head)
        assert statement.reach <= statement.span.first <= statement.head_last <= subject.span.last
