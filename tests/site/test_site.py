"""The real site: what its pages show is what is installed, locked and counted."""

from __future__ import annotations

import gzip
import importlib.util
import os
import platform
import re
from collections import Counter
from copy import copy
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from codereading.project import load_project
from codereading.reading import Reading, read
from codereading.recorded import read_snippets
from tests.paths import ROOT
from tests.site.building import attribute, shown_lines, shown_notes

pytestmark = pytest.mark.real

CALL = "walkthroughs/calling-a-module.html"
MODULE = "torch/nn/modules/module.py"
CALL_IMPL = "torch.nn.modules.module:Module._call_impl"
NO_PAGES_OF_OURS = {"sg_execution_times.html"}


@cache
def reading() -> Reading:
    return read(load_project(ROOT))


@cache
def installed() -> Path:
    """The folder that holds torch/. Finding it does not import torch."""
    spec = importlib.util.find_spec("torch")
    assert spec
    assert spec.origin
    return Path(spec.origin).parent.parent


def commit() -> str:
    text = (installed() / "torch" / "version.py").read_text(encoding="utf-8")
    found = re.search(r"git_version.*'([0-9a-f]{40})'", text)
    assert found
    return found[1]


@pytest.fixture(scope="session")
def with_source(pages: dict[str, BeautifulSoup]) -> dict[str, BeautifulSoup]:
    """The pages that show torch's source, without what they show of the project's own."""
    found = {}
    for name, page in pages.items():
        if page.select_one("[data-line]"):
            found[name] = copy(page)
            for own in found[name].select(".cr-own"):
                own.decompose()
    found = {name: page for name, page in found.items() if page.select_one("[data-line]")}
    assert CALL in found
    return found


def test_the_projects_own_source_is_shown_as_it_is(pages: dict[str, BeautifulSoup]) -> None:
    shown = [
        line
        for page in pages.values()
        for own in page.select(".cr-own")
        for line in shown_lines(own)
    ]
    assert {file.rpartition("/")[0] for file, _, _ in shown} == {
        "annotated_src/distilled",
        "annotated_src/distilled/nn",
    }
    texts = {file: (ROOT / file).read_text(encoding="utf-8").split("\n") for file, _, _ in shown}
    assert all(text == texts[file][number - 1] for file, number, text in shown)


def test_every_shown_line_is_the_installed_one(with_source: dict[str, BeautifulSoup]) -> None:
    for name, page in with_source.items():
        shown = shown_lines(page)
        for file, number, text in shown:
            lines = (installed() / file).read_text(encoding="utf-8").split("\n")
            assert text == lines[number - 1], f"{name}: {file}:{number}"
        assert Counter((f, n) for f, n, _ in shown).most_common(1)[0][1] == 1, name


def test_the_lines_of_a_subject_are_those_of_its_notes_and_in_order(
    with_source: dict[str, BeautifulSoup],
) -> None:
    for name, page in with_source.items():
        for block in page.select("[data-cr-subject]"):
            whole = reading().page(reading().subject(attribute(block, "data-cr-subject")))
            shown = [pattern for _, pattern in shown_notes(block)]
            segments = [s for s in whole.segments if s.note.label in shown]
            assert [s.note.label for s in segments] == shown, name
            expected = [line.number for segment in segments for line in segment.lines]
            assert [number for _, number, _ in shown_lines(block)] == expected, name


def test_every_note_is_shown_and_its_subject_read_in_full(
    with_source: dict[str, BeautifulSoup],
) -> None:
    full: Counter[str] = Counter()
    for name, page in with_source.items():
        notes = shown_notes(page)
        assert len(notes) == len(set(notes)), name
        for block in page.select("[data-cr-subject]"):
            ref = reading().subject(attribute(block, "data-cr-subject"))
            labels = [note.label for note in reading().notes_of(ref)]
            full[str(ref)] += [pattern for _, pattern in shown_notes(block)] == labels
    assert set(full) == set(map(str, reading().subjects))
    assert min(full.values()) >= 1, full


def test_call_impl_is_read_in_short_segments() -> None:
    page = reading().page(reading().subject(CALL_IMPL))
    assert len(page.span) == 133
    assert max(segment.code_count for segment in page.segments) <= 8
    assert min(segment.code_count for segment in page.segments) >= 1
    assert page.folded_count == 0


def test_no_page_is_heavy(site: Path) -> None:
    weights = {
        path.relative_to(site).as_posix(): len(gzip.compress(path.read_bytes()))
        for path in site.rglob("*.html")
    }
    assert max(weights.values()) < 120_000, max(weights, key=lambda name: weights[name])


def test_ids_are_unique_on_pages_with_source(with_source: dict[str, BeautifulSoup]) -> None:
    for name, page in with_source.items():
        twice = [i for i, n in Counter(t["id"] for t in page.select("[id]")).items() if n > 1]
        assert not twice, name


def test_links_to_places_in_the_site_lead_somewhere(
    site: Path, pages: dict[str, BeautifulSoup]
) -> None:
    ids = {name: {str(tag["id"]) for tag in page.select("[id]")} for name, page in pages.items()}
    for name, page in pages.items():
        for link in page.select("article a[href]"):
            parts = urlsplit(attribute(link, "href"))
            if parts.scheme or parts.netloc:
                continue
            path = (site / name).parent / parts.path if parts.path else site / name
            target = path.resolve()
            assert target.is_file(), f"{name}: {link['href']}"
            inside = target.relative_to(site.resolve()).as_posix()
            if parts.fragment and inside in ids:
                assert parts.fragment in ids[inside], f"{name}: {link['href']}"


def test_links_to_the_repository_carry_the_commit(with_source: dict[str, BeautifulSoup]) -> None:
    for name, page in with_source.items():
        links = [attribute(link, "href") for link in page.select("a.cr-source, a.cr-lines")]
        assert links, name
        for link in links:
            assert re.fullmatch(
                rf"https://github\.com/pytorch/pytorch/blob/{commit()}/\S+#L\d+-L\d+", link
            )
    links = [attribute(link, "href") for link in with_source[CALL].select("a.cr-source")]
    assert f"/blob/{commit()}/{MODULE}#L1782-L1914" in " ".join(links)


def test_what_the_site_was_tested_with_stands_on_every_page(
    pages: dict[str, BeautifulSoup],
) -> None:
    whole = reading()
    snippets = read_snippets(whole.project.recorded_dir, "").ran(
        whole.project.base, whole.library.release
    )
    examples = [
        name
        for name in pages
        if re.fullmatch(r"gallery/\w+/\w+\.html", name)
        and Path(name).name not in {"index.html", *NO_PAGES_OF_OURS}
    ]
    if "SITE" not in os.environ:
        assert len(examples) == len(list((ROOT / "gallery").glob("*/*.py")))
    marks = [mark for ref in whole.subjects for mark in whole.marks(ref).values()]
    expected = [
        f"tested with torch {whole.library.release}, commit {commit()[:10]}, "
        f"Python {platform.python_version()}",
        f"{len(whole.notes)} notes hold",
        f"{snippets} snippets ran",
        f"{len(examples)} examples ran",
        f"{sum(mark.ran for mark in marks)} of {len(marks)} lines ran",
    ]
    for name, page in pages.items():
        strip = page.select_one(".cr-tested")
        assert strip, name
        assert [span.get_text() for span in strip.select("span")] == expected, name


def test_the_licence_is_named_wherever_source_is_shown(
    site: Path, pages: dict[str, BeautifulSoup], with_source: dict[str, BeautifulSoup]
) -> None:
    for name, page in with_source.items():
        for block in page.select("[data-cr-subject]"):
            (link,) = block.select("a.cr-licence")
            target = ((site / name).parent / attribute(link, "href")).resolve()
            text = pages[target.relative_to(site.resolve()).as_posix()].get_text()
            assert "Copyright (c) 2016-     Facebook, Inc" in text
            assert "THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS" in text
            assert link.get_text() == "torch’s licence"


LOADED = {
    "script": "src", "img": "src", "source": "srcset", "iframe": "src", "video": "src",
    "audio": "src", "embed": "src", "object": "data", "image": "href", "use": "href",
}  # fmt: skip
LOADED_LINKS = {"stylesheet", "preload", "prefetch", "modulepreload", "icon", "preconnect"}


def elsewhere(address: str) -> bool:
    return bool(urlsplit(address.strip()).netloc)


def test_no_page_loads_anything_from_another_host(
    site: Path, pages: dict[str, BeautifulSoup]
) -> None:
    for name, page in pages.items():
        for tag, key in LOADED.items():
            for found in page.select(f"{tag}[{key}]"):
                assert not elsewhere(attribute(found, key)), f"{name}: {found}"
        for link in page.select("link[href]"):
            if LOADED_LINKS & set(link.get_attribute_list("rel")):
                assert not elsewhere(attribute(link, "href")), f"{name}: {link}"
    for path in site.rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for address in re.findall(r"url\(\s*['\"]?([^'\")]+)", text):
            assert not elsewhere(address), f"{path.name}: {address}"
        assert not re.search(r"@import\s+['\"](https?:)?//", text), path.name
