"""Bookings follow what people do to their entries in the CRM: move, hand over, cancel, delete, mark as done.

Before a booking follows, the entry is asked for once more: a list that was read a moment ago may be older than what was
written since. While a booking waits to be written it is ours to say, and nothing follows (S16); one that could not be
written, and was put aside for people to look at, follows like any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from fieldfare.domain.bookings import LONGEST_VISIT, Booking, Status, may_become
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.mirrored import Outside, OutsideStatus, Unreadable
from fieldfare.domain.webhooks import EventType
from fieldfare.ports.bookings import OverlapError, StaleBookingError
from fieldfare.ports.crm import CrmError, CrmWritten
from fieldfare.ports.customers import MessageKind
from fieldfare.ports.integrations import Conflict, ConflictKind, CrmLink, Mirrored
from fieldfare.ports.storage import Books, StorageContendedError, StorageUnavailableError
from fieldfare.usecases.bookings.acting import Desk
from fieldfare.usecases.bookings.changing import locked
from fieldfare.usecases.bookings.hold import zone_schedule
from fieldfare.usecases.bookings.judging import sale_as_agreed
from fieldfare.usecases.integrations.entries import ENDED, SOURCE, commitments_of, ids_of, kept, our_part
from fieldfare.usecases.integrations.meanwhile import is_late
from fieldfare.usecases.integrations.mending import write_anew
from fieldfare.usecases.integrations.places import placed
from fieldfare.usecases.integrations.stuck import tell_stuck
from fieldfare.usecases.integrations.taking_time import agrees, beside, write
from fieldfare.usecases.integrations.way import Way
from fieldfare.usecases.people.tokens import new_id
from fieldfare.usecases.reactions import CRM, Change, follow

MOVED = "Moved in GoHighLevel"
CANCELLED = "Cancelled in GoHighLevel"
DELETED = "Deleted in GoHighLevel"
MARKED = "Marked in GoHighLevel"

MOST_FOLLOWED = 50
"""So many are asked for after one reading; the others after the next, before those that could not be followed."""
_MARKS = frozenset({OutsideStatus.NO_SHOW, OutsideStatus.COMPLETED})
_TURN = "followed:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """Which bookings have followed, and whose time has changed by it."""

    bookings: frozenset[str] = frozenset()
    technicians: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """An entry and its booking as they were before the entry was asked for once more."""

    entry: Mirrored
    booking: Booking
    link: CrmLink


async def follow_edits(way: Way, keys: Collection[str], *, now: int, deadline: float | None = None) -> Followed:
    """Let bookings follow their entries; what can't follow now, or in time, is tried again after the next reading.

    Raises `StorageUnavailableError`. Whatever else happens with one of them, the others have their turn.
    """
    bookings: set[str] = set()
    technicians: set[str] = set()
    memory, business = way.outward.memory, way.business.id
    for name in memory.in_turn(business, [f"{_TURN}{key}" for key in keys])[:MOST_FOLLOWED]:
        memory.tried(business, name, None, now=now, again_after=0)
        key = name.removeprefix(_TURN)
        try:
            seen = await _seen(way, key)
            if seen is None or _is_early(seen, now=now):
                continue
            async with asyncio.timeout_at(deadline):
                parts = await way.crm.entry(seen.entry.source, seen.entry.source_id)
            if any(isinstance(part, Unreadable) for part in parts):
                continue
            part = our_part([part for part in parts if isinstance(part, Outside) and not part.deleted], seen.link.wrote)
            if part is not None and part.key != seen.entry.key:
                # Its legs were counted anew meanwhile: the next reading knows.
                continue
            touched = await _Following(way, seen, part, now=now).follow()
        except (CrmError, TimeoutError, StaleBookingError, StorageContendedError):
            continue
        except StorageUnavailableError:
            raise
        except Exception as error:
            await tell_stuck(way, key, error, now=now)
            continue
        if touched:
            bookings.add(seen.booking.id)
            technicians |= touched
    return Followed(bookings=frozenset(bookings), technicians=frozenset(technicians))


async def _seen(way: Way, key: str) -> _Seen | None:
    """Read what is known of an entry; None where it isn't, or isn't any more, its booking's."""
    async with way.outward.storage.open(way.business.id) as books:
        entry = (await books.integrations.mirror.find([key])).get(key)
        booking = None if entry is None or entry.booking is None else await books.bookings.find(entry.booking)
        if entry is None or booking is None:
            return None
        link = await books.integrations.writes.link(booking.id)
        if link is None or link.written != CrmWritten(source=entry.source, source_id=entry.source_id):
            return None
        if await books.integrations.writes.waiting_visits([booking.id]):
            return None
    return _Seen(entry=entry, booking=booking, link=link)


def _is_early(seen: _Seen, *, now: int) -> bool:
    """Tell whether all there is to follow is the mark of a visit whose time hasn't come."""
    entry, booking = seen.entry, seen.booking
    marked = not entry.deleted and entry.status in _MARKS and booking.status.stands
    return marked and booking.start > now and agrees(replace(entry, status=OutsideStatus.CONFIRMED), booking)


class _Following:
    """One booking, and its entry as it is now."""

    def __init__(self, way: Way, seen: _Seen, there: Outside | None, *, now: int) -> None:
        self._way = way
        self._seen = seen
        self._there = there
        self._now = now

    async def follow(self) -> frozenset[str]:
        """Let the booking follow; gives whose time has changed."""
        booking, there = self._seen.booking, self._there
        if booking.status.over:
            return await self._revived() if booking.status is Status.CANCELLED else frozenset()
        if there is None or there.status in ENDED:
            # Of what is over, the entry is only tidied up.
            tidied = there is None and booking.end <= self._now
            return frozenset() if tidied else await self._ended(Status.CANCELLED, CANCELLED if there else DELETED)
        if there.status in _MARKS:
            return await self._marked(there)
        if agrees(self._as_kept(there), booking):
            # It was the reading that was old.
            return await self._as_before(there)
        return await self._changed(there)

    async def _marked(self, there: Outside) -> frozenset[str]:
        """Let the visit be what people have marked it as, once its time has come."""
        if self._seen.booking.start > self._now:
            return frozenset()
        return await (self._done() if there.status is OutsideStatus.COMPLETED else self._ended(Status.NO_SHOW, MARKED))

    async def _changed(self, there: Outside) -> frozenset[str]:
        """Tell who moved: people in the CRM, or the booking, of which then nothing was written."""
        booking, wrote = self._seen.booking, self._seen.link.wrote
        users = {wrote["user"]} if wrote.get("user") else set()
        same_time = (wrote.get("start"), wrote.get("end")) == (there.start, there.end)
        if (same_time and (users <= there.people or not there.people)) or is_late(there, wrote):
            async with self._way.outward.storage.open(self._way.business.id) as books:
                if not await self._put_aside(books):
                    await write_anew(books, [booking], at=books.moment)
            return frozenset()
        technicians = self._way.layout.technicians_of(there.people)
        if there.people and not technicians:
            return await self._stays(there, onto="nobody")
        goes = booking.technician if not technicians or booking.technician in technicians else min(technicians)
        if goes is None:
            return frozenset()
        if booking.status is Status.CONFIRMED and there.end - there.start <= LONGEST_VISIT:
            with suppress(OverlapError):
                return await self._moved(there, goes)
        return await self._stays(there, onto=goes)

    async def _moved(self, there: Outside, technician: str) -> frozenset[str]:
        outward, seen = self._way.outward, self._seen
        desk = await outward.acting.desk(self._way.business.id)
        async with outward.storage.open(self._way.business.id) as books:
            before = await self._locked(books, technicians=[technician])
            if before is None:
                return frozenset()
            moved = _as_in(before, there, technician, desk)
            after = await books.bookings.change(moved, before=before)
            later = (before.start, before.end) != (after.start, after.end)
            told = later and before.source != SOURCE
            change = Change(
                action="reschedule" if later else "assign",
                actor=CRM,
                before=before,
                after=after,
                event=EventType.BOOKING_RESCHEDULED if later else EventType.BOOKING_ASSIGNED,
                reason=MOVED,
                message=MessageKind.RESCHEDULED if told else None,
                facts={"previous_start": before.start} if told else {},
            )
            await follow(books, change, at=books.bookings.moment)
            await self._note(books, after, status="confirmed")
        return _named(seen.booking.technician, technician)

    async def _ended(self, status: Status, reason: str) -> frozenset[str]:
        """End the booking as the entry has ended: cancelled, or nobody was there."""
        if not may_become(self._seen.booking.status, status) or self._seen.booking.status is Status.IN_PROGRESS:
            return frozenset()
        async with self._way.outward.storage.open(self._way.business.id) as books:
            before = await self._locked(books)
            if before is None:
                return frozenset()
            now = books.bookings.moment
            ended = replace(before, status=status, ended_at=now, sequence=before.sequence + 1)
            after = await books.bookings.change(ended, before=before)
            cancelled = status is Status.CANCELLED
            if cancelled:
                await _say_why(books, after, reason)
            told = cancelled and before.source != SOURCE and before.end > now
            change = Change(
                action="cancel" if cancelled else status.value,
                actor=CRM,
                before=before,
                after=after,
                event=EventType.BOOKING_CANCELLED if cancelled else EventType.BOOKING_NO_SHOW,
                reason=reason,
                message=MessageKind.CANCELLED if told else None,
            )
            await follow(books, change, at=now)
            await self._note(books, after, status=status.value)
        return _named(after.technician)

    async def _done(self) -> frozenset[str]:
        """Note that the visit took place: it was begun at its time, if nobody has said when."""
        async with self._way.outward.storage.open(self._way.business.id) as books:
            before = await self._locked(books)
            if before is None:
                return frozenset()
            now = books.bookings.moment
            if before.status is not Status.IN_PROGRESS:
                begun = replace(before, status=Status.IN_PROGRESS, started_at=before.start)
                begun = await books.bookings.change(begun, before=before)
                await follow(books, _step(before, begun, EventType.BOOKING_STARTED), at=now)
                before = begun
            done = await books.bookings.change(replace(before, status=Status.COMPLETED, ended_at=now), before=before)
            await follow(books, _step(before, done, EventType.BOOKING_COMPLETED), at=now)
            await self._note(books, done, status=Status.COMPLETED.value)
        return _named(done.technician)

    async def _revived(self) -> frozenset[str]:
        """Count the time of an entry that was brought back to life: it is nobody's booking any more.

        One that was never cancelled there, because nothing could be written or something else came later, is cancelled.
        """
        there = self._there
        if there is None or there.end <= self._now or not there.takes_time(self._now):
            return frozenset()
        async with self._way.outward.storage.open(self._way.business.id) as books:
            before = await self._locked(books)
            if before is None:
                return frozenset()
            wrote = self._seen.link.wrote
            if wrote.get("status") != "cancelled" or is_late(there, wrote):
                # What could not be cancelled, and was put aside, is the booking's until people have decided.
                if not await self._put_aside(books):
                    await write_anew(books, [before], at=books.moment)
                return frozenset()
            entry = replace(self._placed(there, before), booking=None)
            await books.integrations.mirror.save([entry])
            return await self._take(books, entry, commitments_of(entry, self._way.layout))

    async def _stays(self, there: Outside, *, onto: str) -> frozenset[str]:
        """Leave the booking where it is, take the time where the entry is as well, and let people settle it."""
        booking = self._seen.booking
        async with self._way.outward.storage.open(self._way.business.id) as books:
            if await self._locked(books) is None:
                return frozenset()
            now = books.moment
            facts = {"start": there.start, "end": there.end, "onto": onto}
            conflict = Conflict(
                id=new_id(now=now),
                kind=ConflictKind.MOVED_ONTO,
                subject=f"{ConflictKind.MOVED_ONTO.value}:{booking.id}:{self._seen.entry.key}",
                found_at=now,
                booking=booking.id,
                entry=self._seen.entry.key,
                technician=booking.technician,
                start=booking.start,
                facts=facts,
            )
            await books.integrations.conflicts.add(conflict)
            entry = self._placed(there, booking)
            return await self._take(books, entry, beside(commitments_of(entry, self._way.layout), booking))

    async def _as_before(self, there: Outside) -> frozenset[str]:
        async with self._way.outward.storage.open(self._way.business.id) as books:
            booking = await self._locked(books)
            if booking is None:
                return frozenset()
            entry = self._placed(there, booking)
            await books.integrations.mirror.save([entry])
            return await self._take(books, entry, beside(commitments_of(entry, self._way.layout), booking))

    async def _locked(self, books: Books, *, technicians: Collection[str] = ()) -> Booking | None:
        """Lock the booking and look again; None where something was written meanwhile, or is to be."""
        seen, writes = self._seen, books.integrations.writes
        booking = await locked(books, seen.booking, technicians=technicians)
        if await writes.link(booking.id, for_change=True) != seen.link or await writes.waiting_visits([booking.id]):
            return None
        return booking

    async def _put_aside(self, books: Books) -> bool:
        """Tell whether the booking could not be written, and waits for people: by itself it isn't sent again."""
        return bool(await books.integrations.writes.waiting_for([self._seen.booking.id]))

    async def _note(self, books: Books, booking: Booking, *, status: str) -> None:
        """Note that the booking is what the entry is: nothing has to be written, and nothing else takes the time."""
        seen, there = self._seen, self._there
        entry = replace(seen.entry, deleted=True) if there is None else self._placed(there, booking)
        users = [] if there is None else [one for one in there.people if self._is(one, booking.technician)]
        wrote = {
            **seen.link.wrote,
            "start": entry.start,
            "end": entry.end,
            "status": status,
            **({"user": min(users)} if users else {}),
        }
        await books.integrations.writes.save_link(replace(seen.link, version=booking.version, wrote=wrote))
        await books.integrations.mirror.save([entry])
        taken = () if booking.status.over else beside(commitments_of(entry, self._way.layout), booking)
        await self._take(books, entry, taken)

    async def _take(self, books: Books, entry: Mirrored, commitments: Iterable[Commitment]) -> frozenset[str]:
        """Let the entry take just this time; gives whose time has changed."""
        key = entry.key
        ids = {key, *ids_of(key, entry.technicians), *ids_of(key, self._seen.entry.technicians)}
        standing = await books.commitments.find(ids)
        wanted = {one.id: one for one in commitments}
        return await write(books, wanted, {id_: one for id_, one in standing.items() if one.source == SOURCE})

    def _as_kept(self, there: Outside) -> Mirrored:
        booking = self._seen.booking.id
        return kept(there, self._way.layout, booking=booking, seen_at=self._now, now=self._now)

    def _placed(self, there: Outside, booking: Booking) -> Mirrored:
        return placed(self._as_kept(there), self._seen.entry, booking, self._way.business)

    def _is(self, user: str, technician: str | None) -> bool:
        return self._way.layout.settings.technicians.get(user) == technician


def _named(*technicians: str | None) -> frozenset[str]:
    return frozenset(one for one in technicians if one is not None)


def _as_in(before: Booking, there: Outside, technician: str, desk: Desk) -> Booking:
    """Give the booking as its entry is, with what follows from that; who moved it has decided against all rules."""
    sale = sale_as_agreed(before, desk)
    schedule = before.schedule if sale is None else zone_schedule(desk, sale, there.start)
    later = (before.start, before.end) != (there.start, there.end)
    judged = {"overridden", "detour_seconds", "before_seconds", "after_seconds", "options", "recommended"}
    reasons = {key: value for key, value in before.reasons.items() if key not in judged}
    return replace(
        before,
        start=there.start,
        end=there.end,
        technician=technician,
        provisional=before.provisional and technician == before.technician,
        schedule=schedule,
        estimated_start=None,
        estimated_end=None,
        told_start=None,
        sequence=before.sequence + (1 if later else 0),
        reasons={**reasons, "chosen": "named"},
    )


def _step(before: Booking, after: Booking, event: EventType) -> Change:
    return Change(action=after.status.value, actor=CRM, before=before, after=after, event=event, reason=MARKED)


async def _say_why(books: Books, booking: Booking, reason: str) -> None:
    said = (await books.customers.said_for([booking.id])).get(booking.id)
    if said is not None:
        await books.customers.note(replace(said, ended_because=reason))
