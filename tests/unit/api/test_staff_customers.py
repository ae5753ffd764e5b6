"""`/staff/customers`: found in whatever way people remember them, changed with a trail, refused with a reason."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from fieldfare.domain.permissions import Scope
from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.customers.kit import BUSINESS, CANARY, STAFF, booked, only_customer, open_business, waits

CUSTOMERS = f"{STAFF}/customers"


def person(number: int, **more: Any) -> dict[str, Any]:
    return {"name": f"Person {number}", "email": f"person{number}@example.com", **more}


async def found(client: httpx2.AsyncClient, **query: Any) -> list[str]:
    """List names that a query finds, page by page."""
    names: list[str] = []
    while True:
        answer = await client.get(CUSTOMERS, params=query)
        assert answer.status_code == 200, answer.text
        names += [one["name"] for one in answer.json()["items"]]
        if answer.json()["next"] is None:
            return names
        query["cursor"] = answer.json()["next"]


FOUND = {
    "an email": ("zebulon@canary.example", True),
    "an email in capitals": (" ZEBULON@Canary.Example ", True),
    "a phone as it was typed": ("(416) 555-0199", True),
    "a phone with its country": ("+1 416-555-0199", True),
    "a phone in digits": ("4165550199", True),
    "part of a name": ("quill", True),
    "two words of a name": ("zebulon  quill", True),
    "another email": ("zebulon@canary.exampl", False),
    "half an email": ("zebulon@", False),
    "half a phone": ("555-0199", False),
    "a sign of LIKE": ("%", False),
    "somebody else": ("smith", False),
    "nothing": ("", True),
}


def test_a_customer_is_found_by_what_people_remember(database: Database) -> None:
    async def work(whole: Whole) -> dict[str, list[str]]:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            await waits(client)
            return {case: await found(client, q=q) for case, (q, _) in FOUND.items()}

    expected = {case: [CANARY["name"]] if hit else [] for case, (_, hit) in FOUND.items()}
    assert on(database, work) == expected


@pytest.mark.parametrize("query", [{}, {"q": "person"}])
def test_pages_hold_each_customer_once(database: Database, query: dict[str, str]) -> None:
    async def work(whole: Whole) -> tuple[list[str], list[str]]:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            for number in range(5):
                await waits(client, person(number))
            return await found(client, **query, limit=2), await found(client, **query, limit=200)

    by_two, at_once = on(database, work)

    assert by_two == at_once
    assert sorted(at_once) == [f"Person {number}" for number in range(5)]


def test_a_customer_is_shown_with_their_visits_and_changed_with_a_trail(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            visit = await booked(client)
            path = f"{CUSTOMERS}/{visit['customer']['id']}"
            shown = await client.get(path)
            assert [one["reference"] for one in shown.json()["bookings"]] == [visit["reference"]]
            assert shown.json()["phone"] == "+14165550199"

            change = {"tier": "gold", "phone": "905 555 0134", "language": "en"}
            changed = await client.patch(path, json=change, headers={"If-Match": shown.headers["etag"]})
            stale = await client.patch(path, json={"tier": None}, headers={"If-Match": shown.headers["etag"]})
            same = await client.patch(path, json=change, headers={"If-Match": changed.headers["etag"]})

            assert changed.status_code == 200, changed.text
            expected = {name: value for name, value in shown.json().items() if name != "bookings"}
            assert changed.json() == expected | {"tier": "gold", "phone": "+19055550134", "language": "en"}
            assert (stale.status_code, stale.json()["code"]) == (412, "changed_meanwhile")
            assert (same.json(), same.headers["etag"]) == (changed.json(), changed.headers["etag"])
            (line,) = (await client.get(f"{STAFF}/audit", params={"subject": "customers"})).json()["items"]
            assert (line["before"], line["after"]["tier"]) == ({"tier": None}, "gold")
            assert line["personal"]["before"] == {"phone": "+14165550199", "language": "fr"}
            assert line["personal"]["after"] == {"phone": "+19055550134", "language": "en"}
            # What was said for the visit stays what it was.
            visits = (await client.get(f"{STAFF}/bookings")).json()["items"]
            assert visits[0]["customer"]["phone"] == "+14165550199"

    on(database, work)


REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "another's email": ({"email": "Person1@example.com"}, 409, "conflict"),
    "an email that is none": ({"email": "nobody"}, 422, "email"),
    "a phone that is none": ({"phone": "12"}, 422, "phone"),
    "neither email nor phone": ({"email": None, "phone": None}, 422, "neither"),
    "no name": ({"name": None}, 422, "name"),
    "a blank name": ({"name": "  "}, 422, "name"),
    "an id of its own": ({"id": "other"}, 422, "id"),
    "a consent in words": ({"consent": "yes"}, 422, "consent"),
}


def test_a_change_that_can_not_be_is_refused(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            await waits(client)
            customer = await only_customer(client)
            await waits(client, person(1))
            path = f"{CUSTOMERS}/{customer['id']}"
            for case, (change, status, told) in REFUSED.items():
                answer = await client.patch(path, json=change)

                assert answer.status_code == status, (case, answer.text)
                assert told in answer.text, case
                assert "person1" not in answer.text.lower(), case
                shown = (await client.get(path)).json()
                assert {name: shown[name] for name in customer} == customer, case

    on(database, work)


def test_an_email_can_go_while_the_phone_stays(database: Database) -> None:
    async def work(whole: Whole) -> dict[str, Any]:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            await waits(client)
            customer = await only_customer(client)
            answer = await client.patch(f"{CUSTOMERS}/{customer['id']}", json={"email": None})
            found: dict[str, Any] = answer.json()
            return found

    changed = on(database, work)

    assert (changed["email"], changed["phone"]) == (None, "+14165550199")


def test_who_was_erased_is_changed_no_more_and_listed_without_a_name(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            await waits(client)
            customer = await only_customer(client)
            path = f"{CUSTOMERS}/{customer['id']}"
            assert (await client.post(f"{path}/erase", json={})).status_code == 200

            refused = await client.patch(path, json={"tier": "gold"})

            assert (refused.status_code, refused.json()["reason"]) == (409, "erased")
            assert (await only_customer(client))["name"] is None
            assert await found(client, q="zebulon") == []

    on(database, work)


def test_the_same_key_gives_the_same_answer(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            await waits(client)
            path = f"{CUSTOMERS}/{(await only_customer(client))['id']}"
            key = {"Idempotency-Key": "one"}
            first = await client.patch(path, json={"tier": "gold"}, headers=key)
            await client.patch(path, json={"tier": "silver"})

            again = await client.patch(path, json={"tier": "gold"}, headers=key)
            other = await client.patch(path, json={"tier": "tin"}, headers=key)

            assert (again.json(), again.headers["etag"]) == (first.json(), first.headers["etag"])
            assert other.json()["code"] == "idempotency_mismatch"
            assert (await client.get(path)).json()["tier"] == "silver"

    on(database, work)


def test_no_other_scope_sees_customers(database: Database) -> None:
    async def work(whole: Whole) -> list[int]:
        await open_business(whole)
        others = [scope for scope in Scope if scope is not Scope.CUSTOMERS]
        async with await whole.key(BUSINESS, others) as client:
            return [
                (await client.get(CUSTOMERS)).status_code,
                (await client.get(f"{CUSTOMERS}/c1/export")).status_code,
                (await client.patch(f"{CUSTOMERS}/c1", json={})).status_code,
                (await client.post(f"{CUSTOMERS}/c1/erase", json={})).status_code,
            ]

    assert on(database, work) == [403, 403, 403, 403]


def test_unknown_customers_are_not_found(database: Database) -> None:
    async def work(whole: Whole) -> list[int]:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            return [
                (await client.get(f"{CUSTOMERS}/nobody")).status_code,
                (await client.get(f"{CUSTOMERS}/nobody/export")).status_code,
                (await client.patch(f"{CUSTOMERS}/nobody", json={"tier": "gold"})).status_code,
                (await client.post(f"{CUSTOMERS}/nobody/erase", json={})).status_code,
            ]

    assert on(database, work) == [404, 404, 404, 404]
