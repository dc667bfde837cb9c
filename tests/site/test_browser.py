"""The pages in Chromium: accessibility, layout, keys, views, copying, printing, without scripts."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.paths import MILL
from tests.site.conftest import NARROW, WIDE, NewContext

pytestmark = [pytest.mark.browser, pytest.mark.real]

CALL = "/walkthroughs/calling-a-module.html"
SUBJECT = "Module._call_impl"
ROW = "torch.nn.modules.module-L{}"
PAGES = {
    "home": "/index.html",
    # Marked, with a comment in the line that is linked to.
    "walkthrough": f"{CALL}#{ROW.format(1784)}",
    "just the code": f"{CALL}#code.{SUBJECT}",
    "walkthroughs": "/walkthroughs/index.html",
    "example": "/gallery/calling/call_or_forward.html",
    "gallery": "/gallery/index.html",
    "licences": "/licences.html",
}
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["script", "no script"])


def by_id(page: Page, name: str) -> Locator:
    return page.locator(f"[id='{name}']")


def fragment(page: Page) -> str:
    return unquote(urlsplit(page.url).fragment)


def box(place: Locator) -> dict[str, float]:
    found = place.bounding_box()
    assert found, f"{place} is not shown"
    x, y, width, height = found["x"], found["y"], found["width"], found["height"]
    return {"x": x, "y": y, "height": height, "bottom": y + height, "right": x + width}


def ground(place: Locator) -> str:
    """The colour behind a place, when nothing moves any more."""
    place.page.wait_for_timeout(200)
    return str(place.evaluate("e => getComputedStyle(e).backgroundColor"))


def segment(page: Page, line: int) -> Locator:
    return page.locator(".cr-segment", has=by_id(page, ROW.format(line)))


def library_lines(page: Page, first: int, last: int) -> list[str]:
    """The lines as the page has them; test_site compares them with the installed file."""
    texts = page.locator(".cr-line").evaluate_all(
        "(all, [first, last]) => all.filter(e => e.dataset.file?.endsWith('module.py')"
        " && first <= +e.dataset.line && +e.dataset.line <= last).map(e => e.textContent)",
        [first, last],
    )
    return [str(text) for text in texts]


# Accessibility ---------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page: Page, address: str, name: str) -> None:
    page.goto(address + PAGES[name])
    # The frame around this view was looked at with the other one.
    sizes = (NARROW,) if name == "just the code" else (WIDE, NARROW)
    if name == "just the code":
        page.locator(".cr-mark input").nth(1).check()
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
        for size in sizes:
            page.set_viewport_size(size)
            page.wait_for_timeout(200)  # colours change slowly
            found = Axe().run(page).response["violations"]
            told = [(v["id"], [n["html"][:120] for n in v["nodes"]][:5]) for v in found]
            assert not told, f"{name}, {theme}, {size['width']} px: {json.dumps(told, indent=1)}"


# Every page --------------------------------------------------------------------------


def test_no_page_asks_another_host_or_scrolls_sideways(
    page: Page, address: str, site: Path
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    names = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    for name in [name for name in names if not name.startswith("_")]:
        page.goto(f"{address}/{name}")
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            wide, seen = page.evaluate(
                "(e => [e.scrollWidth, e.clientWidth])(document.documentElement)"
            )
            assert wide == seen, f"{name} at {size['width']} px"
    assert len(asked) > len(names)
    others = {url for url in asked if not url.startswith((address + "/", "data:", "blob:"))}
    assert not others
    assert not errors


# Layout ----------------------------------------------------------------------------------

BOXES = """all => all.map(segment => {
    const box = e => { const r = e.getBoundingClientRect();
        return {left: r.left, right: r.right, top: r.top, bottom: r.bottom}; };
    return [box(segment.querySelector('.cr-note')), box(segment.querySelector('.cr-code'))];
})"""


def test_wide_windows_have_notes_left_of_their_code(page: Page, address: str) -> None:
    page.set_viewport_size(WIDE)
    page.goto(address + CALL)
    boxes = page.locator(".cr-segment").evaluate_all(BOXES)
    assert len(boxes) > 80
    for note, code in boxes:
        assert note["right"] <= code["left"] + 0.5
        assert note["top"] == pytest.approx(code["top"], abs=0.5)
        assert note["bottom"] <= code["bottom"] + 0.5
    # What stands beside each other begins at the same height, not only its frame.
    first = segment(page, 1783)
    text, line = box(first.locator(".cr-note > p").first), box(first.locator(".cr-row").first)
    assert text["y"] == pytest.approx(line["y"], abs=3)


def test_narrow_windows_have_each_note_directly_under_its_lines(page: Page, address: str) -> None:
    page.set_viewport_size(NARROW)
    page.goto(address + CALL)
    for note, code in page.locator(".cr-segment").evaluate_all(BOXES):
        assert note["top"] == pytest.approx(code["bottom"], abs=0.5)
        assert note["left"] == pytest.approx(code["left"], abs=0.5)
        assert code["left"] >= 0
        assert code["right"] <= NARROW["width"]


LEFTS = """line => {
    const range = document.createRange(), lefts = new Map();
    range.selectNodeContents(line);
    for (const box of range.getClientRects()) {
        const row = Math.round(box.top / 8);
        if (box.width > 1) lefts.set(row, Math.min(box.left, lefts.get(row) ?? Infinity));
    }
    return [...lefts.values()];
}"""


def test_long_lines_wrap_further_in(page: Page, address: str) -> None:
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        page.goto(f"{address}{CALL}#{ROW.format(1786)}")
        row = by_id(page, ROW.format(1786))
        lefts = row.locator(".cr-line").evaluate(LEFTS)
        assert len(lefts) > 1, "the line is long"
        assert min(lefts[1:]) > lefts[0] + 5
        assert box(row)["right"] <= size["width"]


# Links into the page -------------------------------------------------------------------------


@pytest.mark.parametrize("view", ["", "code."], ids=["notes", "code"])
@pytest.mark.parametrize(
    ("scripts", "size"), [(True, WIDE), (False, NARROW)], ids=["script, wide", "no script, narrow"]
)
def test_a_link_from_outside_lands_below_the_header(
    new_context: NewContext, address: str, scripts: bool, view: str, size: ViewportSize
) -> None:
    page = new_context(java_script_enabled=scripts, viewport=size).new_page()
    page.goto(address + CALL)
    note = segment(page, 1860).get_attribute("id")
    for name in (note, ROW.format(1860)):
        page.goto("about:blank")
        page.goto(f"{address}{CALL}#{view}{name}")
        # Just the code opens the note, if it can, so that the note is what was linked to.
        place = by_id(page, ROW.format(1860)) if view else by_id(page, str(name))
        expect(place).to_be_in_viewport()
        header = box(page.locator(".bd-header"))["bottom"]
        assert header <= box(place)["y"] < size["height"] / 2
        if name != note:
            assert ground(place) != ground(by_id(page, ROW.format(1850)))


# Keys ----------------------------------------------------------------------------------------


def focused(page: Page, attribute: str) -> str | None:
    found = page.evaluate(f"document.activeElement.getAttribute({attribute!r})")
    return None if found is None else str(found)


def test_n_and_p_go_from_note_to_note(page: Page, address: str) -> None:
    page.goto(f"{address}{CALL}#{SUBJECT}")
    notes = by_id(page, SUBJECT).locator(".cr-note")
    patterns = [notes.nth(i).get_attribute("data-pattern") for i in range(3)]
    segments = by_id(page, SUBJECT).locator(".cr-segment")
    names = [segments.nth(i).get_attribute("id") for i in range(3)]
    for key, number in (("n", 0), ("n", 1), ("n", 2), ("p", 1), ("p", 0)):
        page.keyboard.press(key)
        assert focused(page, "data-pattern") == patterns[number]
        assert fragment(page) == names[number]
        expect(notes.nth(number)).to_be_in_viewport()
        assert box(notes.nth(number))["y"] >= box(page.locator(".bd-header"))["bottom"]
    page.reload()
    page.keyboard.press("n")
    assert focused(page, "data-pattern") == patterns[1]


def test_n_and_p_are_letters_where_one_types(page: Page, address: str) -> None:
    page.goto(f"{address}{CALL}#{SUBJECT}")
    page.keyboard.press("Control+k")
    page.keyboard.type("np")
    assert fragment(page) == SUBJECT


def test_line_numbers_are_reached_by_tab_and_arrows(page: Page, address: str) -> None:
    page.goto(address + CALL)
    by_id(page, SUBJECT).locator(".cr-view-code").focus()
    reached = []
    for _ in range(14):
        page.keyboard.press("Tab")
        reached.append(focused(page, "href"))
    assert f"#{ROW.format(1782)}" in reached
    assert f"#{ROW.format(1783)}" in reached
    page.locator(f"a.cr-n[href='#{ROW.format(1784)}']").focus()
    for line in (1785, 1786, 1787):
        page.keyboard.press("ArrowDown")
        assert focused(page, "href") == f"#{ROW.format(line)}"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#{ROW.format(1786)}")
    expect(by_id(page, ROW.format(1786)).locator("a.cr-n:visible")).to_be_focused()


@SCRIPTS
def test_docstrings_open_by_key_and_by_click(
    new_context: NewContext, mill_address: str, scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(mill_address + "/wheel.html")
    line = page.locator("[data-line='26']")
    fold = page.locator("details", has=line)
    assert not line.is_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(line).to_be_visible()
    fold.locator("summary").click()
    expect(line).not_to_be_visible()


def test_a_link_to_a_folded_line_opens_it(page: Page, mill_address: str) -> None:
    page.goto(mill_address + "/wheel.html#mill.wheel-L35")
    expect(page.locator("[data-line='35']")).to_be_in_viewport()


# Just the code -------------------------------------------------------------------------------


@SCRIPTS
def test_just_the_code_is_a_link_away_and_stays_in_the_address(
    new_context: NewContext, address: str, scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(address + CALL)
    subject = by_id(page, SUBJECT)
    note = subject.locator(".cr-note").first
    expect(note).to_be_visible()
    subject.locator(".cr-view-code").click()
    assert fragment(page) == f"code.{SUBJECT}"
    expect(note).not_to_be_visible()
    page.reload()
    assert fragment(page) == f"code.{SUBJECT}"
    expect(note).not_to_be_visible()
    # The subject is unbroken: every line directly below the one before.
    rows = subject.locator(".cr-row").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(r => [r.top, r.bottom])"
    )
    for (_, above), (below, _) in itertools.pairwise(rows):
        assert below == pytest.approx(above, abs=0.5)
    # A line's address keeps the view, and going back goes back.
    row = by_id(page, ROW.format(1791))
    row.locator("a.cr-n:visible").click()
    assert fragment(page) == f"code.{ROW.format(1791)}"
    expect(note).not_to_be_visible()
    page.go_back()
    assert fragment(page) == f"code.{SUBJECT}"
    page.go_back()
    expect(note).to_be_visible()
    page.go_forward()
    expect(note).not_to_be_visible()
    subject.locator(".cr-view-notes").click()
    expect(note).to_be_visible()


@SCRIPTS
def test_markers_open_notes_under_their_statement(
    new_context: NewContext, address: str, scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(f"{address}{CALL}#code.{SUBJECT}")
    # Two comment lines above a head of three lines.
    place = segment(page, 1786)
    note, mark = place.locator(".cr-note"), place.locator(".cr-mark")
    last, following = by_id(page, ROW.format(1788)), by_id(page, ROW.format(1789))
    assert box(mark)["y"] == pytest.approx(box(by_id(page, ROW.format(1786)))["y"], abs=4)

    def is_open() -> None:
        expect(note).to_be_visible()
        assert box(last)["bottom"] <= box(note)["y"] + 0.5
        assert box(note)["bottom"] <= box(following)["y"] + 0.5

    mark.click()
    is_open()
    mark.click()
    expect(note).not_to_be_visible()
    mark.locator("input").focus()
    page.keyboard.press("Space")
    is_open()
    page.keyboard.press("Space")
    expect(note).not_to_be_visible()
    assert mark.locator("input").get_attribute("aria-label") == "Note 3"


def test_a_note_opens_below_its_head_and_above_its_body(page: Page, address: str) -> None:
    page.goto(f"{address}{CALL}#code.{SUBJECT}")
    tall = page.locator(".cr-segment:has(> .cr-code > .cr-row.z)").first
    tall.locator(".cr-mark").click()
    note = box(tall.locator(".cr-note"))
    heads = [box(row) for row in tall.locator(".cr-row:not(.z)").all()]
    bodies = [box(row) for row in tall.locator(".cr-row.z").all()]
    assert max(row["bottom"] for row in heads) <= note["y"] + 0.5
    assert note["bottom"] <= min(row["y"] for row in bodies) + 0.5


def test_n_in_just_the_code_opens_one_note_after_the_other(page: Page, address: str) -> None:
    page.goto(f"{address}{CALL}#code.{SUBJECT}")
    notes = by_id(page, SUBJECT).locator(".cr-note")
    for number in range(3):
        page.keyboard.press("n")
        expect(notes.nth(number)).to_be_visible()
        assert page.locator(".cr-note:visible").count() == 1
    assert fragment(page).startswith("code.")
    page.reload()
    expect(notes.nth(2)).to_be_visible()


# Marking -------------------------------------------------------------------------------------


def test_pointing_or_focusing_marks_note_and_code(page: Page, address: str) -> None:
    page.goto(f"{address}{CALL}#{SUBJECT}")
    place = segment(page, 1783)
    note, code = place.locator(".cr-note"), place.locator(".cr-code")
    edge = "e => getComputedStyle(e).borderLeftColor"
    page.mouse.move(1, 1)
    plain, plain_edge = ground(code), note.evaluate(edge)
    for point in (note.hover, code.hover, note.focus):
        point()
        assert ground(code) != plain
        assert note.evaluate(edge) != plain_edge
        page.mouse.move(1, 1)
    assert ground(code) != plain, "the focus is still there"


def test_a_tap_marks_note_and_code(new_context: NewContext, address: str) -> None:
    page = new_context(has_touch=True, is_mobile=True, viewport=NARROW).new_page()
    page.goto(f"{address}{CALL}#{SUBJECT}")
    place, other = segment(page, 1783), segment(page, 1789)
    plain = ground(place.locator(".cr-code"))
    place.locator(".cr-note p").first.tap()
    assert ground(place.locator(".cr-code")) != plain
    other.locator(".cr-row").first.tap()
    assert ground(other.locator(".cr-code")) != plain
    assert ground(place.locator(".cr-code")) == plain


# Copying -------------------------------------------------------------------------------------

POINT = """([id, offset]) => {
    const line = document.getElementById(id).querySelector('.cr-line');
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    let node, left = offset;
    while ((node = walker.nextNode()) && left >= node.length) left -= node.length;
    const range = document.createRange(); range.setStart(node, left); range.setEnd(node, left + 1);
    const box = range.getBoundingClientRect(); return [box.left + 1, (box.top + box.bottom) / 2];
}"""


@pytest.fixture
def pasted(new_context: NewContext, mill_address: str) -> Callable[[Page], str]:
    """Copies what is selected on a page, and pastes it as plain text somewhere else."""

    def paste(page: Page) -> str:
        page.keyboard.press("Control+c")
        other = new_context().new_page()
        other.set_content("<textarea></textarea>")
        other.locator("textarea").focus()
        other.keyboard.press("Control+v")
        text = other.locator("textarea").input_value()
        other.close()
        page.bring_to_front()
        return text

    return paste


def select(page: Page, start: tuple[int, int], end: tuple[int, int], drag: bool) -> None:
    """Select with the mouse, from (line, column) to (line, column).

    Without scripts Playwright cannot drag; a click and a click with Shift do the same.
    """
    by_id(page, ROW.format(start[0])).evaluate("e => e.scrollIntoView({block: 'center'})")
    x1, y1 = page.evaluate(POINT, [ROW.format(start[0]), start[1]])
    x2, y2 = page.evaluate(POINT, [ROW.format(end[0]), end[1]])
    page.evaluate("getSelection().empty()")
    page.mouse.click(x1, y1)
    if drag:
        page.mouse.down()
        page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2, steps=4)
        page.mouse.move(x2, y2, steps=4)
        page.mouse.up()
    else:
        page.keyboard.down("Shift")
        page.mouse.click(x2, y2)
        page.keyboard.up("Shift")


@SCRIPTS
@pytest.mark.parametrize("view", ["", "code."], ids=["notes", "code"])
def test_copied_code_is_code_alone(
    new_context: NewContext,
    pasted: Callable[[Page], str],
    address: str,
    scripts: bool,
    view: str,
) -> None:
    tall = {"width": 1440, "height": 2400}
    page = new_context(java_script_enabled=scripts, viewport=tall).new_page()
    page.goto(f"{address}{CALL}#{view}{SUBJECT}")
    select(page, (1783, 23), (1792, 30), drag=scripts)
    lines = library_lines(page, 1783, 1792)
    assert lines[7] == "", "a blank line is among them"
    assert pasted(page) == "\n".join([lines[0][23:], *lines[1:-1], lines[-1][:30]])
    # Backwards, and within one line.
    select(page, (1797, 20), (1794, 12), drag=scripts)
    lines = library_lines(page, 1794, 1797)
    assert pasted(page) == "\n".join([lines[0][12:], *lines[1:-1], lines[-1][:20]])
    select(page, (1795, 12), (1795, 20), drag=scripts)
    assert pasted(page) == "nonlocal"


@SCRIPTS
def test_a_note_can_be_copied(
    new_context: NewContext, pasted: Callable[[Page], str], address: str, scripts: bool
) -> None:
    page = new_context(java_script_enabled=scripts).new_page()
    page.goto(f"{address}{CALL}#{SUBJECT}")
    paragraph = segment(page, 1783).locator(".cr-note > p").first
    paragraph.click(click_count=3, position={"x": 20, "y": 12})
    copied = " ".join(pasted(page).split())
    assert copied == " ".join(paragraph.inner_text().split())
    assert copied.startswith("Under torch.jit.trace")


def test_a_closed_docstring_is_not_copied(
    page: Page, pasted: Callable[[Page], str], mill_address: str
) -> None:
    page.goto(mill_address + "/wheel.html")
    select = """() => { const line = n => document.querySelector(`[data-line="${n}"]`);
        getSelection().setBaseAndExtent(line(25), 0, line(27), line(27).childNodes.length); }"""
    lines = (MILL / "v1" / "mill" / "wheel.py").read_text(encoding="utf-8").split("\n")
    page.evaluate(select)
    assert pasted(page) == "\n".join([lines[24], lines[26]])
    page.locator("details", has=page.locator("[data-line='26']")).locator("summary").click()
    page.evaluate(select)
    assert pasted(page) == "\n".join(lines[24:27])


# Without scripts, and on paper -----------------------------------------------------------------


def test_everything_is_there_without_scripts(new_context: NewContext, address: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(address + CALL)
    for place in (".cr-note", ".cr-line", "a.cr-n:not(.cr-c)", ".cr-tested", "h1", ".cr-path"):
        found = page.locator(place)
        hidden = found.evaluate_all(
            "all => all.filter(e => !e.checkVisibility()).map(e => e.outerHTML.slice(0, 90))"
        )
        assert found.count() > 0
        assert not hidden, place


@pytest.mark.parametrize("view", ["", "code."], ids=["notes", "code"])
def test_print_has_numbered_notes_under_their_code(page: Page, address: str, view: str) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(f"{address}{CALL}#{view}{SUBJECT}")
    boxes = page.locator(".cr-segment").evaluate_all(BOXES)
    assert len(boxes) > 80
    for note, code in boxes:
        assert note["bottom"] > note["top"] >= code["bottom"] - 0.5
    numbers = page.locator(".cr-note").evaluate_all(
        "all => all.map(e => getComputedStyle(e, '::before').content)"
    )
    assert set(numbers) == {'counter(cr-note) ". "'}
    dark = page.locator(".cr-note, .cr-line span, article p").evaluate_all(
        "all => [...new Set(all.map(e => getComputedStyle(e).color))]"
    )
    for colour in dark:
        red, green, blue = (int(value) for value in re.findall(r"\d+", colour)[:3])
        assert red + green + blue < 3 * 128, f"{colour} is too pale for paper"


def test_print_opens_what_is_folded(page: Page, mill_address: str) -> None:
    page.emulate_media(media="print")
    page.goto(mill_address + "/wheel.html")
    for number in (26, 34, 35):
        assert box(page.locator(f"[data-line='{number}']"))["height"] > 5
