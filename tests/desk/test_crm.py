"""A company whose calendar is in GoHighLevel, at its desk: connected, booked, moved by hand, out of reach, settled."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import URL

from tests.databases import clone
from tests.desk import board as boards
from tests.desk.crm import LOCATION, PRIVATE, SECONDS, SMALL, USERS, CrmOffice, running_crm_office
from tests.desk.desk import DESK, Member, at_the_desk, must_be_at
from tests.desk.office import ROBIN, Office, eventually
from tests.web import flow
from tests.web.browser import PHONE, must_be_accessible
from tests.web.flow import Person

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("crm")]

MANAGE_LINK = "fieldfare_manage_link"
UNKNOWN = re.compile("GoHighLevel doesn.t know yet how this visit stands")


@pytest.fixture(scope="module")
def crm(
    database_server: URL,
    database_template: str,
    tmp_path_factory: pytest.TempPathFactory,
    office: Office,
    browser: Browser,
) -> Iterator[CrmOffice]:
    with (
        clone(database_server, database_template) as database,
        running_crm_office(database, tmp_path_factory.mktemp("crm"), office.post) as running,
    ):
        yield running


@pytest.fixture
def quiet(crm: CrmOffice) -> Iterator[CrmOffice]:
    """The office, whose quiet day is emptied on both sides after the test."""
    yield crm
    crm.sim.do("outage", on=False)
    crm.clear()
    crm.at_rest()


@pytest.fixture
def owner(browser: Browser, crm: CrmOffice) -> Iterator[Member]:
    with at_the_desk(browser, crm, "owner", DESK, reduced_motion="reduce") as member:
        yield member


def must_hold(page: Page) -> None:
    """Look at a desk, in light and in the dark, and on a phone."""
    must_be_accessible(page)
    page.emulate_media(color_scheme="dark")
    must_be_accessible(page, rules=("color-contrast",))
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE["viewport"])
    must_be_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    page.set_viewport_size(DESK["viewport"])


def field_of(crm: CrmOffice, contact: str, key: str) -> str:
    """Read a custom field of a contact, as the other side keeps it."""
    found = next(one for one in crm.sim.of("contacts") if one["id"] == contact)
    return str(found["fields"].get(f"contact.{key}", ""))


def test_the_steps_lead_from_the_token_to_the_check(browser: Browser, crm: CrmOffice) -> None:
    place, token = "loc-small", "pit-small"
    crm.sim.do("add_location", id=place, name="Small Fleet", time_zone="America/Toronto")
    crm.sim.do("add_token", token=token, location=place)
    for user, name in (("user-ada", "Ada Abara"), ("user-b", "Ben Abara"), ("user-c", "Somebody Else")):
        crm.sim.do("add_user", location=place, id=user, name=name)
    crm.sim.do("add_calendar", location=place, id="cal-small", name="Jobs", users=["user-ada", "user-b", "user-c"])
    with at_the_desk(browser, crm, f"fleet-{SMALL}", DESK, reduced_motion="reduce") as member:
        page = member.page("crm")
        expect(page.get_by_text("No CRM is connected")).to_be_visible()
        must_hold(page)
        page.get_by_role("button", name="Connect GoHighLevel").click()
        page.get_by_label("Location id").fill(place)
        page.get_by_label("Private integration token").fill("pit-of-somebody-else")
        member.watch.expect_status(422)
        page.get_by_role("button", name="Try it and go on").click()
        expect(page.get_by_role("alert")).to_contain_text("Nothing was saved")
        assert "pit-of-somebody-else" not in page.content()
        must_hold(page)
        page.get_by_label("Private integration token").fill(token)
        page.get_by_role("button", name="Try it and go on").click()

        expect(page.get_by_role("heading", name="Who is who")).to_be_visible()
        expect(page.get_by_label("Technician who is Ada Abara")).to_have_value("t000")
        page.get_by_label("Technician who is Ben Abara").select_option(label="Ben Abara")
        page.get_by_label("Technician who is Somebody Else").select_option(label="Chloé Abara")
        must_hold(page)
        page.get_by_role("button", name="Save and go on").click()

        expect(page.get_by_role("heading", name="Calendars", level=1)).to_be_visible()
        page.get_by_label("What stands in Jobs").select_option(label="Visits")
        page.get_by_label("What a visit made by hand in Jobs is").select_option(label="Furnace tune-up")
        page.get_by_label("Where every other product is written").select_option(label="Calendar: Jobs")
        must_hold(page)
        page.get_by_role("button", name="Save and go on").click()

        expect(page.get_by_role("heading", name="Custom fields")).to_be_visible()
        wanted = page.get_by_label("Field for: The link by which customers move or cancel their visit")
        wanted.select_option(label="Make a new field")
        must_hold(page)
        page.get_by_role("button", name="Save and go on").click()

        expect(page.get_by_text("no pipeline that the token may see")).to_be_visible()
        must_hold(page)
        page.get_by_role("link", name="Check").click()
        expect(page.get_by_text("Everything works.")).to_be_visible()
        expect(page.get_by_role("row", name="Ada Abara is a user")).to_contain_text("works")
        expect(page.get_by_role("row", name="The calendar Jobs is fit")).to_be_visible()
        must_hold(page)
    headers = {"Authorization": f"Bearer {token}", "Version": "2021-07-28"}
    with httpx2.Client(base_url=crm.sim.url, headers=headers) as asking:
        fields = asking.get(f"/locations/{place}/customFields").json()["customFields"]
    assert [one["name"] for one in fields] == ["Fieldfare manage link"]


def test_a_visit_of_the_booking_page_stands_there_with_its_link(browser: Browser, crm: CrmOffice) -> None:
    person = Person(name="Wilma Webb")
    with at_the_desk(browser, crm, None, DESK, reduced_motion="reduce") as anybody:
        page = anybody.visitor.page(f"{crm.server.url}/book/northern-comfort")
        reference = flow.book(page, person)

        appointment = crm.written(reference)
        assert appointment["title"].startswith("[")
        assert "W. Webb" in appointment["title"]
        link = field_of(crm, appointment["contactId"], MANAGE_LINK)
        assert link.startswith(f"{crm.server.url}/book/northern-comfort/visits/")

        # Somebody has mended the name there; the page of another time asks the CRM whom it is for.
        crm.sim.do("edit", id=appointment["contactId"], name="Wilhelmina Webb")
        page = anybody.visitor.page(f"{link}/move")
        expect(page.get_by_text("Wilhelmina Webb")).to_be_visible()
        must_be_accessible(page)


def test_an_outage_keeps_nobody_waiting(owner: Member, quiet: CrmOffice) -> None:
    quiet.sim.do("outage", on=True)
    booking = quiet.book("09:00", "amara", who=ROBIN)
    page = owner.page("crm", "writes")

    expect(page.get_by_role("row", name=booking["reference"])).to_contain_text("waits")
    must_hold(page)
    page.get_by_role("link", name=booking["reference"]).click()
    expect(page.get_by_text(UNKNOWN)).to_be_visible()
    must_hold(page)
    page = owner.page("crm")
    expect(page.get_by_text("GoHighLevel can't be reached.").first).to_be_visible(timeout=SECONDS * 1_000)
    must_hold(page)

    quiet.sim.do("outage", on=False)
    written = quiet.written(booking["reference"])
    quiet.at_rest()
    page = owner.page("bookings", booking["id"])
    expect(page.get_by_text(UNKNOWN)).to_have_count(0)
    expect(page.locator("#agreed ~ .facts")).to_contain_text(written["id"])
    page = owner.page("crm", "writes")
    expect(page.get_by_text("GoHighLevel knows everything.")).to_be_visible()
    must_hold(page)


def test_a_hand_edit_moves_a_visit_on_an_open_board(owner: Member, quiet: CrmOffice) -> None:
    booking = quiet.book("09:00", "amara", who=ROBIN)
    written = quiet.written(booking["reference"])
    quiet.at_rest()
    shown = boards.opened(owner, quiet.quiet)
    expect(shown.item(booking)).to_have_attribute("data-start", str(quiet.instant("09:00")))

    start = quiet.instant("13:30")
    quiet.sim.do("edit", id=written["id"], start=start, end=start + written["end"] - written["start"])

    expect(shown.item(booking)).to_have_attribute("data-start", str(start), timeout=SECONDS * 1_000)
    assert quiet.stands_at(booking) == ("amara", "13:30")


def test_what_is_kept_there_is_shown_and_not_moved(owner: Member, quiet: CrmOffice) -> None:
    start = quiet.instant("14:00")
    contact = quiet.sim.contact("Percy Private")
    made = quiet.sim.do(
        "add_appointment",
        location=LOCATION,
        calendar=PRIVATE,
        contact=contact,
        user=USERS["chloe"],
        start=start,
        end=start + 3_600,
        title="Dentist",
    )
    shown = boards.opened(owner, quiet.quiet)
    item = shown.page.locator(".bd-rows .bd-item", has_text="Dentist")

    expect(item).to_be_visible(timeout=SECONDS * 1_000)
    expect(item).to_have_accessible_name("Dentist, 2:00 to 3:00 p.m., Chloé Tremblay, in GoHighLevel")
    assert item.get_attribute("data-movable") is None
    item.focus()
    shown.page.keyboard.press("Enter")
    expect(shown.dialog).to_contain_text("Kept in GoHighLevel: change it there.")
    expect(shown.dialog.get_by_role("button", name="Change or free…")).to_have_count(0)
    must_be_accessible(shown.page)
    page = owner.page("board", date=quiet.quiet.isoformat(), show="list")
    expect(page.get_by_role("row", name="Dentist")).to_contain_text("in GoHighLevel")
    page.get_by_role("link", name="Dentist").click()
    expect(page.get_by_text("GoHighLevel keeps this time. Change it there.")).to_be_visible()
    must_hold(page)

    shown.page.keyboard.press("Escape")
    quiet.sim.do("delete", id=made)
    expect(item).to_have_count(0, timeout=SECONDS * 1_000)


def test_a_conflict_is_marked_and_settled(owner: Member, quiet: CrmOffice) -> None:
    booking = quiet.book("09:00", "amara", who=ROBIN)
    quiet.written(booking["reference"])
    quiet.at_rest()
    start = quiet.instant("09:30")
    shown = boards.opened(owner, quiet.quiet)
    blocked = quiet.sim.do(
        "add_block", location=LOCATION, user=USERS["amara"], title="School run", start=start, end=start + 3_600
    )

    item = shown.item(booking)
    expect(item).to_have_accessible_name(re.compile("conflict with GoHighLevel"), timeout=SECONDS * 1_000)
    item.click()
    shown.dialog.get_by_role("link", name="Settle the conflict…").click()
    must_be_at(shown.page, "crm")
    page = shown.page
    row = page.get_by_role("row", name=booking["reference"])
    expect(row).to_contain_text("School run")
    must_hold(page)
    row.get_by_label(f"What to do about Furnace tune-up with new filter {booking['reference']}").select_option(
        label="Give it to somebody else"
    )
    row.get_by_label("Why", exact=True).fill("She takes her children to school.")
    row.get_by_role("button", name="Settle").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("The conflict is settled.")
    expect(page.get_by_role("row", name=booking["reference"])).to_contain_text("Given to somebody else")
    must_hold(page)
    assert quiet.show(booking)["technician"] != "amara"
    quiet.written(booking["reference"], until=lambda one: one["assignedUserId"] != USERS["amara"])
    quiet.sim.do("delete", id=blocked)


def test_a_proposal_is_booked(owner: Member, crm: CrmOffice) -> None:
    lead = {"location": LOCATION, "pipeline": "pipe-leads", "stage": "stage-new", "name": "Needs a tune-up"}
    home = {"address1": "1225 Trafalgar Road", "city": "Oakville", "state": "ON", "postal_code": "L6H 0H3"}
    nowhere = crm.sim.contact("Nora Nowhere", email="nora@example.com")
    somewhere = crm.sim.contact("Paula Pipe", email="paula@example.com", **home)
    for contact, stage in ((nowhere, "stage-book-now"), (somewhere, "stage-send-link")):
        crm.sim.do("move_opportunity", id=crm.sim.do("add_opportunity", contact=contact, **lead), stage=stage)
    page = owner.page("crm", "proposals")
    row, lacking = page.get_by_role("row", name="Paula Pipe"), page.get_by_role("row", name="Nora Nowhere")
    until(page, lambda: lacking.count() > 0 and row.get_by_text("Link sent").count() > 0)
    expect(lacking).to_contain_text("The contact has no address that could be found.")
    assert "/book/northern-comfort?" in field_of(crm, somewhere, "fieldfare_booking_link")
    must_hold(page)

    row.get_by_label("What to do for Paula Pipe").select_option(label="Book the best slot now")
    row.get_by_role("button", name="Do it").click()
    expect(row).to_contain_text("Booked")
    lacking.get_by_label("What to do for Nora Nowhere").select_option(label="Dismiss")
    lacking.get_by_role("button", name="Do it").click()
    expect(lacking).to_contain_text("Dismissed")

    row.get_by_role("link", name="The booking").click()
    must_be_at(page, "booking")
    expect(page.get_by_text("Paula Pipe").first).to_be_visible()
    must_hold(page)


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Look at a page again until something is there."""

    def look() -> bool:
        page.reload()
        return holds()

    eventually(look, seconds=SECONDS)


def test_a_contact_of_the_crm_is_found_while_typing_and_booked_for(owner: Member, quiet: CrmOffice) -> None:
    quiet.sim.contact("Octavia Quill", email="octavia@example.com", phone="+19055550199")
    page = owner.page("bookings")
    box = page.get_by_role("combobox", name="Search customers and bookings")
    box.press_sequentially("octavia", delay=20)
    hit = page.get_by_role("option", name="Octavia Quill")
    expect(hit).to_contain_text("in GoHighLevel")
    must_be_accessible(page)
    box.press("ArrowDown")
    expect(hit).to_have_attribute("aria-selected", "true")
    box.press("Enter")

    must_be_at(page, "book")
    assert "contact=" in page.url
    expect(page.get_by_role("heading", name="Book a visit for Octavia Quill")).to_be_visible()
    must_hold(page)

    page = owner.page("search", q="octavia")
    expect(page.get_by_role("link", name="Octavia Quill")).to_be_visible()
    must_hold(page)
    quiet.sim.do("outage", on=True)
    page = owner.page("search", q="octavia")
    expect(page.get_by_text("Contacts of GoHighLevel are not among these.")).to_be_visible()
    must_hold(page)
