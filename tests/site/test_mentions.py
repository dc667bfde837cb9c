"""Links that no writer made: names of subjects in code, first mentions of terms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.site.building import Build, sphinx

GLOSSARY = """# Words

```{glossary}
cog
  A tooth of a wheel.

rim
  Where a wheel ends. Cogs stand on the rim of a wheel.

stop
  Too common a word.
```
"""
PAGE = """# Cog first

A cogwheel is no term, `cog.brake()` neither. Cogs stop. A cog again, `rim` as code,
[a rim](wheel.md).

`Wheel.brake` and `brake`, `Wheel.brake` again, `spin`.

## Another section

`Wheel.brake()`
"""


@pytest.fixture
def make(mill: Path) -> Callable[..., Build]:
    docs = mill / "docs"
    (docs / "words.md").write_text(GLOSSARY, encoding="utf-8")
    (docs / "plain.md").write_text(PAGE, encoding="utf-8")
    index = (docs / "index.md").read_text(encoding="utf-8")
    (docs / "index.md").write_text(index.replace("plain\n", "plain\nwords\n"), encoding="utf-8")
    with (docs / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write('codereading_terms_by_hand = ["stop"]\n')

    def build(*options: str, builder: str = "html") -> Build:
        return sphinx(mill, builder, *options, library=mill / "lib").succeeded()

    return build


def links(build: Build, page: str) -> list[tuple[str, str]]:
    """Text and address of each link in the page's body."""
    body = build.page(page).select_one("div.body") or build.page(page)
    found = body.select("p a.internal, .cr-note a.internal")
    return [(a.get_text(), str(a["href"])) for a in found]


def test_names_and_terms_are_linked_once_where_they_are_clear(make: Callable[..., Build]) -> None:
    assert links(make(), "plain.html") == [
        ("Cogs", "words.html#term-cog"),
        ("rim", "words.html#term-rim"),
        ("a rim", "wheel.html"),
        ("Wheel.brake", "wheel.html#Wheel.brake"),
        ("Wheel.brake()", "wheel.html#Wheel.brake"),
    ]


def test_no_entry_of_the_glossary_links_to_terms(make: Callable[..., Build]) -> None:
    assert links(make(), "words.html") == []


def test_notes_are_linked_in_the_scope_of_their_subject(
    make: Callable[..., Build], mill: Path
) -> None:
    note = mill / "notes" / "mill" / "wheel.md"
    text = note.read_text(encoding="utf-8")
    head = "## Wheel.turn\n\n"
    assert text.count(head) == 1
    own = "As `brake` does, and not `turn` alone; a cog.\n\n"
    note.write_text(text.replace(head, head + own), encoding="utf-8")
    limit, *own_links = links(make(), "wheel.html")
    assert limit == ("LIMIT", "#wheel.LIMIT")
    assert own_links == [
        ("brake", "#Wheel.brake"),
        ("cog", "words.html#term-cog"),
    ]


def test_a_new_place_of_a_subject_is_seen_by_pages_that_name_it(
    make: Callable[..., Build], mill: Path
) -> None:
    make()
    docs = mill / "docs"
    wheel = (docs / "wheel.md").read_text(encoding="utf-8")
    block = "```{annotated-source} mill.wheel:Wheel.brake\n```\n"
    assert block in wheel
    (docs / "wheel.md").write_text(wheel.replace(block, ""), encoding="utf-8")
    gear = (docs / "gear.md").read_text(encoding="utf-8")
    (docs / "gear.md").write_text(gear + "\n" + block, encoding="utf-8")
    assert ("Wheel.brake", "gear.html#Wheel.brake") in links(make(), "plain.html")
