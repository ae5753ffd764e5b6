"""What a business says of itself goes through the API and back whole, its booking page among it."""

from __future__ import annotations

from typing import Any

from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.customers.kit import STAFF, open_business

PAGE = {"brand": "#0b5cad", "phone": "+1 905 555 0100", "origins": ["https://www.example.com"]}


def test_the_booking_page_is_part_of_the_own_document(database: Database) -> None:
    async def work(whole: Whole) -> list[Any]:
        await open_business(whole)
        async with await whole.key("small-world") as client:
            before = (await client.get(f"{STAFF}/business")).json()
            put = await client.put(f"{STAFF}/business", json={**before, "booking_page": PAGE})
            shown = (await client.get(f"{STAFF}/business")).json()
            again = await client.put(f"{STAFF}/business", json=shown)
            return [put.status_code, shown["booking_page"], again.status_code, again.json() == shown]

    put, page, again, same = on(database, work)
    assert put == again == 200
    assert {key: page[key] for key in PAGE} == PAGE
    assert same
