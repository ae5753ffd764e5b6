"""Move the estimates of a technician's day, and tell the customers whom it concerns (rule B11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.clock import MINUTE, clock_of
from fieldfare.domain.intervals import Interval
from fieldfare.domain.places import Place
from fieldfare.domain.webhooks import EventType
from fieldfare.engine.estimates import Estimate, Stop, estimate, legs, must_tell
from fieldfare.ports.bookings import StaleBookingError
from fieldfare.ports.customers import MessageKind
from fieldfare.ports.storage import Books
from fieldfare.usecases.availability.fetch_drives import drives_of_legs
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.reactions import Change, follow

Leg = tuple[tuple[float, float], tuple[float, float]]
"""A drive, from one (latitude, longitude) to another."""

_WORTH_SECONDS = 5 * MINUTE

WATCH = Actor(kind=ActorKind.SYSTEM, id="estimates")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAhead:
    """A technician's local date, and the drives between its visits, which were asked for before anything was locked."""

    technician: str | None
    span: Interval
    drives: Mapping[Leg, int]


async def look_ahead(desk: Desk, technician: str | None, start: int) -> DayAhead:
    """Fetch the drives of the local date of a start."""
    clock = clock_of(desk.business.time_zone)
    day = clock.date_of(start)
    span = (clock.midnight(day), clock.midnight(day + timedelta(days=1)))
    if technician is None:
        return DayAhead(technician=None, span=span, drives={})

    async def look(books: Books) -> tuple[Booking, ...]:
        return await books.bookings.day_of(technician, since=span[0], until=span[1])

    visits = await desk.read(look)
    drives = await drives_of_legs(legs(map(_stop, visits)), travel=desk.travel, settings=desk.business.travel)
    return DayAhead(technician=technician, span=span, drives=drives)


async def move_estimates(books: Books, desk: Desk, ahead: DayAhead, *, actor: Actor, of: Booking) -> Booking:
    """Move the estimates of a day whose technician is locked; gives the booking `of` as it is then.

    Raises `StaleBookingError` where the day has other visits by now than those whose drives are known.
    """
    if ahead.technician is None:
        return of
    visits = await books.bookings.day_of(ahead.technician, since=ahead.span[0], until=ahead.span[1])
    moved = await _moved(books, desk, ahead, visits, actor=actor)
    return moved.get(of.id, of)


async def watch(desk: Desk, technician: str, start: int) -> Act[int]:
    """Plan to look whether a technician's day is still on time; the act tells how many estimates it has moved."""
    ahead = await look_ahead(desk, technician, start)

    async def act(books: Books) -> int:
        await books.bookings.lock_technicians([technician])
        visits = await books.bookings.day_of(technician, since=ahead.span[0], until=ahead.span[1])
        return len(await _moved(books, desk, ahead, visits, actor=WATCH))

    return act


async def _moved(
    books: Books, desk: Desk, ahead: DayAhead, visits: Sequence[Booking], *, actor: Actor
) -> dict[str, Booking]:
    now, threshold = books.bookings.moment, desk.business.policy.estimate_threshold_minutes * MINUTE

    def drive(a: Place, b: Place) -> int:
        try:
            return ahead.drives[a.point, b.point]
        except KeyError:
            raise StaleBookingError(ahead.technician) from None

    known = _from_here_on(visits)
    expectations = estimate(map(_stop, known), now=now, drive=drive) if known else _as_agreed(visits, now=now)
    found = {one.id: one for one in expectations}
    moved = {}
    for before in visits:
        expected = found.get(before.id)
        if expected is None:
            continue
        waits = before.status in {Status.CONFIRMED, Status.EN_ROUTE}
        on_time = (expected.start, expected.end) == (before.start, before.end)
        start, end = (None, None) if on_time else (expected.start, expected.end)
        tell = waits and must_tell(
            promised_start=before.start,
            told_start=before.told_start,
            estimated_start=expected.start,
            threshold_seconds=threshold,
        )
        told = expected.start if tell else before.told_start
        after = replace(before, estimated_start=start, estimated_end=end, told_start=told)
        if after == before or (actor is WATCH and not tell and _hardly_moved(before, after)):
            continue
        after = await books.bookings.change(after, before=before)
        moved[after.id] = after
        if tell:
            change = Change(
                action="estimate_moved",
                actor=actor,
                before=before,
                after=after,
                event=EventType.BOOKING_ESTIMATE_MOVED,
                message=MessageKind.ESTIMATE_MOVED,
                facts={"estimated_start": expected.start},
            )
            await follow(books, change, at=now)
    return moved


def _from_here_on(visits: Sequence[Booking]) -> list[Booking]:
    """Leave out what stands before the last visit of which somebody has said anything, and was never begun itself.

    Whoever has gone on to a later visit is over with those before it, whether or not they said so; and of a day of
    which nobody says anything, nothing is known.
    """
    said = [at for at, visit in enumerate(visits) if visit.status is not Status.CONFIRMED]
    if not said:
        return []
    return [visit for at, visit in enumerate(visits) if at >= said[-1] or visit.status is not Status.CONFIRMED]


def _as_agreed(visits: Sequence[Booking], *, now: int) -> tuple[Estimate, ...]:
    """Expect visits as they were agreed: all that was said of their day was taken back, and with it every delay."""
    return tuple(
        Estimate(id=visit.id, start=visit.start, end=visit.end)
        for visit in visits
        if visit.estimated_start is not None and visit.start > now
    )


def _hardly_moved(before: Booking, after: Booking) -> bool:
    """Whether estimates differ by so little that it isn't worth a new version of the booking each minute."""
    pairs = (
        (before.estimated_start or before.start, after.estimated_start or after.start),
        (before.estimated_end or before.end, after.estimated_end or after.end),
    )
    return all(abs(old - new) < _WORTH_SECONDS for old, new in pairs)


def _stop(booking: Booking) -> Stop:
    return Stop(
        id=booking.id,
        place=booking.place,
        start=booking.start,
        end=booking.end,
        started_at=booking.started_at,
        finished_at=booking.ended_at,
        reported_end=booking.estimated_end if booking.status is Status.IN_PROGRESS else None,
    )
