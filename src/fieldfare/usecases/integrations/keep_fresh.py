"""Reads technicians' time from the CRM again when it is about to matter: before a write, and once a place is known.

A CRM that is down or slow must cost nobody anything: once reading has failed, nobody waits for it until it has worked
again, which is tried in the background.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

from fieldfare.domain.business import Business
from fieldfare.domain.clock import HALF_DAY, clock_of
from fieldfare.ports.crm import CrmRateLimitedError, CrmUnavailableError
from fieldfare.usecases.availability.in_memory import Current
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.refresh import Refreshed, refresh
from fieldfare.usecases.integrations.staleness import known_since
from fieldfare.usecases.integrations.window import Window, near_window

T = TypeVar("T")

FRESH_SECONDS = 5
"""What was read so long ago is good enough to write by."""

ASKED_EVERY_SECONDS = 20
"""Each technician is read again in the background at most so often."""

SECONDS_A_QUESTION = 0.5
"""After reading in the background a business is left alone for so long a question, each of them a call or two."""

LONGEST_REST_SECONDS = 60.0
"""And no longer: whoever waits for a list of times is gone by then."""

SCARCE_SECONDS = 3_600
"""Where few questions are left of the day's, nothing is read in the background for so long."""

IN_THE_BACKGROUND_SECONDS = 60.0
"""What nobody waits for lets all else go first."""

LEFT_ALONE_SECONDS = 15
"""After a failure nobody waits for the CRM; so often is it tried in the background."""

_log = logging.getLogger(__name__)


class KeepFresh:
    """What one process reads again, for all businesses; left, it stops reading."""

    def __init__(self, outward: Outward, *, ticks: Callable[[], float] | None = None) -> None:
        """Begin with nothing; `ticks` are seconds that only ever go on, those of the loop unless given."""
        self._outward = outward
        self._ticks = ticks
        self._asked: dict[tuple[str, str], float] = {}
        self._read: dict[tuple[str, str, Window], float] = {}
        self._rests: dict[str, float] = {}
        self._due: defaultdict[str, set[str]] = defaultdict(set)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._failed: dict[str, float] = {}
        self._readers: dict[str, asyncio.Task[None]] = {}
        self._at_once: dict[tuple[str, str, Window], asyncio.Task[bool]] = {}
        self._closed = False

    def ask(self, business: str, technicians: Collection[str]) -> None:
        """Have the coming days of some technicians read in the background; while the business is read or rests, after.

        Where few questions are left of the day's, and the rest is long, nobody looks at the answer any more.
        """
        now = self._now()
        due = {one for one in technicians if now - self._asked.get((business, one), -1e9) >= ASKED_EVERY_SECONDS}
        if due and self._rests.get(business, now) - now <= LONGEST_REST_SECONDS:
            self._due[business] |= due
        self._go_on(business)

    def _go_on(self, business: str) -> None:
        """Read whoever is due, or see to it that they are once the business has rested."""
        if not self._due.get(business) or business in self._readers:
            return
        now, timer = self._now(), self._timers.pop(business, None)
        if timer is not None:
            timer.cancel()
        rest = self._rests.get(business, now) - now
        if rest > 0:
            self._timers[business] = asyncio.get_running_loop().call_later(rest, self._go_on, business)
            return
        due = self._due.pop(business)
        self._asked.update(dict.fromkeys(((business, one) for one in due), now))
        self._readers[business] = asyncio.create_task(self._read_near(business, due))
        self._readers[business].add_done_callback(lambda _: self._has_read(business))

    def _has_read(self, business: str) -> None:
        self._readers.pop(business, None)
        if not self._closed:
            self._go_on(business)

    def ask_for(self, current: Current, *, zone: str | None) -> None:
        """Have those read who drive to a zone, everybody where none is known; nothing where no CRM is connected."""
        if not current.sources.connected:
            return
        business = current.snapshot.business
        people = (one.id for one in business.technicians if one.active and (zone is None or zone in one.zones))
        self.ask(business.id, list(people))

    async def read_again(self, current: Current, technician: str, start: int, within: float) -> bool:
        """Read a technician's day around a start, unless that was done a moment ago; tells whether it has changed.

        It takes no longer than `within` seconds, raises nothing, and does nothing where no CRM is connected.
        """
        business = current.snapshot.business
        if not current.sources.connected or within <= 0 or self._is_down(business.id, technician):
            return False
        day = day_around(business, start)
        key = (business.id, technician, day)
        if self._now() - self._read.get(key, -1e9) <= FRESH_SECONDS:
            return False
        reading = self._at_once.get(key)
        if reading is None:
            reading = asyncio.create_task(self._read_day(business, technician, day, within))
            self._at_once[key] = reading
            reading.add_done_callback(lambda _: self._at_once.pop(key, None))
        done, _ = await asyncio.wait([reading], timeout=within)
        if not done:
            self._failed[business.id] = self._now()
            return False
        return not reading.cancelled() and reading.result()

    async def ask_within(
        self, business: str, technician: str | None, seconds: float, ask: Callable[[float], Awaitable[T | None]]
    ) -> T | None:
        """Ask the CRM something that somebody waits for, of a technician's visit; None where it is down.

        Who needs all of the `seconds` that there are is down from then on.
        """
        if self._is_down(business, technician):
            return None
        begun = self._now()
        found = await ask(seconds)
        if self._now() - begun >= seconds:
            self._failed[business] = self._now()
        return found

    async def close(self) -> None:
        """Stop reading."""
        self._closed = True
        for timer in self._timers.values():
            timer.cancel()
        tasks: list[asyncio.Task[Any]] = [*self._readers.values(), *self._at_once.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop reading."""
        await self.close()

    def _now(self) -> float:
        return asyncio.get_running_loop().time() if self._ticks is None else self._ticks()

    async def _read_day(self, business: Business, technician: str, day: Window, within: float) -> bool:
        begun = self._now()
        try:
            if not await self._is_old(business, technician):
                return False
            done = await refresh(
                self._outward, business.id, [technician], since=day.since, until=day.until, budget=within
            )
        except Exception:
            # Whoever waits goes on with what is known, and is told what is wrong with the database, if that is it.
            _log.exception("a technician's day could not be read again")
            self._failed[business.id] = self._now()
            return False
        self._note(business.id, done, late=self._now() - begun >= within)
        self._read = {key: at for key, at in self._read.items() if self._now() - at <= FRESH_SECONDS}
        if technician in done.technicians:
            self._read[business.id, technician, day] = begun
        return bool(done.changed)

    async def _is_old(self, business: Business, technician: str) -> bool:
        """Tell whether there is something to read of a technician that was not read just now."""
        async with self._outward.storage.open(business.id, brisk=True) as books:
            connection = await books.integrations.connections.find()
            marks = await books.integrations.mirror.read_at()
        if connection is None or not connection.live:
            return False
        known = known_since(connection, marks, technicians=[technician]).get(technician)
        return known is not None and self._outward.clock() - known > FRESH_SECONDS

    async def _read_near(self, business: str, technicians: Collection[str]) -> None:
        outward = self._outward
        try:
            current = await outward.businesses.current(business, now=outward.clock())
            near = near_window(current.snapshot.business, now=current.as_of)
            done = await refresh(
                outward,
                business,
                technicians,
                since=near.since,
                until=near.until,
                budget=IN_THE_BACKGROUND_SECONDS,
                pressing=False,
            )
        except Exception:
            # Nobody waits for it, and the sweep reads it all again.
            _log.exception("the coming days of technicians could not be read again")
            return
        spent = any(isinstance(error, CrmRateLimitedError) and error.daily for error in done.failed.values())
        rest = min(done.asked * SECONDS_A_QUESTION, LONGEST_REST_SECONDS)
        if done.scarce or spent:
            rest = SCARCE_SECONDS
            self._due.pop(business, None)
        self._rests[business] = self._now() + rest
        self._note(business, done)

    def _note(self, business: str, done: Refreshed, *, late: bool = False) -> None:
        """Remember whether the CRM answers."""
        if late or any(isinstance(error, CrmUnavailableError) for error in done.failed.values()):
            self._failed[business] = self._now()
        else:
            self._failed.pop(business, None)

    def _is_down(self, business: str, technician: str | None) -> bool:
        """Tell whether reading has failed and not worked since; then it is tried in the background."""
        failed = self._failed.get(business)
        if failed is None:
            return False
        if self._now() - failed >= LEFT_ALONE_SECONDS:
            self._failed[business] = self._now()
            if technician is not None:
                self._asked.pop((business, technician), None)
                self._rests.pop(business, None)
                self.ask(business, [technician])
        return True


def day_around(business: Business, start: int) -> Window:
    """Give the local date of a start with half a day on either side: all in which its neighbours lie (rule T2)."""
    clock = clock_of(business.time_zone)
    day = clock.date_of(start)
    return Window(since=clock.midnight(day) - HALF_DAY, until=clock.midnight(day + timedelta(days=1)) + HALF_DAY)
