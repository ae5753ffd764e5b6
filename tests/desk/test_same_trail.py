"""A staff action leaves the same row in the audit trail, whether it was done on a page or over the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.desk.office import OAKVILLE, ROBIN, TUNE_UP, Office
from tests.service.example import BUSINESS

pytestmark = pytest.mark.slow

OWN = {"id", "reference", "created_at", "started_at", "ended_at", "stepped_at", "estimated_start", "told_start"}
"""What each record has of its own."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """Something to do to a booking: over the API and on a page."""

    api: tuple[str, Mapping[str, Any]]
    page: tuple[str, Mapping[str, str]]
    first: tuple[str, Mapping[str, Any]] | None = None
    technician: str | None = "amara"


ACTS = {
    "cancel": Act(
        api=("cancel", {"reason": "They called."}), page=("bookings/{id}/cancel", {"reason": "They called."})
    ),
    "step": Act(api=("steps", {"step": "en_route"}), page=("bookings/{id}/step", {"step": "en_route"})),
    "no_show": Act(
        api=("steps", {"step": "no_show", "reason": "Nobody opened."}),
        page=("bookings/{id}/step", {"step": "no_show", "reason": "Nobody opened."}),
    ),
    "undo": Act(api=("undo", {}), page=("bookings/{id}/undo", {}), first=("steps", {"step": "en_route"})),
    "zone": Act(
        api=("zone", {"zone": "z-halton", "reason": "The border.", "reprice": True}),
        page=("bookings/{id}/zone", {"zone": "z-halton", "reason": "The border.", "reprice": "1"}),
    ),
    "accept": Act(
        api=("accept", {"technician": "ben"}), page=("bookings/{id}/accept", {"technician": "ben"}), technician=None
    ),
    "assign": Act(
        api=("assign", {"technician": "ben"}),
        page=("board/move/{id}", {"technician": "ben", "date": "{day}", "time": "09:00"}),
    ),
    "move": Act(
        api=("reschedule", {"start": "{later}", "technician": "amara"}),
        page=("board/move/{id}", {"technician": "amara", "date": "{day}", "time": "11:00"}),
    ),
    "forced": Act(
        api=("reschedule", {"start": "{early}", "technician": "ben", "override": {"reason": "No heat."}}),
        page=(
            "board/move/{id}",
            {
                "technician": "ben",
                "date": "{day}",
                "time": "07:00",
                "override": "1",
                "override_reason": "No heat.",
                "reason": "No heat.",
            },
        ),
    ),
}


def filled(value: Any, times: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: filled(one, times) for key, one in value.items()}
    return value.format(**times) if isinstance(value, str) else value


def begun(office: Office, act: Act) -> dict[str, Any]:
    """Book what the act is done to, or ask for it where it is a request."""
    if act.technician is not None:
        return office.book("09:00", act.technician)
    with office.server.client() as anybody:
        wish = {"place": OAKVILLE, "product": TUNE_UP, "start": office.at("09:00"), "customer": ROBIN.document}
        wanted = anybody.post(f"/api/v1/{BUSINESS}/requests", json=wish)
        assert wanted.status_code == 201, wanted.text
    found: dict[str, Any] = office.ask("GET", "bookings", params={"reference": wanted.json()["reference"]})["items"][0]
    return found


def row(office: Office, subject: str, id_: str) -> dict[str, Any]:
    """Give the newest row, without its number, its time, and what is the record's own."""
    newest = office.trail(subject=subject, id_=id_)[0]
    kept: dict[str, Any] = plain({key: value for key, value in newest.items() if key not in {"at", "number"}})
    return kept


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if key not in OWN}
    return [plain(one) for one in value] if isinstance(value, list) else value


@pytest.fixture
def pages(office: Office) -> Any:
    with office.signed_in("dispatcher", page=True) as client:
        yield client


@pytest.mark.parametrize("name", ACTS)
def test_what_is_done_to_a_visit(name: str, quiet: Office, scripts: httpx2.Client, pages: httpx2.Client) -> None:
    act = ACTS[name]
    times = {"later": quiet.at("11:00"), "early": quiet.at("07:00"), "day": quiet.quiet.isoformat()}
    rows = []

    def over_the_api(id_: str) -> httpx2.Response:
        verb, body = act.api
        return scripts.post(f"/api/v1/staff/bookings/{id_}/{verb}", json=filled(body, times))

    def on_a_page(id_: str) -> httpx2.Response:
        path, form = act.page
        version = str(quiet.show({"id": id_})["version"])
        return pages.post(f"/desk/{path.format(id=id_)}", data={"version": version, **filled(form, times)})

    do: Callable[[str], httpx2.Response]
    for do in (over_the_api, on_a_page):
        booking = begun(quiet, act)
        if act.first is not None:
            quiet.ask("POST", f"bookings/{booking['id']}/{act.first[0]}", act.first[1])
        answer = do(booking["id"])
        assert answer.status_code in {200, 303}, answer.text
        rows.append(row(quiet, "bookings", booking["id"]))
        quiet.clear()

    assert rows[0] == rows[1]
    assert rows[0]["actor"]["kind"] == "account"


def test_time_that_is_blocked_and_freed(quiet: Office, scripts: httpx2.Client, pages: httpx2.Client) -> None:
    day, rows = quiet.quiet.isoformat(), []
    record = {"id": "by-api", "technician": "chloe", "kind": "busy", "title": "Dentist"}
    times = {"start": quiet.at("14:00"), "end": quiet.at("15:00")}
    form = {"id": "by-page", "whose": "technician:chloe", "title": "Dentist", "pieces": "1", "place": ""}
    form |= {"from_date": day, "from_time": "14:00", "to_date": day, "to_time": "15:00"}

    made = scripts.post("/api/v1/staff/commitments", json=record | times)
    assert made.status_code == 201, made.text
    rows.append(row(quiet, "commitments", "by-api"))
    assert scripts.delete("/api/v1/staff/commitments/by-api").status_code == 204
    rows.append(row(quiet, "commitments", "by-api"))
    assert pages.post("/desk/board/time", data=form).status_code == 303
    rows.append(row(quiet, "commitments", "by-page"))
    assert pages.post("/desk/board/time/by-page", data={"version": "1", "free": "1"}).status_code == 303
    rows.append(row(quiet, "commitments", "by-page"))

    assert rows[:2] == rows[2:]


def test_what_is_booked_on_the_phone(quiet: Office, scripts: httpx2.Client, pages: httpx2.Client) -> None:
    rows = []
    address = {"street": "1225 Trafalgar Road", "city": "Oakville", "postal_code": "L6H 0H3"}
    who = {"name": "Robin Doe", "phone": "905 555 0134", "email": "robin@example.com"}

    asked = {"place": OAKVILLE, "product": TUNE_UP, "technician": "amara", "start": quiet.at("09:00")}
    assert scripts.post("/api/v1/staff/bookings", json={**asked, "customer": who, "address": address}).is_success
    rows.append(row(quiet, "bookings", quiet.standing()[0]["id"]))
    quiet.clear()
    form = {"at": f"{OAKVILLE['lat']},{OAKVILLE['lng']}", "code": "L6H0H3", "product": TUNE_UP, "who": "amara"}
    form |= {"start": str(quiet.instant("09:00")), "language": "en", **who, **address}
    answer = pages.post("/desk/book/details", data=form)
    assert answer.status_code == 303, answer.text
    rows.append(row(quiet, "bookings", quiet.standing()[0]["id"]))

    assert rows[0] == rows[1]
