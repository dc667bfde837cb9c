"""Traces as they stand on pages: what is read of them, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codereading.project import load_project
from codereading.traces import OPTIONS, find_traces, read_traces
from tests.conftest import Run
from tests.core.test_bad_input import sections
from tests.core.tracing import PAGE, lay_track
from tests.paths import DATA

CASES = sorted((DATA / "bad_traces").glob("*.txt"))

BLOCK = """```{trace} my-trace
:title: What it shows: colons, `too`
:from: y = …
:skip: one, two ,

x = 1

y = 2
```
"""


def test_a_trace_is_read() -> None:
    (spec,), problems = read_traces(f"# Page\n\n{BLOCK}", "page.md")
    assert not problems
    assert (spec.name, spec.page, spec.line) == ("my-trace", "page.md", 3)
    assert spec.title == "What it shows: colons, `too`"
    assert spec.names("skip") == ["one", "two"]
    assert spec.names("watch") == []
    assert spec.code == "x = 1\n\ny = 2\n"
    assert spec.code_line == 8


def test_a_trace_needs_no_options_and_is_called_by_its_name_then() -> None:
    (spec,), problems = read_traces("~~~{trace} a\n\nx = 1\n~~~\n", "page.md")
    assert not problems
    assert spec.title == "a"
    assert (spec.code, spec.code_line) == ("x = 1\n", 3)


def test_a_trace_in_a_list_is_read_without_its_indentation() -> None:
    text = "- item\n\n  ```{trace} a\n  :title: t\n  if x:\n      y = 1\n  ```\n"
    (spec,), problems = read_traces(text, "page.md")
    assert not problems
    assert spec.code == "if x:\n    y = 1\n"
    assert text.split("\n")[spec.code_line - 1].strip() == "if x:"


def test_everything_but_the_title_decides_what_is_recorded() -> None:
    def digest(text: str) -> str:
        ((spec,), _) = read_traces(text, "page.md")
        return spec.digest

    known = digest(BLOCK)
    assert digest("Moved.\n\n" + BLOCK) == known
    assert digest(BLOCK.replace("What", "How")) == known
    assert digest(BLOCK.replace("x = 1", "x = 3")) != known
    assert digest(BLOCK.replace("y = …", "x = …")) != known
    assert digest(BLOCK.replace("skip", "into")) != known
    assert digest(BLOCK.replace("one, two ,", "one")) != known


def test_a_page_that_two_patterns_name_is_read_once(mill: Path) -> None:
    lay_track(mill)
    settings = mill / "pyproject.toml"
    text = settings.read_text(encoding="utf-8").replace(f'["{PAGE}"]', f'["{PAGE}", "docs/*.md"]')
    settings.write_text(text, encoding="utf-8")
    (mill / PAGE).write_text(BLOCK, encoding="utf-8")
    specs, problems = find_traces(load_project(mill))
    assert not problems
    assert [spec.page for spec in specs] == [PAGE]


# Any Markdown around it -----------------------------------------------------------------

prose = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "# Heading",
                "- item",
                "> quoted",
                "    indented",
                "",
                "***",
                "Setext\n---",
                "````python\n```{trace} inside\nx = 1\n```\n````",
                "```{note}\n:title: no trace\n```",
                "```python\n{trace} a\n```",
                "`{trace} a`",
                "<div>\n\n</div>",
                "<!-- ```{trace} hidden -->",
                "| a |\n|---|",
                "\\```{trace} escaped",
            ]
        ),
        st.text(
            st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="`~<"), max_size=30
        ),
    ),
    max_size=6,
).map("\n\n".join)
values = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=20)
options = st.dictionaries(st.sampled_from(OPTIONS), values.map(str.strip))
codes = st.lists(
    st.sampled_from(["x = 1", "if x:\n    y = 2", "", "# a comment", "s = ':title: no option'"]),
    max_size=5,
).map(lambda lines: "\n".join(["first = 0", *lines]).rstrip() + "\n")


@given(prose, options, st.booleans(), codes, prose)
def test_a_trace_is_found_in_any_markdown(
    before: str, said: dict[str, str], blank: bool, code: str, after: str
) -> None:
    above = f"{before}\n\nA paragraph of its own.\n\n"
    head = "".join(f":{key}: {value}\n" for key, value in said.items()) + "\n" * blank
    text = f"{above}```{{trace}} the-trace\n{head}{code}```\n\n{after}\n"
    specs, problems = read_traces(text, "page.md")
    assert not problems
    (spec,) = specs
    assert spec.name == "the-trace"
    assert spec.options == said
    assert spec.code == code
    lines = text.replace("\r\n", "\n").split("\n")
    assert lines[spec.line - 1] == "```{trace} the-trace"
    assert lines[spec.code_line - 1] == "first = 0"


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["```{trace} a", "```{trace}", "```{trace} A b", "```", "~~~", ":title: x", "x = 1"]
            ),
            st.sampled_from(["", ":other: y", "  ```{trace} b", "> ```{trace} c", ": :", ":from:"]),
            st.text(max_size=12),
        ),
        max_size=12,
    ).map("\n".join)
)
def test_any_text_is_read_or_explained(text: str) -> None:
    specs, problems = read_traces(text, "page.md")
    for problem in problems:
        assert problem.file == "page.md"
        assert problem.line >= 1
    for spec in specs:
        assert spec.code.strip()
        assert spec.code_line > spec.line >= 1


# What is wrong with a trace ---------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_trace_that_cannot_be_recorded_is_explained(case: Path, run: Run, mill: Path) -> None:
    """As in tests/data/bad, but what is wrong is found by `codereading record`."""
    lay_track(mill)
    expected: list[str] = []
    for name, body in sections(case.read_text(encoding="utf-8")):
        if name == "expect":
            expected = [line for line in body.splitlines() if line]
        else:
            (mill / name).write_text(body, encoding="utf-8")
    assert expected
    result = run("record")
    assert result.exit_code == 1
    for line in expected:
        assert line in result.output.splitlines()
    assert "Traceback" not in result.output
    assert not list((mill / "notes" / "recorded").glob("traces/*")), "nothing is recorded"
