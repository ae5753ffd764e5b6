"""The one search box: a customer is found by whatever they say first, with and without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.desk.conftest import SignIn
from tests.desk.desk import Member, must_be_at
from tests.desk.office import Office
from tests.web.browser import PHONE

pytestmark = pytest.mark.slow

ALEX, RENEE, ROBIN, SAM = "Alex Roe", "Renée Gauthier", "Robin Doe", "Sam Oyelaran"


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Search customers and bookings")


def found(page: Page) -> Locator:
    """What the page of results leads to."""
    return (
        page.locator("main")
        .get_by_role("link")
        .and_(page.locator("a[href*='/desk/customers/'], a[href*='/desk/bookings/']"))
    )


@pytest.mark.parametrize(
    ("typed", "who"),
    [
        ("Alex Roe", ALEX),
        ("alex", ALEX),
        ("ROE", ALEX),
        ("roe alex", ALEX),
        ("gauth", RENEE),
        ("renee", RENEE),
        ("Renée", RENEE),
        ("9055550177", ALEX),
        ("905-555-0177", ALEX),
        ("(905) 555-0177", ALEX),
        ("905.555.0177", ALEX),
        ("+1 905 555 0177", ALEX),
        ("1 905 555 0177", ALEX),
        ("0177", ALEX),
        ("555 0177", ALEX),
        ("240 Leighland", ALEX),
        ("leighland avenue", ALEX),
        ("alex.roe@example.com", ALEX),
        ("robin@", ROBIN),
        ("1229 trafalgar", RENEE),
    ],
)
def test_a_customer_is_found_by(typed: str, who: str, dispatcher: Member) -> None:
    page = dispatcher.page("search", q=typed)

    expect(found(page).filter(has_text=who).first).to_be_visible()


@pytest.mark.parametrize("written", ["L6H 3H6", "l6h3h6", "L6H3H6"])
def test_a_customer_is_found_by_postal_code(written: str, dispatcher: Member) -> None:
    page = dispatcher.page("search", q=written)

    expect(found(page).filter(has_text=ALEX).first).to_be_visible()


@pytest.mark.parametrize("change", [str.upper, str.lower, lambda text: f" {text} "], ids=["upper", "lower", "spaced"])
def test_a_booking_is_found_by_its_reference(change: object, dispatcher: Member, office: Office) -> None:
    assert callable(change)
    page = dispatcher.page("search", q=change(office.made["second"]["reference"]))

    expect(found(page).filter(has_text=SAM).first).to_be_visible()


def test_what_is_found_leads_to_the_booking(dispatcher: Member, office: Office) -> None:
    made = office.made["second"]
    page = dispatcher.page("search", q=made["reference"])

    page.locator(f"main a[href*='/desk/bookings/{made['id']}']").first.click()

    must_be_at(page, "booking")
    expect(page.locator("main")).to_contain_text(made["reference"])


@pytest.mark.parametrize("typed", ["zzqx", "99999999", "ZZZZZZZZ", "%", "_", "'; --", "\\"])
def test_nothing_is_found_and_that_is_said(typed: str, dispatcher: Member) -> None:
    page = dispatcher.page("search", q=typed)

    expect(found(page)).to_have_count(0)
    expect(page.locator("main .empty")).to_be_visible()


def test_an_empty_search_asks_what_to_look_for(dispatcher: Member) -> None:
    page = dispatcher.page("search")

    expect(page.locator("main h1")).to_be_visible()
    expect(found(page)).to_have_count(0)


def test_slash_goes_to_the_search(dispatcher: Member) -> None:
    page = dispatcher.page("account")

    page.keyboard.press("/")

    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("")


def test_slash_in_a_field_is_a_slash(dispatcher: Member) -> None:
    page = dispatcher.page("account")
    field = page.get_by_label("The new one")

    field.press("/")

    expect(field).to_be_focused()
    expect(field).to_have_value("/")


def test_what_is_found_shows_as_one_types_and_the_keyboard_opens_it(dispatcher: Member) -> None:
    page = dispatcher.page("account")
    page.keyboard.press("/")

    page.keyboard.type("oyelar", delay=20)
    expect(page.get_by_role("option").filter(has_text=SAM).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("main")).to_contain_text(SAM)


def test_escape_closes_what_was_found(dispatcher: Member) -> None:
    page = dispatcher.page("account")
    box(page).press_sequentially("alex", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("option")).to_have_count(0)
    expect(box(page)).to_be_focused()


def test_enter_leads_to_the_page_of_all(dispatcher: Member) -> None:
    page = dispatcher.page("account")

    box(page).fill("trafalgar")
    box(page).press("Enter")

    must_be_at(page, "search")
    expect(found(page).filter(has_text=ROBIN).first).to_be_visible()
    expect(found(page).filter(has_text=RENEE).first).to_be_visible()


def test_it_searches_without_scripts(no_script: Member) -> None:
    page = no_script.page("account")

    page.get_by_label("Search customers and bookings").fill("905 555 0177")
    page.get_by_label("Search customers and bookings").press("Enter")

    expect(found(page).filter(has_text=ALEX).first).to_be_visible()


def test_it_searches_on_a_phone(sign_in: SignIn) -> None:
    page = sign_in("dispatcher", PHONE).page("account")

    box(page).press_sequentially("alex", delay=20)

    expect(page.get_by_role("option").filter(has_text=ALEX).first).to_be_visible()


def test_who_may_not_read_customers_finds_bookings_alone(sign_in: SignIn) -> None:
    page = sign_in("agent").page("search", q="alex")

    expect(found(page).filter(has_text=ALEX).first).to_be_visible()
    expect(page.locator("main a[href*='/desk/customers/']")).to_have_count(0)


def test_a_technician_has_no_search(sign_in: SignIn) -> None:
    page = sign_in("technician").page("account")

    expect(page.get_by_role("search")).to_have_count(0)


def test_nobody_finds_another_businesses_customers(sign_in: SignIn) -> None:
    page = sign_in("fleet-40").page("search", q="alex")

    expect(found(page)).to_have_count(0)
