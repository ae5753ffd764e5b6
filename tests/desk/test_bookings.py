"""A booking's page: what was agreed, what becomes of it, and who did that."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.desk.conftest import SignIn
from tests.desk.desk import Member, must_be_at
from tests.desk.office import ALEX, OAKVILLE, ROBIN, TUNE_UP, Customer, Office, eventually
from tests.service.example import BUSINESS

pytestmark = pytest.mark.slow

NO_EMAIL = Customer(name="Pat Quiet", phone="905 555 0150", email="")


def opened(member: Member, booking: dict[str, object]) -> Page:
    page = member.page("bookings", str(booking["id"]))
    must_be_at(page, "booking")
    return page


def unfold(page: Page, summary: str) -> None:
    page.locator("main summary", has_text=re.compile(f"^{summary}$")).click()


def test_it_says_what_was_agreed(dispatcher: Member, office: Office) -> None:
    page = opened(dispatcher, office.made["second"])

    main = page.locator("main")
    for words in ("Sam Oyelaran", "905.?555.?0163", "Amara Osei", "1:00.p\\.m\\.", "Eastern"):
        expect(main).to_contain_text(re.compile(words))


def test_what_was_forced_says_against_which_rules_and_why(dispatcher: Member, office: Office) -> None:
    page = opened(dispatcher, office.made["forced"])

    expect(page.locator("main")).to_contain_text("Booked against")
    expect(page.locator("main .timeline")).to_contain_text("Ben has agreed to stay")


def test_a_late_one_says_how_late(dispatcher: Member, office: Office) -> None:
    page = opened(dispatcher, office.made["late"])

    expect(page.locator("main .badge.bad")).to_contain_text("late")


def test_a_visit_is_cancelled_with_a_reason(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    page = opened(dispatcher, booking)

    unfold(page, "Cancel the visit")
    page.get_by_label("Why").last.fill("The customer called.")
    page.get_by_role("button", name="Cancel the visit").click()

    expect(page.get_by_role("status").first).to_contain_text("cancelled")
    assert quiet.show(booking)["status"] == "cancelled"
    expect(page.locator("main .timeline")).to_contain_text("The customer called.")
    expect(page.locator("main .timeline")).to_contain_text("Dana Okoro")


def test_a_step_is_noted_and_taken_back(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    page = opened(dispatcher, booking)

    page.get_by_text("Report a step early").click()
    page.get_by_role("button", name="On the way").click()
    expect(page.locator("main .badge").first).to_have_text("On the way")
    page.get_by_role("button", name="Take the last step back").click()

    expect(page.locator("main .badge").first).to_have_text("Confirmed")
    assert quiet.show(booking)["status"] == "confirmed"


def test_a_technician_notes_steps_of_their_own_visits(sign_in: SignIn, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    page = opened(sign_in("technician"), booking)

    page.get_by_text("Report a step early").click()
    page.get_by_role("button", name="On the way").click()

    expect(page.locator("main .badge").first).to_have_text("On the way")
    assert quiet.show(booking)["status"] == "en_route"


def test_a_request_is_accepted(dispatcher: Member, quiet: Office) -> None:
    with quiet.server.client() as anybody:
        wish = {"place": OAKVILLE, "product": TUNE_UP, "start": quiet.at("10:00"), "customer": ROBIN.document}
        wanted = anybody.post(f"/api/v1/{BUSINESS}/requests", json=wish)
    assert wanted.status_code == 201, wanted.text
    booking = quiet.ask("GET", "bookings", params={"reference": wanted.json()["reference"]})["items"][0]
    page = opened(dispatcher, booking)

    page.get_by_label("Who goes").select_option("chloe")
    page.get_by_role("button", name="Accept").click()

    expect(page.get_by_role("status").first).to_contain_text("accepted")
    assert quiet.stands_at(booking) == ("chloe", "10:00")


def test_a_request_against_the_rules_is_accepted_with_a_reason(dispatcher: Member, quiet: Office) -> None:
    with quiet.server.client() as anybody:
        wish = {"place": OAKVILLE, "product": TUNE_UP, "start": quiet.at("07:15"), "customer": ROBIN.document}
        wanted = anybody.post(f"/api/v1/{BUSINESS}/requests", json=wish)
    booking = quiet.ask("GET", "bookings", params={"reference": wanted.json()["reference"]})["items"][0]
    dispatcher.watch.expect_status(409)
    page = opened(dispatcher, booking)

    page.get_by_label("Who goes").select_option("ben")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Override, and say why").check()
    page.get_by_label("Why", exact=True).first.fill("No heat since last night.")
    page.get_by_role("button", name="Accept").click()

    expect(page.get_by_role("status").first).to_contain_text("accepted")
    assert quiet.stands_at(booking) == ("ben", "07:15")


def test_a_visit_counts_to_another_zone(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    page = opened(dispatcher, booking)

    unfold(page, "Count it to another zone")
    page.get_by_label("Zone", exact=True).select_option("z-halton")
    page.locator("#zone-why").fill("The house stands on the border.")
    page.get_by_role("button", name="Change the zone").click()

    expect(page.get_by_role("status").first).to_contain_text("zone")
    assert quiet.show(booking)["zone"] == "z-halton"


def test_what_somebody_else_changed_is_never_overwritten(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    dispatcher.watch.expect_status(412)
    page = opened(dispatcher, booking)
    quiet.ask("POST", f"bookings/{booking['id']}/reschedule", {"start": quiet.at("11:00"), "technician": "amara"})

    unfold(page, "Cancel the visit")
    page.get_by_role("button", name="Cancel the visit").click()

    expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this visit")
    expect(page.locator("main")).to_contain_text(re.compile("11:00.a\\.m\\."))
    assert quiet.show(booking)["status"] == "confirmed"


def test_a_form_that_is_sent_twice_is_carried_out_once(quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    form = {"once": "0123456789abcdef", "version": str(booking["version"]), "reason": "Twice."}
    with quiet.signed_in("dispatcher", page=True) as client:
        answers = [client.post(f"/desk/bookings/{booking['id']}/cancel", data=form) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert [row["action"] for row in quiet.trail(subject="bookings", id_=booking["id"])].count("cancel") == 1


def test_lists_narrow_down(dispatcher: Member, office: Office) -> None:
    day = office.living.isoformat()
    page = dispatcher.page("bookings", tab="all", **{"from": day, "to": day})
    expect(page.locator("table.list")).to_contain_text("Sam Oyelaran")

    page.get_by_label("Technician").select_option("dev")
    page.get_by_role("button", name="Show", exact=True).click()

    expect(page.locator("table.list")).to_contain_text("Jo Marchetti")
    expect(page.locator("table.list")).not_to_contain_text("Sam Oyelaran")


def test_what_waits_for_the_desk_is_listed_first(dispatcher: Member, office: Office) -> None:
    page = dispatcher.page("bookings")

    expect(page.locator("table.list")).to_contain_text("Jo Marchetti")
    expect(page.locator("table.list")).to_contain_text("Requested")


def test_the_trail_of_all_says_who_did_what(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    with quiet.signed_in("dispatcher") as scripts:
        assert scripts.post(f"/api/v1/staff/bookings/{booking['id']}/cancel", json={"reason": "Moved away."}).is_success

    page = dispatcher.page("audit")

    first = page.locator("main .timeline > li").first
    expect(first).to_contain_text("Dana Okoro")
    expect(first).to_contain_text("cancelled")
    expect(first).to_contain_text("Moved away.")


def test_a_message_that_could_not_be_sent_is_settled(dispatcher: Member, quiet: Office) -> None:
    body = {"place": OAKVILLE, "product": TUNE_UP, "start": quiet.at("09:00"), "technician": "amara"}
    quiet.ask("POST", "bookings", {**body, "customer": {"name": NO_EMAIL.name, "phone": NO_EMAIL.phone}})
    eventually(lambda: quiet.ask("GET", "messages", params={"unsettled": "true"})["items"])
    page = dispatcher.page("messages")
    row = page.locator("table.list tbody tr").filter(has_text=NO_EMAIL.name)

    row.get_by_role("textbox").fill("Told on the phone.")
    row.get_by_role("button", name="Settle").click()

    expect(page.get_by_role("status").first).to_contain_text("settled")
    assert quiet.ask("GET", "messages", params={"unsettled": "true"})["items"] == []


def test_the_log_has_what_was_sent(dispatcher: Member, office: Office) -> None:
    eventually(lambda: office.post.to(ALEX.email, of=BUSINESS))
    page = dispatcher.page("messages", show="sent")

    theirs = page.locator("table.list tbody tr").filter(has_text=ALEX.name)
    expect(theirs.filter(has_text="Confirmation").first).to_be_visible()


def test_a_customers_page_has_their_visits(dispatcher: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara", who=ALEX)
    page = opened(dispatcher, booking)

    page.locator("main").get_by_role("link", name=ALEX.name).click()

    must_be_at(page, "customer")
    expect(page.get_by_label("Email", exact=True)).to_have_value(ALEX.email)
    expect(page.locator("main")).to_contain_text("240 Leighland Avenue")
    expect(page.locator(f"main a[href*='{booking['id']}']").first).to_be_visible()
    expect(page.locator(f"main a[href*='{quiet.made['en_route']['id']}']").first).to_be_visible()


def test_it_works_without_scripts(no_script: Member, quiet: Office) -> None:
    booking = quiet.book("09:00", "amara")
    page = opened(no_script, booking)

    unfold(page, "Cancel the visit")
    page.get_by_role("button", name="Cancel the visit").click()

    expect(page.get_by_role("status").first).to_contain_text("cancelled")
    assert quiet.show(booking)["status"] == "cancelled"


def test_far_away_is_told_with_its_own_hub(dispatcher: Member, office: Office) -> None:
    assert office.made["far"]["place"]["postal_code"].replace(" ", "") == "N2P1B3"
    page = opened(dispatcher, office.made["far"])

    expect(page.locator("main")).to_contain_text("Kitchener")
