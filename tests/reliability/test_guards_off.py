"""R2: the driver sees double bookings where a guard is off, so that seeing none means something (F2, F4; C3).

The guards are switched off in doubles of our own book and in the test's own database; the product has no such switch.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from fieldfare.adapters.postgres.bookings import PostgresBookingBook
from fieldfare.adapters.postgres.security import QUEUE_SCHEMA
from fieldfare.adapters.postgres.storage import PostgresBooks, PostgresStorage
from fieldfare.domain.bookings import Booking
from fieldfare.domain.business import Request
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.places import Place
from fieldfare.ports.storage import StorageContendedError
from fieldfare.usecases.availability.in_memory import BusinessesInMemory
from fieldfare.usecases.bookings.acting import Acting
from fieldfare.usecases.bookings.hold import Hold, hold
from fieldfare.usecases.bookings.refusals import SlotTakenError
from fieldfare.usecases.people.tokens import new_token
from fieldfare.wiring.engine import read_business, travel_times
from tests.databases import Database
from tests.reliability.amounts import amount
from tests.reliability.racing import PLACE, TESTER, Rows, at, bring_in, racing_world

pytestmark = pytest.mark.slow

ROUNDS = amount(short=10, long=60)
RIVALS = 8
_PATIENCE = 0.05


class Meeting:
    """Where all who have read wait for the others, for a moment: as the worst of schedules would have it."""

    def __init__(self) -> None:
        """Begin with nobody there."""
        self._all = asyncio.Event()
        self._arrived = 0

    async def join(self) -> None:
        """Wait until everybody has come, but not for long: behind a lock they come one by one."""
        self._arrived += 1
        if self._arrived == RIVALS:
            self._all.set()
        try:
            await asyncio.wait_for(self._all.wait(), _PATIENCE)
        except TimeoutError:
            return


class AsShipped(PostgresBookingBook):
    """The book as it is, on the worst of schedules."""

    meeting = Meeting()

    async def around(
        self, technician: str, *, since: int, until: int, holding: tuple[int, int] | None, without: str | None = None
    ) -> tuple[Commitment, ...]:
        """Read, then wait for the others who read."""
        found = await self._read(technician, since=since, until=until, holding=holding, without=without)
        await AsShipped.meeting.join()
        return found

    async def _read(
        self, technician: str, *, since: int, until: int, holding: tuple[int, int] | None, without: str | None
    ) -> tuple[Commitment, ...]:
        return await super().around(technician, since=since, until=until, holding=holding, without=without)


class NoLock(AsShipped):
    """Without the lock of the technicians' rows."""

    async def lock_technicians(self, technicians: Collection[str]) -> frozenset[str]:
        """Lock nobody."""
        await super().lock_technicians(())
        return frozenset(technicians)


class Uncounted(AsShipped):
    """With the lock, but without the count of revisions, which two transactions of one snapshot can't both raise."""

    def _note(self, before: Booking | None, after: Booking) -> None:
        """Note nothing."""


class NoGuard(NoLock, Uncounted):
    """Without either."""


class StorageWith(PostgresStorage):
    """A storage whose bookings are kept by a book of the test's."""

    def __init__(self, engine: AsyncEngine, book: type[PostgresBookingBook]) -> None:
        """Keep the pool, and the kind of book."""
        super().__init__(engine)
        self._book = book

    @asynccontextmanager
    async def open(self, business: str, *, brisk: bool = False) -> AsyncIterator[PostgresBooks]:
        """Open the books, with another one of bookings."""
        async with super().open(business, brisk=brisk) as books:
            books.bookings = self._book(books.connection, business, books.revising, moment=books.moment)
            yield books


@dataclass(frozen=True, kw_only=True)
class Guards:
    """Which guards are on."""

    book: type[PostgresBookingBook]
    constraint: bool
    isolation: tuple[str, str] = ("READ COMMITTED", "READ COMMITTED")
    """Of the one process, and of the other."""


SAFE = {
    "all": Guards(book=AsShipped, constraint=True),
    "the lock alone": Guards(book=AsShipped, constraint=False),
    "the constraint alone": Guards(book=NoLock, constraint=True),
}
UNSAFE = {
    "neither": Guards(book=NoLock, constraint=False),
    "a lock after a read of one snapshot": Guards(book=Uncounted, constraint=False, isolation=("REPEATABLE READ",) * 2),
    "one process serializable": Guards(book=NoGuard, constraint=False, isolation=("SERIALIZABLE", "READ COMMITTED")),
}


@pytest.mark.parametrize("guards", SAFE.values(), ids=SAFE)
def test_each_guard_holds_alone(database: Database, guards: Guards) -> None:
    won = asyncio.run(rounds(database, guards))

    assert won == [1] * ROUNDS
    assert Rows(database=database).overlaps() == 0


@pytest.mark.parametrize("guards", UNSAFE.values(), ids=UNSAFE)
def test_without_guards_the_driver_sees_it(database: Database, guards: Guards) -> None:
    won = asyncio.run(rounds(database, guards))

    doubled = [many for many in won if many > 1]
    assert len(doubled) >= 0.9 * ROUNDS, won
    assert Rows(database=database).overlaps() >= len(doubled)


async def rounds(database: Database, guards: Guards) -> list[int]:
    """Let rivals hold the same slot, round by round; gives how many got it."""
    rows = Rows(database=database)
    if not guards.constraint:
        rows.write("ALTER TABLE bookings DROP CONSTRAINT bookings_one_at_a_time")
    business, _ = await bring_in(database, racing_world())
    async with AsyncExitStack() as stack:
        # Two, as there are two processes: neither has the other's queue, nor its memory.
        actings = [await stack.enter_async_context(acting(database, guards.book, one)) for one in guards.isolation]
        won = []
        for number in range(ROUNDS):
            AsShipped.meeting = Meeting()
            start = int(datetime.fromisoformat(at(number * 60)).timestamp())
            outcomes = Counter(
                await asyncio.gather(*(wants(actings[rival % 2], business, start) for rival in range(RIVALS)))
            )
            assert set(outcomes) <= {"held", "refused"}
            won.append(outcomes["held"])
    return won


@asynccontextmanager
async def acting(database: Database, book: type[PostgresBookingBook], isolation: str) -> AsyncIterator[Acting]:
    """Make what carries plans out, as the server does."""
    engine = create_async_engine(
        database.application,
        pool_size=RIVALS + 2,
        isolation_level=isolation,
        connect_args={"options": f"-c search_path=public,{QUEUE_SCHEMA} -c timezone=UTC"},
    )
    storage = StorageWith(engine, book)
    try:
        yield Acting(
            storage=storage,
            businesses=BusinessesInMemory(storage=storage, read=read_business),
            travel=travel_times,
            clock=lambda: int(time.time()),
        )
    finally:
        await engine.dispose()


async def wants(acting: Acting, business: str, start: int) -> str:
    """Try to hold a slot; gives what became of it."""
    wanted = Hold(
        request=Request(place=Place(lat=PLACE["lat"], lng=PLACE["lng"]), product="tune-up"),
        start=start,
        token=new_token(),
        actor=TESTER,
        source="public",
    )
    try:
        await acting.run(business, lambda desk: hold(desk, wanted), write=lambda booking: booking.id.encode())
    except (SlotTakenError, StorageContendedError):
        return "refused"
    return "held"
