"""Prolong a hold while the customer still types, or give it back (rule B3)."""

from __future__ import annotations

from dataclasses import replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import MOST_PROLONGED, PROLONGED_SECONDS, Booking, Status
from fieldfare.domain.webhooks import EventType
from fieldfare.ports.bookings import LinkPurpose, StaleBookingError
from fieldfare.ports.customers import WaitingStatus
from fieldfare.ports.storage import Books
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.changing import found, locked, must_be
from fieldfare.usecases.bookings.judging import request_of
from fieldfare.usecases.bookings.refusals import (
    HoldExpiredError,
    NotProlongedError,
    UnknownBookingError,
    WrongStatusError,
)
from fieldfare.usecases.people.tokens import hash_of
from fieldfare.usecases.reactions import Change, follow


async def prolong(_: Desk, token: str, *, actor: Actor) -> Act[Booking]:
    """Plan to prolong a hold; raises `UnknownBookingError`, `HoldExpiredError` and `NotProlongedError`."""

    async def act(books: Books) -> Booking:
        before = await locked_hold(books, token)
        if before.prolonged >= MOST_PROLONGED:
            raise NotProlongedError(f"a hold is prolonged {MOST_PROLONGED} times at most")
        longer = replace(
            before, expires_at=(before.expires_at or 0) + PROLONGED_SECONDS, prolonged=before.prolonged + 1
        )
        after = await books.bookings.change(longer, before=before)
        await follow(books, Change(action="prolong", actor=actor, before=before, after=after), at=books.bookings.moment)
        return after

    return act


async def release(_: Desk, token: str, *, actor: Actor) -> Act[Booking]:
    """Plan to give a hold back; one that is over already is left as it is. Raises `UnknownBookingError`."""

    async def act(books: Books) -> Booking:
        try:
            before = await locked_hold(books, token)
        except HoldExpiredError:
            return await held_by(books, token)
        return await end_hold(books, before, actor=actor)

    return act


async def release_by_desk(desk: Desk, booking: str, *, actor: Actor) -> Act[Booking]:
    """Plan to end somebody's hold; raises `UnknownBookingError` and `WrongStatusError`."""
    seen = await desk.read(lambda books: found(books, booking))
    must_be(seen, Status.HELD, what="released")

    async def act(books: Books) -> Booking:
        return await end_hold(books, await locked(books, seen), actor=actor)

    return act


async def end_hold(books: Books, before: Booking, *, actor: Actor) -> Booking:
    """End a live hold that is locked."""
    after = await books.bookings.change(replace(before, status=Status.EXPIRED), before=before)
    change = Change(action="release", actor=actor, before=before, after=after, event=EventType.BOOKING_EXPIRED)
    await follow(books, change, at=books.bookings.moment)
    waits = None if before.waiting is None else await books.waiting.find(before.waiting, for_change=True)
    if waits is not None and waits.status is WaitingStatus.OFFERED and waits.offered == before.id:
        await books.waiting.change(replace(waits, status=WaitingStatus.WAITING, offered=None))
    return after


async def held_by(books: Books, token: str) -> Booking:
    """Look up what a hold's secret opens; raises `UnknownBookingError`."""
    link = await books.links.find(hash_of(token), LinkPurpose.HOLD)
    found = None if link is None or link.booking is None else await books.bookings.find(link.booking)
    if found is None:
        raise UnknownBookingError
    return found


async def locked_hold(books: Books, token: str) -> Booking:
    """Lock a live hold; raises `UnknownBookingError`, `HoldExpiredError`, and `WrongStatusError` for a booking."""
    seen = await held_by(books, token)
    if seen.technician is not None:
        await books.bookings.lock_technicians([seen.technician])
    hold = await books.bookings.find(seen.id, for_change=True)
    if hold is None or hold.technician != seen.technician:
        raise StaleBookingError(seen.id)
    if hold.status not in {Status.HELD, Status.EXPIRED}:
        raise WrongStatusError("the hold was confirmed already")
    if not hold.live_hold(books.bookings.moment):
        raise HoldExpiredError(request_of(hold), hold.start)
    return hold
