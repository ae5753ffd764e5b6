"""Every page of the desk can be read, and gone on from, in a browser that runs no scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.desk.desk import Member
from tests.desk.office import Office
from tests.desk.states import REPORTS

pytestmark = pytest.mark.slow

PAGES = (
    "account",
    "board",
    "board?view=week",
    "board/time",
    "board/why",
    "search?q=oakville",
    "book",
    "bookings?tab=all",
    "messages",
    "audit",
    "map",
    "map/trace?address=L6H+1A1",
    "map/boundaries",
    *(f"map/boundaries/new?shape={shape}" for shape in ("polygon", "radius", "postal_set", "composite")),
    "settings",
    *(f"settings/{own}" for own in ("business", "policy", "accounts", "keys")),
    *(f"settings/{kind}" for kind in ("zones", "hubs", "industries", "resources", "products", "technicians")),
    *(f"settings/{kind}/new" for kind in ("zones", "hubs", "products", "technicians", "schedules")),
    *(f"reports?report={name}" for name in REPORTS),
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_can_be_read(path: str, no_script: Member) -> None:
    page = no_script.visitor.page(f"{no_script.office.server.url}/desk/{path}")

    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("body")).not_to_have_attribute("data-page", "problem")
    assert len(page.locator("main").inner_text()) > 60


def test_the_menu_leads_everywhere(no_script: Member, office: Office) -> None:
    page = no_script.page("account")
    names = page.get_by_role("navigation", name="Desk").get_by_role("link").all_inner_texts()

    for name in names:
        page.get_by_role("navigation", name="Desk").get_by_role("link", name=name.strip(), exact=True).click()
        expect(page.locator("body")).not_to_have_attribute("data-page", "problem")

    assert len(names) == 9


def test_one_signs_out(no_script: Member, office: Office) -> None:
    no_script.context.clear_cookies()
    page = no_script.page("sign-in")
    page.get_by_label("Email", exact=True).fill("agent@example.com")
    page.get_by_label("Password").fill("a long winter evening")
    page.get_by_role("button", name="Sign in").click()

    page.locator("header .menu summary").click()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_text("You are signed out.")).to_be_visible()
