"""What reports read from the database, and what is counted there: each business for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import psycopg
import pytest

from fieldfare.adapters.postgres.addresses import for_libpq
from fieldfare.adapters.postgres.storage import PostgresStorage, postgres_storage
from fieldfare.adapters.postgres.upkeep import TALLIES_KEPT_DAYS
from fieldfare.domain.clock import DAY
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.configuration import Configuration, RecordKind, changes_between
from fieldfare.ports.reports import Deed, Door, Found, Step, Tally, Who
from fieldfare.usecases.reports.counting import MOST_TALLIES, Counting
from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.customers.kit import BUSINESS, HOUSE, STAFF, booked, cancelled, moment, open_business, rows_of

T = TypeVar("T")

TODAY = date(2026, 11, 23)
TALLY = Tally(day=TODAY, step=Step.SEARCHED, area="L6H", zone="z", product="p", found=Found.NO_TIME.value)
OTHER = Tally(day=TODAY - timedelta(days=1), step=Step.TIMES_SEEN, door=Door.API)
LONG_AGO, FAR_AHEAD = 0, 4_000_000_000


def run(database: Database, work: Callable[[PostgresStorage], Awaitable[T]], *, role: str = "application") -> T:
    """Do something with a database in which two businesses are."""

    async def opened() -> T:
        async with postgres_storage(getattr(database, role)) as storage:
            for business in ("a", "b"):
                records: dict[RecordKind, Any] = {kind: {} for kind in RecordKind}
                async with storage.open(business) as books:
                    new = Configuration(id=business, own={"name": business}, records=records)
                    await books.configuration.save(list(changes_between(None, new)))
            return await work(storage)

    return asyncio.run(opened())


async def counted(storage: PostgresStorage, business: str) -> dict[Tally, int]:
    async with storage.open(business) as books:
        return await books.reports.counted(first=date(2000, 1, 1), last=date(2099, 1, 1))


@pytest.mark.parametrize("role", ["application", "superuser"])
def test_counts_add_up_and_are_each_businesss_own(database: Database, role: str) -> None:
    """As the superuser nothing but the book's own questions keeps them apart."""

    async def work(storage: PostgresStorage) -> list[dict[Tally, int]]:
        for business, counts in (("a", {TALLY: 2, OTHER: 1}), ("a", {TALLY: 3}), ("b", {TALLY: 7}), ("b", {})):
            async with storage.open(business) as books:
                await books.reports.count(counts)
        return [await counted(storage, "a"), await counted(storage, "b")]

    assert run(database, work, role=role) == [{TALLY: 5, OTHER: 1}, {TALLY: 7}]


def test_two_servers_count_at_the_same_moment(database: Database) -> None:
    tallies = [replace(TALLY, area=f"A{number}") for number in range(50)]

    async def count(storage: PostgresStorage, some: list[Tally]) -> None:
        async with storage.open("a") as books:
            await books.reports.count(dict.fromkeys(some, 1))

    async def work(storage: PostgresStorage) -> dict[Tally, int]:
        await asyncio.gather(*(count(storage, tallies if even else tallies[::-1]) for even in (True, False) * 4))
        return await counted(storage, "a")

    assert run(database, work) == dict.fromkeys(tallies, 8)


def test_counts_are_forgotten_after_400_days(database: Database) -> None:
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=TALLIES_KEPT_DAYS + extra) for extra in (2, -2)]

    async def work(storage: PostgresStorage) -> list[dict[Tally, int]]:
        for business in ("a", "b"):
            async with storage.open(business) as books:
                await books.reports.count({replace(TALLY, day=day): 1 for day in days})
        async with storage.open("a") as books:
            await books.forget_expired()
        return [await counted(storage, "a"), await counted(storage, "b")]

    kept, others = run(database, work)

    assert [tally.day for tally in kept] == [days[1]]
    assert sorted(tally.day for tally in others) == days


def test_one_tenant_cannot_count_for_another(database: Database) -> None:
    run(database, lambda storage: counted(storage, "a"))
    with psycopg.connect(for_libpq(database.application)) as connection:
        connection.execute("SELECT set_config('fieldfare.business', 'a', false)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("INSERT INTO tallies VALUES ('b', current_date, 'opened', 'page', '', '', '', '', 1)")


def test_what_is_counted_is_written_in_the_background_and_at_the_end(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[dict[Tally, int]]:
        async with Counting(storage, every_seconds=0.05) as counting:
            for _ in range(3):
                counting.add("a", TALLY)
            async with asyncio.timeout(20):
                while not (written := await counted(storage, "a")):
                    await asyncio.sleep(0.05)
            counting.add("a", TALLY)
            counting.add("b", OTHER)
        return [written, await counted(storage, "a"), await counted(storage, "b")]

    assert run(database, work) == [{TALLY: 3}, {TALLY: 4}, {OTHER: 1}]


def test_what_cannot_be_written_now_waits(database: Database) -> None:
    async def work(storage: PostgresStorage) -> dict[Tally, int]:
        counting = Counting(storage)
        counting.add("a", TALLY)
        async with storage.open("a") as books:
            await books.reports.count({TALLY: 1})
            # This row is locked until the transaction ends: a brisk one gives up after two seconds.
            await counting.write()
        await counting.write()
        await counting.write()
        return await counted(storage, "a")

    assert run(database, work) == {TALLY: 2}


def test_the_same_is_new_once_and_the_oldest_is_forgotten(database: Database) -> None:
    async def work(storage: PostgresStorage) -> list[bool]:
        counting = Counting(storage, most_seen=2)
        return [counting.is_new(business, "x") for business in ("a", "a", "b", "a", "c", "b", "a")]

    # The second "b" was pushed out by "c", the last "a" by that "b".
    assert run(database, work) == [True, False, True, False, True, True, True]


def test_so_many_areas_at_once_are_nobodys_customers(database: Database) -> None:
    async def work(storage: PostgresStorage) -> dict[Tally, int]:
        async with Counting(storage) as counting:
            for number in range(MOST_TALLIES + 10):
                counting.add("a", replace(TALLY, area=str(number)))
            counting.add("a", replace(TALLY, area="0"))
        return await counted(storage, "a")

    found = run(database, work)

    assert len(found) == MOST_TALLIES
    assert found[replace(TALLY, area="0")] == 2


def test_one_business_that_cannot_be_counted_loses_nobody_elses_counts(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def work(storage: PostgresStorage) -> list[dict[Tally, int]]:
        async with Counting(storage) as counting:
            for business in ("a", "no such business", "b"):
                counting.add(business, TALLY)
        return [await counted(storage, business) for business in ("a", "b")]

    assert run(database, work) == [{TALLY: 1}, {TALLY: 1}]
    assert [record.getMessage() for record in caplog.records if record.name.endswith("counting")] == [
        "the counts of a business were lost"
    ]


def test_what_waited_and_what_came_meanwhile_are_bounded_together(database: Database) -> None:
    async def work(storage: PostgresStorage) -> dict[Tally, int]:
        counting = Counting(storage)
        counting.add("a", TALLY)
        for number in range(MOST_TALLIES):
            counting.add("a", replace(TALLY, area=f"A{number}"))
        async with storage.open("a") as books:
            await books.reports.count({TALLY: 1})
            writing = asyncio.create_task(counting.write())
            await asyncio.sleep(0.1)
            for number in range(MOST_TALLIES):
                counting.add("a", replace(TALLY, area=f"B{number}"))
            await writing
        await counting.write()
        return await counted(storage, "a")

    # The one that was in the way, and no more than may wait.
    assert len(run(database, work)) == 1 + MOST_TALLIES


def test_more_is_counted_than_one_statement_holds(database: Database) -> None:
    tallies = [replace(TALLY, area=str(number)) for number in range(8_000)]

    async def work(storage: PostgresStorage) -> dict[Tally, int]:
        for _ in range(2):
            async with storage.open("a") as books:
                await books.reports.count(dict.fromkeys(tallies, 1))
        return await counted(storage, "a")

    assert run(database, work) == dict.fromkeys(tallies, 2)


@pytest.mark.parametrize("days", [1, 31, 32, 400])
def test_time_off_is_read_however_long_ago_it_began(database: Database, days: int) -> None:
    off = Commitment(id="off", technician="t1", kind=CommitmentKind.BUSY, start=10**9, end=10**9 + days * DAY)

    async def work(whole: Whole) -> list[list[str]]:
        await open_business(whole)
        async with whole.storage.open(BUSINESS) as books:
            await books.commitments.save([off], source="calendar")
            spans = ((off.end - 1, off.end), (off.end, off.end + DAY), (off.start - DAY, off.start))
            found = [await books.reports.stops(since=since, until=until) for since, until in spans]
            return [[one.id for one in stops] for stops in found]

    assert on(database, work) == [["off"], [], []]


def test_what_was_booked_moved_and_cancelled_is_read(database: Database) -> None:
    async def work(whole: Whole) -> dict[str, Any]:
        await open_business(whole)
        await open_business(whole, "other")
        async with await whole.key(BUSINESS) as client:
            moved = await booked(client, hour=10)
            answer = await client.post(f"{STAFF}/bookings/{moved['id']}/reschedule", json={"start": moment(hour=12)})
            assert answer.status_code == 200, answer.text
            gone = await booked(client, hour=15)
            await cancelled(client, gone)
            reasons = [(await client.get(f"{STAFF}/bookings/{one['id']}")).json()["reasons"] for one in (moved, gone)]
        async with whole.client() as customer:
            held = {"place": HOUSE, "product": "tune-up", "start": moment(hour=18)}
            assert (await customer.post(f"/api/v1/{BUSINESS}/holds", json=held)).status_code == 201
        found: dict[str, Any] = {
            "ids": (moved["id"], gone["id"]),
            "detours": [one["detour_seconds"] for one in reasons],
        }
        for business in (BUSINESS, "other"):
            async with whole.storage.open(business) as books:
                span = {"since": LONG_AGO + 10**9, "until": FAR_AHEAD}
                book = books.reports
                found[business] = {
                    "stops": await book.stops(**span),
                    "sold": await book.sold(**span),
                    "starting": await book.starting(**span),
                    "altered": await book.altered(**span),
                    "wishes": await book.wishes(**span),
                }
        return found

    found = on(database, work)
    moved, gone = found["ids"]
    mine = found[BUSINESS]

    assert found["other"] == dict.fromkeys(("stops", "sold", "starting", "altered", "wishes"), ())
    assert [(one.id, one.technician, one.visit, one.point) for one in mine["stops"]] == [
        (moved, "t1", True, (HOUSE["lat"], HOUSE["lng"]))
    ]
    # Both may be sold within one second.
    assert {one.id: one.detour for one in mine["sold"]} == dict(zip((moved, gone), found["detours"], strict=True))
    assert {one.id for one in mine["starting"]} == {moved, gone}
    assert [(one.deed, one.who) for one in mine["altered"]] == [(Deed.MOVED, Who.STAFF), (Deed.CANCELLED, Who.STAFF)]
    before = datetime.fromisoformat(moment(hour=10)).timestamp()
    assert mine["altered"][0].start == before
    # What the desk books for somebody is no customer's own step; the one hold here is.
    assert [one.booked for one in mine["wishes"]] == [False]


def test_nothing_that_is_counted_says_who_or_where(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with whole.client() as client:
            for product in ("tune-up", "no such product <script>"):
                ask = {"place": HOUSE, "product": product}
                answer = await client.post(f"/api/v1/{BUSINESS}/availability", json=ask)
                assert answer.status_code in {200, 422}, answer.text

    on(database, work)

    lines = rows_of(database)["public.tallies"]
    assert lines
    for line in lines:
        assert not any(word in line for word in ("43.5", "79.6", "L6H0H3", "L6H 0H3", "0H3", "script"))
