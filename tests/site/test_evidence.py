"""Evidence on pages of the fake library: marks, lists, tables, and when they are written."""

from __future__ import annotations

import itertools
import platform
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page, expect

from codereading.marks import Mark
from codereading.recorded import Snippets, write_snippets
from codereading.snippets import snippets_digest
from codereading.sphinx.evidence import list_id
from tests.examples import BRAKE, PAGE, TABLE, add_examples, record
from tests.paths import MILL
from tests.site.building import Build, attribute, ids, shown_lines, sphinx, tree
from tests.site.conftest import NewContext, served

Make = Callable[..., Build]

EXAMPLES = {
    "examples/brake.py": BRAKE,
    "docs/braking.md": PAGE,
    "docs/evidence.md": "# Evidence\n\n```{evidence-table}\n```\n",
}
REASON = "No wheel is as fast as <that> here."
NOT_RUN = f'["mill.wheel:Wheel.brake"]\n"self.speed = LIMIT" = "{REASON}"\n'
TITLE = "How a wheel slows down"
BOTH, SCRIPT, ONLY_PAGE = ("run by 2 examples", "run by 1 example", "run by 1 example")
BRAKE_MARKS = {
    24: BOTH,
    25: BOTH,
    27: BOTH,
    28: SCRIPT,
    29: SCRIPT,
    30: ONLY_PAGE,
    32: "not run here",
    33: ONLY_PAGE,
    34: ONLY_PAGE,
    35: BOTH,
}
TURN_MARKS = dict.fromkeys([n for n in range(41, 69) if n not in (43, 45, 48)], "not run here")
MARKS = {6: "run by the import alone", **BRAKE_MARKS, **TURN_MARKS}
"""What page `wheel` says of each line of mill/wheel.py that has code."""


def with_examples(mill: Path) -> Path:
    """The project with a script and a page as examples, recorded, and a page about both."""
    add_examples(mill, EXAMPLES)
    project = mill / "pyproject.toml"
    table = project.read_text(encoding="utf-8")
    both = TABLE.replace('"examples/*"', '"examples/*", "docs/*.md"')
    project.write_text(table.replace(TABLE, both), encoding="utf-8")
    index = mill / "docs" / "index.md"
    text = index.read_text(encoding="utf-8")
    index.write_text(text.replace("plain\n", "plain\nbraking\nevidence\n"), encoding="utf-8")
    (mill / "not_run.toml").write_text(NOT_RUN, encoding="utf-8")
    again(mill)
    return mill


def again(mill: Path) -> None:
    result = record(mill)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="module")
def evidence_site(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The pages as HTML, for tests that only look at them."""
    project = tmp_path_factory.mktemp("evidence") / "project"
    shutil.copytree(MILL, project, ignore=shutil.ignore_patterns("v1", "v2"))
    shutil.copytree(MILL / "v1", project / "lib")
    return sphinx(with_examples(project), library=project / "lib").succeeded()


@pytest.fixture(scope="module")
def wheel(evidence_site: Build) -> BeautifulSoup:
    return evidence_site.page("wheel.html")


@pytest.fixture
def make(mill: Path) -> Make:
    """Builds the project with examples; arguments as for `sphinx`."""
    with_examples(mill)

    def build(builder: str = "html", *options: str, out: str = "") -> Build:
        return sphinx(mill, builder, *options, out=out, library=mill / "lib")

    return build


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def rows(page: BeautifulSoup) -> dict[int, Tag]:
    return {number: row for row in page.select(".cr-row") for _, number, _ in shown_lines(row)}


def mark_of(row: Tag) -> Tag | None:
    return row.select_one("button.cr-e")


def opened(page: BeautifulSoup, button: Tag) -> Tag:
    """What a button opens."""
    (found,) = page.select(f'[popover][id="{attribute(button, "popovertarget")}"]')
    return found


def behind(page: BeautifulSoup, number: int) -> str:
    """The words behind the mark of a line."""
    button = mark_of(rows(page)[number])
    assert button
    return " ".join(opened(page, button).get_text(" ").split())


def said(page: BeautifulSoup) -> dict[int, str]:
    """What the page says of each line that has a mark."""
    found = {}
    for number, row in rows(page).items():
        if button := mark_of(row):
            line, _, found[number] = attribute(button, "aria-label").partition(": ")
            assert line == f"line {number}"
    return found


# Beside the lines --------------------------------------------------------------------


def test_each_line_of_code_has_a_mark_with_words(wheel: BeautifulSoup) -> None:
    assert said(wheel) == MARKS


def test_marks_differ_to_the_eye(wheel: BeautifulSoup) -> None:
    kinds = {n: set(b["class"]) - {"cr-e"} for n, r in rows(wheel).items() if (b := mark_of(r))}
    assert kinds[6] == {"cr-import"}
    assert {n for n, kind in kinds.items() if kind == {"cr-none"}} == {32, *TURN_MARKS}
    assert {n for n, kind in kinds.items() if not kind} == set(BRAKE_MARKS) - {32}


def test_a_mark_is_no_part_of_the_code(wheel: BeautifulSoup) -> None:
    for row in rows(wheel).values():
        (line,) = row.select("pre")
        assert not line.select("button")


def test_every_button_opens_one_list_and_no_list_is_left_over(wheel: BeautifulSoup) -> None:
    buttons = wheel.select("button[popovertarget]")
    names = {attribute(button, "popovertarget") for button in buttons}
    assert names == {attribute(tag, "id") for tag in wheel.select("[popover]")}
    assert len(ids(wheel)) == len(set(ids(wheel)))


def test_a_list_names_the_examples_and_leads_there(wheel: BeautifulSoup) -> None:
    page, script = f"{TITLE} its lines", "examples/brake.py its lines"
    assert behind(wheel, 27) == f"Run by 2 examples {page} {script}"
    assert behind(wheel, 28) == f"Run by 1 example {script}"
    assert behind(wheel, 34) == f"Run by 1 example {page}"
    button = mark_of(rows(wheel)[27])
    assert button
    links = [(a.get_text(), a["href"]) for a in opened(wheel, button).select("a")]
    # A script that has no page on this site is named, and leads nowhere.
    assert links == [
        (TITLE, "braking.html"),
        ("its lines", "#ran.docs.braking"),
        ("its lines", "#ran.examples.brake"),
    ]


def test_lines_with_the_same_examples_share_a_list(wheel: BeautifulSoup) -> None:
    found: dict[str, list[int]] = {}
    for number, row in rows(wheel).items():
        if button := mark_of(row):
            found.setdefault(attribute(button, "popovertarget"), []).append(number)
    groups = [[6], [24, 25, 27, 35], [28, 29], [30, 33, 34], [32], list(TURN_MARKS)]
    assert sorted(found.values()) == groups


def test_what_was_not_run_says_why(wheel: BeautifulSoup) -> None:
    assert behind(wheel, 32) == f"No example runs this. {REASON}"
    assert behind(wheel, 42) == "No example runs this."


def test_what_only_the_import_ran_says_so(wheel: BeautifulSoup) -> None:
    told = "Run when the library is imported, and by no example after that."
    assert behind(wheel, 6) == told


def test_each_note_says_it_in_words(wheel: BeautifulSoup) -> None:
    chips = {
        attribute(segment, "id"): chip
        for segment in wheel.select(".cr-segment")
        for chip in segment.select(".cr-note .cr-chip")
    }
    words = {name: chip.get_text() for name, chip in chips.items()}
    assert len(words) == 18
    assert words["wheel.LIMIT-lead"] == "run by the import alone"
    assert words["Wheel.brake-lead"] == BOTH
    assert [w for name, w in words.items() if name.startswith("Wheel.brake-if")] == [BOTH]
    assert {w for name, w in words.items() if name.startswith("Wheel.turn-")} == {"not run here"}
    none = {name for name, chip in chips.items() if "cr-none" in chip["class"]}
    assert none == {name for name in words if name.startswith("Wheel.turn-")}


def test_the_tab_key_stops_once_for_lines_with_the_same_list(wheel: BeautifulSoup) -> None:
    """The note's own button says it of the first lines beside it."""
    for segment in wheel.select(".cr-segment"):
        (chip,) = segment.select(".cr-chip")
        stops = [attribute(chip, "popovertarget")]
        for button in segment.select(".cr-e"):
            name = attribute(button, "popovertarget")
            assert (button.get("tabindex") == "-1") == (name == stops[-1])
            stops.append(name)


def test_a_page_without_evidence_is_as_before(
    evidence_site: Build, mill_site: Build, wheel: BeautifulSoup
) -> None:
    for page in (evidence_site.page("gear.html"), mill_site.page("wheel.html")):
        assert not page.select(".cr-e, .cr-chip, .cr-pick, .cr-lit, [popover]")
    assert shown_lines(wheel) == shown_lines(mill_site.page("wheel.html"))


def test_different_lists_have_different_ids() -> None:
    names = [f"examples/{number}.py" for number in range(100)]
    pairs = itertools.combinations(names, 2)
    found = {list_id(Mark(frozenset(pair), False), "") for pair in pairs}
    assert len(found) == 4950
    none = Mark(frozenset(), False)
    others = {list_id(none, ""), list_id(none, "Why."), list_id(Mark(frozenset(), True), "")}
    assert len(others) == 3


# Elsewhere -------------------------------------------------------------------------------


def test_a_page_that_is_an_example_ends_with_the_lines_it_runs(evidence_site: Build) -> None:
    page = evidence_site.page("braking.html")
    (section,) = page.select("#lines-this-runs")
    assert section.select_one("h2")
    texts = [item.get_text() for item in section.select("li")]
    assert texts == ["Wheel.brake: 7 of 10 lines"]
    (link,) = section.select("li a")
    assert link["href"] == "wheel.html#ran.docs.braking"
    assert "ran.docs.braking" in ids(evidence_site.page("wheel.html"))
    assert not evidence_site.page("plain.html").select("#lines-this-runs")


def test_the_table_has_every_subject_and_the_lines_that_nothing_ran(
    evidence_site: Build, wheel: BeautifulSoup
) -> None:
    (table,) = evidence_site.page("evidence.html").select("table.cr-evidence")
    cells = [[" ".join(c.get_text().split()) for c in r.select("td")] for r in table.select("tr")]
    assert cells[1:] == [
        ["LIMIT", "1 of 1", ""],
        ["Wheel.brake", "9 of 10", f"32 ({REASON.rstrip('.')})"],
        ["Wheel.turn", "0 of 25", "41–42 44 46–47 49–68"],
    ]
    targets = {str(link["href"]) for link in table.select("a")}
    assert {target.partition("#")[0] for target in targets} == {"wheel.html"}
    assert {target.partition("#")[2] for target in targets} <= set(ids(wheel))


STRIP = (
    '{% extends "!layout.html" %}{% block footer %}{% include "tested-with.html" %}{% endblock %}'
)
STRIPPED = ("-D", "templates_path=_templates")


def with_strip(mill: Path) -> None:
    """A theme has a place for the strip; here it is in the place of the footer."""
    folder = mill / "docs" / "_templates"
    folder.mkdir()
    (folder / "layout.html").write_text(STRIP, encoding="utf-8")


def strip(build: Build, page: str) -> list[str]:
    (found,) = build.page(page).select(".cr-tested")
    return [" ".join(span.get_text().split()) for span in found.select("span")]


def snippets_ran(mill: Path, release: str = "1.0") -> None:
    digest = snippets_digest(PAGE)
    write_snippets(mill / "notes" / "recorded", Snippets(release, {"docs/braking.md": (digest, 2)}))


def test_every_page_says_what_it_was_tested_with(make: Make, mill: Path) -> None:
    with_strip(mill)
    snippets_ran(mill)
    build = make("html", *STRIPPED).succeeded()
    python = platform.python_version()
    for name in ("index", "plain", "wheel", "genindex", "search"):
        assert strip(build, f"{name}.html") == [
            f"tested with mill 1.0, commit 0123456789, Python {python}",
            "25 notes hold",
            "2 snippets ran",
            "10 of 36 lines ran",
        ]


def test_the_strip_counts_only_what_is_so_now(make: Make, mill: Path) -> None:
    with_strip(mill)
    snippets_ran(mill)
    make("html", *STRIPPED).succeeded()
    edit(mill / "examples" / "brake.py", "brake(True) == 0", "brake() == -1")
    again(mill)
    build = make("html", *STRIPPED).succeeded()
    # Lines 28 and 29 are no longer run: told on every page, none of which was read again.
    assert strip(build, "plain.html")[2:] == ["2 snippets ran", "8 of 36 lines ran"]
    assert build.read == set()
    snippets_ran(mill, release="0.9")
    build = make("html", *STRIPPED).succeeded()
    assert strip(build, "plain.html")[2] == "0 snippets ran"


def test_a_broken_record_of_snippets_stops_the_build(make: Make, mill: Path) -> None:
    (mill / "notes" / "recorded" / "snippets.json").write_text("{")
    build = make().stopped(
        "notes/recorded/snippets.json: is not a record of snippets: Expecting property name "
        "enclosed in double quotes: line 1 column 2 (char 1); record it again"
    )
    assert not list(build.out.glob("*.html"))


# What is written again ---------------------------------------------------------------------


def test_a_second_build_writes_nothing(make: Make) -> None:
    make().succeeded()
    build = make().succeeded()
    assert build.read == set()
    assert "no targets are out of date" in build.stdout


def written(build: Build) -> set[str]:
    return set(re.findall(r"^writing output\.\.\. \[ *\d+%\] (\w+)", build.stdout, re.MULTILINE))


def test_a_record_that_changes_is_shown_without_reading_a_page(make: Make, mill: Path) -> None:
    make().succeeded()
    add_examples(mill, {"examples/soft.py": BRAKE.replace("brake(True) == 0", "brake() == -1")})
    again(mill)
    build = make().succeeded()
    assert build.read == set()
    page = build.page("wheel.html")
    assert said(page) == {
        **MARKS,
        **dict.fromkeys([24, 25, 27, 35], "run by 3 examples"),
        **dict.fromkeys([30, 33, 34], "run by 2 examples"),
    }
    assert "examples/soft.py" in behind(page, 34)


def test_lines_that_are_run_now_leave_the_table(make: Make, mill: Path) -> None:
    make().succeeded()
    fast = "wheel = Wheel()\nwheel.speed = 99\nassert wheel.brake() == 10\n"
    add_examples(mill, {"examples/fast.py": f"from mill.wheel import Wheel\n\n{fast}"})
    again(mill)
    make().stopped(
        "not_run.toml:2: line 32 of mill/wheel.py is run by examples/fast.py; take the reason out"
    )
    (mill / "not_run.toml").write_text("", encoding="utf-8")
    build = make().succeeded()
    table = build.page("evidence.html").select_one("table.cr-evidence")
    assert table
    assert "10 of 10" in table.get_text()
    assert REASON.rstrip(".") not in table.get_text()
    assert said(build.page("wheel.html"))[32] == "run by 1 example"


def test_a_reason_that_changes_is_shown(make: Make, mill: Path) -> None:
    make().succeeded()
    edit(mill / "not_run.toml", "No wheel is", "Hardly a wheel is")
    build = make().succeeded()
    assert build.read == set()
    assert "Hardly a wheel is" in behind(build.page("wheel.html"), 32)
    assert "Hardly a wheel is" in build.page("evidence.html").get_text()


def test_an_example_with_another_title_is_called_so(make: Make, mill: Path) -> None:
    make().succeeded()
    edit(mill / "docs" / "braking.md", TITLE, "How it comes to rest")
    build = make().succeeded()
    assert build.read == {"braking"}
    assert behind(build.page("wheel.html"), 34).startswith("Run by 1 example How it comes to rest")


def test_an_example_that_is_gone_is_named_nowhere(make: Make, mill: Path) -> None:
    make().succeeded()
    (mill / "docs" / "braking.md").unlink()
    edit(mill / "docs" / "index.md", "braking\n", "")
    again(mill)
    build = make().succeeded()
    text = build.page("wheel.html").get_text() + build.page("evidence.html").get_text()
    assert TITLE not in text
    assert said(build.page("wheel.html"))[34] == "not run here"


def test_only_pages_with_evidence_are_written_again(make: Make, mill: Path) -> None:
    make().succeeded()
    add_examples(mill, {"examples/again.py": BRAKE})
    again(mill)
    # The same lines run: no figure changes, but for how many examples ran them.
    build = make().succeeded()
    assert "wheel" in written(build)
    assert "gear" not in written(build)


# Builders -------------------------------------------------------------------------------------


def test_plain_text_is_the_same_with_evidence_and_without(make: Make, mill: Path) -> None:
    text = make("text").succeeded()
    shutil.rmtree(mill / "notes" / "recorded" / "lines")
    (mill / "not_run.toml").write_text("", encoding="utf-8")
    edit(mill / "pyproject.toml", 'examples = ["examples/*", "docs/*.md"]\n', "")
    bare = make("text", out="bare").succeeded()
    for name in ("wheel.txt", "gear.txt", "plain.txt"):
        assert (text.out / name).read_bytes() == (bare.out / name).read_bytes()
    # Without anything recorded the table is empty, and an example has no lines.
    assert "(No wheel is" in (text.out / "evidence.txt").read_text()
    assert "Wheel" not in (bare.out / "evidence.txt").read_text()
    assert "7 of 10 lines" in (text.out / "braking.txt").read_text()
    assert "7 of 10 lines" not in (bare.out / "braking.txt").read_text()


def test_a_book_has_no_marks_to_press(make: Make) -> None:
    options = ("-D", "version=1", "-D", "copyright=the testers", "-D", "epub_show_urls=no")
    build = make("epub", *options).succeeded()
    (book,) = build.out.glob("*.epub")
    with zipfile.ZipFile(book) as archive:
        pages = {n: archive.read(n).decode() for n in archive.namelist() if n.endswith(".xhtml")}
    assert "wheel.xhtml" in pages
    assert not [name for name, text in pages.items() if "popover" in text or "<button" in text]
    assert "9 of 10" in pages["evidence.xhtml"]


def test_pages_written_side_by_side_are_the_same(make: Make, mill: Path) -> None:
    for number in range(5):  # so many that Sphinx shares them out
        page = f"# Page {number}\n\n```{{annotated-source}} Wheel.brake\n```\n"
        (mill / "docs" / f"more{number}.md").write_text(page)
    edit(mill / "docs" / "index.md", "plain\n", "plain\nmore0\nmore1\nmore2\nmore3\nmore4\n")
    one = make(out="one").succeeded()
    four = make("html", "-j", "4", out="four").succeeded()
    assert re.search(r"writing output\.\.\. \[ *\d+%\] \w+ \.\. ", four.stdout), four.printed
    pages = {path.name: path.read_bytes() for path in one.out.glob("*.html")}
    assert {path.name: path.read_bytes() for path in four.out.glob("*.html")} == pages


# What is refused ---------------------------------------------------------------------------


def test_stale_evidence_stops_the_build_before_it_writes(make: Make, mill: Path) -> None:
    good = make().succeeded()
    kept = tree(good.out)
    edit(mill / "examples" / "brake.py", "== 0", "== 0  # !")
    place = "notes/recorded/lines/examples/brake.py.json"
    make().stopped(
        f"{place}: was recorded with another text of examples/brake.py; record it again: "
        "codereading record examples/brake.py"
    )
    assert tree(good.out) == kept
    make(out="fresh").stopped()
    assert not list((mill / "_build").glob("fresh/**/*.html"))
    again(mill)
    make().succeeded()


def test_evidence_of_another_text_of_the_library_stops_the_build(make: Make, mill: Path) -> None:
    path = mill / "lib" / "mill" / "wheel.py"
    path.write_text("# Moved.\n" + path.read_text())
    make().stopped(
        "notes/recorded/lines/imported.json: was recorded with another text of the library's "
        "mill/wheel.py; record it again: codereading record"
    )
    again(mill)
    page = make().succeeded().page("wheel.html")
    assert said(page) == {number + 1: words for number, words in MARKS.items()}


def test_an_example_that_was_not_recorded_stops_the_build(make: Make, mill: Path) -> None:
    add_examples(mill, {"examples/new.py": BRAKE})
    make().stopped(
        "notes/recorded/lines: has no record of examples/new.py; codereading record examples/new.py"
    )


# In a browser ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def evidence_address(evidence_site: Build) -> Iterator[str]:
    with served(evidence_site.out) as url:
        yield url


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])
def test_a_mark_opens_its_list(
    new_context: NewContext, evidence_address: str, scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(f"{evidence_address}/wheel.html")
    found = page.locator("[popover]:popover-open")
    expect(found).to_have_count(0)
    page.get_by_role("button", name="line 32: not run here").click()
    expect(found).to_have_count(1)
    expect(found).to_contain_text(REASON)
    page.keyboard.press("Escape")
    expect(found).to_have_count(0)
    page.get_by_role("button", name="line 27: run by 2 examples").click()
    found.get_by_role("link", name=TITLE, exact=True).click()
    expect(page).to_have_url(f"{evidence_address}/braking.html")


def unlit(page: Page) -> set[int]:
    """The lines of the subject with examples that are greyed out."""
    found = page.locator("[id='Wheel.brake'] .cr-line").evaluate_all(
        "all => all.map(e => [+e.dataset.line, getComputedStyle(e).webkitTextFillColor,"
        " getComputedStyle(e).color]).filter(([, fill, own]) => fill !== own).map(x => x[0])"
    )
    return set(found)


@pytest.mark.browser
def test_the_lines_of_one_example_are_lit(page: Page, evidence_address: str) -> None:
    page.goto(f"{evidence_address}/braking.html")
    page.get_by_role("link", name="Wheel.brake").click()
    expect(page).to_have_url(f"{evidence_address}/wheel.html#ran.docs.braking")
    bar = page.locator(".cr-bar:visible")
    expect(bar).to_contain_text(f"Lit: what {TITLE} runs")
    assert unlit(page) == {26, 28, 29, 31, 32}
    bar.get_by_role("link", name="Show all lines").click()
    expect(bar).to_have_count(0)
    assert unlit(page) == set()


# The real site -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real_pages(pages: dict[str, BeautifulSoup]) -> dict[str, BeautifulSoup]:
    return {name: page for name, page in pages.items() if page.select_one(".cr-e, .cr-evidence")}


@pytest.mark.real
def test_every_list_of_the_real_site_leads_to_examples(
    site: Path, real_pages: dict[str, BeautifulSoup]
) -> None:
    assert len(real_pages) > 10
    for name, page in real_pages.items():
        names = {attribute(b, "popovertarget") for b in page.select(".cr-e, .cr-chip, .cr-pick")}
        assert names <= {attribute(tag, "id") for tag in page.select("[popover]")}, name
        for link in page.select(".cr-list li > a:not(.cr-light)"):
            # An example may be on the page that shows the lines.
            target = (site / name).parent / (str(link["href"]) or Path(name).name)
            assert target.is_file(), f"{name}: {link['href']}"
        for item in page.select(".cr-list li"):
            assert item.select_one("a:not(.cr-light)"), f"{name}: {item.get_text()} has no page"


@pytest.mark.real
def test_every_line_of_code_of_the_real_site_has_a_mark(
    real_pages: dict[str, BeautifulSoup],
) -> None:
    page = real_pages["walkthroughs/calling-a-module.html"]
    text = {n: line.get_text() for row in page.select(".cr-row") for n, line in _lines(row)}
    assert len(text) > 200
    unmarked = {
        n: line.strip()
        for row in page.select(".cr-subject:not(.cr-own) .cr-row:not(:has(.cr-e))")
        for n, line in ((n, tag.get_text()) for n, tag in _lines(row))
        if not row.find_parent("details")
    }
    # Blank lines, comments and statements without code are left.
    wrong = [line for line in unmarked.values() if line and not line.startswith(("#", "nonlocal "))]
    assert not wrong


def _lines(row: Tag) -> list[tuple[int, Tag]]:
    return [(int(attribute(tag, "data-line")), tag) for tag in row.select("[data-line]")]
