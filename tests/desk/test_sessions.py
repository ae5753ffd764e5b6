"""Signing in and out: whom the desk lets in, where they land, and what is left behind."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.desk.conftest import SignIn
from tests.desk.desk import COOKIE, Member
from tests.desk.office import Office, email_of, email_of_fleet, session_of
from tests.service.example import PASSWORD

pytestmark = pytest.mark.slow


@pytest.fixture
def stranger(sign_in: SignIn) -> Member:
    """Somebody who isn't signed in."""
    return sign_in(None)


def enter(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("Email", exact=True).fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def session(member: Member) -> list[str]:
    return [str(one["value"]) for one in member.context.cookies() if one.get("name") == COOKIE]


@pytest.mark.parametrize(
    ("role", "where"),
    [("owner", "board"), ("dispatcher", "board"), ("agent", "bookings"), ("technician", "board")],
)
def test_everybody_lands_where_their_work_is(role: str, where: str, stranger: Member) -> None:
    page = stranger.page("sign-in")

    enter(page, email_of(role))

    expect(page.locator("body")).to_have_attribute("data-page", where)


def test_a_wrong_password_is_told_and_the_email_stays(stranger: Member) -> None:
    stranger.watch.expect_status(401)
    page = stranger.page("sign-in")

    enter(page, email_of("owner"), "a long summer evening")

    expect(page.get_by_role("alert")).to_contain_text("don't belong together")
    expect(page.get_by_label("Email", exact=True)).to_have_value(email_of("owner"))
    expect(page.get_by_label("Password")).to_have_value("")
    assert session(stranger) == []


def test_an_email_that_nobody_has_is_told_in_the_same_words(stranger: Member) -> None:
    stranger.watch.expect_status(401)
    page = stranger.page("sign-in")
    enter(page, email_of("owner"), "a long summer evening")
    said = page.get_by_role("alert").inner_text()

    enter(page, "nobody@example.com")

    expect(page.get_by_role("alert")).to_have_text(said)


def test_whoever_wanted_a_page_comes_to_it(stranger: Member, office: Office) -> None:
    page = stranger.page("account", tab="one")
    assert "/desk/sign-in?next=" in page.url

    enter(page, email_of("dispatcher"))

    expect(page).to_have_url(stranger.url("account", tab="one"))


@pytest.mark.parametrize(
    "wanted",
    ["https://example.com/desk", "//example.com/desk", "/desk/../api/v1", "/book/northern-comfort", "/desk\\x"],
)
def test_nobody_is_sent_out_of_the_desk(wanted: str, stranger: Member, office: Office) -> None:
    page = stranger.page("sign-in", next=wanted)

    enter(page, email_of("dispatcher"))

    expect(page.locator("body")).to_have_attribute("data-page", "board")
    assert page.url.startswith(f"{office.server.url}/desk/")


def test_an_email_with_accounts_at_two_businesses_names_one(stranger: Member, office: Office) -> None:
    shared = email_of_fleet(40)
    body = {"email": shared, "password": PASSWORD, "role": "agent", "name": "Two Desks", "technician": None}
    with office.signed_in("owner") as owner:
        made = owner.post("/api/v1/staff/accounts", json=body)
        assert made.status_code in {201, 409}, made.text
    stranger.watch.expect_status(401)
    page = stranger.page("sign-in")

    enter(page, shared)
    expect(page.get_by_role("alert")).to_contain_text("several businesses")
    page.get_by_text("My email has accounts at several businesses").click()
    page.get_by_label("Business", exact=True).fill("fleet-40")
    enter(page, shared)

    expect(page.locator("body")).to_have_attribute("data-page", "board")
    expect(page.locator("header .wordmark")).to_have_text("Fleet of 40")


def test_signing_out_ends_the_session(stranger: Member, office: Office) -> None:
    page = stranger.page("sign-in")
    enter(page, email_of("agent"))
    expect(page.locator("header .menu")).to_be_visible()
    (token,) = session(stranger)

    page.locator("header .menu summary").click()
    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_text("You are signed out.")).to_be_visible()
    assert session(stranger) == []
    with office.server.client(cookies={COOKIE: token}) as kept:
        assert kept.get("/api/v1/staff/sessions/current").status_code == 401


def test_a_page_that_lay_in_the_browser_is_not_shown_after_signing_out(stranger: Member) -> None:
    page = stranger.page("sign-in")
    enter(page, email_of("agent"))
    expect(page.locator("header .menu")).to_be_visible()
    page.goto(stranger.url("account"))
    page.locator("header .menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()

    page.go_back()

    expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible()


def test_a_session_that_was_ended_elsewhere_leads_to_sign_in(stranger: Member, office: Office) -> None:
    cookies = session_of(office.server, email_of("agent"))
    stranger.context.add_cookies([{"name": COOKIE, "value": cookies[COOKIE], "url": office.server.url}])
    page = stranger.page("account")
    with office.server.client(cookies=cookies, headers={"Origin": office.server.url}) as client:
        assert client.delete("/api/v1/staff/sessions/current").status_code == 204

    page.reload()

    expect(page.get_by_role("heading", name="Sign in to the desk")).to_be_visible()
    assert session(stranger) == []


def test_ones_own_password_can_be_changed(stranger: Member, office: Office) -> None:
    email, new = "new.dispatcher@example.com", "another long evening"
    body = {"email": email, "password": PASSWORD, "role": "dispatcher", "name": "New", "technician": None}
    with office.signed_in("owner") as owner:
        assert owner.post("/api/v1/staff/accounts", json=body).status_code == 201
    page = stranger.page("account")
    enter(page, email)

    page.get_by_label("The password that you have").fill(PASSWORD)
    page.get_by_label("The new one").fill(new)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Your password was changed.")).to_be_visible()
    enter(page, email, new)

    expect(page.locator("body")).to_have_attribute("data-page", "board")
