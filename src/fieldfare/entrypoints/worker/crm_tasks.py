"""The tasks that read and write CRMs: what a change leaves behind, and what comes round by the clock.

None is tried again by the queue itself: what waits to be written stands in the database with the time of its next
attempt, and what is to be read is read the next time round.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Mapping

import procrastinate
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.types import TimeDeltaParams

from fieldfare.domain.clock import DAY, MINUTE
from fieldfare.domain.connections import ConnectionState
from fieldfare.entrypoints.worker.backoff import Backoff
from fieldfare.entrypoints.worker.clock_tasks import EACH_QUARTER_MINUTE, Businesses
from fieldfare.ports.integrations import CrmWrite
from fieldfare.usecases.integrations.check_connection import check_connection
from fieldfare.usecases.integrations.compensate import compensate
from fieldfare.usecases.integrations.drain import Defer, attempt, drain
from fieldfare.usecases.integrations.late_entries import LATE_SECONDS, cancel_late
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.process_received import process_received
from fieldfare.usecases.integrations.read_all import SWEEP_CRM, rounds_of, sweeps_of
from fieldfare.usecases.integrations.reconcile import reconcile
from fieldfare.usecases.integrations.refusals import NotConnectedError
from fieldfare.usecases.integrations.sweep import sweep
from fieldfare.usecases.integrations.take_up import take_up
from fieldfare.usecases.reactions import NOTES_LAST, RECEIVED_FROM_CRM, WRITE_TO_CRM, write_task

EACH_HOUR = "41 * * * *"
TICK_SECONDS = 15
BY_THE_WAY = 2 * NOTES_LAST
"""The priority of what nobody waits for."""
SOON = NOTES_LAST // 2
"""The priority of what comes after what people wait for, and before everything that comes round."""
EACH_CHECK_SECONDS = 15 * MINUTE
EACH_AGAIN_SECONDS = 60 * MINUTE
HINTS = Backoff(most=6)
"""A hint that can't be gone after for some minutes is left to the sweeps, which find everything."""


def register_crm(queue: procrastinate.App, *, outward: Outward, businesses: Businesses) -> None:
    """Teach a queue what there is to do for CRMs."""
    tasks = _Tasks(queue, outward)

    @queue.task(name=WRITE_TO_CRM)
    async def write(business: str, write: str) -> None:
        await tasks.write(business, write)

    @queue.task(name=RECEIVED_FROM_CRM, retry=HINTS)
    async def receive(business: str, received: str) -> None:
        await process_received(outward, business, received, now=outward.clock())

    @queue.task(name="compensate_crm", retry=HINTS)
    async def make_good(business: str, technician: str, start: str) -> None:
        await compensate(outward, business, technician, int(start), now=outward.clock())

    @queue.task(name="late_entries_crm", retry=HINTS)
    async def look_for_late(business: str, booking: str) -> None:
        if await cancel_late(outward, business, booking) is None:
            await tasks.look_late(business, booking)

    @queue.task(name=SWEEP_CRM)
    async def sweep_one(business: str, full: bool) -> None:
        await sweep(outward, business, full=full, now=outward.clock())

    @queue.task(name="take_up_crm")
    async def take_up_one(business: str, again: bool) -> None:
        await take_up(outward, business, now=outward.clock(), again=again)

    @queue.task(name="check_crm")
    async def check_one(business: str) -> None:
        with contextlib.suppress(NotConnectedError):
            await check_connection(outward, business, now=outward.clock())

    @queue.task(name="reconcile_crm")
    async def reconcile_one(business: str) -> None:
        await reconcile(outward, business, now=outward.clock())

    @queue.periodic(cron=EACH_QUARTER_MINUTE)
    @queue.task(name="crms")
    async def look_round(timestamp: int) -> None:
        async for business in businesses():
            await tasks.look_after(business, timestamp)

    @queue.periodic(cron=EACH_HOUR)
    @queue.task(name="compare_crms")
    async def compare(timestamp: int) -> None:  # noqa: ARG001 - the moment that it was due, always given
        async for business in businesses():
            key = f"reconcile:{business}"
            await tasks.once("reconcile_crm", {"business": business}, lock=sweeps_of(business), key=key)


class _Tasks:
    """The tasks' own work, and the deferring of others."""

    def __init__(self, queue: procrastinate.App, outward: Outward) -> None:
        self._queue = queue
        self._outward = outward

    async def write(self, business: str, write: str) -> None:
        """Attempt to write something, and have looked at the day that was changed by it."""
        done = await attempt(self._outward, business, write, now=self._outward.clock(), defer=self.defer(business))
        if done.technician is not None and done.start is not None:
            arguments = {"business": business, "technician": done.technician, "start": str(done.start)}
            day = done.start // DAY
            # Of many visits of one day only the first asks for it: it is looked at once all of them are written. One
            # day at a time: an outage of the CRM that ends must not take up all workers.
            key = f"compensate:{business}:{done.technician}:{day}"
            lock = f"compensate:{business}"
            await self.once("compensate_crm", arguments, lock=lock, key=key, priority=SOON)
        if done.late is not None:
            await self.look_late(business, done.late)

    async def look_late(self, business: str, booking: str) -> None:
        """Have looked once more for entries of a booking, some minutes from now."""
        key = f"late:{business}:{booking}"
        arguments = {"business": business, "booking": booking}
        await self.once("late_entries_crm", arguments, lock=key, key=key, seconds=LATE_SECONDS)

    async def look_after(self, business: str, timestamp: int) -> None:
        """Take up what waits to be written, and have the CRM read where it is time."""
        async with self._outward.storage.open(business) as books:
            connection = await books.integrations.connections.find()
        if connection is None:
            return
        if connection.state is ConnectionState.RECONNECT and is_time(business, timestamp, every=EACH_CHECK_SECONDS):
            # A single rejection may have been a stray one.
            key = f"check:{business}"
            await self.once("check_crm", {"business": business}, lock=key, key=key)
        if not connection.live:
            return
        await drain(self._outward, business, now=self._outward.clock(), defer=self.defer(business))
        rounds = rounds_of(connection.settings)
        full = is_time(business, timestamp, every=rounds.whole)
        if full or is_time(business, timestamp, every=rounds.near):
            arguments: dict[str, str | bool] = {"business": business, "full": full}
            key = f"sweep:{business}:{'full' if full else 'near'}"
            await self.once(SWEEP_CRM, arguments, lock=sweeps_of(business), key=key)
        again = is_time(business, timestamp, every=EACH_AGAIN_SECONDS)
        if connection.settings.stages and (full or again):
            # Not in the sweep: much may have reached a stage, and people's time is read meanwhile.
            key = f"take_up:{business}:{'again' if again else 'new'}"
            lock = f"take_up:{business}"
            await self.once("take_up_crm", {"business": business, "again": again}, lock=lock, key=key)

    def defer(self, business: str) -> Defer:
        """Give what puts a write into the queue, unless it is there already."""

        async def defer(write: CrmWrite) -> None:
            task = write_task(business, write)
            with contextlib.suppress(AlreadyEnqueued):
                await self._queue.configure_task(
                    task.name, lock=task.lock, queueing_lock=f"write:{write.id}", priority=task.priority
                ).defer_async(**task.arguments)

        return defer

    async def once(
        self,
        name: str,
        arguments: Mapping[str, str | bool],
        *,
        lock: str,
        key: str,
        priority: int = BY_THE_WAY,
        seconds: int = 0,
    ) -> None:
        """Put a task into the queue, for in so many seconds, unless the same one waits there already."""
        later: TimeDeltaParams | None = {"seconds": seconds} if seconds else None
        with contextlib.suppress(AlreadyEnqueued):
            await self._queue.configure_task(
                name, lock=lock, queueing_lock=key, priority=priority, schedule_in=later
            ).defer_async(**arguments)


def is_time(business: str, timestamp: int, *, every: int) -> bool:
    """Tell whether something that comes round every so many seconds is due at this tick: businesses take turns."""
    turn = zlib.crc32(business.encode())
    return (timestamp + turn) % max(every, TICK_SECONDS) < TICK_SECONDS
