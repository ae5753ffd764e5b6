"""The booking page in other people's sites: on a foreign origin, without cookies, and nobody else's."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.service.example import BUSINESS
from tests.web import flow
from tests.web.browser import DESKTOP, PHONE, Visitor
from tests.web.conftest import Visit
from tests.web.flow import Person
from tests.web.site import Site

pytestmark = pytest.mark.slow

MESSAGES_PASS_MS = 500
"""Time enough for a message that would be heeded."""


KEEP = """() => {
    document.cookie = "third=party; SameSite=None; Secure";
    try { localStorage.third = "party" } catch (error) { return [document.cookie, error.name] }
    return [document.cookie, "kept"];
}"""
"""Tries to keep something, and tells what was kept. The browser's contexts are private ones, which let no frame."""


def widget(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def heard(page: Page, event: str) -> None:
    expect(page.locator(f"#events [data-event={event}]").first).to_be_attached()


def test_embedded_without_third_party_cookies(anybody: Visitor, site: Site) -> None:
    """The site and Fieldfare are strangers to the browser: it lets the widget keep nothing, and that needs nothing."""
    person = Person(name="Emma Bedded")
    page = anybody.page(f"{site.host}/inline")
    frame = widget(page)
    flow.must_be_at(frame, "where")
    inside = next(one for one in page.frames if one.url.startswith(site.server.url))
    assert inside.evaluate(KEEP) == ["", "SecurityError"]
    reference = flow.book(frame, person)

    for event in ("ready", "step", "held", "booked"):
        heard(page, event)
    told = page.locator("#events").inner_text()
    assert reference in told
    assert person.email not in told
    assert person.name not in told


def test_the_colour_of_the_tag_reaches_the_page(phone: Visitor, site: Site) -> None:
    page = phone.page(f"{site.host}/inline")
    flow.must_be_at(widget(page), "where")
    inside = next(one for one in page.frames if one.url.startswith(site.server.url))
    mine = phone.page(f"{site.book}?brand=0a7")

    assert "brand=0b5cad" in inside.url
    assert mine.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand')") == "#00aa77"


def test_the_frame_is_as_high_as_its_page(phone: Visitor, site: Site) -> None:
    page = phone.page(f"{site.host}/inline")
    frame = widget(page)
    flow.must_be_at(frame, "where")
    low = page.locator("iframe").evaluate("frame => frame.offsetHeight")
    flow.enter_address(frame)
    flow.choose_product(frame)

    assert page.locator("iframe").evaluate("frame => frame.offsetHeight") > low


@pytest.mark.parametrize("mode", ["button", "popup"])
def test_in_a_dialog(desktop: Visitor, site: Site, mode: str) -> None:
    page = desktop.page(f"{site.host}/{mode}")
    opener = page.get_by_role("button", name="Book a visit")
    opener.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    flow.must_be_at(widget(page), "where")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    dialog.get_by_role("button", name=re.compile("close", re.IGNORECASE)).click()
    expect(dialog).to_be_hidden()
    opener.click()
    # A key that is pressed inside of the frame is unknown outside.
    widget(page).get_by_role("heading", level=1).click()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    opener.click()
    flow.book(widget(page), Person(name=f"Dia Log {mode}"))
    heard(page, "booked")


def test_a_dialog_stays_where_it_is_and_closes_beside_it(desktop: Visitor, site: Site) -> None:
    """Whoever presses as the page in it grows hits what they meant, and never the site behind it."""
    page = desktop.page(f"{site.host}/button")
    page.get_by_role("button", name="Book a visit").click()
    dialog = page.get_by_role("dialog")
    flow.must_be_at(widget(page), "where")
    low = dialog.bounding_box()
    assert low is not None
    page.locator("iframe").evaluate("frame => { frame.style.height = '200px' }")
    flat = dialog.bounding_box()
    assert flat is not None
    inside, beside = (flat["x"] + 20, flat["y"] + 20), (flat["x"] - 20, flat["y"] + 20)
    page.mouse.click(*inside)
    for begin, end in ((inside, beside), (beside, inside)):
        page.mouse.move(*begin)
        page.mouse.down()
        page.mouse.move(*end)
        page.mouse.up()
    still = dialog.is_visible()
    page.mouse.click(*beside)
    expect(dialog).to_be_hidden()

    assert flat["height"] < low["height"]
    assert (flat["x"], flat["y"]) == (low["x"], low["y"])
    assert still


def test_a_site_that_is_not_listed_is_refused(desktop: Visitor, site: Site) -> None:
    desktop.watch.expect_message("frame-ancestors")
    desktop.watch.expect_message("ERR_BLOCKED_BY_RESPONSE")
    page = desktop.page(f"{site.stranger}/inline")
    expect(page.locator("iframe")).to_be_attached()
    page.wait_for_timeout(MESSAGES_PASS_MS)

    assert [frame.url for frame in page.frames[1:] if frame.locator("body[data-step]").count()] == []
    assert page.locator("#events li").count() == 0


def test_messages_of_others_are_ignored(phone: Visitor, site: Site) -> None:
    """W6: a site's other frames, or the site itself, can't speak for the booking page."""
    page = phone.page(f"{site.host}/inline")
    flow.must_be_at(widget(page), "where")
    heard(page, "ready")
    height = page.locator("iframe").evaluate("frame => frame.offsetHeight")
    page.evaluate(
        """() => {
            for (const data of [
                {source: "fieldfare", event: "booked", reference: "FORGED"},
                {source: "fieldfare", event: "size", height: 9999},
                null, "fieldfare", 7, {source: "fieldfare"}, {event: "booked"},
            ]) window.postMessage(data, "*");
        }"""
    )
    page.wait_for_timeout(MESSAGES_PASS_MS)

    assert page.locator("#events [data-event=booked]").count() == 0
    assert page.locator("iframe").evaluate("frame => frame.offsetHeight") == height


def test_a_height_that_is_none_is_ignored(phone: Visitor, site: Site) -> None:
    page = phone.page(f"{site.host}/inline")
    flow.must_be_at(widget(page), "where")
    height = page.locator("iframe").evaluate("frame => frame.offsetHeight")
    page.frames[-1].evaluate(
        """host => {
            for (const height of [-1, 0, 1e9, NaN, "300px", "9000", null, 1.5, {}])
                parent.postMessage({source: "fieldfare", event: "size", height}, host);
        }""",
        site.host,
    )
    page.wait_for_timeout(MESSAGES_PASS_MS)

    now = page.locator("iframe").evaluate("frame => frame.offsetHeight")
    assert now == height or 100 <= now <= 20_000


def test_the_page_speaks_to_nobody_but_its_host(phone: Visitor, site: Site) -> None:
    """Opened with a host that may not embed it, it says nothing at all; nor does it to whom it is not told of."""
    for host in (site.stranger, "null", "*", ""):
        page = phone.page(f"{site.book}?host={host}")
        flow.must_be_at(page, "where")
        assert page.locator("body").get_attribute("data-host") is None
    page = phone.page(f"{site.book}?host={site.host}")
    expect(page.locator("body")).to_have_attribute("data-host", site.host)


@pytest.mark.parametrize("path", ["", "/nowhere", "?s=broken", "/when", "/visits/none"])
def test_only_listed_sites_may_frame_any_page(site: Site, path: str) -> None:
    """W3: the policy stands on every answer, the refusals as well."""
    with site.server.client() as client:
        answer = client.get(f"/book/{BUSINESS}{path}")
    policy = answer.headers["content-security-policy"]

    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors" in policy
    assert site.stranger not in policy
    assert "*" not in policy
    assert "set-cookie" not in answer.headers


def test_a_brand_without_contrast_is_mended(visit: Visit, site: Site) -> None:
    """The embedding site's colour is taken, but never so pale that nobody can read the button."""
    page = visit(DESKTOP).page(f"{site.book}?brand=ffee88")
    button = page.locator("main").get_by_role("button", name=flow.EN.go_on).first
    ratio = button.evaluate(
        """element => {
            const light = text => {
                const [r, g, b] = text.match(/[0-9.]+/g).map(value => value / 255)
                    .map(value => value <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4);
                return .2126 * r + .7152 * g + .0722 * b;
            };
            const style = getComputedStyle(element);
            const [low, high] = [light(style.color), light(style.backgroundColor)].sort((a, b) => a - b);
            return (high + .05) / (low + .05);
        }"""
    )

    assert ratio >= 4.5


def test_the_theme_follows_the_site(visit: Visit, site: Site) -> None:
    page = visit(PHONE).page(f"{site.book}?theme=dark")

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
