"""Traces on the fake library's pages: the list of steps, in every format."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from codereading.steps import Kind, Trace, load_trace
from tests.conftest import Run
from tests.core.tracing import NAME, PAGE, Track, block, lay_track
from tests.site.building import Build, attribute, ids, in_order, sphinx, tree
from tests.site.test_builds import EPUB, accept, edit, more_pages

Make = Callable[..., Build]
STEPS = (
    "# Steps\n\n{}\n\n```{{annotated-source}} doubled\n```\n\n```{{annotated-source}} fails\n```\n"
)
OTHER = "# Other\n\n```{annotated-source} catches\n```\n\n```{annotated-source} by_compiled\n```\n"
CODE = """from mill.track import by_compiled, catches

class Own:
    pass
y = by_compiled(("<b>", "&amp;"))
z = catches(1)
a = Own()
b = a
"""


@pytest.fixture
def track(mill: Path, run: Run) -> Track:
    """A project whose page `steps` has a trace, recorded, and two of the subjects it enters;
    page `other` has two more, and no page has the rest.
    """
    lay_track(mill)
    track = Track(mill, run)
    text = STEPS.format(block(CODE, title="Sorted & <caught>", from_="y = …"))
    (mill / PAGE).write_text(text, encoding="utf-8")
    (mill / "docs" / "other.md").write_text(OTHER, encoding="utf-8")
    edit(mill / "docs" / "index.md", "plain\n", "plain\nsteps\nother\n")
    accept(mill)
    assert track.record().exit_code == 0
    return track


@pytest.fixture
def make(track: Track) -> Make:
    """Builds that project; arguments as for `sphinx`."""

    def build(builder: str = "html", *options: str, out: str = "") -> Build:
        return sphinx(track.mill, builder, *options, out=out, library=track.mill / "lib")

    return build


def recorded(track: Track) -> Trace:
    return load_trace(track.path(), "")


def items(page: Tag) -> list[Tag]:
    return page.select(".cr-trace > .cr-steps > ol > li")


# HTML ----------------------------------------------------------------------------------


def test_the_list_has_every_step_in_order(make: Make, track: Track) -> None:
    page, trace = make().succeeded().page("steps.html"), recorded(track)
    found = items(page)
    assert len(found) == len(trace.steps) > 30
    for number, (item, step) in enumerate(zip(found, trace.steps, strict=True), 1):
        assert attribute(item, "id") == f"trace.{NAME}.{number}"
        assert item["class"] == [f"k-{step.kind}"]
        assert attribute(item, "data-d") == str(step.depth)
        own = item.select_one("a.cr-step-n")
        assert own
        assert (own.get_text(), own["href"]) == (str(number), f"#trace.{NAME}.{number}")
        pairs = [(v.get_text(), v.parent) for v in item.select(":scope > span > var")]
        told = {n: p.get_text().removeprefix(f"{n} = ") for n, p in pairs if p}
        assert told == dict(step.changed)
        assert step.value in item.get_text()
    kinds = {step.kind for step in trace.steps}
    assert kinds == set(Kind) - {Kind.YIELD, Kind.RESUME}
    summary = page.select_one(".cr-steps > summary")
    assert summary
    assert summary.get_text() == f"{len(trace.steps)} steps as a list"


def test_the_list_reads_by_itself(make: Make) -> None:
    page = make().succeeded().page("steps.html")
    told = [" ".join(item.get_text().split()) for item in items(page)]
    assert told[0] == '1 your code, line 5 y = by_compiled(("<b>", "&amp;"))'
    assert told[1] == (
        "2 by_compiled, line 97 def by_compiled(values): called values = ('<b>', '&amp;')"
    )
    assert told[3] == "4 compiled code, builtins.sorted not followed, until it calls"
    assert "8 doubled, line 8 return result returns '<b><b>'" in told
    raised = [line.partition(" ")[2] for line in told if " raises " in line]
    assert raised == [
        'fails, line 69 raise ValueError(f"no {value}") raises ValueError: no 1',
        "again, line 74 fails(value) raises ValueError: no 1",
        "again, line 76 raise raises again",
        "catches, line 88 again(value) raises ValueError: no 1",
    ]
    title = page.select_one(".cr-trace-title")
    assert title
    assert title.get_text() == "Step by step: Sorted & <caught>"


def test_a_step_links_to_its_line_on_this_page_on_another_or_on_none(
    make: Make, track: Track
) -> None:
    build = make().succeeded()
    page, trace = build.page("steps.html"), recorded(track)
    here, there = set(ids(page)), set(ids(build.page("other.html")))
    seen = set()
    for item, step in zip(items(page), trace.steps, strict=True):
        frame = trace.frames[step.frame]
        link = item.select_one("a:not(.cr-step-n)")
        line = f"mill.track-L{step.line}"
        if step.kind is Kind.THROUGH or frame.label == "again":
            assert link is None
            assert "data-at" not in item.attrs
            seen.add("none")
        elif frame.label in ("catches", "by_compiled"):
            assert link
            assert link["href"] == f"other.html#{line}"
            assert line in there
            assert "data-at" not in item.attrs
            seen.add("another")
        else:
            assert link
            expected = line if frame.file else f"trace.{NAME}-L{step.line}"
            assert link["href"] == f"#{expected}"
            assert attribute(item, "data-at") == expected
            assert expected in here
            seen.add("this")
    assert seen == {"this", "another", "none"}


def test_the_code_stands_above_with_an_address_for_each_line(make: Make) -> None:
    page = make().succeeded().page("steps.html")
    rows = page.select(".cr-trace > .cr-code > .cr-row")
    assert [row.select("pre")[0].get_text() for row in rows] == CODE.rstrip().split("\n")
    assert [attribute(row, "id") for row in rows] == [
        f"trace.{NAME}-L{n}" for n in range(1, len(rows) + 1)
    ]
    assert len(ids(page)) == len(set(ids(page)))


def test_only_pages_with_a_trace_load_the_player(make: Make) -> None:
    build = make().succeeded()
    loaded = {
        path.name
        for path in build.out.glob("*.html")
        if "player.js" in path.read_text(encoding="utf-8")
    }
    assert loaded == {"steps.html"}


def test_a_line_of_a_subject_with_decorators_is_found(make: Make, track: Track) -> None:
    code = "from mill.track import decorated\ny = decorated(1)"
    trace = block(code, from_="y = …")
    text = f"# Steps\n\n{trace}\n```{{annotated-source}} decorated\n```\n"
    (track.mill / PAGE).write_text(text, encoding="utf-8")
    track.record()
    called = next(i for i in items(make().succeeded().page("steps.html")) if "k-call" in i["class"])
    assert called.select("a:not(.cr-step-n)")[0]["href"] == "#mill.track-L28"
    assert "def decorated(value):" in called.get_text()


# Other formats ---------------------------------------------------------------------------


def test_text_has_a_numbered_list(make: Make, track: Track) -> None:
    text = (make("text").succeeded().out / "steps.txt").read_text(encoding="utf-8")
    folded = " ".join(text.split())
    trace = recorded(track)
    count = len(trace.steps)
    numbers = [int(n) for n in re.findall(r"^(\d+)\. ", text.split("\n\nmill/")[0], re.MULTILINE)]
    assert numbers == list(range(1, count + 1))
    assert in_order(
        [
            "**Step by step: Sorted & <caught>**",
            'y = by_compiled(("<b>", "&amp;"))',
            '1. your code, line 5: "y = by_compiled(("<b>", "&amp;"))"',
            '2. by_compiled, line 97: "def by_compiled(values):" called',
            " · \"values = ('<b>', '&amp;')\" 3. by_compiled",
            "4. compiled code, builtins.sorted: not followed, until it calls",
            '7. doubled, line 8: "return result" · "result = \'<b><b>\'"',
            "returns '<b><b>'",
            "raises again",
            f"{count}. your code, line 8:",
        ],
        folded,
    )
    assert "cr-" not in text


def test_epub_has_a_numbered_list(make: Make, track: Track) -> None:
    build = make("epub", *EPUB).succeeded()
    (book,) = build.out.glob("*.epub")
    with zipfile.ZipFile(book) as archive:
        page = BeautifulSoup(archive.read("steps.xhtml"), "html.parser")
    lists = [found for found in page.select("ol") if len(found.find_all("li")) > 1]
    (steps,) = lists
    told = [" ".join(item.get_text().split()) for item in steps.find_all("li")]
    assert len(told) == len(recorded(track).steps)
    assert told[3] == "compiled code, builtins.sorted: not followed, until it calls"
    assert not page.select("script, button, [data-d]")


@pytest.mark.parametrize("builder", ["latex", "man"])
def test_other_builders_have_it_too(make: Make, builder: str) -> None:
    build = make(builder).succeeded()
    pages = [path for path in build.out.iterdir() if path.suffix in (".tex", ".1")]
    assert any("not followed, until it calls" in p.read_text(encoding="utf-8") for p in pages)


# Building again ------------------------------------------------------------------------


def test_builders_in_parallel_write_the_same(make: Make, track: Track) -> None:
    more_pages(track.mill)
    one = make(out="one").succeeded()
    four = make("html", "-j", "4", out="four").succeeded()
    assert re.search(r"writing output\.\.\. \[ *\d+%\] \w+ \.\. ", four.stdout), four.printed
    pages = {path.name: path.read_bytes() for path in one.out.glob("*.html")}
    assert {path.name: path.read_bytes() for path in four.out.glob("*.html")} == pages
    assert len(items(four.page("steps.html"))) > 30


def written(build: Build) -> set[str]:
    names = re.findall(r"^writing output\.\.\. \[ *\d+%\] (.+?)\s*$", build.stdout, re.MULTILINE)
    return {name for some in names for name in some.split(" .. ")}


def test_a_second_build_writes_nothing(make: Make) -> None:
    make().succeeded()
    assert written(make().succeeded()) == set()


def test_another_record_is_written_to_exactly_its_page(make: Make, track: Track) -> None:
    make().succeeded()
    text = track.path().read_text(encoding="utf-8")
    assert "ValueError: no 1" in text
    track.path().write_text(text.replace("ValueError: no 1", "ValueError: not 1"), encoding="utf-8")
    again = make().succeeded()
    assert "steps" in written(again)
    assert "raises ValueError: not 1" in again.page("steps.html").get_text()
    assert "other" not in written(again)


def test_a_page_that_now_reads_what_a_step_shows_is_linked_to(make: Make, track: Track) -> None:
    before = make().succeeded().page("steps.html")
    assert not before.select('a[href^="plain.html#mill"]')
    plain = track.mill / "docs" / "plain.md"
    plain.write_text("# Plain\n\n```{annotated-source} again\n```\n", encoding="utf-8")
    page = make().succeeded().page("steps.html")
    assert page.select('li > a[href="plain.html#mill.track-L76"]')


def test_a_stale_trace_stops_the_build_before_it_writes(make: Make, track: Track) -> None:
    good = make().succeeded()
    kept = tree(good.out)
    edit(track.mill / PAGE, "z = catches(1)", "z = catches(2)")
    make().stopped(
        f"{PAGE}:3: the record of the trace `{NAME}` is of another text; "
        f"record it again: codereading record {NAME}"
    )
    assert tree(good.out) == kept
    assert track.record().exit_code == 0
    assert "no 2" in make().succeeded().page("steps.html").get_text()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_trace_on_a_page_that_is_not_named_is_refused(
    make: Make, track: Track, jobs: str
) -> None:
    more_pages(track.mill)
    plain = track.mill / "docs" / "plain.md"
    plain.write_text("# Plain\n\n" + block("x = 1", "elsewhere"), encoding="utf-8")
    make("html", "-j", jobs).stopped(
        "docs/plain.md:3: trace elsewhere: this page is not one whose traces are recorded; "
        "name it in `traces` in pyproject.toml"
    )
    plain.write_text("# Plain\n\n" + block("x = 1"), encoding="utf-8")
    make("html", "-j", jobs).stopped(f"docs/plain.md:3: trace {NAME}: this page is not one")


def test_a_record_of_nothing_is_refused(make: Make, track: Track) -> None:
    data = json.loads(track.path().read_text(encoding="utf-8"))
    other = track.path("other")
    other.write_text(json.dumps({**data, "trace": "other"}), encoding="utf-8")
    make().stopped("notes/recorded/traces/other.json: no page has a trace called `other`")
