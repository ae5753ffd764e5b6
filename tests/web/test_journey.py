"""A customer books: on a phone, at a desk, by keyboard, without scripts, on a slow line, and whatever goes wrong."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.service.example import AVAILABILITY, BUSINESS, OAKVILLE
from tests.web import flow
from tests.web.browser import DESKTOP, PHONE, Visitor
from tests.web.conftest import Visit
from tests.web.flow import EN, FR, Person
from tests.web.site import Site, eventually

pytestmark = pytest.mark.slow

INDUSTRY = "hvac"


def at_calendar(visitor: Visitor, site: Site, words: flow.Words = EN, query: str = "") -> Page:
    page = visitor.page(site.book + query)
    flow.enter_address(page, words=words)
    flow.choose_product(page, words)
    return page


def at_details(visitor: Visitor, site: Site, words: flow.Words = EN, query: str = "") -> Page:
    page = at_calendar(visitor, site, words, query)
    flow.choose_first_slot(page, words)
    return page


def confirmed(site: Site, person: Person) -> list[dict[str, Any]]:
    return [one for one in site.bookings(person.email) if one["status"] == "confirmed"]


def test_the_whole_way(anybody: Visitor, site: Site) -> None:
    person = Person(name="Robin Whole")
    page = anybody.page(site.book)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    flow.choose_suggestion(page, "1225 Traf")
    flow.choose_product(page)
    date = flow.choose_day(page, 1)
    time = flow.times(page).first.locator(".at").inner_text()
    flow.times(page).first.click()
    flow.fill_details(page, person)
    flow.confirm(page)
    reference = flow.booked(page)

    (made, *_) = confirmed(site, person)
    assert made["reference"] == reference
    assert made["start"].startswith(date)
    facts = page.locator("dl.facts").first
    for shown in (time, "1225 Trafalgar Road", "159"):
        expect(facts).to_contain_text(shown)
    expect(page.locator("main")).to_contain_text(reference)
    expect(page.get_by_role("button", name=re.compile(r"\.ics"))).to_be_visible()
    link = site.link_to(person.email)
    page.goto(link)
    flow.must_be_at(page, "manage")
    expect(page.locator("main")).to_contain_text(reference)


def test_no_page_is_wider_than_the_phone(phone: Visitor, site: Site) -> None:
    page = phone.page(site.book)
    wide = [must_fit(page)]
    flow.enter_address(page)
    flow.must_be_at(page, "what")
    wide.append(must_fit(page))
    flow.choose_product(page)
    wide.append(must_fit(page))
    flow.choose_first_slot(page)
    wide.append(must_fit(page))
    flow.fill_details(page, Person(name="Sam Narrow"))
    flow.confirm(page)
    flow.booked(page)
    wide.append(must_fit(page))

    assert wide == [390] * len(wide)


def must_fit(page: Page) -> int:
    return int(page.evaluate("Math.max(document.documentElement.scrollWidth, innerWidth)"))


def test_by_keyboard_alone(desktop: Visitor, site: Site) -> None:
    page = desktop.page(site.book)
    person = Person(name="Kim Keys")
    tab_to(page, page.get_by_role("combobox", name=EN.address))
    page.keyboard.type("1225 Traf", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name=EN.address)).to_have_value(re.compile("Trafalgar"))
    flow.must_be_at(page, "where")
    page.keyboard.press("Enter")
    for card in (EN.industry, EN.tune_up):
        tab_to(page, flow.card(page, card).get_by_role("button"))
        page.keyboard.press("Enter")
    flow.must_be_at(page, "when")
    chosen = choose_day_by_arrows(page)
    tab_to(page, flow.times(page).first)
    page.keyboard.press("Enter")
    flow.must_be_at(page, "details")
    for label, text in ((EN.name, person.name), (EN.email, person.email), (EN.phone, person.phone)):
        tab_to(page, page.get_by_label(label).first)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    flow.booked(page)

    (made,) = confirmed(site, person)
    assert made["start"].startswith(chosen)


def tab_to(page: Page, target: Any) -> None:
    """Press Tab until something has the focus, which must be seen."""
    expect(target).to_be_visible()
    for _ in range(80):
        if target.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        raise AssertionError(f"the keyboard does not reach {target}")
    seen = target.evaluate(
        """element => [element, element.closest("li")].some(one => {
            const style = one && getComputedStyle(one);
            return style && (style.outlineStyle !== "none" || style.boxShadow !== "none");
        })"""
    )
    assert seen, f"the focus on {target} is not seen"


def choose_day_by_arrows(page: Page) -> str:
    """Go through the month by arrows to the second free day, and choose it."""
    wanted = flow.free_days(page).nth(1)
    date = wanted.get_attribute("data-date")
    assert date is not None
    tab_to(page, page.locator("table.month [tabindex='0']"))
    for _ in range(45):
        focused = page.evaluate("document.activeElement.dataset.date")
        if focused == date:
            break
        page.keyboard.press("ArrowRight" if focused < date else "ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("table.month .day.chosen")).to_have_attribute("data-date", date)
    assert page.evaluate("document.activeElement.dataset.date") == date
    return date


def test_a_closed_day_says_why(desktop: Visitor, site: Site) -> None:
    page = at_calendar(desktop, site)
    closed = page.locator("table.month .day.closed").first
    closed.focus()

    why = page.locator("#why")
    expect(why).to_have_text(re.compile(r"\w+ \w+"))
    assert not re.search(r"[a-z]_[a-z]|depart|off_shift", why.inner_text())


def test_without_scripts(no_script: Visitor, site: Site) -> None:
    person = Person(name="Pat Plain")
    page = no_script.page(site.book)
    reference = flow.book(page, person)

    assert [one["reference"] for one in confirmed(site, person)] == [reference]


def test_by_postal_code_alone(phone: Visitor, site: Site) -> None:
    """The zone's price is known, and the full address is asked for with the contact."""
    person = Person(name="Robin Code")
    page = phone.page(site.book)
    flow.enter_address(page, "L6H 0H3")
    flow.choose_product(page)
    flow.choose_first_slot(page)
    page.get_by_label(re.compile("^Number and street")).fill("1225 Trafalgar Road")
    flow.fill_details(page, person)
    flow.confirm(page)
    flow.booked(page)

    expect(page.locator("dl.facts").first).to_contain_text("1225 Trafalgar Road")


def test_by_the_place_where_one_is(visit: Visit, site: Site) -> None:
    here = {"latitude": OAKVILLE["lat"], "longitude": OAKVILLE["lng"]}
    visitor = visit(PHONE, geolocation=here, permissions=["geolocation"])
    page = visitor.page(site.book)
    page.get_by_role("button", name=re.compile("location", re.IGNORECASE)).click()

    expect(page.locator("body")).to_have_attribute("data-step", re.compile("what|where"))
    if page.locator("body").get_attribute("data-step") == "where":
        page.get_by_label(re.compile("postal code", re.IGNORECASE)).first.fill("L6H 0H3")
        page.locator("main").get_by_role("button", name=EN.go_on).first.click()
    flow.choose_product(page)


def test_in_french(french: Visitor, site: Site) -> None:
    person = Person(name="Chloé Tremblay-Roy")
    page = french.page(site.book)
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^fr"))
    flow.enter_address(page, words=FR)
    flow.choose_product(page, FR)
    expect(page.locator("main")).to_contain_text(re.compile(r"159,00\s\$"))
    expect(flow.times(page).first).to_contain_text(re.compile(r"\d+\sh(\s\d+)?"))
    flow.choose_first_slot(page, FR)
    flow.fill_details(page, person, FR)
    flow.confirm(page, FR)
    flow.booked(page)

    assert len(confirmed(site, person)) == 1
    letter = eventually(lambda: site.post.to(person.email, of=BUSINESS))[-1]
    assert re.search(r"\d+\sh\s|rendez-vous|visite", letter.text)


def test_the_language_can_be_changed_on_the_way(phone: Visitor, site: Site) -> None:
    page = phone.page(site.book)
    flow.enter_address(page)
    flow.must_be_at(page, "what")
    page.get_by_role("link", name="Français").click()

    expect(page.locator("html")).to_have_attribute("lang", re.compile("^fr"))
    flow.must_be_at(page, "what")
    expect(page.get_by_role("link", name="English")).to_be_visible()


def test_in_the_dark(dark: Visitor, site: Site) -> None:
    page = dark.page(site.book)

    shade = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).map(Number)")
    assert max(shade) < 64, shade
    flow.book(page, Person(name="Noa Night"))


def test_a_link_that_names_the_product_and_the_person(phone: Visitor, site: Site) -> None:
    """By deep link: the product is chosen, and the fields are filled in, but nothing is sent by itself."""
    before = site.statuses()
    filled = {"name": "Lee Link", "email": "lee.link@example.com", "address": "1225 Trafalgar Road, Oakville"}
    page = phone.page(f"{site.book}?{urlencode({'product': 'furnace-tune-up', **filled})}")
    flow.must_be_at(page, "where")
    expect(page.locator("main")).to_contain_text("Furnace tune-up")
    expect(page.get_by_label(EN.address).first).to_have_value("1225 Trafalgar Road, Oakville")
    assert site.statuses() == before
    page.get_by_label(EN.address).first.press("Escape")
    page.locator("main").get_by_role("button", name=EN.go_on).first.click()
    flow.must_be_at(page, "when")
    flow.choose_first_slot(page)

    expect(page.get_by_label(EN.name).first).to_have_value("Lee Link")
    expect(page.get_by_label(EN.email).first).to_have_value("lee.link@example.com")


def test_from_prices_before_the_address_is_known(phone: Visitor, site: Site) -> None:
    page = phone.page(f"{site.book}?industry={INDUSTRY}")
    flow.must_be_at(page, "what")

    expect(page.locator(".card .price").first).to_contain_text(re.compile("from", re.IGNORECASE))


def test_what_was_left_out_is_said_and_nothing_is_lost(phone: Visitor, site: Site) -> None:
    phone.watch.expect_status(422)
    page = at_details(phone, site)
    page.locator("form").evaluate_all("forms => forms.forEach(form => { form.noValidate = true })")
    page.get_by_label(EN.name).first.fill("Ira Incomplete")
    page.get_by_label(EN.email).first.fill("not an address")
    flow.confirm(page)

    summary = page.locator(".errors")
    expect(summary).to_be_focused()
    field = page.get_by_label(EN.email).first
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_value("not an address")
    expect(page.get_by_label(EN.name).first).to_have_value("Ira Incomplete")
    summary.get_by_role("link").first.click()
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    flow.fill_details(page, Person(name="Ira Incomplete"))
    flow.confirm(page)
    flow.booked(page)


def test_back_and_forth(phone: Visitor, site: Site) -> None:
    person = Person(name="Bo Back")
    page = at_details(phone, site)
    page.go_back()
    flow.must_be_at(page, "when")
    page.go_back()
    flow.must_be_at(page, "what")
    page.go_forward()
    flow.must_be_at(page, "when")
    flow.choose_first_slot(page)
    flow.fill_details(page, person)
    flow.confirm(page)
    reference = flow.booked(page)
    page.go_back()
    # What comes of it now, it must not be a second visit.
    again = page.locator("main").get_by_role("button", name=EN.confirm)
    if page.locator("body").get_attribute("data-step") == "details" and again.count():
        phone.watch.expect_status(404, 409, 410)
        flow.fill_details(page, person)
        again.first.click()
        expect(page.locator("body")).not_to_have_attribute("data-step", "details")

    assert [one["reference"] for one in confirmed(site, person)] == [reference]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_double_click_books_once(visit: Visit, site: Site, scripts: bool) -> None:
    person = Person(name="Dee Double " + ("Script" if scripts else "Plain"))
    visitor = visit(PHONE, java_script_enabled=scripts)
    page = at_details(visitor, site)
    flow.fill_details(page, person)
    page.locator("main").get_by_role("button", name=EN.confirm).first.dblclick()
    reference = flow.booked(page)

    assert [one["reference"] for one in confirmed(site, person)] == [reference]


def test_on_a_slow_line(phone: Visitor, site: Site) -> None:
    person = Person(name="Sal Slow")
    page = phone.page()
    line = phone.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 25_000},
    )
    page.goto(site.book)
    flow.choose_suggestion(page, "1225 Traf")
    flow.choose_product(page)
    flow.choose_day(page, 1)
    flow.times(page).first.click()
    flow.fill_details(page, person)
    flow.confirm(page)
    flow.booked(page)


def test_of_two_who_want_one_slot_one_gets_it(visit: Visit, site: Site) -> None:
    """The other one's calendar knows of nothing: no event reaches it."""
    first, second = visit(PHONE), visit(DESKTOP)
    second.watch.expect_status(409)
    second.context.route("**/changes*", lambda _: None)
    pages = [at_calendar(first, site), at_calendar(second, site)]
    values = [flow.times(page).last.get_attribute("value") for page in pages]
    assert values[0] == values[1]
    start = str(values[0]).split()[0]
    flow.times(pages[0]).last.click()
    flow.fill_details(pages[0], Person(name="Ada First"))
    flow.confirm(pages[0])
    flow.booked(pages[0])
    site.take_all(start)
    flow.times(pages[1]).last.click()

    must_show_three_others(pages[1], start)
    pages[1].locator("main").get_by_role("button").filter(has=pages[1].locator(".at")).first.click()
    flow.fill_details(pages[1], Person(name="Ben Second"))
    flow.confirm(pages[1])
    flow.booked(pages[1])


def must_show_three_others(page: Page, start: str) -> None:
    """Wait for the page that says that a time is gone, with the first three that are not."""
    others = page.locator("main button.time")
    expect(others).to_have_count(3)
    expect(page.locator("main")).to_contain_text(re.compile("taken|gone|no longer|expired", re.IGNORECASE))
    assert start not in [str(value).split()[0] for value in others.evaluate_all("all => all.map(one => one.value)")]


def test_a_hold_that_ran_out_and_was_taken_loses_nothing(phone: Visitor, site: Site) -> None:
    phone.watch.expect_status(409, 410)
    person = Person(name="Eve Expired")
    page = at_details(phone, site)
    held = site.rows.query("SELECT starts_at FROM bookings WHERE status = 'held' ORDER BY created_at DESC LIMIT 1")
    flow.fill_details(page, person)
    site.shorten_holds(0)
    start = held[0]["starts_at"].isoformat()
    site.take_all(start)
    flow.confirm(page)

    must_show_three_others(page, start)
    page.locator("main button.time").first.click()
    expect(page.get_by_label(EN.name).first).to_have_value(person.name)
    expect(page.get_by_label(EN.email).first).to_have_value(person.email)
    expect(page.get_by_label(EN.notes).first).to_have_value(person.notes)
    flow.confirm(page)
    flow.booked(page)
    assert len(confirmed(site, person)) == 1


def test_the_countdown_is_announced_and_can_be_prolonged(phone: Visitor, site: Site) -> None:
    page = phone.page()
    page.clock.install()
    page.goto(site.book)
    flow.enter_address(page)
    flow.choose_product(page)
    flow.choose_first_slot(page)
    hold = page.locator(".hold")
    expect(hold.locator(".clock")).to_have_text(re.compile(r"\b(9:5\d|10:00)\b"))
    page.clock.fast_forward("08:10")
    expect(hold).to_have_class(re.compile(r"\bsoon\b"))
    expect(hold.get_by_role("status")).to_contain_text("2 minutes")
    page.clock.fast_forward("02:00")
    expect(hold).to_have_class(re.compile(r"\bover\b"))
    flow.fill_details(page, Person(name="Liv Longer"))
    page.get_by_role("button", name=re.compile("longer")).first.click()

    expect(page.locator(".hold .clock")).to_have_text(re.compile(r"\b1[23]:\d\d\b"))
    expect(page.get_by_label(EN.name).first).to_have_value("Liv Longer")


def test_a_slot_that_somebody_takes_disappears_from_an_open_calendar(desktop: Visitor, site: Site) -> None:
    page = at_calendar(desktop, site)
    flow.choose_day(page, 2)
    value = flow.times(page).first.get_attribute("value")
    assert value is not None
    button = page.locator(f'button.time[value="{value}"]')
    expect(button).to_be_visible()
    assert site.take_all(value.split()[0]) > 0

    expect(button).to_have_count(0)
    flow.must_be_at(page, "when")


def test_the_note_about_the_zone_is_for_those_elsewhere(visit: Visit, site: Site) -> None:
    here, there = (at_calendar(visit(PHONE, timezone_id=zone), site) for zone in ("America/Toronto", "Europe/Paris"))

    expect(there.locator(".zone-note")).to_be_visible()
    expect(here.locator(".zone-note")).to_be_hidden()


def test_a_visit_is_moved_by_its_link(phone: Visitor, site: Site) -> None:
    person = Person(name="Max Mover")
    page = phone.page(site.book)
    flow.book(page, person)
    (before,) = confirmed(site, person)
    page.goto(site.link_to(person.email))
    flow.must_be_at(page, "manage")
    page.locator("main").get_by_role("button", name=EN.move).click()
    flow.must_be_at(page, "move")
    flow.times(page).last.click()
    expect(page.locator("body")).to_have_attribute("data-step", re.compile("manage|done|move"))

    after = eventually(lambda: [one for one in site.bookings(person.email) if one["start"] != before["start"]])[0]
    assert after["reference"] == before["reference"]
    assert datetime.fromisoformat(after["start"]) > datetime.fromisoformat(before["start"])


def test_a_visit_is_cancelled_by_its_link(no_script: Visitor, site: Site) -> None:
    person = Person(name="Cas Cancel")
    page = no_script.page(site.book)
    flow.book(page, person)
    page.goto(site.link_to(person.email))
    page.locator("main").get_by_role("button", name=EN.cancel).click()
    flow.must_be_at(page, "cancel")
    page.get_by_label(re.compile("in your words")).fill("We are moving house.")
    page.locator("main").get_by_role("button", name=EN.cancel).click()

    flow.must_be_at(page, "manage")
    expect(page.locator("main")).to_contain_text(re.compile("cancelled", re.IGNORECASE))
    assert [one["status"] for one in site.bookings(person.email)] == ["cancelled"]


@pytest.mark.parametrize(
    ("business", "address", "says"),
    [
        ("northern-comfort-local", "200 Brady Street, Sudbury", "waitlist|phone|call"),
        ("northern-comfort", "9300 Airport Road, Mount Hope", "phone|call"),
        ("northern-comfort", "200 Brady Street, Sudbury", "waitlist|phone|call"),
    ],
    ids=["out of area", "negative zone", "nothing free"],
)
def test_no_end_is_a_dead_one(phone: Visitor, site: Site, business: str, address: str, says: str) -> None:
    page = phone.page(f"{site.server.url}/book/{business}")
    flow.enter_address(page, address)
    expect(page.locator("body")).to_have_attribute("data-step", re.compile("sorry|what|when"))
    if page.locator("body").get_attribute("data-step") == "what":
        page.locator(".card").first.get_by_role("button").click()
        flow.must_be_at(page, "when")

    main = page.locator("main")
    expect(main).to_contain_text(re.compile(says, re.IGNORECASE))
    expect(main.locator("a[href^='tel:'], a[href*='waitlist'], a[href*='/book/']").first).to_be_visible()


def test_the_api_and_the_calendar_agree(phone: Visitor, site: Site) -> None:
    """Every time that the page shows on a day is one that the API offers, and the other way round."""
    page = at_calendar(phone, site)
    date = flow.choose_day(page, 1)
    shown = [str(value).split()[0] for value in flow.times(page).evaluate_all("all => all.map(one => one.value)")]
    with site.server.client() as client:
        answer = client.post(AVAILABILITY, json={"place": OAKVILLE, "product": "furnace-tune-up"}).json()

    assert shown == [slot["start"] for slot in answer["slots"] if slot["start"].startswith(date)]
