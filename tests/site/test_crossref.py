"""Names in the shown source: links to subjects and notes, and the words on their cards."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from click.testing import CliRunner

from codereading.cli import main
from tests.site.building import Build, attribute, ids, shown_lines, sphinx

MORE = """

from mill.wheel import LIMIT, Wheel


class Mill(Wheel):
    def grind(self, corn):
        def stone(LIMIT):
            return LIMIT

        if corn > LIMIT:
            self.brake(hard=True)
        return stone(corn)


def open_mill():
    return Mill().grind(1)
"""
NOTES = """# mill/more.py

## Mill.grind

Grinds corn between two stones. And more.

### `def stone(LIMIT):`

One stone of two. It turns.

### `if corn > …:`

Too much.

## open_mill

At dawn.
"""


def accept(mill: Path) -> None:
    words = ["--project", str(mill), "accept", "--root", str(mill / "lib"), "--all"]
    assert CliRunner().invoke(main, words).exit_code == 0


@pytest.fixture
def make(mill: Path) -> Callable[..., Build]:
    (mill / "lib/mill/more.py").write_text(MORE, encoding="utf-8")
    (mill / "notes/mill/more.md").write_text(NOTES, encoding="utf-8")
    accept(mill)
    page = (
        "# Plain\n\n```{annotated-source} mill.more:Mill.grind\n```\n\n"
        "```{annotated-source} mill.more:open_mill\n```\n"
    )
    (mill / "docs/plain.md").write_text(page, encoding="utf-8")

    def build(builder: str = "html", *options: str) -> Build:
        return sphinx(mill, builder, *options, library=mill / "lib").succeeded()

    return build


def links(page: BeautifulSoup) -> list[tuple[int, str, str, str]]:
    """Line, text, address and card of each name that is a link."""
    found = []
    for link in page.select("a.cr-ref"):
        line = link.find_parent(class_="cr-line")
        assert isinstance(line, Tag)
        card = page.find(id=attribute(link, "aria-describedby"))
        assert isinstance(card, Tag)
        found.append(
            (int(attribute(line, "data-line")), link.text, attribute(link, "href"), card.text)
        )
    return found


def test_names_lead_to_what_they_mean_and_say_so(make: Callable[..., Build]) -> None:
    page = make().page("plain.html")
    found = links(page)
    limit, brake, stone, mill = found
    # The LIMIT inside `stone` is its argument, and no link.
    assert limit[:3] == (11, "LIMIT", "wheel.html#wheel.LIMIT")
    assert brake[:3] == (12, "brake", "wheel.html#Wheel.brake")
    assert stone[:2] == (13, "stone")
    assert stone[3] == "stone One stone of two."
    assert stone[2].removeprefix("#") in ids(page)
    # A class of which only a part is read leads to that part.
    assert mill == (17, "Mill", "#Mill.grind", "Mill.grind Grinds corn between two stones.")


def test_a_card_on_another_page_follows_its_note(make: Callable[..., Build], mill: Path) -> None:
    assert links(make().page("plain.html"))[0][3].startswith("LIMIT Above this speed ")
    notes = mill / "notes/mill/wheel.md"
    text = notes.read_text(encoding="utf-8")
    notes.write_text(text.replace("Above this speed ", "Faster, "), encoding="utf-8")
    assert links(make().page("plain.html"))[0][3].startswith("LIMIT Faster, ")


def test_an_attribute_leads_to_the_line_that_makes_it(
    make: Callable[..., Build], mill: Path
) -> None:
    more = MORE + "\n\nclass Bin(Mill):\n    def __init__(self):\n        self.full = 0\n"
    more += "\n    def fill(self):\n        self.full += 1\n        self.other += 1\n"
    (mill / "lib/mill/more.py").write_text(more, encoding="utf-8")
    notes = "\n## Bin.__init__\n\nEmpty.\n\n### `self.full = 0`\n\nUp to the brim. Not over.\n"
    notes += "\n## Bin.fill\n\nCorn by corn.\n"
    with (mill / "notes/mill/more.md").open("a", encoding="utf-8") as file:
        file.write(notes)
    accept(mill)
    show = "\n```{{annotated-source}} mill.more:Bin.{}\n```\n"
    with (mill / "docs/plain.md").open("a", encoding="utf-8") as page:
        page.write(show.format("fill"))
    with (mill / "docs/gear.md").open("a", encoding="utf-8") as page:
        page.write(show.format("__init__"))
    build = make()
    # Not where it is made, nor where nothing makes it.
    *_, (line, text, href, card) = links(build.page("plain.html"))
    assert (text, card) == ("full", "Bin.full Made by self.full = 0")
    assert more.split("\n")[line - 1] == "        self.full += 1"
    target, _, place = href.partition("#")
    assert target == "gear.html"
    gear = build.page(target)
    assert place in ids(gear)
    assert "full" not in [found[1] for found in links(gear)]


def test_the_source_stays_what_it_is(make: Callable[..., Build], mill: Path) -> None:
    lines = (mill / "lib/mill/more.py").read_text(encoding="utf-8").split("\n")
    shown = shown_lines(make().page("plain.html"))
    assert shown
    assert all(text == lines[number - 1] for _, number, text in shown)


def test_names_in_a_header_lead_to_subjects(make: Callable[..., Build], mill: Path) -> None:
    header = "struct Axle {\n  void turn() {\n    stop();\n  }\n  void stop() {}\n};\n"
    (mill / "lib/mill/include/axle.h").write_text(header, encoding="utf-8")
    notes = "# mill/include/axle.h\n\n## Axle::turn\n\nTurns.\n\n## Axle::stop\n\nStops it. Now.\n"
    (mill / "notes/mill/include/axle.h.md").write_text(notes, encoding="utf-8")
    accept(mill)
    show = "```{{annotated-source}} mill/include/axle.h:Axle::{}\n```\n\n"
    page = "# Plain\n\n" + show.format("turn") + show.format("stop")
    (mill / "docs/plain.md").write_text(page, encoding="utf-8")
    assert links(make().page("plain.html")) == [(3, "stop", "#Axle-stop", "Axle::stop Stops it.")]


def test_only_the_first_link_of_a_note_is_a_stop(make: Callable[..., Build], mill: Path) -> None:
    more = MORE.replace("corn > LIMIT", "corn > LIMIT + LIMIT")
    (mill / "lib/mill/more.py").write_text(more, encoding="utf-8")
    accept(mill)
    tags = [a for a in make().page("plain.html").select("a.cr-ref") if a.text == "LIMIT"]
    assert [a.get("tabindex") for a in tags] == [None, "-1"]


def test_other_names_lead_to_the_documentation(make: Callable[..., Build], mill: Path) -> None:
    head = (
        "# Sphinx inventory version 2\n# Project: mill\n# Version: 1\n"
        "# The remainder of this file is compressed using zlib.\n"
    )
    entry = b"mill.wheel.Wheel py:class 1 api.html#mill.wheel.Wheel -\n"
    (mill / "docs/mill.inv").write_bytes(head.encode() + zlib.compress(entry))
    with (mill / "docs/conf.py").open("a", encoding="utf-8") as conf:
        conf.write('extensions.append("sphinx.ext.intersphinx")\n')
        conf.write('intersphinx_mapping = {"mill": ("https://example.org/doc/", "mill.inv")}\n')
    (mill / "lib/mill/more.py").write_text(
        MORE.replace("Mill().grind(1)", "Wheel().brake()"), encoding="utf-8"
    )
    accept(mill)
    assert links(make().page("plain.html"))[-1] == (
        17,
        "Wheel",
        "https://example.org/doc/api.html#mill.wheel.Wheel",
        "mill.wheel.Wheel In the documentation of mill.",
    )


@pytest.mark.parametrize(("builder", "page"), [("text", "plain.txt"), ("epub", "plain.xhtml")])
def test_other_builders_show_the_plain_source(
    make: Callable[..., Build], builder: str, page: str
) -> None:
    options = ("-D", "version=1", "-D", "copyright=the testers", "-D", "epub_show_urls=no")
    build = make(builder, *(options if builder == "epub" else ()))
    text = (build.out / page).read_text(encoding="utf-8")
    assert "stone" in text
    assert "cr-ref" not in text
    assert "cr-card" not in text


def test_a_note_that_is_on_another_page_is_linked_there(
    make: Callable[..., Build], mill: Path
) -> None:
    part = "\n```{annotated-source} mill.more:Mill.grind\nif corn > …:\n```\n"
    with (mill / "docs/gear.md").open("a", encoding="utf-8") as page:
        page.write(part)
    found = links(make().page("gear.html"))
    (stone,) = [href for _, name, href, _ in found if name == "stone"]
    assert stone.startswith("plain.html#Mill.grind-def-stone")
