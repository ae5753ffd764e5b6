"""What geocoders have answered is remembered for one business, until its time is over."""

from __future__ import annotations

import asyncio
import time

from fieldfare.adapters.postgres.geocode_cache import PostgresGeocodeCache
from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.domain.addresses import Located, Precision
from fieldfare.domain.places import Place
from fieldfare.usecases.upkeep.forget_expired import forget_expired
from tests.databases import Database
from tests.unit.postgres.test_storage import configuration, create

HOME = Located(
    place=Place(lat=43.5, lng=-79.7, postal_code="L6H1A1"),
    formatted="1 Élm St, Oakville",
    precision=Precision.ROOFTOP,
    country="CA",
    source="photon",
)
KEY = b"k" * 32


def test_answers_are_remembered_by_business_until_they_expire(database: Database) -> None:
    now = int(time.time())

    async def work() -> list[object]:
        async with postgres_storage(database.application) as storage:
            for business in ("a", "b"):
                await create(storage, configuration(business))
            mine, theirs = PostgresGeocodeCache(storage, "a"), PostgresGeocodeCache(storage, "b")
            await mine.put(KEY, (), now + 60)
            seen: list[object] = [await mine.get(KEY), await theirs.get(KEY)]
            await mine.put(KEY, (HOME,), now + 60)
            await mine.put(b"old" * 10, (HOME,), now - 1)
            seen += [await mine.get(KEY), await mine.get(b"old" * 10)]
            forgotten = [await forget_expired(storage, business=business) for business in ("a", "b")]
            return [*seen, forgotten, await mine.get(KEY)]

    assert asyncio.run(work()) == [(), None, (HOME,), None, [1, 0], (HOME,)]
