"""Each role sees and may do what it should: by the menu and the pages, and by direct request.

The table has a row for every route of the desk, and for each of its methods. A route without a row is a failure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import httpx2
import pytest
from playwright.sync_api import expect
from starlette.routing import Route

from fieldfare.entrypoints.desk.routes import desk_routes
from fieldfare.entrypoints.web.live import Watchers
from tests.desk.conftest import SignIn
from tests.desk.office import ROLES, Office

pytestmark = pytest.mark.slow

OWNER = ("owner",)
OFFICE = ("owner", "dispatcher")
BOOKERS = ("owner", "dispatcher", "agent")
DRIVERS = ("owner", "dispatcher", "technician")
EVERYBODY = ROLES


@dataclass(frozen=True, kw_only=True)
class Row:
    """Who may, what they are answered, and where it is asked; a `form` that is sent changes nothing."""

    who: tuple[str, ...]
    status: int
    at: str | None
    form: Mapping[str, str] = field(default_factory=dict)


def get(who: tuple[str, ...], status: int = 200, at: str | None = None) -> Row:
    return Row(who=who, status=status, at=at)


def post(who: tuple[str, ...], status: int = 404, at: str | None = None, **form: str) -> Row:
    return Row(who=who, status=status, at=at, form=form)


TABLE: dict[tuple[str, str], Row] = {
    ("GET", "/desk"): get(EVERYBODY, 303),
    ("GET", "/desk/account"): get(EVERYBODY),
    ("POST", "/desk/account"): post(EVERYBODY, 422),
    # The board, and what is done on it.
    ("GET", "/desk/board"): get(DRIVERS),
    ("GET", "/desk/board/data"): get(DRIVERS),
    ("GET", "/desk/board/check"): get(BOOKERS, at="/desk/board/check?booking={booking}&technician=ben&start={start}"),
    ("GET", "/desk/board/changed/{id}"): get(BOOKERS, at="/desk/board/changed/{booking}"),
    ("GET", "/desk/board/move/{id}"): get(BOOKERS, at="/desk/board/move/{booking}"),
    ("POST", "/desk/board/move/{id}"): post(BOOKERS, at="/desk/board/move/nothing"),
    ("GET", "/desk/board/time"): get(OFFICE),
    ("POST", "/desk/board/time"): post(OFFICE, 422),
    ("GET", "/desk/board/time/{id}"): get(DRIVERS, at="/desk/board/time/coaching"),
    ("POST", "/desk/board/time/{id}"): post(OFFICE, at="/desk/board/time/nothing"),
    ("GET", "/desk/board/why"): get(OFFICE),
    # Bookings and customers.
    ("GET", "/desk/search"): get(BOOKERS),
    ("GET", "/desk/search/contacts"): get(OFFICE),
    ("GET", "/desk/book"): get(BOOKERS),
    ("GET", "/desk/book/details"): get(
        BOOKERS, at="/desk/book/details?at=43.48955,-79.70841&code=L6H0H3&product=furnace-tune-up&start={start}&who=ben"
    ),
    ("POST", "/desk/book/details"): post(BOOKERS, 303),
    ("GET", "/desk/bookings"): get(BOOKERS),
    ("GET", "/desk/bookings/{id}"): get(EVERYBODY, at="/desk/bookings/{booking}"),
    ("POST", "/desk/bookings/{id}/cancel"): post(BOOKERS, at="/desk/bookings/nothing/cancel"),
    ("POST", "/desk/bookings/{id}/accept"): post(OFFICE, at="/desk/bookings/nothing/accept"),
    ("POST", "/desk/bookings/{id}/assign"): post(OFFICE, at="/desk/bookings/nothing/assign", technician="ben"),
    ("POST", "/desk/bookings/{id}/zone"): post(OFFICE, at="/desk/bookings/nothing/zone", zone="z-halton", reason="No."),
    ("POST", "/desk/bookings/{id}/step"): post(DRIVERS, at="/desk/bookings/nothing/step", step="en_route"),
    ("POST", "/desk/bookings/{id}/undo"): post(DRIVERS, at="/desk/bookings/nothing/undo"),
    ("GET", "/desk/customers/{id}"): get(OFFICE, at="/desk/customers/{customer}"),
    ("POST", "/desk/customers/{id}"): post(OFFICE, at="/desk/customers/nothing"),
    ("POST", "/desk/customers/{id}/erase"): post(OFFICE, at="/desk/customers/nothing/erase", sure="yes"),
    ("GET", "/desk/messages"): get(BOOKERS),
    ("POST", "/desk/messages/{id}/settle"): post(OFFICE, at="/desk/messages/nothing/settle"),
    ("GET", "/desk/audit"): get(OFFICE),
    # The map.
    ("GET", "/desk/map"): get(OFFICE),
    ("GET", "/desk/map/data"): get(OFFICE),
    ("GET", "/desk/map/tiles.pmtiles"): get(OFFICE, 404),
    ("GET", "/desk/map/trace"): get(OFFICE),
    ("GET", "/desk/map/boundaries"): get(OFFICE),
    ("GET", "/desk/map/boundaries/new"): get(OWNER),
    ("POST", "/desk/map/boundaries/new"): post(OWNER, 422),
    ("GET", "/desk/map/boundaries/{id}"): get(OFFICE, at="/desk/map/boundaries/b-airport"),
    ("POST", "/desk/map/boundaries/{id}"): post(OWNER, at="/desk/map/boundaries/nothing"),
    ("GET", "/desk/map/boundaries/{id}/delete"): get(OWNER, at="/desk/map/boundaries/b-airport/delete"),
    ("POST", "/desk/map/boundaries/{id}/delete"): post(OWNER, at="/desk/map/boundaries/nothing/delete"),
    # The settings.
    ("GET", "/desk/settings"): get(OFFICE),
    ("GET", "/desk/settings/accounts"): get(OWNER),
    ("POST", "/desk/settings/accounts"): post(OWNER, 422),
    ("GET", "/desk/settings/accounts/{account}"): get(OWNER, at="/desk/settings/accounts/{account}"),
    ("POST", "/desk/settings/accounts/{account}"): post(OWNER, at="/desk/settings/accounts/nothing"),
    # The CRM: this business has none.
    ("GET", "/desk/crm"): get(OFFICE),
    ("GET", "/desk/crm/conflicts"): get(OFFICE),
    ("POST", "/desk/crm/conflicts/{id}"): post(OFFICE, at="/desk/crm/conflicts/nothing", how="keep"),
    ("GET", "/desk/crm/writes"): get(OFFICE),
    ("POST", "/desk/crm/writes/{id}/send"): post(OFFICE, at="/desk/crm/writes/nothing/send"),
    ("GET", "/desk/crm/proposals"): get(OFFICE),
    ("POST", "/desk/crm/proposals/{id}"): post(OFFICE, at="/desk/crm/proposals/nothing", how="dismiss"),
    ("GET", "/desk/crm/entries"): get(OFFICE),
    ("GET", "/desk/settings/ghl"): get(OWNER),
    ("POST", "/desk/settings/ghl"): post(OWNER, 422),
    ("GET", "/desk/settings/ghl/authorise"): get(OWNER, 404),
    ("POST", "/desk/settings/ghl/pause"): post(OWNER),
    ("GET", "/desk/settings/ghl/remove"): get(OWNER, 404),
    ("POST", "/desk/settings/ghl/remove"): post(OWNER),
    ("GET", "/desk/settings/ghl/check"): get(OWNER, 404),
    **{
        (method, f"/desk/settings/ghl/{step}"): Row(who=OWNER, status=404, at=None)
        for method in ("GET", "POST")
        for step in ("people", "calendars", "fields", "stages")
    },
    ("GET", "/desk/settings/keys"): get(OWNER),
    ("POST", "/desk/settings/keys"): post(OWNER, 422),
    ("GET", "/desk/settings/keys/{key}/revoke"): get(OWNER, at="/desk/settings/keys/{key}/revoke"),
    ("POST", "/desk/settings/keys/{key}/revoke"): post(OWNER, at="/desk/settings/keys/nothing/revoke"),
    ("GET", "/desk/settings/business"): get(OFFICE),
    ("POST", "/desk/settings/business"): post(OWNER, 422),
    ("GET", "/desk/settings/policy"): get(OFFICE),
    ("POST", "/desk/settings/policy"): post(OWNER, 409),
    ("GET", "/desk/settings/{kind}"): get(OFFICE, at="/desk/settings/zones"),
    ("GET", "/desk/settings/{kind}/new"): get(OWNER, at="/desk/settings/zones/new"),
    ("POST", "/desk/settings/{kind}/new"): post(OWNER, 422, at="/desk/settings/zones/new"),
    ("GET", "/desk/settings/{kind}/{id}"): get(OFFICE, at="/desk/settings/zones/z-oakville"),
    ("POST", "/desk/settings/{kind}/{id}"): post(OWNER, at="/desk/settings/zones/nothing"),
    ("GET", "/desk/settings/{kind}/{id}/delete"): get(OWNER, at="/desk/settings/zones/z-oakville/delete"),
    ("POST", "/desk/settings/{kind}/{id}/delete"): post(OWNER, at="/desk/settings/zones/nothing/delete"),
    # The reports.
    ("GET", "/desk/reports"): get(OFFICE),
    ("GET", "/desk/reports/{name}.csv"): get(OFFICE, at="/desk/reports/funnel.csv"),
}
OPEN = {("GET", "/desk/sign-in"), ("POST", "/desk/sign-in"), ("POST", "/desk/sign-out"), ("GET", "/desk/changes")}
"""Whoever comes is asked who they are; `changes` is a stream, which ends when nobody listens any more."""

DATA = {
    "/desk/board/data",
    "/desk/board/check",
    "/desk/board/changed/{id}",
    "/desk/map/data",
    "/desk/map/tiles.pmtiles",
}
"""What scripts ask for: they are answered as by the API."""

LOST = "/desk/{rest:path}"


def routes() -> Iterator[tuple[str, str]]:
    for route in desk_routes(Watchers()):
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            if route.path != LOST:
                yield method, route.path


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert set(routes()) - OPEN == set(TABLE)


@pytest.fixture(scope="module")
def values(office: Office) -> dict[str, str]:
    """What stands in for the parts of an address."""
    with office.signed_in("owner") as owner:
        accounts = owner.get("/api/v1/staff/accounts").json()["items"]
        keys = owner.get("/api/v1/staff/keys").json()["items"]
    booking = office.made["second"]
    return {
        "booking": booking["id"],
        "customer": booking["customer"]["id"],
        "account": next(one["id"] for one in accounts if one["role"] == "agent"),
        "key": keys[0]["id"],
        "start": str(office.instant("09:00")),
    }


def asked(client: httpx2.Client, method: str, path: str, values: Mapping[str, str]) -> httpx2.Response:
    row = TABLE[method, path]
    address = (row.at or path).format(**values)
    return client.get(address) if method == "GET" else client.post(address, data={**row.form, "sent": "1"})


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), sorted(TABLE), ids=str)
def test_a_direct_request(role: str, method: str, path: str, office: Office, values: dict[str, str]) -> None:
    row = TABLE[method, path]
    with office.signed_in(role, page=True) as client:
        answer = asked(client, method, path, values)

    assert answer.status_code == (row.status if role in row.who else 403)


@pytest.mark.parametrize(("method", "path"), sorted(TABLE), ids=str)
def test_a_stranger_is_sent_to_sign_in(method: str, path: str, office: Office, values: dict[str, str]) -> None:
    with office.signed_in("nobody", page=True) as client:
        answer = asked(client, method, path, values)

    if path in DATA:
        assert answer.status_code == 401
    else:
        assert answer.status_code == 303
        assert answer.headers["Location"].startswith("/desk/board" if path == "/desk" else "/desk/sign-in?next=")


@pytest.mark.parametrize("path", sorted(path for method, path in TABLE if method == "POST"))
def test_another_site_sends_no_form(path: str, office: Office, values: dict[str, str]) -> None:
    row = TABLE["POST", path]
    with office.signed_in("owner", page=True) as client:
        address = (row.at or path).format(**values)
        answer = client.post(address, data={**row.form, "sent": "1"}, headers={"Origin": "https://example.com"})

    assert answer.status_code == 403


MENUS = {
    "owner": ["Board", "Book", "Bookings", "Map", "Messages", "CRM", "Reports", "Trail", "Settings"],
    "dispatcher": ["Board", "Book", "Bookings", "Map", "Messages", "CRM", "Reports", "Trail", "Settings"],
    "agent": ["Book", "Bookings", "Messages"],
    "technician": ["Board"],
}


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_has_what_one_may_open_and_all_of_it_opens(role: str, sign_in: SignIn) -> None:
    member = sign_in(role)
    page = member.page("account")
    links = page.get_by_role("navigation", name="Desk").get_by_role("link", include_hidden=True)

    assert [name.strip() for name in links.all_text_contents()] == MENUS[role]
    for href in [link.get_attribute("href") for link in links.all()]:
        page.goto(f"{member.office.server.url}{href}")
        expect(page.locator("body")).not_to_have_attribute("data-page", "problem")
        expect(page.locator("main h1")).to_have_count(1)


def test_an_agent_sees_no_customers_page_and_no_trail(sign_in: SignIn, office: Office) -> None:
    page = sign_in("agent").page("bookings", office.made["second"]["id"])

    expect(page.locator("main")).to_contain_text("Sam Oyelaran")
    expect(page.locator("main a[href*='/desk/customers/']")).to_have_count(0)
    expect(page.locator("main .timeline")).to_have_count(0)
    expect(page.get_by_text("Count it to another zone")).to_have_count(0)


def test_an_agent_overrides_nothing(office: Office) -> None:
    booking = office.made["second"]
    form = {"technician": "ben", "start": office.at("06:00", on=office.living), "override": "1"}
    reason = {"override_reason": "Because.", "reason": "Because."}
    with office.signed_in("agent", page=True) as client:
        client.post(f"/desk/board/move/{booking['id']}", data=form | reason)

    assert office.stands_at(booking) == ("amara", "13:00")


def test_a_technician_opens_only_their_own_visits(sign_in: SignIn, office: Office) -> None:
    member = sign_in("technician")
    member.watch.expect_status(404)

    own = member.page("bookings", office.made["second"]["id"])
    other = member.page("bookings", office.made["en_route"]["id"])

    expect(own.locator("main")).to_contain_text("Furnace tune-up")
    expect(own.get_by_role("link", name="Move")).to_have_count(0)
    expect(other.get_by_role("heading", level=1)).to_have_text("Nothing is there")
    expect(member.page("board", "time", "dentist").get_by_role("heading", level=1)).to_have_text("Nothing is there")


def test_a_technician_sees_their_own_row_alone(sign_in: SignIn, office: Office) -> None:
    page = sign_in("technician").page("board", date=office.living.isoformat(), show="list")

    expect(page.locator("tbody[data-technician]")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("Amara Osei")
    expect(page.locator("main")).not_to_contain_text("Ben Kowalski")
    expect(page.locator("main")).not_to_contain_text("Noor Haddad")


@pytest.mark.parametrize("path", ["bookings/{id}", "board/move/{id}", "board/time/dentist", "customers/{customer}"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_businesses_records_are_not_there(method: str, path: str, office: Office) -> None:
    booking = office.made["second"]
    address = path.format(id=booking["id"], customer=booking["customer"]["id"])
    with office.signed_in("fleet-40", page=True) as client:
        asking = client.build_request(method, f"/desk/{address}", data={"sent": "1"} if method == "POST" else None)
        answer = client.send(asking)

    assert answer.status_code in {404, 405}
    assert "Oyelaran" not in answer.text


def test_the_board_has_ones_own_business_alone(office: Office) -> None:
    with office.signed_in("fleet-40") as client:
        answer = client.get("/desk/board/data", params={"date": office.living.isoformat()})

    assert answer.status_code == 200
    assert "amara" not in answer.text
    assert "Oyelaran" not in answer.text
