"""A4, A9, A13: starts, contacts and places that nobody can mean are refused with a reason, and never with a 5xx."""

from __future__ import annotations

from typing import Any

import pytest

from tests.databases import Database
from tests.service.whole import Whole, on
from tests.worlds import world

ROBIN = {"name": "Robin", "email": "robin@customers.test"}
STARTS = [
    "0001-01-01T00:00:00Z",
    "1900-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "2100-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-11-20T10:31:07-05:00",
    "2026-11-20T10:30:00",
    "tomorrow",
    "",
    "2026-11-21T10:30:00.5Z",
]


def statuses(database: Database, path: str, body: dict[str, Any], starts: list[str]) -> dict[str, tuple[int, str]]:
    async def work(whole: Whole) -> dict[str, tuple[int, str]]:
        made = world().technician("t1").document
        await whole.bring_in({**made["business"], "id": "b1"}, [])
        asked = {"place": made["request"]["place"], "product": made["request"]["product"], **body}
        found = {}
        async with await whole.key("b1") as client:
            for start in starts:
                answer = await client.post(f"/api/v1/{path}", json={**asked, "start": start})
                found[start] = (answer.status_code, answer.json().get("code", ""))
        return found

    return on(database, work)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("b1/holds", {}),
        ("b1/holds", {"technician": "t1"}),
        ("b1/requests", {"customer": ROBIN}),
        ("staff/bookings", {"customer": ROBIN}),
        ("staff/bookings", {"customer": ROBIN, "technician": "t1"}),
        ("staff/bookings", {"customer": ROBIN, "technician": "t1", "override": {"reason": "they insist"}}),
    ],
)
def test_a_start_that_nobody_can_mean_is_refused(database: Database, path: str, body: dict[str, Any]) -> None:
    found = statuses(database, path, body, STARTS)

    for start, (status, code) in found.items():
        asks_far_ahead = path == "b1/requests" and start.startswith("2100")
        refused = code in {"invalid_request", "slot_taken", "needs_override", "not_overridable"}
        assert refused or (asks_far_ahead and status == 201), (start, status, code)


@pytest.mark.parametrize(
    ("customer", "path"),
    [
        ({"name": "R", "email": "no"}, "customer.email"),
        ({"name": "R", "email": "a@b\ncc: x@example.org"}, "customer.email"),
        ({"name": "R", "email": '"a b"@example.org'}, "customer.email"),
        ({"name": "R", "phone": "call me"}, "customer.phone"),
        ({"name": "R", "phone": "+1" * 20}, "customer.phone"),
        ({"name": "R", "phone": "0"}, "customer.phone"),
        ({"name": "R"}, "customer"),
        ({"name": " ", "email": "r@example.org"}, "customer.name"),
        ({"name": "R\0", "email": "r@example.org"}, "customer.name"),
        ({"name": "R", "email": "r@example.org", "tier": "gold"}, "customer.tier"),
        ({"name": "R", "email": "r@example.org", "consent": "yes"}, "customer.consent"),
        ({"name": "R", "email": "r@example.org", "language": "🦆"}, "customer.language"),
    ],
)
def test_a_contact_that_is_none_is_refused_where_it_stands(
    database: Database, customer: dict[str, Any], path: str
) -> None:
    async def work(whole: Whole) -> dict[str, Any]:
        made = world().technician("t1").document
        await whole.bring_in({**made["business"], "id": "b1"}, [])
        async with whole.client() as client:
            answer = await client.post("/api/v1/b1/bookings", json={"hold": "x" * 43, "customer": customer})
        assert answer.status_code == 422, answer.text
        document: dict[str, Any] = answer.json()
        return document

    assert on(database, work)["errors"][0]["path"] == path


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("416 555 0134", "+14165550134"),
        ("(416) 555-0134", "+14165550134"),
        ("1-416-555-0134", "+14165550134"),
        ("+44 20 7946 0018", "+442079460018"),
        ("\u0664\u0661\u0666 \u0665\u0665\u0665 \u0660\u0661\u0663\u0664", "+14165550134"),
    ],
)
def test_a_phone_is_kept_in_one_form_however_it_was_typed(database: Database, typed: str, kept: str) -> None:
    async def work(whole: Whole) -> list[str]:
        made = world().technician("t1").document
        await whole.bring_in({**made["business"], "id": "b1"}, [])
        asked = {"place": made["request"]["place"], "product": made["request"]["product"]}
        async with await whole.key("b1") as client:
            slots = (await client.post("/api/v1/b1/availability", json=asked)).json()["slots"]
            body = {**asked, "start": slots[-1]["start"], "customer": {"name": "Robin", "phone": typed}}
            made_it = await client.post("/api/v1/staff/bookings", json=body)
            assert made_it.status_code == 201, made_it.text
            people = (await client.get("/api/v1/staff/customers")).json()["items"]
        return [person["phone"] for person in people]

    assert on(database, work) == [kept]
