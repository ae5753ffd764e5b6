"""Every page and state of the desk, by the name of its screenshot, and how somebody came there.

What a state books lies on the quiet day, which is emptied behind it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from playwright.sync_api import Page, expect

from tests.desk import board as boards
from tests.desk.board import Board
from tests.desk.desk import Member, must_be_at
from tests.desk.office import RENEE, TUNE_UP
from tests.web.photon import OAKVILLE


def sign_in(member: Member) -> Page:
    member.context.clear_cookies()
    return member.page("sign-in")


def sign_in_refused(member: Member) -> Page:
    member.watch.expect_status(401)
    page = sign_in(member)
    page.get_by_label("Email", exact=True).fill("dana@example.com")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    return page


def account(member: Member) -> Page:
    return member.page("account")


def problem(member: Member) -> Page:
    member.watch.expect_status(404)
    return member.page("nothing")


def board(member: Member) -> Page:
    return boards.opened(member, member.office.living).page


def board_week(member: Member) -> Page:
    return boards.opened(member, member.office.living, view="week").page


def board_list(member: Member) -> Page:
    return member.page("board", date=member.office.living.isoformat(), show="list")


def board_full(member: Member) -> Page:
    """The example's own calendar of this week, or of the next one where this one is over."""
    return boards.opened(member, member.office.busy).page


def _carried(member: Member, to: str, clock: str, verdict: str) -> Board:
    office = member.office
    booking = office.book("09:00", "amara")
    office.book("14:00", "chloe", who=RENEE)
    shown = boards.opened(member, office.quiet)
    shown.carry(booking, to=to, at=office.instant(clock))
    expect(shown.ghost).to_have_attribute("data-verdict", verdict)
    return shown


def board_drag(member: Member) -> Page:
    return _carried(member, "ben", "10:30", "good").page


def board_drag_refused(member: Member) -> Page:
    return _carried(member, "chloe", "14:30", "bad").page


def board_bounced(member: Member) -> Page:
    shown = _carried(member, "chloe", "14:30", "bad")
    shown.drop()
    expect(shown.toast).to_be_visible()
    return shown.page


def board_override(member: Member) -> Page:
    shown = _carried(member, "amara", "12:15", "soft")
    shown.drop()
    expect(shown.dialog).to_be_visible()
    return shown.page


def board_moved(member: Member) -> Page:
    shown = _carried(member, "ben", "10:30", "good")
    shown.drop()
    expect(shown.toast).to_be_visible()
    return shown.page


def board_item(member: Member) -> Page:
    shown = boards.opened(member, member.office.living)
    shown.item(member.office.made["late"]).click()
    expect(shown.dialog).to_be_visible()
    return shown.page


def board_why(member: Member) -> Page:
    shown = boards.opened(member, member.office.living)
    at = member.office.instant("12:15", on=member.office.living)
    shown.reach(at)
    shown.page.mouse.click(shown.x_of(at), shown.y_of("chloe"))
    expect(shown.dialog).to_be_visible()
    return shown.page


def board_move(member: Member) -> Page:
    return member.page("board", "move", member.office.made["second"]["id"], technician="ben")


def board_time(member: Member) -> Page:
    return member.page("board", "time", date=member.office.quiet.isoformat())


def board_blocked(member: Member) -> Page:
    return member.page("board", "time", "dentist")


def why(member: Member) -> Page:
    return member.page("board", "why", technician="amara", start=member.office.instant("12:15"))


def search(member: Member) -> Page:
    return member.page("search", q="oakville")


def search_found(member: Member) -> Page:
    page = member.page("bookings")
    box = page.get_by_role("combobox", name="Search customers and bookings")
    box.press_sequentially("905 555", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    return page


def search_nothing(member: Member) -> Page:
    return member.page("search", q="zzqx")


def book(member: Member) -> Page:
    return member.page("book")


def book_options(member: Member) -> Page:
    page = book(member)
    page.locator("#address").fill(OAKVILLE.written)
    page.locator("#address").press("Tab")
    page.get_by_label("What?").select_option(TUNE_UP)
    page.get_by_role("button", name="Find times").click()
    expect(page.get_by_role("table", name="Shortest detours")).to_be_visible()
    return page


def book_details(member: Member) -> Page:
    page = book_options(member)
    page.get_by_role("table", name="Soonest").get_by_role("button", name="Choose").first.click()
    must_be_at(page, "book-details")
    return page


def book_against(member: Member) -> Page:
    page = book_options(member)
    page.get_by_label("Day", exact=True).fill(member.office.quiet.isoformat())
    page.get_by_label("Time", exact=True).fill("12:15")
    page.get_by_label("Who goes").select_option("amara")
    page.get_by_role("button", name="Try it").click()
    must_be_at(page, "book-details")
    return page


def bookings(member: Member) -> Page:
    day = member.office.living.isoformat()
    return member.page("bookings", tab="all", **{"from": day, "to": day})


def bookings_todo(member: Member) -> Page:
    return member.page("bookings")


def booking(member: Member) -> Page:
    return member.page("bookings", member.office.made["forced"]["id"])


def booking_requested(member: Member) -> Page:
    wanted = member.office.made["requested"]["reference"]
    found = member.office.ask("GET", "bookings", params={"reference": wanted})["items"][0]
    return member.page("bookings", found["id"])


def customer(member: Member) -> Page:
    return member.page("customers", member.office.made["first"]["customer"]["id"])


def messages(member: Member) -> Page:
    return member.page("messages", show="sent")


def audit(member: Member) -> Page:
    return member.page("audit")


def map_day(member: Member) -> Page:
    page = member.page("map", date=member.office.living.isoformat())
    expect(page.locator("[data-canvas] canvas").first).to_be_visible()
    return page


def map_trace(member: Member) -> Page:
    return member.page("map", "trace", address=OAKVILLE.written)


def boundaries(member: Member) -> Page:
    return member.page("map", "boundaries")


def boundary_polygon(member: Member) -> Page:
    page = member.page("map", "boundaries", "b-oakville")
    expect(page.locator("[data-canvas] canvas").first).to_be_visible()
    return page


def boundary_radius(member: Member) -> Page:
    page = member.page("map", "boundaries", "b-airport")
    page.get_by_label("Latitude of the centre").fill(str(OAKVILLE.lat))
    page.get_by_label("Longitude of the centre").fill(str(OAKVILLE.lng))
    page.get_by_role("button", name="Preview who moves").click()
    expect(page.locator("[data-preview]")).to_be_visible()
    return page


def boundary_postal(member: Member) -> Page:
    return member.page("map", "boundaries", "b-oakville-fsa")


def settings(member: Member) -> Page:
    return member.page("settings")


def settings_list(member: Member) -> Page:
    return member.page("settings", "zones")


def settings_business(member: Member) -> Page:
    return member.page("settings", "business")


def settings_policy(member: Member) -> Page:
    return member.page("settings", "policy")


def settings_zone(member: Member) -> Page:
    return member.page("settings", "zones", "z-oakville")


def settings_hub(member: Member) -> Page:
    return member.page("settings", "hubs", "H01")


def settings_product(member: Member) -> Page:
    return member.page("settings", "products", "furnace-tune-up")


def settings_preview(member: Member) -> Page:
    page = settings_product(member)
    page.locator("[id='f-duration_minutes']").fill("90")
    page.locator("#ask-place").fill("L6H 1A1")
    page.locator("#ask-date").fill(member.office.quiet.isoformat())
    page.locator("#ask-time").fill("09:00")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview .verdict")).to_be_visible()
    return page


def settings_faults(member: Member) -> Page:
    member.watch.expect_status(422)
    page = settings_product(member)
    page.locator("[id='f-duration_minutes']").fill("4")
    page.locator(".savebar").get_by_role("button", name="Save").click()
    expect(page.locator("#faults")).to_be_visible()
    return page


def settings_conflict(member: Member) -> Page:
    member.watch.expect_status(412, 409)
    office = member.office
    page = member.page("settings", "hubs", "H02")
    page.locator("[id='f-name']").fill("East Oakville, my words")
    document = office.ask("GET", "hubs/H02")
    other = {"East Oakville", "East Oakville (L6J)"} - {document["name"]}
    office.ask("PUT", "hubs/H02", {**document, "name": min(other)})
    page.locator(".savebar").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("somebody else")
    return page


def settings_schedule(member: Member) -> Page:
    return member.page("settings", "schedules", "s-amara")


def settings_technician(member: Member) -> Page:
    return member.page("settings", "technicians", "amara")


def settings_resource(member: Member) -> Page:
    return member.page("settings", "resources", "scissor-lift")


def settings_industry(member: Member) -> Page:
    return member.page("settings", "industries", "hvac")


def settings_delete(member: Member) -> Page:
    return member.page("settings", "products", "air-quality-test", "delete")


def settings_accounts(member: Member) -> Page:
    return member.page("settings", "accounts")


def settings_keys(member: Member) -> Page:
    return member.page("settings", "keys")


def _report(name: str) -> Callable[[Member], Page]:
    def shown(member: Member) -> Page:
        office = member.office
        page = member.page("reports", report=name, **{"from": f"{office.busy}", "to": f"{office.living}"})
        must_be_at(page, "reports")
        return page

    shown.__name__ = f"reports_{name.replace('-', '_')}"
    return shown


REPORTS = ("drive-minutes", "detour", "utilisation", "missing-slots", "lead-time", "changes", "funnel")
STATES: Mapping[str, Callable[[Member], Page]] = {
    re.sub("_", "-", state.__name__): state
    for state in (
        sign_in,
        sign_in_refused,
        account,
        problem,
        board,
        board_week,
        board_list,
        board_full,
        board_drag,
        board_drag_refused,
        board_bounced,
        board_override,
        board_moved,
        board_item,
        board_why,
        board_move,
        board_time,
        board_blocked,
        why,
        search,
        search_found,
        search_nothing,
        book,
        book_options,
        book_details,
        book_against,
        bookings,
        bookings_todo,
        booking,
        booking_requested,
        customer,
        messages,
        audit,
        map_day,
        map_trace,
        boundaries,
        boundary_polygon,
        boundary_radius,
        boundary_postal,
        settings,
        settings_list,
        settings_business,
        settings_policy,
        settings_zone,
        settings_hub,
        settings_product,
        settings_preview,
        settings_faults,
        settings_conflict,
        settings_schedule,
        settings_technician,
        settings_resource,
        settings_industry,
        settings_delete,
        settings_accounts,
        settings_keys,
        *map(_report, REPORTS),
    )
}
"""All of them, as an owner sees them."""

BY_HAND = ("board-drag", "board-drag-refused", "board-bounced", "board-override", "board-moved")
"""Those to which a mouse carries something: on a phone they lie outside of the window."""
