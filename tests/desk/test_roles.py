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

OFFICE = ("owner", "dispatcher")
BOOKERS = ("owner", "dispatcher", "agent")
EVERYBODY = ROLES


@dataclass(frozen=True, kw_only=True)
class Row:
    """Who may, and what they are answered; `form` is what is posted, which changes nothing."""

    who: tuple[str, ...]
    status: int = 200
    form: Mapping[str, str] = field(default_factory=dict)
    query: str = ""


def get(who: tuple[str, ...], status: int = 200, query: str = "") -> Row:
    return Row(who=who, status=status, query=query)


def post(who: tuple[str, ...], status: int, **form: str) -> Row:
    return Row(who=who, status=status, form=form)


TABLE: dict[tuple[str, str], Row] = {
    ("GET", "/desk"): get(EVERYBODY, 303),
    ("GET", "/desk/account"): get(EVERYBODY),
    ("POST", "/desk/account"): post(EVERYBODY, 422),
    ("GET", "/desk/search"): get(BOOKERS),
    ("GET", "/desk/bookings"): get(BOOKERS),
    ("GET", "/desk/bookings/{id}"): get(EVERYBODY),
    ("GET", "/desk/messages"): get(BOOKERS),
    ("GET", "/desk/audit"): get(OFFICE),
}
OPEN = {("GET", "/desk/sign-in"), ("POST", "/desk/sign-in"), ("POST", "/desk/sign-out"), ("GET", "/desk/changes")}
"""Whoever comes is asked who they are; `changes` is a stream, which ends when nobody listens any more."""
LOST = "/desk/{rest:path}"


def routes() -> Iterator[tuple[str, str]]:
    for route in desk_routes(Watchers()):
        assert isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            if route.path != LOST:
                yield method, route.path


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert set(routes()) - OPEN == set(TABLE)


@pytest.fixture
def values(office: Office) -> dict[str, str]:
    """What stands in for the parts of an address."""
    return {"id": office.made["second"]["id"]}


def asked(client: httpx2.Client, method: str, path: str, row: Row) -> int:
    address = f"{path}{row.query}"
    answer = client.get(address) if method == "GET" else client.post(address, data=dict(row.form))
    return answer.status_code


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), sorted(TABLE), ids=lambda part: str(part))
def test_a_direct_request(role: str, method: str, path: str, office: Office, values: dict[str, str]) -> None:
    row = TABLE[method, path]
    with office.signed_in(role, page=True) as client:
        status = asked(client, method, path.format(**values), row)

    assert status == (row.status if role in row.who else 403)


@pytest.mark.parametrize(("method", "path"), sorted(TABLE), ids=lambda part: str(part))
def test_a_stranger_is_sent_to_sign_in(method: str, path: str, office: Office, values: dict[str, str]) -> None:
    with office.signed_in("nobody", page=True) as client:
        answer = client.request(method, path.format(**values))

    is_data = answer.headers["Content-Type"].startswith("application/problem") if "Content-Type" in answer.headers else False
    assert answer.status_code == (401 if is_data else 303)
    if not is_data:
        assert answer.headers["Location"].startswith("/desk/sign-in?next=")


@pytest.mark.parametrize(("method", "path"), sorted(TABLE), ids=lambda part: str(part))
def test_another_site_sends_no_form(method: str, path: str, office: Office, values: dict[str, str]) -> None:
    if method == "GET":
        pytest.skip("a page that is only looked at")
    with office.signed_in("owner", page=True) as client:
        answer = client.post(path.format(**values), headers={"Origin": "https://example.com"})

    assert answer.status_code == 403


MENUS = {
    "owner": ["Board", "Book", "Bookings", "Map", "Messages", "Reports", "Trail", "Settings"],
    "dispatcher": ["Board", "Book", "Bookings", "Map", "Messages", "Reports", "Trail", "Settings"],
    "agent": ["Board", "Book", "Bookings", "Messages"],
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
        answer = client.request(method, f"/desk/{address}")

    assert answer.status_code in {404, 405}
    assert "Oyelaran" not in answer.text


def test_the_board_has_ones_own_business_alone(office: Office) -> None:
    with office.signed_in("fleet-40") as client:
        answer = client.get("/desk/board/data", params={"date": office.living.isoformat()})

    assert answer.status_code == 200
    assert "amara" not in answer.text
    assert "Oyelaran" not in answer.text
