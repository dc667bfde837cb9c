"""Cards beside names in the source: by pointing, by keys, by touch (WCAG 1.4.13)."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.site.conftest import NARROW, WIDE, NewContext

pytestmark = [pytest.mark.browser, pytest.mark.real]

CALL = "/walkthroughs/calling-a-module.html"
ROW = "torch.nn.modules.module-L{}"


def name(page: Page, text: str, line: int) -> Locator:
    return page.locator(f"[id='{ROW.format(line)}'] a.cr-ref", has_text=text)


def card(page: Page) -> Locator:
    return page.locator(".cr-card")


def opened(page: Page, address: str, line: int) -> Page:
    page.set_viewport_size(WIDE)
    page.goto(f"{address}{CALL}#{ROW.format(line)}")
    return page


def test_pointing_shows_a_card_that_can_be_pointed_at(page: Page, address: str) -> None:
    link = name(opened(page, address, 1829), "BackwardHook", 1829)
    link.hover()
    expect(card(page)).to_contain_text("BackwardHook.__init__")
    # It stays while one points at it, as long as that may take.
    card(page).get_by_role("link").hover()
    page.wait_for_timeout(600)
    expect(card(page)).to_be_visible()
    page.mouse.move(5, 5)
    expect(card(page)).to_have_count(0)


def test_escape_puts_a_card_away_and_nothing_else(page: Page, address: str) -> None:
    link = name(opened(page, address, 1829), "BackwardHook", 1829)
    link.hover()
    expect(card(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    expect(link).to_be_visible()


def test_focus_shows_a_card_until_it_moves_on(page: Page, address: str) -> None:
    link = name(opened(page, address, 1829), "BackwardHook", 1829)
    page.locator(f"[id='{ROW.format(1827)}'] .cr-n:not(.cr-c)").focus()
    for _ in range(6):
        page.keyboard.press("Tab")
        if link.evaluate("e => e === document.activeElement"):
            break
    expect(link).to_be_focused()
    expect(card(page)).to_be_visible()
    assert link.get_attribute("aria-describedby")
    page.keyboard.press("Tab")
    expect(card(page)).to_have_count(0)


def test_a_card_lies_inside_the_window(page: Page, address: str) -> None:
    opened(page, address, 1829)
    page.set_viewport_size(NARROW)
    name(page, "BackwardHook", 1829).hover()
    box = card(page).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= NARROW["width"]


def test_the_first_touch_shows_the_card_and_its_link_leads_on(
    new_context: NewContext, address: str
) -> None:
    page = new_context(viewport=NARROW, has_touch=True).new_page()
    page.goto(f"{address}{CALL}#{ROW.format(1829)}")
    before = page.url
    name(page, "BackwardHook", 1829).tap()
    expect(card(page)).to_be_visible()
    assert page.url == before
    card(page).get_by_role("link").tap()
    page.wait_for_url("**/hooks.html#BackwardHook.__init__")


def test_without_a_script_a_name_is_a_link(new_context: NewContext, address: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}{CALL}#{ROW.format(1829)}")
    name(page, "BackwardHook", 1829).click()
    page.wait_for_url("**/hooks.html#BackwardHook.__init__")
