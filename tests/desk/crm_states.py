"""The pages about GoHighLevel by the name of their screenshots: a day on which something waits on each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from playwright.sync_api import Page, expect

from tests.desk import board as boards
from tests.desk.crm import LOCATION, PRIVATE, SECONDS, USERS, CrmOffice
from tests.desk.desk import Member
from tests.desk.office import ALEX, RENEE, ROBIN, eventually

HOUR = 3_600
_LEADS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("Paula Pipe", "stage-book-now", {}),
    (
        "Leo Larsen",
        "stage-send-link",
        {"address1": "240 Leighland Avenue", "city": "Oakville", "state": "ON", "postal_code": "L6H 3H6"},
    ),
)


def live_a_day(office: CrmOffice) -> None:
    """Let both sides do something: visits, a block in the way of one, private time, leads, and then an outage."""
    made, sim = office.made, office.sim
    made["first"] = office.book("08:30", "amara", who=ROBIN)
    made["second"] = office.book("13:00", "amara", who=RENEE)
    made["third"] = office.book("09:30", "ben", who=ALEX)
    for one in made.values():
        office.written(one["reference"])
    start, later = office.instant("09:00"), office.instant("14:00")
    sim.do("add_block", location=LOCATION, user=USERS["amara"], title="School run", start=start, end=start + HOUR)
    private = {"location": LOCATION, "calendar": PRIVATE, "user": USERS["chloe"], "title": "Dentist"}
    sim.do("add_appointment", contact=sim.contact("Chloé Tremblay"), start=later, end=later + HOUR, **private)
    wrong = private | {"contact": sim.contact("Sam Supplier"), "title": "Call the supplier"}
    sim.do("add_appointment", start=later + 2 * HOUR, end=later + HOUR, **wrong)
    for name, stage, more in _LEADS:
        contact = sim.contact(name, email=f"{name.split()[0].lower()}@example.com", **more)
        lead = {"location": LOCATION, "pipeline": "pipe-leads", "contact": contact, "name": "Tune-up before winter"}
        sim.do("move_opportunity", id=sim.do("add_opportunity", stage="stage-new", **lead), stage=stage)
    eventually(lambda: office.ask("GET", "integrations/ghl/conflicts")["items"], seconds=SECONDS)
    eventually(lambda: len(office.ask("GET", "integrations/ghl/proposals")["items"]) >= len(_LEADS), seconds=SECONDS)
    sim.do("outage", on=True)
    made["waiting"] = office.book("13:00", "ben", who=RENEE)
    eventually(lambda: office.ask("GET", "integrations/ghl/failures")["items"], seconds=SECONDS)


def _page(*path: str) -> Callable[[Member], Page]:
    def show(member: Member) -> Page:
        return member.page(*path)

    return show


def _connected(*path: str) -> Callable[[Member], Page]:
    """Show a step of connecting, for which the other side has to answer."""

    def show(member: Member) -> Page:
        office = member.office
        assert isinstance(office, CrmOffice)
        office.sim.do("outage", on=False)
        return member.page("settings", "ghl", *path)

    return show


def _board(member: Member) -> Page:
    return boards.opened(member, member.office.quiet).page


def _item(member: Member) -> Page:
    shown = boards.opened(member, member.office.quiet)
    shown.page.locator(".bd-rows .bd-item", has_text="Dentist").click()
    expect(shown.dialog).to_be_visible()
    return shown.page


def _booking(member: Member) -> Page:
    return member.page("bookings", member.office.made["waiting"]["id"])


STATES: Mapping[str, Callable[[Member], Page]] = {
    "crm": _page("crm"),
    "crm-conflicts": _page("crm", "conflicts"),
    "crm-writes": _page("crm", "writes"),
    "crm-proposals": _page("crm", "proposals"),
    "crm-entries": _page("crm", "entries"),
    "crm-booking": _booking,
    "board-crm": _board,
    "board-crm-item": _item,
    "ghl-down": _page("settings", "ghl", "stages"),
    "ghl-account": _connected(),
    "ghl-people": _connected("people"),
    "ghl-calendars": _connected("calendars"),
    "ghl-fields": _connected("fields"),
    "ghl-stages": _connected("stages"),
    "ghl-check": _connected("check"),
}
"""In this order: the last ones need the other side, whose outage ends with them."""
