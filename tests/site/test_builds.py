"""Sphinx builds of the fake library's project: what is written, read again and refused."""

from __future__ import annotations

import itertools
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from click.testing import CliRunner

from codereading.cli import main
from tests.site.building import Build, ids, in_order, shown_lines, shown_notes, sphinx, tree

Make = Callable[..., Build]

SUBJECTS = {
    "mill.wheel:LIMIT": range(6, 7),
    "mill.wheel:Wheel.brake": range(24, 36),
    "mill.wheel:Wheel.turn": range(41, 69),
}
"""What page `wheel` shows of mill/wheel.py."""
WHEEL_LINES = [number for span in SUBJECTS.values() for number in span]
GEAR_LINES = list(range(18, 38))
EPUB = ("-D", "version=1", "-D", "copyright=the testers", "-D", "epub_show_urls=no")


@pytest.fixture
def make(mill: Path) -> Make:
    """Builds the fake project; arguments as for `sphinx`."""

    def build(builder: str = "html", *options: str, out: str = "") -> Build:
        return sphinx(mill, builder, *options, out=out, library=mill / "lib")

    return build


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def more_pages(mill: Path) -> None:
    """Pages enough for Sphinx to share them out: it does so from six pages on."""
    for number in range(5):
        text = f"# Page {number}\n\n```{{annotated-source}} Wheel.brake\n```\n"
        (mill / "docs" / f"more{number}.md").write_text(text, encoding="utf-8")
    edit(mill / "docs" / "index.md", "plain\n", "plain\nmore0\nmore1\nmore2\nmore3\nmore4\n")


def library_lines(mill: Path, file: str) -> list[str]:
    return (mill / "lib" / file).read_text(encoding="utf-8").split("\n")


# What is written -------------------------------------------------------------------


def test_html_has_every_line_once_in_order_and_exactly(mill_site: Build, mill: Path) -> None:
    for page, file, numbers in (
        ("wheel.html", "mill/wheel.py", WHEEL_LINES),
        ("gear.html", "mill/include/gear.h", GEAR_LINES),
    ):
        lines = library_lines(mill, file)
        expected = [(file, number, lines[number - 1]) for number in numbers]
        assert shown_lines(mill_site.page(page)) == expected
    assert shown_lines(mill_site.page("plain.html")) == []


def test_html_has_every_note_once_in_order(mill_site: Build) -> None:
    page = mill_site.page("wheel.html")
    notes = shown_notes(page)
    assert len(notes) == len(set(notes)) == 18
    assert [subject for subject, _ in itertools.groupby(notes, key=lambda note: note[0])] == list(
        SUBJECTS
    )
    brake = [pattern for subject, pattern in notes if subject.endswith(".brake")]
    assert brake == ["(lead)", "if hard:", "self.speed = 0 2 of 2", "elif …:", "self.speed -= 1"]


def test_a_note_stands_in_the_segment_of_its_lines(mill_site: Build) -> None:
    page = mill_site.page("wheel.html")
    found = {}
    for segment in page.select(".cr-segment"):
        ((subject, pattern),) = shown_notes(segment)
        found[subject, pattern] = [number for _, number, _ in shown_lines(segment)]
    assert found["mill.wheel:Wheel.brake", "elif …:"] == [30, 31, 32, 33]
    assert found["mill.wheel:Wheel.turn", "(lead)"] == [41]
    assert sorted(itertools.chain(*found.values())) == WHEEL_LINES


def test_docstrings_and_folded_segments_are_closed(mill_site: Build) -> None:
    page = mill_site.page("wheel.html")
    closed = [shown_lines(fold) for fold in page.select("details")]
    assert [[number for _, number, _ in lines] for lines in closed] == [[26], [34, 35]]
    assert not page.select("details[open]")


def test_ids_are_unique_and_links_into_the_page_lead_somewhere(mill_site: Build) -> None:
    for name in ("wheel.html", "gear.html"):
        page = mill_site.page(name)
        names = ids(page)
        assert len(names) == len(set(names))
        targets = {str(a["href"])[1:] for a in page.select('a[href^="#"]')} - {""}
        assert targets <= set(names)


def test_links_to_the_repository_carry_the_commit(mill_site: Build) -> None:
    page = mill_site.page("gear.html")
    links = [str(a["href"]) for a in page.select("a.cr-source, a.cr-lines")]
    commit = "0123456789abcdef0123456789abcdef01234567"
    assert links[0] == f"https://example.org/mill/blob/{commit}/src/gear.h#L18-L37"
    assert all(link.startswith(f"https://example.org/mill/blob/{commit}/src/") for link in links)


def test_subjects_link_to_the_licence_if_the_project_has_its_page(
    make: Make, mill: Path, mill_site: Build
) -> None:
    assert not mill_site.page("wheel.html").select(".cr-licence")
    (mill / "docs" / "licences.md").write_text("# Licences\n\nFree.\n", encoding="utf-8")
    edit(mill / "docs" / "index.md", "plain\n", "plain\nlicences\n")
    page = make().succeeded().page("wheel.html")
    assert [str(a["href"]) for a in page.select(".cr-licence")] == ["licences.html"] * 3
    text = (make("text").succeeded().out / "wheel.txt").read_text(encoding="utf-8")
    assert text.count("mill’s licence") == 3


def test_the_licence_is_named_without_a_repository_but_not_under_own_source(
    make: Make, mill: Path
) -> None:
    project = (mill / "pyproject.toml").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in project if not line.startswith("source-url")]
    (mill / "pyproject.toml").write_text("".join(kept), encoding="utf-8")
    (mill / "docs" / "licences.md").write_text("# Licences\n\nFree.\n", encoding="utf-8")
    (mill / "own.py").write_text("# Five is enough.\nlimit = 5\n", encoding="utf-8")
    own = "# Plain\n\n```{commented-source} own.py\n```\n"
    (mill / "docs" / "plain.md").write_text(own, encoding="utf-8")
    edit(mill / "docs" / "index.md", "plain\n", "plain\nlicences\n")
    build = make().succeeded()
    assert len(build.page("wheel.html").select(".cr-licence")) == 3
    assert len(build.page("plain.html").select(".cr-caption")) == 1
    assert not build.page("plain.html").select(".cr-licence, .cr-source")


def test_a_mistake_in_a_comment_is_told_with_the_line_of_the_source(make: Make, mill: Path) -> None:
    text = '"""Own."""\n\nlimit = 5\n\n# Enough.\n# See {doc}`nowhere`.\nstones = limit\n'
    (mill / "own.py").write_text(text, encoding="utf-8")
    page = "# Plain\n\nSome.\n\nMore.\n\n```{commented-source} own.py\n```\n"
    (mill / "docs" / "plain.md").write_text(page, encoding="utf-8")
    build = make()
    assert build.status != 0
    # Sphinx names the line where the paragraph begins.
    assert "own.py:5: WARNING: unknown document: 'nowhere'" in build.printed, build.printed


def test_ids_stay_when_a_note_is_put_in_before(make: Make, mill: Path, mill_site: Build) -> None:
    before = set(ids(mill_site.page("wheel.html")))
    note = "### `self.speed = LIMIT`\n\nTo the bound.\n\n### `self.speed -= 1` folded"
    # The same words as in a pattern that another note has had before.
    twin = "### `self.speed = 0` 1 of 2\n\nOnce.\n\n### `self.speed = 0` 2 of 2"
    path = mill / "notes" / "mill" / "wheel.md"
    edit(path, "### `self.speed -= 1` folded", note)
    edit(path, "### `self.speed = 0` 2 of 2", twin)
    accept(mill)
    after = set(ids(make().succeeded().page("wheel.html")))
    assert before <= after
    assert len(after - before) == 4, "two notes, each in two views"


def accept(mill: Path) -> None:
    """Lock all notes as they stand."""
    result = CliRunner().invoke(
        main, ["--project", str(mill), "accept", "--root", str(mill / "lib"), "--all"]
    )
    assert result.exit_code == 0, result.output


def literal_lines(block: str) -> list[str]:
    """The lines of a block, without those that are blank at its ends."""
    return block.rstrip().split("\n")


def test_text_has_every_line_with_numbered_notes_below(make: Make, mill: Path) -> None:
    text = (make("text").succeeded().out / "wheel.txt").read_text(encoding="utf-8")
    lines = library_lines(mill, "mill/wheel.py")
    # A literal block is set in by three; blank lines stay blank.
    shown = [f"   {lines[number - 1]}".rstrip() + "\n" for number in WHEEL_LINES]
    assert in_order(shown, text)
    assert in_order(
        [
            "mill/wheel.py, lines 27–28\n",
            f"   {lines[27]}\n\n2. Stops at once.\n",
            f"   {lines[28]}\n\n3. Twice, because",
            f"   {lines[34]}\n\n5. One step.",
        ],
        text,
    )


def test_epub_has_every_line_with_numbered_notes_below(make: Make, mill: Path) -> None:
    build = make("epub", *EPUB).succeeded()
    (book,) = build.out.glob("*.epub")
    with zipfile.ZipFile(book) as archive:
        page = BeautifulSoup(archive.read("wheel.xhtml"), "html.parser")
    lines = library_lines(mill, "mill/wheel.py")
    blocks = [literal_lines(tag.get_text()) for tag in page.select(".highlight pre")]
    source = [line for block in blocks for line in block if ">>>" not in block[0]]
    expected = [lines[number - 1] for number in WHEEL_LINES]
    assert [line for line in source if line] == [line for line in expected if line]
    notes = page.select("ol")
    assert [note.get("start", "1") for note in notes[1:6]] == ["1", "2", "3", "4", "5"]
    before = notes[2].find_previous(class_="highlight")
    assert isinstance(before, Tag)
    assert before.get_text().rstrip().endswith(lines[27])


def test_builders_in_parallel_write_the_same(make: Make, mill: Path) -> None:
    more_pages(mill)
    one = make(out="one").succeeded()
    four = make("html", "-j", "4", out="four").succeeded()
    # Sphinx names the first and last page of a worker's share, and says where it cannot share.
    assert re.search(r"reading sources\.\.\. \[ *\d+%\] \w+ \.\. ", four.stdout), four.printed
    assert re.search(r"writing output\.\.\. \[ *\d+%\] \w+ \.\. ", four.stdout), four.printed
    assert "serial" not in four.printed
    pages = {path.name: path.read_bytes() for path in one.out.glob("*.html")}
    assert len(pages) == 11
    assert {path.name: path.read_bytes() for path in four.out.glob("*.html")} == pages


# What is read again ------------------------------------------------------------------


def test_a_second_build_reads_nothing(make: Make) -> None:
    make().succeeded()
    again = make().succeeded()
    assert again.updated == (0, 0, 0)
    assert again.read == set()
    assert "no targets are out of date" in again.stdout


def test_a_note_that_was_edited_is_shown_on_exactly_its_pages(make: Make, mill: Path) -> None:
    make().succeeded()
    edit(mill / "notes" / "mill" / "wheel.md", "Stops at once.", "Stops at the very moment.")
    again = make().succeeded()
    assert again.updated == (0, 1, 0)
    assert again.read == {"wheel"}
    assert "Stops at the very moment." in again.page("wheel.html").get_text()


def test_a_library_file_that_moved_is_shown_on_exactly_its_pages(make: Make, mill: Path) -> None:
    make().succeeded()
    path = mill / "lib" / "mill" / "wheel.py"
    path.write_text("# new\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    again = make().succeeded()
    assert again.read == {"wheel"}
    lines = library_lines(mill, "mill/wheel.py")
    expected = [("mill/wheel.py", n + 1, lines[n]) for n in WHEEL_LINES]
    assert shown_lines(again.page("wheel.html")) == expected


def test_a_page_can_be_deleted(make: Make, mill: Path) -> None:
    make().succeeded()
    (mill / "docs" / "gear.md").unlink()
    edit(mill / "docs" / "index.md", "gear\n", "")
    again = make().succeeded()
    assert again.updated == (0, 1, 1)
    assert "Gears" not in again.page("index.html").get_text()


# What is refused ------------------------------------------------------------------------


def test_a_changed_line_stops_the_build_before_it_writes(make: Make, mill: Path) -> None:
    good = make().succeeded()
    kept = tree(good.out)
    edit(mill / "lib" / "mill" / "wheel.py", "self.speed -= 1", "self.speed -= 1  # !")
    make().stopped(
        "notes/mill/wheel.md:23: mill.wheel:Wheel.brake: self.speed -= 1: changed: "
        "lines 34-35 of mill/wheel.py differ from what was read; read them again, then: "
        "codereading accept notes/mill/wheel.md:23"
    )
    assert tree(good.out) == kept
    make(out="fresh").stopped()
    assert not list((mill / "_build").glob("fresh/**/*.html"))


TURN = "{annotated-source} Wheel.turn"
UNKNOWN = (
    "{annotated-source} Wheel.spin",
    "docs/wheel.md:15: annotated-source Wheel.spin: no notes are written on this subject; "
    "did you mean `Wheel.turn`",
)
TWICE = (
    "{annotated-source} mill.wheel:LIMIT",
    "docs/wheel.md:15: annotated-source mill.wheel:LIMIT: "
    "this page shows mill.wheel:LIMIT on line 5 already",
)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_mistake_on_a_page_stops_the_build_before_it_writes(
    make: Make, mill: Path, jobs: str
) -> None:
    more_pages(mill)
    good = make().succeeded()
    kept = tree(good.out)
    path = mill / "docs" / "wheel.md"
    right = path.read_text(encoding="utf-8")
    for mistake, message in (UNKNOWN, TWICE):
        path.write_text(right.replace(TURN, mistake), encoding="utf-8")
        # Read everything again, or too few pages have changed to be shared out.
        make("html", "-E", "-j", jobs).stopped(message)
        assert tree(good.out) == kept
    path.write_text(right, encoding="utf-8")
    make().succeeded()


def test_all_mistakes_are_told_at_once(make: Make, mill: Path) -> None:
    edit(mill / "docs" / "wheel.md", TURN, UNKNOWN[0])
    edit(mill / "docs" / "gear.md", "Gear::operator()", "Gear::teeth")
    make().stopped(UNKNOWN[1], "docs/gear.md:3: annotated-source mill/include/gear.h:Gear::teeth")


def test_a_page_in_another_markup_is_refused(make: Make, mill: Path) -> None:
    text = "Other\n=====\n\n.. annotated-source:: Wheel.brake\n"
    (mill / "docs" / "other.rst").write_text(text, encoding="utf-8")
    edit(mill / "docs" / "index.md", "plain\n", "plain\nother\n")
    build = make().stopped(
        "docs/other.rst:4: annotated-source Wheel.brake: "
        "annotated-source needs a Markdown page, as its notes are Markdown"
    )
    assert not list(build.out.glob("**/*.html"))


def test_an_unknown_subject_is_told_with_the_nearest(make: Make, mill: Path) -> None:
    path = mill / "notes" / "mill" / "wheel.md"
    edit(path, "Stops at once.", "Stops at once.\n\nSee {subject}`Wheel.brak`.")
    build = make()
    assert build.status == 1
    says = "Wheel.brak: no notes are written on this subject; did you mean `Wheel.brake`"
    assert f"{path}:15: WARNING: {says}" in build.stderr
    assert build.stderr.count("Wheel.brak:") == 1


def test_a_broken_reference_in_a_note_is_reported_where_the_note_is(make: Make, mill: Path) -> None:
    path = mill / "notes" / "mill" / "wheel.md"
    edit(path, "Stops at once.", "Stops at once.\n\nSee {ref}`nowhere`.")
    build = make()
    assert build.status == 1
    assert f"{path}:15: WARNING: undefined label: 'nowhere'" in build.stderr
    assert "Traceback" not in build.printed
