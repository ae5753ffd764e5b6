"""The steps of the day: on the way, begun, done, nobody there, not possible; each can be undone for a while (B4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import LONGEST_VISIT, STEPS, UNDO_SECONDS, Booking, Status, may_become
from fieldfare.domain.fleet import Resource
from fieldfare.domain.webhooks import EventType
from fieldfare.ports.bookings import OverlapError
from fieldfare.ports.storage import Books, Personal
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.changing import found, locked, refuse_stale
from fieldfare.usecases.bookings.estimate import DayAhead, look_ahead, move_estimates
from fieldfare.usecases.bookings.judging import request_of
from fieldfare.usecases.bookings.refusals import (
    SlotTakenError,
    TooLateToUndoError,
    UnknownBookingError,
    WrongStatusError,
)
from fieldfare.usecases.reactions import Change, follow

EVENTS = {
    Status.EN_ROUTE: EventType.BOOKING_EN_ROUTE,
    Status.IN_PROGRESS: EventType.BOOKING_STARTED,
    Status.COMPLETED: EventType.BOOKING_COMPLETED,
    Status.NO_SHOW: EventType.BOOKING_NO_SHOW,
    Status.FAILED: EventType.BOOKING_FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A visit and what has become of it; `own` limits the caller to one technician's visits."""

    booking: str
    to: Status
    actor: Actor
    own: str | None = None
    reason: str | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """A visit whose last step was a mistake."""

    booking: str
    actor: Actor
    own: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A visit under way, and when it will be over, an instant (rule B11)."""

    booking: str
    end: int
    actor: Actor
    own: str | None = None


class UnlikelyEndError(ValueError):
    """The end lies before the visit began, or more than a day after it was to end."""


async def take_step(desk: Desk, wanted: Step) -> Act[Booking]:
    """Plan a step; what it means for the visits after it follows at once.

    Raises `UnknownBookingError`, `WrongStatusError` and `ChangedMeanwhileError`.
    """
    seen, ahead = await _seen(desk, wanted.booking, own=wanted.own)
    refuse_stale(seen, wanted.version)
    if wanted.to not in STEPS or not may_become(seen.status, wanted.to):
        raise WrongStatusError(f"a booking that is {seen.status.value} can't become {wanted.to.value}")

    async def act(books: Books) -> Booking:
        before = await locked(books, seen)
        now = books.bookings.moment
        stepped = replace(before, status=wanted.to, stepped_at=now, stepped_from=before.status)
        if wanted.to is Status.IN_PROGRESS:
            stepped = replace(stepped, started_at=now, estimated_start=now)
        elif wanted.to is not Status.EN_ROUTE:
            stepped = replace(stepped, ended_at=now)
        after = await books.bookings.change(stepped, before=before)
        reason = (wanted.reason or "").strip()
        change = Change(
            action=wanted.to.value,
            actor=wanted.actor,
            before=before,
            after=after,
            event=EVENTS[wanted.to],
            personal=Personal(customer=after.customer, reason=reason) if reason else None,
        )
        await follow(books, change, at=now)
        return await move_estimates(books, desk, ahead, actor=wanted.actor, of=after)

    return act


async def undo_step(desk: Desk, wanted: Undo) -> Act[Booking]:
    """Plan to take the last step back, within ten minutes.

    Raises `UnknownBookingError`, `WrongStatusError`, `TooLateToUndoError`, and `SlotTakenError` where the time that the
    step had freed is somebody else's by now.
    """
    seen, ahead = await _seen(desk, wanted.booking, own=wanted.own)
    if seen.status not in STEPS or seen.stepped_from is None or seen.stepped_at is None:
        raise WrongStatusError("there is no step to take back")
    back_to = seen.stepped_from
    if desk.now > seen.stepped_at + UNDO_SECONDS:
        raise TooLateToUndoError("a step can be taken back for ten minutes")

    async def act(books: Books) -> Booking:
        before = await locked(books, seen, resources=seen.resources)
        await _refuse_erased(books, before)
        freed = before.timing.taken(books.bookings.moment) is None
        undone = replace(before, status=back_to, stepped_at=None, stepped_from=None, ended_at=None)
        if back_to is not Status.IN_PROGRESS:
            undone = replace(undone, started_at=None, estimated_start=None, estimated_end=None)
        if freed and await _taken(books, undone, desk.business.resources):
            raise SlotTakenError(request_of(before), before.start)
        try:
            after = await books.bookings.change(undone, before=before)
        except OverlapError:
            raise SlotTakenError(request_of(before), before.start) from None
        change = Change(action="undo", actor=wanted.actor, before=before, after=after)
        await follow(books, change, at=books.bookings.moment)
        return await move_estimates(books, desk, ahead, actor=wanted.actor, of=after)

    return act


async def report_end(desk: Desk, wanted: Report) -> Act[Booking]:
    """Plan to note when a visit under way will be over.

    Raises `UnknownBookingError`, `WrongStatusError` and `UnlikelyEndError`.
    """
    seen, ahead = await _seen(desk, wanted.booking, own=wanted.own)
    if seen.status is not Status.IN_PROGRESS:
        raise WrongStatusError("only of a visit that has begun can be said when it will be over")

    async def act(books: Books) -> Booking:
        before = await locked(books, seen)
        begun = before.started_at or before.start
        if not begun < wanted.end <= before.end + LONGEST_VISIT:
            raise UnlikelyEndError
        after = await books.bookings.change(replace(before, estimated_end=wanted.end), before=before)
        change = Change(action="estimate", actor=wanted.actor, before=before, after=after)
        await follow(books, change, at=books.bookings.moment)
        return await move_estimates(books, desk, ahead, actor=wanted.actor, of=after)

    return act


async def _seen(desk: Desk, booking: str, *, own: str | None) -> tuple[Booking, DayAhead]:
    seen = await desk.read(lambda books: found(books, booking))
    if own is not None and seen.technician != own:
        raise UnknownBookingError
    return seen, await look_ahead(desk, seen.technician, seen.start)


async def _refuse_erased(books: Books, booking: Booking) -> None:
    """Refuse to bring a visit back to life whose customer was erased meanwhile."""
    customer = None if booking.customer is None else await books.customers.find(booking.customer)
    if customer is not None and customer.erased_at is not None:
        raise WrongStatusError("the customer of this visit was erased")


async def _taken(books: Books, booking: Booking, resources: Iterable[Resource]) -> bool:
    """Whether something else stands in the time that a visit had given up, or holds what it needs (rules F7, F14)."""
    if booking.technician is None:
        return False
    start, end = booking.start, booking.end
    others = await books.bookings.around(
        booking.technician,
        since=start,
        until=end,
        holding=(start, end) if booking.resources else None,
        without=booking.id,
    )
    meanwhile = [other for other in others if other.start < end and start < other.end]
    if any(other.technician == booking.technician for other in meanwhile):
        return True
    capacity = {known.kind: known.capacity for known in resources}
    # What is held can only grow where something starts.
    instants = {start, *(other.start for other in meanwhile if other.start > start)}
    return any(
        needed + sum(other.resources.get(kind, 0) for other in meanwhile if other.start <= at < other.end)
        > capacity.get(kind, 0)
        for kind, needed in booking.resources.items()
        if needed
        for at in instants
    )
