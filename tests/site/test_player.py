"""The player of traces in Chromium, on a real page: keys, buttons, touch, paper, no scripts."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.site.conftest import NARROW, WIDE, NewContext
from tests.site.test_browser import CALL, ROW, box, by_id, fragment, ground

pytestmark = [pytest.mark.browser, pytest.mark.real]

SHORT, HOOKS, EVERY = "call-without-hooks", "call-with-two-hooks", "call-with-every-hook"
RAISES, DEEP = "call-that-raises", "call-three-levels"
TRACES = (SHORT, HOOKS, EVERY, RAISES, DEEP)
SIZES = pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
Start = Callable[..., Page]


def trace(page: Page, name: str = SHORT) -> Locator:
    return by_id(page, f"trace.{name}")


def player(page: Page) -> Locator:
    return page.locator(".cr-player")


def open_by_button(page: Page, name: str = SHORT) -> None:
    trace(page, name).get_by_role("button", name="Step through").click()
    expect(player(page)).to_be_visible()


def number(page: Page, name: str = SHORT) -> int:
    """The step that is shown, as the panel and the address say it."""
    shown, _, count = player(page).locator(".cr-count").inner_text().partition(" of ")
    assert fragment(page) == f"trace.{name}.{shown}"
    assert page.locator(".cr-slider").input_value() == shown
    assert int(count) == steps(page, name).count()
    return int(shown)


def steps(page: Page, name: str = SHORT) -> Locator:
    return trace(page, name).locator(".cr-steps > ol > li")


def step(page: Page, at: int, name: str = SHORT) -> Locator:
    return by_id(page, f"trace.{name}.{at}")


def go(page: Page, at: int, name: str = SHORT) -> None:
    page.evaluate("hash => { location.hash = hash; }", f"trace.{name}.{at}")
    page.wait_for_function(
        "at => document.querySelector('.cr-count').textContent.startsWith(`${at} of`)", arg=at
    )


def first_where(page: Page, name: str, script: str) -> int:
    """The number of the first step of which `script` says true."""
    found = steps(page, name).evaluate_all(f"all => all.findIndex({script}) + 1")
    assert found > 0, script
    return int(found)


def depths(page: Page, name: str) -> list[int]:
    return [int(d) for d in steps(page, name).evaluate_all("all => all.map(e => e.dataset.d)")]


@pytest.fixture
def start(new_context: NewContext, address: str) -> Start:
    """Opens the page that reads a call, with the options of a window."""

    def make(place: str = "", **options: object) -> Page:
        page = new_context(**{"viewport": WIDE, **options}).new_page()
        page.goto(f"{address}{CALL}#{place}")
        return page

    return make


# Opening, closing, addresses -------------------------------------------------------------


def test_a_button_opens_it_at_the_first_step(start: Start) -> None:
    page = start()
    expect(player(page)).not_to_be_visible()
    assert page.locator(".cr-trace .cr-play").count() == len(TRACES)
    open_by_button(page)
    assert number(page) == 1
    now = page.locator(".cr-row.cr-now")
    assert now.get_attribute("id") == f"trace.{SHORT}-L10"
    expect(now).to_be_in_viewport()


def test_escape_closes_it_and_returns_the_focus(start: Start) -> None:
    page = start()
    open_by_button(page, HOOKS)
    page.keyboard.press("End")
    player(page).get_by_role("slider").focus()
    page.keyboard.press("Escape")
    expect(player(page)).not_to_be_visible()
    opener = trace(page, HOOKS).locator(".cr-play")
    expect(opener).to_be_focused()
    expect(opener).to_be_in_viewport()
    assert fragment(page) == f"trace.{HOOKS}"
    assert page.locator(".cr-now, .cr-traced, .cr-values").count() == 0
    # And nothing moves any more.
    page.keyboard.press("ArrowRight")
    assert fragment(page) == f"trace.{HOOKS}"
    page.keyboard.press("Enter")
    assert number(page, HOOKS) == 1


def test_close_is_a_button_too(start: Start) -> None:
    page = start()
    open_by_button(page)
    player(page).get_by_role("button", name="close").click()
    expect(player(page)).not_to_be_visible()
    expect(trace(page).locator(".cr-play")).to_be_focused()


def test_the_address_of_a_step_opens_it_at_once_and_later(start: Start) -> None:
    page = start(f"trace.{HOOKS}.7")
    expect(player(page)).to_be_visible()
    assert number(page, HOOKS) == 7
    expect(page.locator(".cr-row.cr-now")).to_be_in_viewport()
    go(page, 3, SHORT)
    assert number(page, SHORT) == 3
    page.reload()
    expect(player(page)).to_be_visible()
    assert number(page, SHORT) == 3


def test_the_number_of_a_step_in_the_list_opens_it(start: Start) -> None:
    page = start()
    trace(page).locator(".cr-steps > summary").click()
    step(page, 5).locator(".cr-step-n").click()
    expect(player(page)).to_be_visible()
    assert number(page) == 5


@pytest.mark.parametrize(("at", "shown"), [("0", 1), ("99999", 13), ("13", 13)])
def test_an_address_beyond_the_ends_opens_the_nearest_step(
    start: Start, at: str, shown: int
) -> None:
    page = start(f"trace.{SHORT}.{at}")
    expect(player(page)).to_be_visible()
    assert number(page) == shown == min(max(int(at), 1), steps(page).count())


def test_an_address_of_no_trace_opens_nothing(start: Start) -> None:
    for place in ("trace.no-such.3", f"trace.{SHORT}", f"trace.{SHORT}-L3"):
        page = start(place)
        page.wait_for_timeout(100)
        expect(player(page)).not_to_be_visible()


def test_only_one_plays_at_a_time(start: Start) -> None:
    page = start()
    open_by_button(page, HOOKS)
    page.keyboard.press("End")
    open_by_button(page, SHORT)
    assert number(page) == 1
    assert page.locator(".cr-row.cr-now").count() == 1
    marked = page.locator(".cr-traced").evaluate_all("all => all.map(e => e.id)")
    expected = steps(page).evaluate_all("all => all.map(e => e.dataset.at).filter(Boolean)")
    assert set(marked) == set(expected)


# From step to step -----------------------------------------------------------------------


def use(page: Page, key: str, by_key: bool) -> None:
    names = {"ArrowRight": "step", "ArrowLeft": "back", "o": "over", "u": "out"}
    if by_key:
        page.keyboard.press(key)
    else:
        # By force: at either end they say that they are disabled, and keep the focus.
        player(page).get_by_role("button", name=names[key]).click(force=True)


@pytest.mark.parametrize("by_key", [True, False], ids=["keys", "buttons"])
def test_step_back_over_and_out(start: Start, by_key: bool) -> None:
    page = start()
    open_by_button(page, DEEP)
    deep = depths(page, DEEP)
    assert max(deep) >= 9
    use(page, "ArrowRight", by_key)
    assert number(page, DEEP) == 2
    use(page, "ArrowLeft", by_key)
    assert number(page, DEEP) == 1
    use(page, "ArrowLeft", by_key)
    assert number(page, DEEP) == 1, "there is no step before the first"
    # Over: past everything that the call does.
    caller = first_where(page, DEEP, "e => e.textContent.includes('return self.inner(x)')")
    go(page, caller, DEEP)
    use(page, "o", by_key)
    at = number(page, DEEP)
    assert at > caller + 10
    assert deep[at - 1] <= deep[caller - 1] < min(deep[caller : at - 1])
    # Out: to the next step of the one who called.
    inside = deep.index(max(deep)) + 2
    go(page, inside, DEEP)
    use(page, "u", by_key)
    at = number(page, DEEP)
    assert deep[at - 1] < deep[inside - 1] <= min(deep[inside - 1 : at - 1])
    # Both stop at the end.
    go(page, len(deep), DEEP)
    for key in ("o", "u", "ArrowRight"):
        use(page, key, by_key)
        assert number(page, DEEP) == len(deep)
    for key in ("step", "over", "out"):
        button = player(page).get_by_role("button", name=key)
        expect(button).to_have_attribute("aria-disabled", "true")


def test_home_and_end(start: Start) -> None:
    page = start()
    open_by_button(page, RAISES)
    page.keyboard.press("End")
    assert number(page, RAISES) == steps(page, RAISES).count()
    page.keyboard.press("Home")
    assert number(page, RAISES) == 1


def test_the_slider_goes_anywhere_with_its_own_keys_too(start: Start) -> None:
    page = start()
    open_by_button(page, RAISES)
    slider = player(page).get_by_role("slider", name="Step")
    slider.fill("20")
    assert number(page, RAISES) == 20
    slider.focus()
    for key, shown in (("ArrowRight", 21), ("ArrowUp", 22), ("ArrowLeft", 21), ("Home", 1)):
        page.keyboard.press(key)
        assert number(page, RAISES) == shown
    page.keyboard.press("End")
    assert number(page, RAISES) == steps(page, RAISES).count()
    page.keyboard.press("o")
    page.keyboard.press("Escape")
    expect(player(page)).not_to_be_visible()


def test_letters_are_letters_where_one_types(start: Start) -> None:
    page = start()
    open_by_button(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("ou")
    page.keyboard.press("ArrowLeft")
    assert number(page) == 1


def test_a_line_number_jumps_to_the_next_step_on_that_line(start: Start) -> None:
    page = start()
    open_by_button(page, DEEP)
    line = ROW.format(1783)
    visits = [
        n + 1
        for n, at in enumerate(steps(page, DEEP).evaluate_all("all => all.map(e => e.dataset.at)"))
        if at == line
    ]
    assert len(visits) > 2
    for expected in (*visits, visits[0]):
        row = by_id(page, line)
        row.locator("a.cr-n:visible").click()
        assert number(page, DEEP) == expected
        expect(row).to_be_in_viewport()
    page.keyboard.press("Escape")
    by_id(page, line).locator("a.cr-n:visible").click()
    assert fragment(page) == line, "afterwards it is an address again"


# What is shown ---------------------------------------------------------------------------


@SIZES
def test_what_has_changed_stands_beside_the_line(start: Start, size: ViewportSize) -> None:
    page = start(viewport=size)
    open_by_button(page, HOOKS)
    at = first_where(
        page,
        HOOKS,
        "e => [...e.querySelectorAll('var')].some(v => v.textContent === 'args_result')",
    )
    go(page, at, HOOKS)
    row = page.locator(".cr-row.cr-now")
    assert row.get_attribute("id") == step(page, at, HOOKS).get_attribute("data-at")
    values = row.locator(".cr-values")
    expect(values).to_be_visible()
    assert values.inner_text() == "args_result = (Tensor 2 [4, 5; float32 (2,)],)"
    assert page.locator(".cr-values").count() == 1
    page.keyboard.press("ArrowRight")
    assert page.locator(".cr-values").count() == 0, "nothing has changed there"
    at = first_where(page, HOOKS, "e => e.className === 'k-return'")
    go(page, at, HOOKS)
    assert page.locator(".cr-values").inner_text() == "returns (Tensor 2 [4, 5; float32 (2,)],)"


def test_values_are_no_part_of_the_code(start: Start) -> None:
    page = start()
    open_by_button(page, HOOKS)
    page.keyboard.press("ArrowRight")
    row = page.locator(".cr-row.cr-now")
    assert row.locator(".cr-values").evaluate("e => getComputedStyle(e).userSelect") == "none"
    expect(row.locator(".cr-line .cr-values")).to_have_count(0)


def stack(page: Page) -> list[str]:
    return player(page).locator(".cr-stack > li").all_inner_texts()


def names(page: Page) -> dict[str, str]:
    pairs = player(page).locator(".cr-names > div")
    return {
        pair.locator("dt").inner_text(): pair.locator("dd").inner_text() for pair in pairs.all()
    }


def test_the_stack_and_all_names_of_the_call_are_told(start: Start) -> None:
    page = start()
    open_by_button(page, HOOKS)
    assert stack(page) == ["your code"]
    assert names(page) == {"model": "Double 1", "x": "Tensor 1 [3, 4; float32 (2,)]"}
    at = first_where(
        page, HOOKS, "e => e.textContent.includes('negate') && e.className === 'k-call'"
    )
    go(page, at, HOOKS)
    outer = ["your code", "Module._wrapped_call_impl", "Module._call_impl"]
    assert stack(page) == [*outer, "Module._call_impl.inner", "negate"]
    assert set(names(page)) == {"args", "module", "output"}
    page.keyboard.press("u")
    assert stack(page) == [*outer, "Module._call_impl.inner"]
    known = names(page)
    assert known["hook"] == "function negate"
    assert known["args_result"] == "(Tensor 2 [4, 5; float32 (2,)],)", "told many steps before"
    assert player(page).locator(".cr-fresh dt").all_inner_texts() == ["hook_result"]
    page.keyboard.press("End")
    assert stack(page) == outer[:2]


PLAY = """look => {
    const seen = [], count = () => document.querySelector('.cr-count').textContent.split(' of ');
    const press = key => document.body.dispatchEvent(
        new KeyboardEvent('keydown', {key, bubbles: true}));
    press('Home');
    for (;;) {
        const [at, all] = count().map(Number);
        seen.push([at, eval(look)()]);
        if (at === all) return seen;
        press('ArrowRight');
    }
}"""
"""Goes through all steps of the open trace, and says of each what a function sees."""


def test_the_stack_follows_every_step(start: Start) -> None:
    page = start()
    for name in TRACES:
        deep = depths(page, name)
        places = steps(page, name).evaluate_all(
            "all => all.map(e => (e.querySelector('a:not(.cr-step-n)') ?? e.childNodes[1])"
            ".textContent.trim())"
        )
        open_by_button(page, name)
        seen = page.evaluate(
            PLAY, "() => [...document.querySelectorAll('.cr-stack > li')].map(e => e.textContent)"
        )
        assert [at for at, _ in seen] == list(range(1, len(deep) + 1))
        for (at, calls), depth, place in zip(seen, deep, places, strict=True):
            assert len(calls) == depth + 1, f"{name}, step {at}"
            assert calls[0] == "your code"
            assert calls[-1] == re.sub(r", line \d+$", "", place)
            assert all(calls), "each has a name"


def test_code_that_is_not_followed_is_named(start: Start) -> None:
    page = start()
    open_by_button(page, EVERY)
    at = first_where(
        page, EVERY, "e => e.className === 'k-through' && /compiled/.test(e.innerHTML)"
    )
    go(page, at, EVERY)
    state = player(page).locator(".cr-where")
    assert state.inner_text() == (
        "compiled code, torch._C._EngineBase.run_backward not followed, until it calls"
    )
    assert stack(page)[-1] == "compiled code, torch._C._EngineBase.run_backward"
    assert page.locator(".cr-now").count() == 0
    page.keyboard.press("ArrowRight")
    assert stack(page)[-2:] == ["compiled code, torch._C._EngineBase.run_backward", "see"]


def test_a_step_on_another_page_says_so_and_links_there(start: Start) -> None:
    page = start()
    script = "e => e.querySelector('a[href*=\".html#torch\"]') && e.className === 'k-call'"
    at = first_where(page, DEEP, script)
    go(page, at, DEEP)
    state = player(page).locator(".cr-where")
    assert "(on another page)" in state.inner_text()
    assert page.locator(".cr-row.cr-now").count() == 0
    link = state.locator("a")
    target = str(link.get_attribute("href")).partition("#")[2]
    link.click()
    page.wait_for_url(f"**#{target}")
    expect(by_id(page, target)).to_be_in_viewport()
    page.go_back()
    expect(player(page)).to_be_visible()
    assert number(page, DEEP) == at
    page.keyboard.press("Home")
    assert "(on another page)" not in state.inner_text()


def test_an_exception_is_told_on_its_way(start: Start) -> None:
    page = start()
    open_by_button(page, RAISES)
    at = first_where(page, RAISES, "e => e.className === 'k-raise'")
    go(page, at, RAISES)
    seen = []
    for _ in range(3):
        seen.append((stack(page)[-1], page.locator(".cr-values").inner_text().split("\n")[-1]))
        page.keyboard.press("ArrowRight")
    assert seen == [
        ("refuse", "raises ValueError: no"),
        ("Module._call_impl.inner", "raises ValueError: no"),
        ("Module._call_impl", "raises ValueError: no"),
    ]


def test_each_step_is_said_to_those_who_do_not_see_it(start: Start) -> None:
    page = start()
    open_by_button(page, HOOKS)
    page.keyboard.press("ArrowRight")
    said = player(page).locator("[aria-live=polite]")
    count = steps(page, HOOKS).count()
    expect(said).to_have_text(f"Step 2 of {count}: Module._wrapped_call_impl, line 1774 called")


# Where it stands -------------------------------------------------------------------------


LOOK = """() => {
    const box = e => (r => [r.top, r.bottom])(e.getBoundingClientRect());
    const row = document.querySelector('.cr-row.cr-now'), root = document.documentElement;
    const panel = document.querySelector('.cr-player');
    return {row: row && box(row), panel: box(panel),
        header: box(document.querySelector('.bd-header')),
        wide: [root.scrollWidth - root.clientWidth, panel.scrollWidth - panel.clientWidth]};
}"""


@SIZES
def test_the_panel_never_covers_the_line_and_nothing_scrolls_sideways(
    start: Start, size: ViewportSize
) -> None:
    page = start(viewport=size)
    for name in TRACES:
        open_by_button(page, name)
        seen = page.evaluate(PLAY, LOOK)
        here = steps(page, name).evaluate_all("all => all.map(e => 'at' in e.dataset)")
        assert [bool(look["row"]) for _, look in seen] == here
        for at, look in seen:
            top, bottom = look["panel"]
            assert bottom == pytest.approx(size["height"], abs=1)
            if look["row"]:
                assert look["row"][0] >= look["header"][1] - 0.5, f"{name}, step {at}"
                assert look["row"][1] <= top + 0.5, f"{name}, step {at}"
            assert look["wide"] == [0, 0], f"{name}, step {at}"


def test_the_last_lines_of_a_page_are_seen_above_the_panel(start: Start) -> None:
    page = start()
    open_by_button(page)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    last = page.locator("article.bd-article > section").last
    assert box(last)["bottom"] <= box(player(page))["y"]


def test_the_line_is_marked_by_more_than_the_pointer_marks(start: Start) -> None:
    page = start()
    open_by_button(page, HOOKS)
    page.keyboard.press("ArrowRight")
    row = page.locator(".cr-row.cr-now")
    assert ground(row) != ground(by_id(page, ROW.format(1791)))
    assert "inset" in row.evaluate("e => getComputedStyle(e).boxShadow")


def test_a_folded_line_is_opened(new_context: NewContext, start: Start) -> None:
    page = start()
    folded = "e => document.getElementById(e.dataset.at)?.closest('details.cr-fold')"
    for name in TRACES:
        found = steps(page, name).evaluate_all(f"all => all.findIndex({folded}) + 1")
        if found:
            go(page, found, name)
            expect(page.locator(".cr-row.cr-now")).to_be_visible()


def test_it_plays_in_just_the_code_too(start: Start) -> None:
    page = start("code.Module._call_impl")
    note = page.locator(".cr-note").first
    expect(note).not_to_be_visible()
    open_by_button(page, HOOKS)
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    row = page.locator(".cr-row.cr-now")
    expect(row).to_be_in_viewport()
    assert box(row)["bottom"] <= box(player(page))["y"]
    row.locator("a.cr-n:visible").click()
    assert number(page, HOOKS) >= 1


# Touch ---------------------------------------------------------------------------------


def test_by_touch_forwards_and_back_to_the_start(start: Start) -> None:
    page = start(has_touch=True, is_mobile=True, viewport=NARROW)
    trace(page).get_by_role("button", name="Step through").tap()
    expect(player(page)).to_be_visible()
    for key in ("step", "back", "over", "out", "close"):
        place = box(player(page).get_by_role("button", name=key))
        assert place["height"] >= 44, key
        assert place["right"] - place["x"] >= 44, key
        assert place["right"] <= NARROW["width"], key
    count = steps(page).count()
    forwards, back = (player(page).get_by_role("button", name=key) for key in ("step", "back"))
    for at in range(1, count):
        assert number(page) == at
        forwards.tap()
    assert number(page) == count
    for at in range(count, 1, -1):
        assert number(page) == at
        back.tap()
    assert number(page) == 1
    by_id(page, f"trace.{SHORT}-L6").locator("a.cr-n:visible").tap()
    assert number(page) == 10
    player(page).get_by_role("button", name="close").tap()
    expect(player(page)).not_to_be_visible()


# Without scripts, and on paper -------------------------------------------------------------


def test_without_scripts_the_list_is_what_there_is(start: Start) -> None:
    page = start(java_script_enabled=False)
    assert page.locator(".cr-play, .cr-player").count() == 0
    here = trace(page)
    summary = here.locator(".cr-steps > summary")
    expect(step(page, 1)).not_to_be_visible()
    summary.click()
    expect(step(page, 1)).to_be_visible()
    assert summary.inner_text() == f"{steps(page).count()} steps as a list"
    assert " ".join(step(page, 2).inner_text().split()) == (
        "2 Module._wrapped_call_impl, line 1774 def _wrapped_call_impl(self, *args, **kwargs): "
        "called args = (Tensor 1 [3, 4; float32 (2,)],) kwargs = {} self = Double 1"
    )
    step(page, 2).locator("a:not(.cr-step-n)").click()
    assert fragment(page) == ROW.format(1774)
    expect(by_id(page, ROW.format(1774))).to_be_in_viewport()


@SIZES
def test_without_scripts_an_address_of_a_step_leads_to_it(start: Start, size: ViewportSize) -> None:
    page = start(f"trace.{HOOKS}.9", java_script_enabled=False, viewport=size)
    here = step(page, 9, HOOKS)
    expect(here).to_be_in_viewport()
    assert box(here)["y"] >= box(page.locator(".bd-header"))["bottom"]
    assert ground(here) != ground(step(page, 8, HOOKS))


def test_print_shows_the_lists_and_no_panel(start: Start) -> None:
    page = start()
    open_by_button(page, HOOKS)
    page.keyboard.press("ArrowRight")
    page.emulate_media(media="print", color_scheme="dark")
    expect(player(page)).not_to_be_visible()
    for place in (".cr-play", ".cr-values", ".cr-steps > summary"):
        hidden = page.locator(place).evaluate_all("all => all.filter(e => e.checkVisibility())")
        assert not hidden, place
    for name in TRACES:
        for at in (1, steps(page, name).count()):
            assert box(step(page, at, name))["height"] > 5
    colours = page.locator(".cr-steps li, .cr-steps li *").evaluate_all(
        "all => [...new Set(all.map(e => getComputedStyle(e).color))]"
    )
    for colour in colours:
        red, green, blue = (int(part) for part in colour.strip("rgb()").split(",")[:3])
        assert red + green + blue < 3 * 128, f"{colour} is too pale for paper"


# Accessibility ---------------------------------------------------------------------------


def violations(page: Page) -> list[tuple[str, list[str]]]:
    found = Axe().run(page).response["violations"]
    return [(v["id"], [n["html"][:120] for n in v["nodes"]][:5]) for v in found]


@SIZES
def test_axe_finds_nothing_while_it_plays(start: Start, size: ViewportSize) -> None:
    page = start(f"trace.{HOOKS}.2", viewport=size)
    for details in page.locator(".cr-steps").all():
        details.evaluate("e => { e.open = true; }")
    player(page).locator("details").evaluate("e => { e.open = true; }")
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
        for at in (2, steps(page, HOOKS).count()):
            go(page, at, HOOKS)
            page.wait_for_timeout(200)  # colours change slowly
            told = violations(page)
            assert not told, f"{theme}, step {at}: {json.dumps(told, indent=1)}"


def test_every_control_is_reached_by_tab_and_says_its_key(start: Start) -> None:
    page = start()
    open_by_button(page, HOOKS)
    page.keyboard.press("ArrowRight")
    keys = {
        button.inner_text().split()[-1]: button.get_attribute("aria-keyshortcuts")
        for button in player(page).locator("button").all()
    }
    assert keys == {
        "back": "ArrowLeft",
        "step": "ArrowRight",
        "over": "o",
        "out": "u",
        "close": "Escape",
    }
    player(page).locator("button").first.focus()
    reached = []
    for _ in range(8):
        reached.append(page.evaluate("document.activeElement.textContent || 'slider'").split()[-1])
        page.keyboard.press("Tab")
    assert reached == ["back", "step", "over", "out", "close", "slider", "1774", "here"]


# Size ------------------------------------------------------------------------------------


def test_the_list_of_a_trace_is_small(pages: dict[str, BeautifulSoup]) -> None:
    sizes = {
        str(block["id"]): len(gzip.compress(str(block).encode()))
        for name, page in pages.items()
        if name.startswith("walkthroughs/")
        for block in page.select(".cr-trace")
    }
    assert len(sizes) == 11
    assert {name: size for name, size in sizes.items() if size >= 40_000} == {}
