"""Turns are taken from one bucket by all who have the database: never more than are in it, and none twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import psycopg
import pytest

from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.adapters.postgres.storage import PostgresStorage, postgres_storage
from fieldfare.ports.crm import Allowance
from fieldfare.ports.storage import StorageContendedError
from tests.databases import Database
from tests.unit.integrations_books.kit import create, made, run

TEN = Allowance(burst=10, per_second=1e-4, kept_back=6)
"""Ten calls, and hours until the next."""
TAKERS = 4


async def take(storage: PostgresStorage, *, of: Allowance = TEN, pressing: bool = True, business: str = "b") -> float:
    """Take a turn as everybody does, in a transaction of its own."""
    async with storage.open(business, brisk=True) as books:
        return await books.integrations.connections.take_turn(of, pressing=pressing)


async def granted(storage: PostgresStorage, times: int, *, pressing: bool = True) -> int:
    """Ask so often, and tell how often there was leave."""
    return [await take(storage, pressing=pressing) for _ in range(times)].count(0.0)


def full_in(database: Database, seconds: float) -> None:
    """Set when the bucket is full again, by the clock of the database."""
    with psycopg.connect(for_libpq(database.superuser)) as connection:
        moved = connection.execute(
            "UPDATE crm_turns SET full_at = clock_timestamp() + make_interval(secs => %s)", [seconds]
        )
        assert moved.rowcount == 1


@pytest.mark.parametrize(("pressing", "there"), [(True, 10), (False, 4)])
def test_many_who_take_at_once_take_what_there_is_and_no_more(database: Database, pressing: bool, there: int) -> None:
    """Each has connections of their own, as processes have."""

    async def process() -> int:
        async with postgres_storage(database.application, connections=2) as own:
            return sum(await asyncio.gather(*(granted(own, 5, pressing=pressing) for _ in range(4))))

    async def work(storage: PostgresStorage) -> list[int]:
        await made(storage)
        return await asyncio.gather(*(process() for _ in range(TAKERS)))

    assert sum(run(database, work)) == there


def test_it_fills_up_by_the_clock_and_never_faster(database: Database) -> None:
    """However long the machine takes: in all that time there are no more than the burst and what has come since."""
    lively = Allowance(burst=5, per_second=100)

    async def process(count: int) -> None:
        async with postgres_storage(database.application, connections=1) as own:
            for _ in range(count):
                while (wait := await take(own, of=lively)) > 0:
                    await asyncio.sleep(wait)

    async def work(storage: PostgresStorage) -> float:
        await made(storage)
        began = time.monotonic()
        await asyncio.gather(*(process(25) for _ in range(TAKERS)))
        return time.monotonic() - began

    seconds = run(database, work)

    # Two clocks may differ by a little.
    most = 5 + 100 * (seconds + 0.01)
    assert most >= TAKERS * 25


def test_sweeps_leave_the_last_ones_to_what_somebody_waits_for(database: Database) -> None:
    async def work(storage: PostgresStorage) -> Sequence[int]:
        await made(storage)
        return [
            await granted(storage, 20, pressing=False),
            await granted(storage, 2),
            await granted(storage, 20, pressing=False),
            await granted(storage, 20),
        ]

    assert run(database, work) == [4, 2, 0, 4]


def test_who_has_to_wait_is_told_for_how_long_and_takes_nothing(database: Database) -> None:
    """A call each 100 seconds, so it doesn't matter how long the test takes."""
    slow = Allowance(burst=10, per_second=0.01, kept_back=6)

    async def work(storage: PostgresStorage) -> tuple[list[float], float]:
        await made(storage)
        await take(storage, of=slow)
        full_in(database, 1_000)
        asked = [await take(storage, of=slow, pressing=pressing) for pressing in (True, False, True)]
        full_in(database, 890)
        return asked, await take(storage, of=slow)

    (pressing, sweeping, again), later = run(database, work)

    # One may be taken when 900 seconds are left until it is full, or 300 where six are kept back.
    assert 0 < again < pressing <= 100
    assert 600 < sweeping <= 700
    assert later == 0


def test_a_clock_that_was_set_back_stops_nobody(database: Database) -> None:
    """Then the bucket is empty, whatever was in it."""

    async def work(storage: PostgresStorage) -> tuple[float, float]:
        await made(storage)
        await take(storage)
        full_in(database, 1e6)
        return await take(storage), await take(storage)

    first, second = run(database, work)

    assert first == 0
    assert 0 < second <= 10_000


def test_a_bucket_of_one_serves_sweeps_too(database: Database) -> None:
    async def work(storage: PostgresStorage) -> tuple[float, bool]:
        await made(storage)
        one = Allowance(burst=1, per_second=1e-4, kept_back=6)
        return await take(storage, of=one, pressing=False), await take(storage, of=one, pressing=False) > 0

    assert run(database, work) == (0, True)


def test_each_business_has_its_own(database: Database) -> None:
    async def work(storage: PostgresStorage) -> tuple[int, float]:
        await made(storage)
        await create(storage, "c")
        return await granted(storage, 11), await take(storage, business="c")

    assert run(database, work) == (10, 0)


def test_what_is_rolled_back_was_not_taken(database: Database) -> None:
    async def take_and_fail(storage: PostgresStorage) -> None:
        async with storage.open("b") as books:
            assert await books.integrations.connections.take_turn(TEN, pressing=True) == 0
            raise RuntimeError

    async def work(storage: PostgresStorage) -> int:
        await made(storage)
        for _ in range(10):
            with pytest.raises(RuntimeError):
                await take_and_fail(storage)
        return await granted(storage, 11)

    assert run(database, work) == 10


def test_nobody_is_told_of_a_turn(database: Database) -> None:
    async def work(storage: PostgresStorage) -> bool:
        await made(storage)
        before = await storage.revisions("b")
        await take(storage)
        return await storage.revisions("b") == before

    assert run(database, work)


def test_one_who_takes_and_does_not_end_keeps_nobody_waiting_for_ever(database: Database) -> None:
    async def work(storage: PostgresStorage) -> None:
        await made(storage)
        async with storage.open("b") as books:
            await books.integrations.connections.take_turn(TEN, pressing=True)
            with pytest.raises(StorageContendedError):
                await take(storage)

    run(database, work)
