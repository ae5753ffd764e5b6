"""A customer who is erased is nowhere any more, while the bookings and the trail stay."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from fieldfare.domain.bookings import Booking
from fieldfare.domain.places import Place
from fieldfare.ports.storage import Personal
from fieldfare.usecases.customers.erase import Erase, coarse, erase
from tests.databases import Database
from tests.service.whole import TESTER, Whole, on
from tests.unit.customers.kit import (
    API,
    BUSINESS,
    CANARY,
    HOUSE,
    PERSONAL,
    STAFF,
    WHY,
    booked,
    cancelled,
    left_of,
    moment,
    only_customer,
    open_business,
    rows_of,
    waits,
)


async def lived_through(client: httpx2.AsyncClient) -> dict[str, Any]:
    """Let a customer leave something in every book; gives the customer, the last booking and the wait."""
    first = await booked(client)
    await cancelled(client, first)
    second = await booked(client, hour=17)
    moved = await client.post(f"{STAFF}/bookings/{second['id']}/undo", json={})
    assert moved.status_code == 409
    await cancelled(client, second)
    waiting = await waits(client)
    customer = await only_customer(client)
    changed = await client.patch(f"{STAFF}/customers/{customer['id']}", json={"name": "Zebulon Q", "tier": "gold"})
    assert changed.status_code == 200, changed.text
    return {"customer": customer["id"], "booking": second, "waiting": waiting}


def test_nothing_personal_is_left_in_any_table_and_the_trail_stays(database: Database) -> None:
    async def work(whole: Whole) -> tuple[dict[str, Any], Any, Any, list[int]]:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            life = await lived_through(client)
            before = rows_of(database)
            answer = await client.post(f"{STAFF}/customers/{life['customer']}/erase", json={})
            assert answer.status_code == 200, answer.text
            links = [life["booking"]["manage_url"], f"/api/v1/{BUSINESS}/waitlist/{life['waiting']['token']}"]
            return answer.json(), before, rows_of(database), [(await client.get(link)).status_code for link in links]

    answer, before, after, opened = on(database, work)

    found = left_of(before)
    assert {word for _, word in found} == set(PERSONAL), "the test looks for what never was there"
    assert {"public.customers", "public.booking_contacts", "public.audit_personal", "public.bookings"} <= {
        table for table, _ in found
    }
    assert left_of(after) == set()
    assert [answer[name] for name in ("name", "email", "phone", "tier")] == [None] * 4
    assert answer["erased_at"] is not None
    assert opened == [404, 404]
    assert set(before["public.audit"]) < set(after["public.audit"])
    assert len(after["public.audit"]) == len(before["public.audit"]) + 1
    assert after["public.audit_personal"] == []
    assert len(after["public.bookings"]) == len(before["public.bookings"])


def test_the_place_of_what_is_past_becomes_a_neighbourhood(database: Database) -> None:
    async def work(whole: Whole) -> tuple[tuple[Booking, ...], Any]:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            life = await lived_through(client)
            await client.post(f"{STAFF}/customers/{life['customer']}/erase", json={})
            async with whole.storage.open(BUSINESS) as books:
                visit = await books.bookings.find(life["booking"]["id"])
                waiting = await books.waiting.find(life["waiting"]["id"])
            assert visit is not None
            return (visit,), waiting

    (visit,), waiting = on(database, work)

    # Of the address the postal code alone was known, whose place is that of its area.
    assert visit.place == coarse(visit.place)
    assert visit.place.postal_code == "L6H"
    assert waiting.place == Place(lat=43.51, lng=-79.62, postal_code="L6H")
    assert waiting.status.value == "withdrawn"


@pytest.mark.parametrize(
    ("code", "kept"), [("L6H0H3", "L6H"), ("L6H", "L6H"), ("90210", None), ("SW1A 1AA", None), (None, None)]
)
def test_of_a_postal_code_the_area_is_kept_where_it_has_one(code: str | None, kept: str | None) -> None:
    place = Place(lat=43.123456, lng=-79.987654, postal_code=code)

    assert coarse(place) == Place(lat=43.12, lng=-79.99, postal_code=kept)
    assert coarse(coarse(place)) == coarse(place)


def test_who_has_a_visit_ahead_is_not_erased(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            booking = await booked(client)
            customer = await only_customer(client)
            before = rows_of(database)

            refused = await client.post(f"{STAFF}/customers/{customer['id']}/erase", json={})

            assert refused.status_code == 409, refused.text
            assert refused.json()["code"] == "in_use"
            assert refused.json()["used_by"] == [f"bookings/{booking['id']}"]
            assert rows_of(database) == before
            for step in ("en_route", "in_progress"):
                taken = await client.post(f"{STAFF}/bookings/{booking['id']}/steps", json={"step": step})
                assert taken.status_code == 200, taken.text
                refused = await client.post(f"{STAFF}/customers/{customer['id']}/erase", json={})
                assert refused.status_code == 409, step
            done = await client.post(f"{STAFF}/bookings/{booking['id']}/steps", json={"step": "completed"})
            assert done.status_code == 200, done.text
            assert (await client.post(f"{STAFF}/customers/{customer['id']}/erase", json={})).status_code == 200

    on(database, work)


def test_erased_twice_is_erased_once(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            life = await lived_through(client)
            path = f"{STAFF}/customers/{life['customer']}/erase"
            first = await client.post(path, json={})
            before = rows_of(database)

            second = await client.post(path, json={})

            assert second.json() == first.json()
            assert rows_of(database) == before

    on(database, work)


def test_what_is_said_after_the_erasure_goes_with_the_next_one(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            life = await lived_through(client)
            path = f"{STAFF}/customers/{life['customer']}/erase"
            await client.post(path, json={})
            async with whole.storage.open(BUSINESS) as books:
                said = await books.audit.page(before=None, limit=100, subject="bookings")
                personal = next(kept.entry for kept in said if kept.entry.action == "cancel")
                late = replace(personal, personal=Personal(customer=life["customer"], reason=WHY))
                await books.audit.write([late])
            assert left_of(rows_of(database)) != set()

            await client.post(path, json={})

            assert left_of(rows_of(database)) == set()

    on(database, work)


def test_who_comes_back_is_somebody_else(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            life = await lived_through(client)
            await client.post(f"{STAFF}/customers/{life['customer']}/erase", json={})

            again = await booked(client, hour=19)

            assert again["customer"]["id"] != life["customer"]
            found = (await client.get(f"{STAFF}/customers", params={"q": CANARY["email"]})).json()["items"]
            assert [one["id"] for one in found] == [again["customer"]["id"]]

    on(database, work)


def test_erased_by_two_at_once_there_is_one_line_in_the_trail(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            life = await lived_through(client)

            async def once() -> None:
                async with whole.storage.open(BUSINESS) as books:
                    await erase(books, Erase(customer=life["customer"], actor=TESTER))

            await asyncio.gather(once(), once(), once())

            lines = (await client.get(f"{STAFF}/audit", params={"subject": "customers"})).json()["items"]
            assert [line["action"] for line in lines] == ["erase", "change"]
            assert left_of(rows_of(database)) == set()

    on(database, work)


def test_whoever_is_erased_while_they_book_has_no_visit_left(database: Database) -> None:
    async def work(whole: Whole) -> list[tuple[int, int]]:
        await open_business(whole)
        outcomes = []
        async with await whole.key(BUSINESS) as client:
            for hour in range(12, 20):
                await waits(client)
                customer = (await client.get(f"{STAFF}/customers", params={"q": CANARY["email"]})).json()["items"][0]
                wanted = {"place": HOUSE, "product": "tune-up", "start": moment(hour=hour), "technician": "t1"}
                hold = (await client.post(f"{API}/holds", json=wanted)).json()
                erased, confirmed = await asyncio.gather(
                    client.post(f"{STAFF}/customers/{customer['id']}/erase", json={}),
                    client.post(f"{API}/bookings", json={"hold": hold["token"], "customer": CANARY}),
                )
                outcomes.append((erased.status_code, confirmed.status_code))
                async with whole.storage.open(BUSINESS) as books:
                    visit = await books.bookings.find(hold["hold"])
                    assert visit is not None
                    assert visit.customer is not None
                    whose = await books.customers.find(visit.customer)
                    assert whose is not None
                    assert whose.erased_at is None, outcomes
                    assert (visit.customer == customer["id"]) is (erased.status_code == 409)
                await cancelled(client, {"id": hold["hold"]})
        return outcomes

    outcomes = on(database, work)

    assert {confirmed for _, confirmed in outcomes} == {201}
    assert {erased for erased, _ in outcomes} <= {200, 409}
