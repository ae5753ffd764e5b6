"""The dispatch board: what it shows, and everything that a hand can do to it.

Each test books its own visits on the quiet day, and looks into the database for what became of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.desk import board as boards
from tests.desk.board import STEPS, Board
from tests.desk.conftest import SignIn
from tests.desk.desk import DESK, TABLET, Member
from tests.desk.office import KITCHENER, LEIGHLAND, RENEE, Customer, Office

pytestmark = pytest.mark.slow

AFAR = Customer(name="Fay Away", phone="519 555 0111", email="fay.away@example.com", place=KITCHENER)
NEAR = Customer(name="Nia Near", phone="905 555 0112", email="nia.near@example.com", place=LEIGHLAND)
REASON = "No heat since last night."


def quiet_board(member: Member, **query: Any) -> Board:
    return boards.opened(member, member.office.quiet, **query)


# What it shows


def test_a_living_day_is_told_by_more_than_colour(dispatcher: Member, office: Office) -> None:
    board = boards.opened(dispatcher, office.living)
    held = next(one for one in office.standing(office.living) if one["technician"] == "ben")

    expect(board.item(office.made["late"])).to_contain_text("late")
    expect(board.item(office.made["late"]).locator("svg").first).to_be_attached()
    expect(board.item(office.made["late"])).to_have_accessible_name(compiled("at risk|late"))
    expect(board.item(office.made["forced"])).to_contain_text("overridden")
    expect(board.item(office.made["en_route"])).to_have_accessible_name(compiled("on the way"))
    expect(board.item(office.made["hold"])).to_contain_text("held")
    expect(board.item("dentist")).to_contain_text("Dentist")
    expect(board.page.locator(".bd-row.is-resource .bd-item[data-id='lift-out']")).to_be_visible()
    expect(board.page.locator(".bd-queue [data-id]")).to_contain_text("Jo Marchetti")
    assert held


def test_drives_lie_between_visits_with_their_minutes(dispatcher: Member, quiet: Office) -> None:
    quiet.book("09:00", "amara")
    second = quiet.book("11:00", "amara", who=RENEE)
    board = quiet_board(dispatcher)

    expect(board.item(second)).to_have_accessible_name(compiled(r"\d+ min drive before"))
    expect(board.lane("amara").locator(".bd-leg:not(.is-home)")).to_have_count(2)


def test_a_locked_block_names_its_hub(dispatcher: Member, quiet: Office) -> None:
    quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)

    expect(board.lane("amara").locator(".bd-lock")).to_contain_text("North Oakville")


def test_what_is_off_shift_is_greyed(dispatcher: Member, quiet: Office) -> None:
    board = quiet_board(dispatcher)

    # Chloé's shift has a gap at noon.
    expect(board.lane("chloe").locator(".bd-off")).to_have_count(2)


def test_the_list_has_the_same_as_the_board(dispatcher: Member, office: Office) -> None:
    board = boards.opened(dispatcher, office.living)
    shown = {
        (one.get_attribute("data-technician"), one.get_attribute("data-id"))
        for one in board.page.locator(".bd-row[data-technician] .bd-item").all()
    }
    page = dispatcher.page("board", date=office.living.isoformat(), show="list")
    listed = {
        (body.get_attribute("data-technician"), row.get_attribute("data-item"))
        for body in page.locator("tbody[data-technician]").all()
        for row in body.locator("tr[data-item]").all()
    }

    assert shown == listed
    assert len(shown) >= 8


def test_the_week_has_each_day(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board = boards.opened(dispatcher, quiet.quiet, view="week")

    expect(board.page.locator(".bd-day")).to_have_count(7)
    expect(board.item(booking)).to_be_visible()
    expect(board.item(office_first(quiet))).to_be_visible()


def office_first(office: Office) -> Mapping[str, Any]:
    return office.made["second"]


def test_from_day_to_day_and_to_a_date(dispatcher: Member, quiet: Office) -> None:
    board = quiet_board(dispatcher)

    board.page.get_by_role("link", name="Previous day").click()

    expect(board.item(quiet.made["second"])).to_be_visible()
    board.page.get_by_label("Date").fill(quiet.quiet.isoformat())
    board.page.get_by_role("button", name="Show", exact=True).click()
    expect(board.lane("amara")).to_be_visible()
    expect(board.item(quiet.made["second"])).to_have_count(0)


def test_technicians_are_filtered_by_name_and_skill(dispatcher: Member, quiet: Office) -> None:
    page = dispatcher.page("board", date=quiet.quiet.isoformat(), skill="ducts")
    expect(page.locator(".bd-row[data-technician]")).to_have_count(2)

    page.goto(dispatcher.url("board", date=quiet.quiet.isoformat(), q="chlo"))

    expect(page.locator(".bd-row[data-technician]")).to_have_count(1)
    expect(page.locator(".bd-row[data-technician='chloe']")).to_be_visible()


# Carried by the mouse


def test_a_visit_is_dragged_along_its_row(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board, at = quiet_board(dispatcher), quiet.instant("10:30")

    board.carry(booking, to="amara", at=at)
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    board.drop()

    board.must_show(booking, whose="amara", at=at)
    expect(board.toast).to_be_visible()
    assert quiet.stands_at(booking) == ("amara", "10:30")


def test_a_visit_is_dragged_to_somebody_else_at_its_time(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("10:00", "amara")
    board, at = quiet_board(dispatcher), quiet.instant("10:00")

    board.carry(booking, to="chloe", at=at)
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    board.drop()

    board.must_show(booking, whose="chloe", at=at)
    assert quiet.stands_at(booking) == ("chloe", "10:00")
    assert quiet.trail(subject="bookings", id_=booking["id"])[0]["action"] == "assign"


def test_a_visit_is_dragged_to_somebody_else_and_another_time(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board, at = quiet_board(dispatcher), quiet.instant("14:00")

    board.carry(booking, to="chloe", at=at)
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    board.drop()

    board.must_show(booking, whose="chloe", at=at)
    assert quiet.stands_at(booking) == ("chloe", "14:00")


def test_while_carried_the_reason_shows_where_it_does_not_go(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    quiet.book("13:00", "chloe", who=RENEE)
    board = quiet_board(dispatcher)

    board.carry(booking, to="chloe", at=quiet.instant("13:30"))

    expect(board.ghost).to_have_attribute("data-verdict", "bad")
    expect(board.bubble).to_contain_text("Chlo")
    assert len(board.bubble.inner_text()) > 30
    board.page.keyboard.press("Escape")
    board.drop()
    assert quiet.stands_at(booking) == ("amara", "09:00")


def test_an_illegal_drop_bounces_with_its_reason_and_nothing_changes(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    quiet.book("13:00", "chloe", who=RENEE)
    before = quiet.show(booking)
    board = quiet_board(dispatcher)

    board.carry(booking, to="chloe", at=quiet.instant("13:30"))
    expect(board.ghost).to_have_attribute("data-verdict", "bad")
    board.drop()

    expect(board.toast).to_contain_text("can't go to Chlo")
    expect(board.page.locator("[aria-live=assertive]").filter(has_text="can't go to Chlo")).to_be_attached()
    board.must_show(booking, whose="amara", at=quiet.instant("09:00"))
    expect(board.ghost).to_have_count(0)
    assert quiet.show(booking) == before


def test_escape_puts_back_what_is_carried(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)

    board.carry(booking, to="chloe", at=quiet.instant("10:00"))
    board.page.keyboard.press("Escape")
    board.drop()

    expect(board.ghost).to_have_count(0)
    board.must_show(booking, whose="amara", at=quiet.instant("09:00"))
    assert quiet.stands_at(booking) == ("amara", "09:00")


def test_against_the_rules_it_goes_with_a_reason(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board, at = quiet_board(dispatcher), quiet.instant("12:15")

    board.carry(booking, to="amara", at=at)
    expect(board.ghost).to_have_attribute("data-verdict", "soft")
    board.drop()
    expect(board.dialog).to_be_visible()
    board.dialog.get_by_role("textbox").fill(REASON)
    board.dialog.get_by_role("button", name=compiled("^(Move|Override)")).click()

    board.must_show(booking, whose="amara", at=at)
    assert quiet.stands_at(booking) == ("amara", "12:15")
    assert REASON in str(quiet.trail(subject="bookings", id_=booking["id"])[0])


def test_without_a_reason_it_stays(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)

    board.carry(booking, to="amara", at=quiet.instant("12:15"))
    expect(board.ghost).to_have_attribute("data-verdict", "soft")
    board.drop()
    expect(board.dialog).to_be_visible()
    board.page.keyboard.press("Escape")

    expect(board.dialog).to_have_count(0)
    board.must_show(booking, whose="amara", at=quiet.instant("09:00"))
    assert quiet.stands_at(booking) == ("amara", "09:00")


def test_a_move_is_undone(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)
    board.carry(booking, to="chloe", at=quiet.instant("10:00"))
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    board.drop()
    board.must_show(booking, whose="chloe", at=quiet.instant("10:00"))

    board.toast.get_by_role("button", name="Undo").click()

    board.must_show(booking, whose="amara", at=quiet.instant("09:00"))
    assert quiet.stands_at(booking) == ("amara", "09:00")


def test_a_move_is_undone_by_the_keyboard(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)
    board.carry(booking, to="amara", at=quiet.instant("10:30"))
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    board.drop()
    board.must_show(booking, whose="amara", at=quiet.instant("10:30"))
    expect(board.toast).to_be_visible()

    board.page.keyboard.press("Control+z")

    board.must_show(booking, whose="amara", at=quiet.instant("09:00"))
    assert quiet.stands_at(booking) == ("amara", "09:00")


def test_what_somebody_else_moved_meanwhile_is_not_overwritten(dispatcher: Member, quiet: Office) -> None:
    dispatcher.watch.expect_status(412)
    dispatcher.watch.expect_message("ERR_INTERNET_DISCONNECTED")
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)
    # The board hears of nothing any more; what it does itself gets through.
    board.page.route("**/desk/board/data*", lambda route: route.abort())
    dispatcher.watch.expect_message("request failed, net::ERR_FAILED|net::ERR_FAILED")
    quiet.ask("POST", f"bookings/{booking['id']}/reschedule", {"start": quiet.at("14:00"), "technician": "amara"})

    board.carry(booking, to="amara", at=quiet.instant("10:30"))
    board.drop()

    expect(board.toast).to_be_visible()
    assert quiet.stands_at(booking) == ("amara", "14:00")


# By a finger, by the keyboard, by a single click


def finger(session: CDPSession, kind: str, x: float, y: float) -> None:
    points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_a_long_press_carries_by_touch(sign_in: SignIn, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    member = sign_in("dispatcher", {**DESK, "has_touch": True})
    board = quiet_board(member)
    session = member.context.new_cdp_session(board.page)
    x, y = board.grip_of(booking)
    shift = board.x_of(quiet.instant("10:30")) - board.x_of(quiet.instant("09:00"))

    finger(session, "touchStart", x, y)
    expect(board.ghost).to_be_visible()
    for step in range(1, STEPS + 1):
        finger(session, "touchMove", x + shift * step / STEPS, y)
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    finger(session, "touchEnd", x, y)

    board.must_show(booking, whose="amara", at=quiet.instant("10:30"))
    assert quiet.stands_at(booking) == ("amara", "10:30")


def test_a_short_swipe_carries_nothing(sign_in: SignIn, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    member = sign_in("dispatcher", TABLET)
    board = quiet_board(member)
    session = member.context.new_cdp_session(board.page)
    x, y = board.grip_of(booking)

    finger(session, "touchStart", x, y)
    for step in range(1, STEPS + 1):
        finger(session, "touchMove", x + 8 * step, y)
    finger(session, "touchEnd", x, y)

    expect(board.ghost).to_have_count(0)
    assert quiet.stands_at(booking) == ("amara", "09:00")


def compiled(pattern: str) -> Any:
    import re

    return re.compile(pattern, re.IGNORECASE)


def data_of(page: Page) -> Any:
    return page.evaluate("JSON.parse(document.getElementById('board-data').textContent)")
