"""The dispatch board: what it shows, and everything that a hand can do to it.

Each test books its own visits on the quiet day, and looks into the database for what became of them.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.desk import board as boards
from tests.desk.board import STEPS, Board
from tests.desk.conftest import SignIn
from tests.desk.desk import DESK, TABLET, Member
from tests.desk.office import OAKVILLE, RENEE, TUNE_UP, Customer, Office, eventually
from tests.service.example import BUSINESS

pytestmark = pytest.mark.slow

CLOSE = {"lat": 43.4962, "lng": -79.6995, "postal_code": "L6H 0H3"}
NEAR = Customer(name="Nia Near", phone="905 555 0112", email="nia.near@example.com", place=CLOSE)
REASON = "No heat since last night."


def quiet_board(member: Member, **query: Any) -> Board:
    return boards.opened(member, member.office.quiet, **query)


# What it shows


def test_a_living_day_is_told_by_more_than_colour(dispatcher: Member, office: Office) -> None:
    board = boards.opened(dispatcher, office.living)
    expect(board.item(office.made["late"])).to_contain_text("late")
    expect(board.item(office.made["late"]).locator("svg").first).to_be_attached()
    expect(board.item(office.made["late"])).to_have_accessible_name(compiled("at risk|late"))
    expect(board.item(office.made["forced"])).to_contain_text("overridden")
    expect(board.item(office.made["en_route"])).to_have_accessible_name(compiled("on the way"))
    expect(board.item({"id": office.made["held"]["hold"]})).to_contain_text("held")
    expect(board.item("dentist")).to_contain_text("Dentist")
    expect(board.page.locator(".bd-row.is-resource .bd-item[data-id='lift-out']")).to_be_visible()
    expect(board.page.locator(".bd-queue [data-id]")).to_contain_text("Jo Marchetti")


def test_drives_lie_between_visits_with_their_minutes(dispatcher: Member, quiet: Office) -> None:
    quiet.book("09:00", "amara")
    second = quiet.book("11:00", "amara", who=NEAR)
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
    expect(board.item(quiet.made["second"])).to_be_visible()


def test_from_day_to_day_and_to_a_date(dispatcher: Member, quiet: Office) -> None:
    board = boards.opened(dispatcher, quiet.living)

    board.page.get_by_role("link", name="Next day").click()

    expect(board.lane("amara")).to_be_visible()
    expect(board.item(quiet.made["second"])).to_have_count(0)
    board.page.locator("#board-date").fill(quiet.living.isoformat())
    board.page.get_by_role("button", name="Show", exact=True).click()
    expect(board.item(quiet.made["second"])).to_be_visible()


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
    quiet.must_stand_at(booking, "amara", "10:30")


def test_a_visit_is_dragged_to_somebody_else_at_its_time(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("10:00", "amara")
    board, at = quiet_board(dispatcher), quiet.instant("10:00")

    board.carry(booking, to="chloe", at=at)
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    board.drop()

    board.must_show(booking, whose="chloe", at=at)
    quiet.must_stand_at(booking, "chloe", "10:00")
    assert quiet.trail(subject="bookings", id_=booking["id"])[0]["action"] == "assign"


def test_a_visit_is_dragged_to_somebody_else_and_another_time(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board, at = quiet_board(dispatcher), quiet.instant("14:00")

    board.carry(booking, to="chloe", at=at)
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    board.drop()

    board.must_show(booking, whose="chloe", at=at)
    quiet.must_stand_at(booking, "chloe", "14:00")


def test_while_carried_the_reason_shows_where_it_does_not_go(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    quiet.book("14:00", "chloe", who=RENEE)
    board = quiet_board(dispatcher)

    board.carry(booking, to="chloe", at=quiet.instant("14:30"))

    expect(board.ghost).to_have_attribute("data-verdict", "bad")
    expect(board.bubble).to_contain_text("Chlo")
    assert len(board.bubble.inner_text()) > 30
    board.page.keyboard.press("Escape")
    board.drop()
    quiet.must_stand_at(booking, "amara", "09:00")


def test_an_illegal_drop_bounces_with_its_reason_and_nothing_changes(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    quiet.book("14:00", "chloe", who=RENEE)
    before = quiet.show(booking)
    board = quiet_board(dispatcher)

    board.carry(booking, to="chloe", at=quiet.instant("14:30"))
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
    quiet.must_stand_at(booking, "amara", "09:00")


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
    quiet.must_stand_at(booking, "amara", "12:15")
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
    quiet.must_stand_at(booking, "amara", "09:00")


def test_a_move_is_undone(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)
    board.carry(booking, to="chloe", at=quiet.instant("10:00"))
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    board.drop()
    board.must_show(booking, whose="chloe", at=quiet.instant("10:00"))

    board.toast.get_by_role("button", name="Undo").click()

    board.must_show(booking, whose="amara", at=quiet.instant("09:00"))
    quiet.must_stand_at(booking, "amara", "09:00")


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
    quiet.must_stand_at(booking, "amara", "09:00")


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
    quiet.must_stand_at(booking, "amara", "14:00")


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
    quiet.must_stand_at(booking, "amara", "10:30")


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
    quiet.must_stand_at(booking, "amara", "09:00")


def test_a_visit_is_carried_by_the_keyboard(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)

    board.item(booking).focus()
    board.page.keyboard.press("Space")
    expect(board.ghost).to_be_visible()
    for _ in range(6):
        board.page.keyboard.press("ArrowRight")
    expect(board.ghost).to_have_attribute("data-start", str(quiet.instant("09:30")))
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    board.page.keyboard.press("Enter")

    board.must_show(booking, whose="amara", at=quiet.instant("09:30"))
    expect(board.item(booking)).to_be_focused()
    quiet.must_stand_at(booking, "amara", "09:30")


def test_the_keyboard_gives_a_visit_to_somebody_else_and_hears_the_verdict(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("10:00", "amara")
    board = quiet_board(dispatcher)

    board.item(booking).focus()
    board.page.keyboard.press("Space")
    board.page.keyboard.press("ArrowDown")
    expect(board.ghost).to_have_attribute("data-technician", "ben")
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    expect(board.page.locator("[aria-live=assertive]").filter(has_text="Ben Kowalski, 10:00")).to_be_attached()
    board.page.keyboard.press("Enter")

    board.must_show(booking, whose="ben", at=quiet.instant("10:00"))
    quiet.must_stand_at(booking, "ben", "10:00")


def test_escape_leaves_what_the_keyboard_carries(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)

    board.item(booking).focus()
    for key in ("Space", "ArrowRight", "ArrowRight", "Escape"):
        board.page.keyboard.press(key)

    expect(board.ghost).to_have_count(0)
    quiet.must_stand_at(booking, "amara", "09:00")


def test_arrows_walk_over_items_and_cells_and_the_tab_key_stops_once(dispatcher: Member, quiet: Office) -> None:
    first = quiet.book("09:00", "amara")
    second = quiet.book("13:00", "amara", who=RENEE)
    board = quiet_board(dispatcher)

    board.item(first).focus()
    board.page.keyboard.press("End")
    expect(board.item(second)).to_be_focused()
    board.page.keyboard.press("ArrowLeft")

    expect(board.page.locator(".bd-cursor")).to_be_focused()
    expect(board.page.locator(".bd-cursor")).to_have_accessible_name(compiled("Amara Osei, .*free"))
    expect(board.page.locator(".bd-rows [tabindex='0']")).to_have_count(1)


def test_a_visit_is_moved_by_single_clicks(dispatcher: Member, quiet: Office) -> None:
    """WCAG 2.5.7: nothing has to be dragged."""
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)

    board.item(booking).click()
    board.dialog.get_by_role("button", name="Move…").click()
    board.dialog.get_by_label("Technician").select_option("chloe")
    board.dialog.get_by_label("Start").fill("10:30")
    board.dialog.get_by_role("button", name="Move", exact=True).click()

    board.must_show(booking, whose="chloe", at=quiet.instant("10:30"))
    expect(board.dialog).to_have_count(0)
    quiet.must_stand_at(booking, "chloe", "10:30")


def test_the_dialog_offers_the_nearest_times_that_drive(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)

    board.item(booking).click()
    board.dialog.get_by_role("button", name="Move…").click()
    offer = board.dialog.get_by_role("button", name=compiled("^Take")).first
    expect(offer).to_be_visible()
    offer.click()

    expect(board.dialog).to_have_count(0)
    eventually(lambda: quiet.show(booking)["version"] > booking["version"])


def test_the_dialog_says_what_a_time_breaks_and_asks_why(dispatcher: Member, quiet: Office) -> None:
    dispatcher.watch.expect_status(409)
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)

    board.item(booking).click()
    board.dialog.get_by_role("button", name="Move…").click()
    board.dialog.get_by_label("Start").fill("12:15")
    board.dialog.get_by_role("button", name="Check first").click()
    expect(board.dialog.locator("#verdict")).to_contain_text("breaks")
    expect(board.dialog.locator("#verdict a[href^='/desk/settings']").first).to_be_visible()
    board.dialog.get_by_label("Why all the same?").fill(REASON)
    board.dialog.get_by_role("button", name="Move", exact=True).click()

    board.must_show(booking, whose="amara", at=quiet.instant("12:15"))
    quiet.must_stand_at(booking, "amara", "12:15")


def test_a_dialog_gives_the_focus_back(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)

    board.item(booking).focus()
    board.page.keyboard.press("m")
    expect(board.dialog.get_by_role("heading").first).to_be_focused()
    board.page.keyboard.press("Escape")

    expect(board.dialog).to_have_count(0)
    expect(board.item(booking)).to_be_focused()


def test_two_who_move_one_visit_get_a_clear_choice(dispatcher: Member, quiet: Office) -> None:
    dispatcher.watch.expect_status(412)
    booking = quiet.book("09:00", "amara")
    page = dispatcher.page("board", "move", booking["id"])
    page.get_by_label("Start").fill("10:30")
    quiet.ask("POST", f"bookings/{booking['id']}/reschedule", {"start": quiet.at("14:00"), "technician": "amara"})

    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody else changed this visit")
    expect(page.locator("main")).to_contain_text(compiled("2:00.p\\.m\\."))
    quiet.must_stand_at(booking, "amara", "14:00")
    page.get_by_role("button", name="Move it to your time all the same").click()

    expect(page.locator("body")).to_have_attribute("data-page", "board")
    quiet.must_stand_at(booking, "amara", "10:30")


def test_a_request_is_accepted_by_dragging_it_onto_the_board(dispatcher: Member, quiet: Office) -> None:
    booking = asked_for(quiet, "10:00")
    board = quiet_board(dispatcher)
    card = board.page.locator(f".bd-queue [data-id='{booking['id']}']")
    board.take(card)
    board.bring(to="chloe", at=quiet.instant("10:00"))
    expect(board.ghost).to_have_attribute("data-verdict", "good")
    board.drop()

    expect(board.item(booking)).to_have_attribute("data-technician", "chloe")
    eventually(lambda: quiet.show(booking)["status"] == "confirmed")


# Blocking time, and asking why not


def test_time_is_blocked_by_drawing(dispatcher: Member, quiet: Office) -> None:
    board = quiet_board(dispatcher)
    y = board.y_of("chloe")

    board.page.mouse.move(board.x_of(quiet.instant("14:00")), y)
    board.page.mouse.down()
    board.page.mouse.move(board.x_of(quiet.instant("15:30")), y, steps=STEPS)
    expect(board.page.locator(".bd-stroke")).to_contain_text(compiled("2:00 . 3:30"))
    board.page.mouse.up()
    board.dialog.get_by_label("What for").fill("Dentist")
    board.dialog.get_by_role("button", name="Block it").click()

    (blocked,) = waited_for(quiet)
    expect(board.item(blocked["id"])).to_contain_text("Dentist")
    assert blocked["technician"] == "chloe"
    assert (quiet.clock_of(blocked["start"]), quiet.clock_of(blocked["end"])) == ("14:00", "15:30")


def test_time_is_blocked_by_the_keyboard(dispatcher: Member, quiet: Office) -> None:
    first = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)

    board.item(first).focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "b"):
        board.page.keyboard.press(key)
    board.dialog.get_by_role("button", name="Block it").click()

    (blocked,) = waited_for(quiet)
    assert (quiet.clock_of(blocked["start"]), quiet.clock_of(blocked["end"])) == ("10:00", "11:00")


def test_equipment_is_taken_out_of_use_by_form(dispatcher: Member, quiet: Office) -> None:
    page = dispatcher.page("board", "time", date=quiet.quiet.isoformat())

    page.get_by_label("Whose time").select_option("resource:scissor-lift")
    page.get_by_label("From, time").fill("08:00")
    page.get_by_label("To, time").fill("12:00")
    page.get_by_label("What for").fill("In the workshop")
    page.get_by_role("button", name="Block it").click()

    (blocked,) = waited_for(quiet)
    assert blocked["technician"] is None
    assert blocked["resources"] == {"scissor-lift": 1}
    expect(page.locator(f".is-resource [data-id='{blocked['id']}']")).to_be_visible()


def test_blocked_time_is_changed_and_freed(dispatcher: Member, quiet: Office) -> None:
    quiet.block("nap", "14:00", "15:00", "chloe", title="Nap")
    board = quiet_board(dispatcher)

    board.item("nap").click()
    board.dialog.get_by_role("button", name="Change or free…").click()
    board.dialog.get_by_label("To, time").fill("16:00")
    board.dialog.get_by_role("button", name="Save").click()
    expect(board.item("nap")).to_have_attribute("data-end", str(quiet.instant("16:00")))
    board.item("nap").click()
    board.dialog.get_by_role("button", name="Change or free…").click()
    board.dialog.get_by_role("button", name="Free it").click()

    expect(board.item("nap")).to_have_count(0)
    assert quiet.blocked() == []


def test_a_time_that_ends_before_it_begins_is_refused_at_its_field(dispatcher: Member, quiet: Office) -> None:
    dispatcher.watch.expect_status(422)
    page = dispatcher.page("board", "time", date=quiet.quiet.isoformat())

    page.get_by_label("Whose time").select_option("technician:chloe")
    page.get_by_label("From, time").fill("12:00")
    page.get_by_label("To, time").fill("11:00")
    page.get_by_role("button", name="Block it").click()

    expect(page.locator(".error")).to_be_visible()
    expect(page.get_by_label("From, time")).to_have_value("12:00")
    assert quiet.blocked() == []


def test_time_that_somebody_else_changed_is_not_overwritten(dispatcher: Member, quiet: Office) -> None:
    dispatcher.watch.expect_status(412)
    quiet.block("nap", "14:00", "15:00", "chloe", title="Nap")
    page = dispatcher.page("board", "time", "nap")
    page.get_by_label("To, time").fill("17:00")
    quiet.ask(
        "PUT",
        "commitments/nap",
        {"id": "nap", "technician": "chloe", "kind": "busy", "start": quiet.at("14:00"), "end": quiet.at("14:30")},
    )

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("alert").first).to_contain_text("Somebody else changed this time")
    assert quiet.clock_of(quiet.blocked()[0]["end"]) == "14:30"
    page.get_by_role("button", name="Save over the other change").click()
    expect(page.locator("body")).to_have_attribute("data-page", "board")
    assert quiet.clock_of(quiet.blocked()[0]["end"]) == "17:00"


def test_an_empty_cell_says_why_not_and_leads_to_the_setting(dispatcher: Member, quiet: Office) -> None:
    board = quiet_board(dispatcher)

    board.page.mouse.click(board.x_of(quiet.instant("12:15")), board.y_of("chloe"))

    answer = board.dialog.locator("#answer")
    expect(answer).to_contain_text("Chlo")
    expect(board.dialog.locator("a[href^='/desk/settings/']").first).to_be_visible()
    board.dialog.locator("a[href^='/desk/settings/']").first.click()
    expect(board.page).to_have_url(compiled("/desk/settings/"))
    expect(board.page.locator("body")).not_to_have_attribute("data-page", "problem")


def test_the_next_cell_is_asked_about_the_same_visit(dispatcher: Member, quiet: Office) -> None:
    board = quiet_board(dispatcher)
    board.page.mouse.click(board.x_of(quiet.instant("12:15")), board.y_of("chloe"))
    board.dialog.get_by_label("What", exact=True).select_option("duct-cleaning")
    board.dialog.get_by_label("Where").fill("L6H 0H3")
    board.dialog.get_by_role("button", name="Ask").click()
    expect(board.dialog.locator("#answer")).to_contain_text("ducts")
    board.page.keyboard.press("Escape")

    board.page.mouse.click(board.x_of(quiet.instant("12:15")), board.y_of("amara"))

    expect(board.dialog.locator("#answer")).to_contain_text("Amara")
    expect(board.dialog.get_by_label("What", exact=True)).to_have_value("duct-cleaning")
    expect(board.dialog.get_by_label("Where")).not_to_have_value("")


def test_why_not_answers_for_another_product_and_place(dispatcher: Member, quiet: Office) -> None:
    page = dispatcher.page("board", "why", technician="amara", start=quiet.instant("09:00"))

    page.get_by_label("What", exact=True).select_option("duct-cleaning")
    page.get_by_label("Where").fill("1225 Trafalgar Road, Oakville, ON L6H 0H3")
    page.get_by_role("button", name="Ask").click()

    expect(page.locator("#answer")).to_contain_text("ducts")


def test_a_cell_that_is_free_leads_to_booking_it(dispatcher: Member, quiet: Office) -> None:
    page = dispatcher.page("board", "why", technician="amara", start=quiet.instant("09:00"))

    page.get_by_label("What", exact=True).select_option(TUNE_UP)
    page.get_by_label("Where").fill("1225 Trafalgar Road, Oakville, ON L6H 0H3")
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("link", name="Book this").click()

    expect(page.locator("body")).to_have_attribute("data-page", "book-details")


# Several who look


def test_two_boards_are_in_step(sign_in: SignIn, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    here, there = quiet_board(sign_in("dispatcher")), quiet_board(sign_in("owner"))
    expect(there.page.locator("[data-live=true]")).to_be_attached()

    here.carry(booking, to="chloe", at=quiet.instant("10:00"))
    expect(here.ghost).to_have_attribute("data-verdict", "good")
    here.drop()

    there.must_show(booking, whose="chloe", at=quiet.instant("10:00"))
    here.must_show(booking, whose="chloe", at=quiet.instant("10:00"))


def test_what_the_api_does_shows_on_an_open_board(dispatcher: Member, quiet: Office) -> None:
    board = quiet_board(dispatcher)
    expect(board.page.locator("[data-live=true]")).to_be_attached()

    booking = quiet.book("09:00", "ben")
    expect(board.item(booking)).to_be_visible()
    quiet.ask("POST", f"bookings/{booking['id']}/steps", {"step": "en_route"})

    expect(board.item(booking)).to_have_accessible_name(compiled("on the way"))


def test_what_comes_while_one_carries_waits_and_is_then_shown(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    board = quiet_board(dispatcher)
    expect(board.page.locator("[data-live=true]")).to_be_attached()

    board.carry(booking, to="chloe", at=quiet.instant("10:00"))
    other = quiet.book("13:00", "ben", who=NEAR)
    expect(board.ghost).to_be_visible()
    board.page.keyboard.press("Escape")
    board.drop()

    expect(board.item(other)).to_be_visible()
    board.must_show(booking, whose="amara", at=quiet.instant("09:00"))


# Many technicians


def test_forty_technicians_are_on_one_board(sign_in: SignIn, office: Office) -> None:
    board = boards.opened(sign_in("fleet-40"), office.living)

    expect(board.page.locator(".bd-row[data-technician]")).to_have_count(40)
    expect(board.page.locator(".bd-row[data-technician] .bd-item")).to_have_count(39 * 8 + 4)


def test_more_technicians_than_fit_are_paged_and_found_by_name(sign_in: SignIn, office: Office) -> None:
    member = sign_in("fleet-60")
    board = boards.opened(member, office.living)
    expect(board.page.locator(".bd-row[data-technician]")).to_have_count(50)

    board.page.get_by_role("link", name="Later technicians").click()
    expect(board.page.locator(".bd-row[data-technician]")).to_have_count(10)

    page = member.page("board", date=office.living.isoformat(), q="oona")
    expect(page.locator(".bd-row[data-technician]")).to_have_count(4)


@pytest.mark.parametrize(("day", "hours"), [("2027-03-14", 23), ("2027-11-07", 25), ("2027-06-01", 24)])
def test_a_day_is_as_long_as_it_is(day: str, hours: int, office: Office) -> None:
    with office.signed_in("dispatcher") as client:
        (shown,) = client.get("/desk/board/data", params={"date": day}).json()["days"]

    assert shown["end"] - shown["start"] == hours * 3_600


# Without scripts


def test_the_board_is_a_list_without_scripts_and_a_visit_moves(no_script: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    page = no_script.page("board", date=quiet.quiet.isoformat())
    expect(page.locator("table.board-table")).to_be_visible()

    page.locator(f"tr[data-item='{booking['id']}']").get_by_role("link", name="Move").click()
    page.get_by_label("Start").fill("10:30")
    page.get_by_role("button", name="Move", exact=True).click()

    expect(page.locator("body")).to_have_attribute("data-page", "board")
    expect(page.locator(f"tr[data-item='{booking['id']}']")).to_contain_text("10:30")
    quiet.must_stand_at(booking, "amara", "10:30")


def asked_for(office: Office, clock: str) -> dict[str, Any]:
    """Ask for a visit as a customer does, where no time is offered that suits."""
    with office.server.client() as anybody:
        wish = {"place": OAKVILLE, "product": TUNE_UP, "start": office.at(clock), "customer": NEAR.document}
        wanted = anybody.post(f"/api/v1/{BUSINESS}/requests", json=wish)
        assert wanted.status_code == 201, wanted.text
    found: dict[str, Any] = office.ask("GET", "bookings", params={"reference": wanted.json()["reference"]})["items"][0]
    return found


def waited_for(office: Office) -> list[dict[str, Any]]:
    """Wait until time is blocked on the quiet day."""
    found: list[dict[str, Any]] = eventually(office.blocked)
    return found


def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
