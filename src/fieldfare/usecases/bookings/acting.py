"""One change in one transaction: planned from memory, judged and written under locks, answered once (B1, B2, B10).

A use case that writes comes in two parts. The *plan* sees the business as it is in memory, and may take its time; it
gives an *act*, which sees the books of an open transaction and does nothing slow. Whatever the plan took for granted is
looked at again by the act, behind its locks.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from fieldfare.domain.business import Business
from fieldfare.domain.travel import CrowFlies, Matrix
from fieldfare.ports.bookings import OverlapError, StaleBookingError
from fieldfare.ports.storage import Books, Storage, StorageContendedError
from fieldfare.ports.travel import TravelTimes
from fieldfare.usecases.availability.in_memory import BusinessesInMemory, Current
from fieldfare.usecases.bookings.refusals import BookingRefusedError, KeyOfAnotherRequestError, OutdatedError

T = TypeVar("T")

MOST_RETRIES = 3
"""After a deadlock, or a lock that wasn't got in time."""
MOST_PLANS = 8
"""After a plan that no longer held under the lock: somebody else was quicker."""
_PAUSE_MILLISECONDS = 40
READ_AGAIN_SECONDS = 1.5
"""So long a write may wait for the CRM, all in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What every plan looks at: the business as it is now, and how long its drives take.

    `again` reads a technician's day around a start from the CRM again, and tells whether that has changed anything.
    """

    current: Current
    travel: TravelTimes
    storage: Storage
    again: Callable[[str, int], Awaitable[bool]] | None = None

    async def read(self, look: Callable[[Books], Awaitable[T]]) -> T:
        """Look something up before anything is locked; whatever is found may be another by the time of the act."""
        async with self.storage.open(self.business.id, brisk=True) as books:
            return await look(books)

    async def look_outside(self, technician: str | None, start: int) -> None:
        """Have what the CRM says of a technician's day be of this moment, before something is written (rule B13).

        Where no CRM is connected that is nothing at all. Raises `ChangedOutsideError` where it says something new.
        """
        if self.again is not None and technician is not None and await self.again(technician, start):
            raise ChangedOutsideError

    @property
    def business(self) -> Business:
        """The business."""
        return self.current.snapshot.business

    @property
    def now(self) -> int:
        """The instant that it is, by the database's clock."""
        return self.current.as_of


Act = Callable[[Books], Awaitable[T]]
Plan = Callable[[Desk], Awaitable[Act[T]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """An idempotency key, as far as the database may know it; answers are sealed with the key itself."""

    key_hash: bytes
    fingerprint: bytes
    seal: Callable[[bytes], bytes]
    unseal: Callable[[bytes], bytes]


class ConfigurationChangedError(Exception):
    """The business was configured anew since the plan was made."""


class ChangedOutsideError(Exception):
    """The CRM says something else than the plan was made with: it is made anew."""


ReadAgain = Callable[[Current, str, int, float], Awaitable[bool]]
"""Reads a technician's day around a start again, in at most so many seconds; tells whether that changed anything."""


class Acting:
    """Carries plans out, for any business.

    `read_again` is what plans have the CRM read by before they write, where one is connected.
    """

    def __init__(
        self,
        *,
        storage: Storage,
        businesses: BusinessesInMemory,
        travel: Callable[[CrowFlies | Matrix], TravelTimes],
        clock: Callable[[], int],
    ) -> None:
        """Keep what plans are made of."""
        self._storage = storage
        self._businesses = businesses
        self._travel = travel
        self._clock = clock
        self.read_again: ReadAgain | None = None
        self._secrets: dict[str, bytes] = {}
        self._queues: defaultdict[object, _Queue] = defaultdict(_Queue)

    async def desk(self, business: str) -> Desk:
        """Look at a business as it is now; raises `UnknownBusinessError` and `StorageUnavailableError`."""
        return self._desk(await self._businesses.current(business, now=self._clock()))

    def _desk(self, current: Current, again: _Again | None = None) -> Desk:
        return Desk(
            current=current,
            travel=self._travel(current.snapshot.business.travel),
            storage=self._storage,
            again=None if again is None or not current.sources.connected else again.of(current),
        )

    async def secret(self, business: str) -> bytes:
        """Give what only the business knows, which never changes."""
        known = self._secrets.get(business)
        if known is None:
            async with self._storage.open(business) as books:
                known = self._secrets[business] = await books.secret()
        return known

    async def run(
        self,
        business: str,
        plan: Plan[T],
        *,
        write: Callable[[T], bytes],
        once: Once | None = None,
        queue: object = None,
        current: Current | None = None,
        stays: bool = False,
    ) -> bytes:
        """Carry a plan out, and give its answer as `write` writes it; the same answer for the same key.

        Those who name the same `queue` go one after the other within this process: of many who want one slot, all but
        the first find it taken without asking the database's locks. The first plan may begin with a `current` that the
        caller has just got; whoever waited for a turn looks anew, unless it `stays` good enough for the plan.

        Raises what the plan and the act raise, `KeyOfAnotherRequestError`, `UnknownBusinessError`, and
        `StorageUnavailableError`.
        """
        async with self._in_turn(None if queue is None else (business, queue)) as waited:
            retries = plans = 0
            again = None if self.read_again is None else _Again(self.read_again)
            known = None if waited and not stays else current
            if known is not None and stays and known.sources.connected:
                # How well the CRM is known changes with no revision, and decides.
                known = None
            while True:
                try:
                    given = await self._given(business, once) if once is not None and plans == 0 else None
                    if given is not None:
                        return given
                    if known is None:
                        known = await self._businesses.current(business, now=self._clock())
                    desk, known = self._desk(known, again), None
                    act = await plan(desk)
                    return await self._in_one_transaction(business, act, write=write, once=once)
                except BookingRefusedError as error:
                    # Perhaps it was refused because the same request, sent twice, has just been carried out.
                    given = None if once is None else await self._given(business, once)
                    if given is not None:
                        return given
                    plans += 1
                    if not isinstance(error, OutdatedError) or plans > MOST_PLANS:
                        raise
                except (StorageContendedError, StaleBookingError):
                    retries += 1
                    if retries > MOST_RETRIES:
                        raise StorageContendedError("others were at it for too long") from None
                    await asyncio.sleep(secrets.randbelow(_PAUSE_MILLISECONDS * retries) / 1_000)
                except (ConfigurationChangedError, ChangedOutsideError, OverlapError):
                    plans += 1
                    if plans > MOST_PLANS:
                        raise StorageContendedError("it changed too often meanwhile") from None

    async def _given(self, business: str, once: Once) -> bytes | None:
        """Look for an answer that was given already, before a plan is made that might find its own slot taken."""
        async with self._storage.open(business, brisk=True) as books:
            given = await books.once.find(once.key_hash)
        return None if given is None else _same_answer(once, given.fingerprint, given.answer)

    async def _in_one_transaction(
        self, business: str, act: Act[T], *, write: Callable[[T], bytes], once: Once | None
    ) -> bytes:
        async with self._storage.open(business, brisk=True) as books:
            if once is not None:
                given = await books.once.claim(once.key_hash, once.fingerprint)
                if given is not None:
                    return _same_answer(once, given.fingerprint, given.answer)
            answer = write(await act(books))
            if once is not None:
                await books.once.keep(once.key_hash, once.seal(answer))
        return answer

    @asynccontextmanager
    async def _in_turn(self, key: object) -> AsyncIterator[bool]:
        """Wait for one's turn; tells whether there was anybody to wait for."""
        if key is None:
            yield False
            return
        queue = self._queues[key]
        queue.length += 1
        try:
            waits = queue.lock.locked()
            async with queue.lock:
                yield waits
        finally:
            queue.length -= 1
            if not queue.length:
                self._queues.pop(key, None)


class _Again:
    """The seconds that one run may spend on reading again, however many technicians it comes to."""

    def __init__(self, read_again: ReadAgain) -> None:
        self._read_again = read_again
        self._left = READ_AGAIN_SECONDS

    def of(self, current: Current) -> Callable[[str, int], Awaitable[bool]]:
        """Make what reads a business again."""

        async def again(technician: str, start: int) -> bool:
            begun = time.monotonic()
            try:
                return await self._read_again(current, technician, start, self._left)
            finally:
                self._left -= time.monotonic() - begun

        return again


class _Queue:
    """Those who want the same thing in this process, one after the other."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.length = 0


def _same_answer(once: Once, fingerprint: bytes, answer: bytes) -> bytes:
    if fingerprint != once.fingerprint:
        raise KeyOfAnotherRequestError
    return once.unseal(answer)
