"""Everything that is known of a customer is in the export, and nothing of anybody else."""

from __future__ import annotations

from typing import Any

from fieldfare.entrypoints.api.staff.customer_examples import EXPORT
from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.customers.kit import BUSINESS, PERSONAL, STAFF, WHY, booked, cancelled, open_business, waits

OTHER = {"name": "Kim Other", "email": "kim@other.example"}


def test_the_export_holds_all_that_was_said_and_happened(database: Database) -> None:
    async def work(whole: Whole) -> dict[str, Any]:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            first = await booked(client)
            await cancelled(client, first)
            await booked(client, hour=17)
            await booked(client, OTHER, hour=17, technician="t2")
            await waits(client)
            answer = await client.get(f"{STAFF}/customers/{first['customer']['id']}/export")
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        found: dict[str, Any] = answer.json()
        return found

    export = on(database, work)

    text = str(export).lower()
    assert [word for word in PERSONAL if word not in text] == []
    assert "other" not in text
    assert [booking["status"] for booking in export["bookings"]] == ["cancelled", "confirmed"]
    assert export["bookings"][0]["ended_because"] == WHY
    assert len(export["waitlist"]) == 1
    assert [message["kind"] for message in export["messages"]] == ["confirmed", "cancelled", "confirmed"]
    assert WHY in [line["reason"] for line in export["trail"]]


def test_the_example_of_the_description_has_the_form_of_an_export(database: Database) -> None:
    async def work(whole: Whole) -> dict[str, Any]:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            made = await booked(client)
            found: dict[str, Any] = (await client.get(f"{STAFF}/customers/{made['customer']['id']}/export")).json()
            return found

    export = on(database, work)

    assert set(export) == set(EXPORT)
    assert set(export["customer"]) == set(EXPORT["customer"])
    for listed in ("bookings", "messages", "trail"):
        assert set(export[listed][0]) == set(EXPORT[listed][0]), listed


def test_of_who_was_erased_only_what_is_nobodys_is_given_out(database: Database) -> None:
    async def work(whole: Whole) -> dict[str, Any]:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            made = await booked(client)
            await cancelled(client, made)
            path = f"{STAFF}/customers/{made['customer']['id']}"
            assert (await client.post(f"{path}/erase", json={})).status_code == 200
            found: dict[str, Any] = (await client.get(f"{path}/export")).json()
            return found

    export = on(database, work)

    assert [word for word in PERSONAL if word in str(export).lower()] == []
    assert export["trail"] == []
    assert [booking["contact"] for booking in export["bookings"]] == [None]
