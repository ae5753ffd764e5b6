"""Booking for somebody who is on the phone: ranked options with their detours, and against the rules with a reason."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.desk.conftest import SignIn
from tests.desk.desk import Member, must_be_at
from tests.desk.office import ALEX, TUNE_UP, Office
from tests.web.browser import PHONE
from tests.web.photon import OAKVILLE, SUDBURY

pytestmark = pytest.mark.slow

CALLER = "Billie Caller"
REASON = "No heat since last night."


def looked_for(page: Page, address: str = OAKVILLE.written, product: str = TUNE_UP) -> None:
    """Ask for times at an address."""
    page.locator("#address").fill(address)
    page.locator("#address").press("Tab")
    page.get_by_label("What?").select_option(product)
    page.get_by_role("button", name="Find times").click()


def on_quiet_day(member: Member) -> str:
    """Give the part of an address that shows the quiet day."""
    return f"date={member.office.quiet.isoformat()}"


def told(page: Page, name: str = CALLER) -> None:
    """Type in who it is for."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Phone", exact=True).fill("905 555 0121")
    page.get_by_label("Email", exact=True).fill("billie.caller@example.com")


def chosen_day(page: Page, member: Member) -> None:
    """Show the quiet day, and wait for it."""
    page.locator(f"nav.days a[href*='{on_quiet_day(member)}']").click()
    expect(page.locator(f"nav.days a[href*='{on_quiet_day(member)}']")).to_have_attribute("aria-current", "page")


def test_the_options_are_ranked_by_detour(dispatcher: Member, quiet: Office) -> None:
    page = dispatcher.page("book")
    looked_for(page)

    best = page.get_by_role("table", name="Shortest detours").locator("tbody tr")
    expect(best.first).to_be_visible()
    minutes = [int(re.findall(r"\d+", text)[0]) for text in best.locator("td[data-label=Detour]").all_inner_texts()]

    assert len(minutes) >= 3
    assert minutes == sorted(minutes)


def test_a_visit_is_booked_from_its_options(dispatcher: Member, quiet: Office) -> None:
    page = dispatcher.page("book")
    looked_for(page)
    chosen_day(page, dispatcher)

    page.locator("#days ~ .scroll tbody tr").first.get_by_role("button", name="Choose").click()
    must_be_at(page, "book-details")
    expect(page.locator(".notice.good")).to_contain_text("It can be driven")
    told(page)
    page.get_by_role("button", name="Book this visit").click()

    must_be_at(page, "booking")
    (booking,) = quiet.standing()
    assert booking["customer"]["name"] == CALLER
    assert booking["source"] == "staff"
    expect(page.locator("main")).to_contain_text(booking["reference"])


def test_a_time_against_the_rules_is_booked_with_a_reason(dispatcher: Member, quiet: Office) -> None:
    page = dispatcher.page("book")
    looked_for(page)
    page.get_by_label("Day", exact=True).fill(quiet.quiet.isoformat())
    page.get_by_label("Time", exact=True).fill("12:15")
    page.get_by_label("Who goes").select_option("amara")
    page.get_by_role("button", name="Try it").click()

    must_be_at(page, "book-details")
    expect(page.locator(".notice.warn")).to_be_visible()
    told(page)
    page.get_by_label("Why").fill(REASON)
    page.get_by_role("button", name="Book against the rules").click()

    must_be_at(page, "booking")
    (booking,) = quiet.standing()
    assert quiet.stands_at(booking) == ("amara", "12:15")
    assert REASON in str(quiet.trail(subject="bookings", id_=booking["id"]))


def test_what_nobody_overrides_can_not_be_booked(dispatcher: Member, quiet: Office) -> None:
    quiet.book("09:00", "amara")
    page = dispatcher.page("book")
    looked_for(page)
    page.get_by_label("Day", exact=True).fill(quiet.quiet.isoformat())
    page.get_by_label("Time", exact=True).fill("09:30")
    page.get_by_label("Who goes").select_option("amara")
    page.get_by_role("button", name="Try it").click()

    must_be_at(page, "book-details")
    expect(page.locator(".notice")).to_contain_text(re.compile("can't be overridden"))
    expect(page.get_by_role("button", name=re.compile("^Book"))).to_have_count(0)


def test_an_agent_books_and_may_not_override(sign_in: SignIn, quiet: Office) -> None:
    page = sign_in("agent").page("book")
    looked_for(page)
    page.get_by_label("Day", exact=True).fill(quiet.quiet.isoformat())
    page.get_by_label("Time", exact=True).fill("12:15")
    page.get_by_label("Who goes").select_option("amara")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".notice")).to_contain_text("Only the office")
    expect(page.get_by_role("button", name=re.compile("^Book"))).to_have_count(0)

    page.get_by_role("link", name="Choose another time").click()
    page.get_by_role("table", name="Soonest").get_by_role("button", name="Choose").first.click()
    told(page, "Agent Caller")

    expect(page.get_by_role("button", name="Book this visit")).to_be_enabled()


def test_faults_stand_at_their_fields_and_nothing_is_lost(dispatcher: Member, quiet: Office) -> None:
    dispatcher.watch.expect_status(422)
    page = dispatcher.page("book")
    looked_for(page)
    chosen_day(page, dispatcher)
    page.locator("#days ~ .scroll tbody tr").first.get_by_role("button", name="Choose").click()
    page.locator("form.details").evaluate("form => { form.noValidate = true }")
    told(page)
    page.get_by_label("Email", exact=True).fill("billie at example")

    page.get_by_role("button", name="Book this visit").click()

    expect(page.locator("#email-error")).to_be_visible()
    expect(page.get_by_label("Email", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Name", exact=True)).to_have_value(CALLER)
    assert quiet.standing() == []


def test_a_known_customer_is_not_asked_twice(dispatcher: Member, quiet: Office) -> None:
    page = dispatcher.page("customers", quiet.made["en_route"]["customer"]["id"])

    page.get_by_role("button", name="Book for this customer").click()
    looked_for(page, "240 Leighland Avenue, Oakville, ON L6H 3H6")
    chosen_day(page, dispatcher)
    page.locator("#days ~ .scroll tbody tr").first.get_by_role("button", name="Choose").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value(ALEX.name)
    page.get_by_role("button", name="Book this visit").click()

    must_be_at(page, "booking")
    (booking,) = quiet.standing()
    assert booking["customer"]["id"] == quiet.made["en_route"]["customer"]["id"]


def test_where_nobody_drives_that_is_said(dispatcher: Member) -> None:
    page = dispatcher.page("book")

    looked_for(page, SUDBURY.written, "furnace-repair")

    expect(page.locator("main .empty")).to_contain_text("nobody can drive there")


def test_an_address_that_nobody_knows_is_told(dispatcher: Member) -> None:
    dispatcher.watch.expect_status(422)
    page = dispatcher.page("book")

    looked_for(page, "17 Nowhere Crescent, Atlantis")

    expect(page.get_by_role("alert")).to_contain_text("not found")
    expect(page.locator("#address")).to_have_value("17 Nowhere Crescent, Atlantis")


def test_it_books_without_scripts_on_a_phone(sign_in: SignIn, quiet: Office) -> None:
    member = sign_in("dispatcher", PHONE, java_script_enabled=False)
    page = member.page("book")

    looked_for(page)
    chosen_day(page, member)
    page.locator("#days ~ .scroll tbody tr").first.get_by_role("button", name="Choose").click()
    told(page)
    page.get_by_role("button", name="Book this visit").click()

    must_be_at(page, "booking")
    assert len(quiet.standing()) == 1
