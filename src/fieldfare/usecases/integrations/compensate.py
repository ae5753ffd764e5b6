"""Make good what was found out too late: somebody had taken the time in the CRM just as a visit was written there.

The visit keeps its time and goes to another technician who can drive it, or people have to settle it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.clock import MINUTE, clock_of
from fieldfare.domain.commitments import Commitment
from fieldfare.ports.integrations import Conflict, ConflictKind
from fieldfare.ports.storage import Books
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.assign import Assign, assign
from fieldfare.usecases.bookings.judging import Override, request_of, sale_as_agreed
from fieldfare.usecases.bookings.planning import options_at, snapshot_without
from fieldfare.usecases.bookings.refusals import BookingRefusedError
from fieldfare.usecases.businesses.refusals import ChangedMeanwhileError
from fieldfare.usecases.integrations.conflicts import Found, find_conflicts
from fieldfare.usecases.integrations.entries import SOURCE
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.refresh import refresh
from fieldfare.usecases.people.tokens import new_id

COMPENSATION = Actor(kind=ActorKind.SYSTEM, id="compensation")
LATELY = 15 * MINUTE
"""A visit that was written longer ago is no longer given to somebody else without asking."""
BUDGET_SECONDS = 10.0
REASSIGNED = "reassigned"
_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crossed:
    """A visit of ours, and the entry that stands at its time."""

    booking: Booking
    other: Commitment
    technician: str

    @property
    def conflict(self) -> Found:
        """The conflict that it is, as long as nobody has made it good."""
        facts = {"other_start": self.other.start, "other_end": self.other.end}
        return Found(
            kind=ConflictKind.OVERLAP,
            booking=self.booking,
            other=self.other,
            technician=self.technician,
            facts=facts,
        )


async def compensate(outward: Outward, business: str, technician: str, start: int, *, now: int) -> int:
    """Read a technician's day once more and make good what has crossed; tells how many visits were given away."""
    desk = await outward.acting.desk(business)
    clock = clock_of(desk.business.time_zone)
    day = clock.date_of(start)
    since, until = clock.midnight(day), clock.midnight(day + timedelta(days=1))
    await refresh(outward, business, [technician], since=since, until=until, budget=BUDGET_SECONDS)
    async with outward.storage.open(business) as books:
        crossed = await _crossed(books, technician, since=since, until=until, now=now)
    given = 0
    for one in crossed:
        given += await _make_good(outward, business, one, now=now)
    return given


async def _crossed(books: Books, technician: str, *, since: int, until: int, now: int) -> list[_Crossed]:
    """Find the visits that were written lately and at whose time an entry of the CRM stands."""
    visits = [
        visit
        for visit in await books.bookings.day_of(technician, since=since, until=until)
        if visit.status is Status.CONFIRMED and await _written_lately(books, visit, now=now)
    ]
    if not visits:
        return []
    standing = await books.commitments.standing(since=since, until=until, technicians=[technician])
    kept = await books.commitments.find([one.id for one in standing])
    foreign = [one for one in standing if one.id in kept and kept[one.id].source == SOURCE]
    found = []
    for visit in visits:
        other = next((one for one in foreign if one.start < visit.end and visit.start < one.end), None)
        if other is not None:
            found.append(_Crossed(booking=visit, other=other, technician=technician))
    return found


async def _written_lately(books: Books, visit: Booking, *, now: int) -> bool:
    link = await books.integrations.writes.link(visit.id)
    return link is not None and int(link.wrote.get("at", 0)) >= now - LATELY


async def _make_good(outward: Outward, business: str, crossed: _Crossed, *, now: int) -> bool:
    for technician in await _others(outward, business, crossed.booking):
        if await _given_to(outward, business, crossed.booking, technician):
            await _note_given(outward, business, crossed, technician, now=now)
            return True
    await find_conflicts(await outward.acting.desk(business), [crossed.technician], now=now)
    return False


async def _others(outward: Outward, business: str, booking: Booking) -> list[str]:
    """Name who else can drive the visit at its time, the best first."""
    desk = await outward.acting.desk(business)
    sale = sale_as_agreed(booking, desk)
    if sale is None:
        return []
    snapshot = snapshot_without(desk, (booking.technician, booking.id))
    found = await snapshot.drivable(request_of(booking), now=desk.now, travel=desk.travel, agreed=sale)
    options = () if found.slot_map is None else options_at(found.slot_map, booking.start)
    first = [one.technician for one in options if one.technician != booking.technician]
    # A start within the notice is offered to nobody any more; who can drive it is judged one by one then.
    rest = sorted(one.id for one in desk.business.technicians if one.active and one.id not in first)
    return [*first, *(one for one in rest if one != booking.technician)]


async def _given_to(outward: Outward, business: str, booking: Booking, technician: str) -> bool:
    """Give the visit to a technician, if every rule allows it."""

    async def plan(desk: Desk) -> Act[Booking]:
        # Who may override and doesn't ask to is refused at once, instead of being planned anew.
        override = Override(actor=COMPENSATION)
        wanted = Assign(
            booking=booking.id,
            technician=technician,
            actor=COMPENSATION,
            override=override,
            version=booking.version,
        )
        return await assign(desk, wanted)

    try:
        await outward.acting.run(business, plan, write=lambda given: given.id.encode())
    except (BookingRefusedError, ChangedMeanwhileError):
        return False
    return True


async def _note_given(outward: Outward, business: str, crossed: _Crossed, technician: str, *, now: int) -> None:
    """Write down what it was and how it ended, in the queue of conflicts: as one that is settled."""
    found, booking = crossed.conflict, crossed.booking
    made = Conflict(
        id=new_id(now=now),
        kind=found.kind,
        subject=found.subject,
        found_at=now,
        booking=booking.id,
        entry=found.entry,
        technician=booking.technician,
        start=booking.start,
        facts=found.facts,
    )
    async with outward.storage.open(business) as books:
        conflicts = books.integrations.conflicts
        await conflicts.add(made)
        for one in await conflicts.open(technicians=None, limit=_MOST):
            if (one.kind, one.booking, one.entry) == (found.kind, booking.id, found.entry):
                facts = {**one.facts, "given_to": technician}
                settled = replace(one, settled_at=now, settled_by=COMPENSATION.id, outcome=REASSIGNED, facts=facts)
                await conflicts.change(settled)
