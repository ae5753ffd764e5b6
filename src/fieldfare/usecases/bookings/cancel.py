"""Cancel a visit: its time is free at once, and the reason is kept (rule B7)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.webhooks import EventType
from fieldfare.ports.customers import MessageKind
from fieldfare.ports.storage import Books, Personal
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.changing import found, locked, must_be, refuse_late, refuse_stale
from fieldfare.usecases.bookings.refusals import ReasonNeededError
from fieldfare.usecases.reactions import Change, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """A visit that is not to be, and why; a customer has to say why, and holds to the cut-off."""

    booking: str
    actor: Actor
    reason: str | None = None
    by_customer: bool = False
    version: int | None = None


async def cancel(desk: Desk, wanted: Cancel) -> Act[Booking]:
    """Plan a cancellation.

    Raises `UnknownBookingError`, `WrongStatusError`, `TooLateToChangeError`, `ReasonNeededError` and
    `ChangedMeanwhileError`.
    """
    seen = await desk.read(lambda books: found(books, wanted.booking))
    must_be(seen, Status.REQUESTED, Status.CONFIRMED, Status.EN_ROUTE, Status.IN_PROGRESS, what="cancelled")
    refuse_stale(seen, wanted.version)
    reason = (wanted.reason or "").strip()
    if wanted.by_customer:
        refuse_late(seen, desk)
        if not reason:
            raise ReasonNeededError("say why the visit is cancelled")

    async def act(books: Books) -> Booking:
        before = await locked(books, seen)
        now = books.bookings.moment
        ended = replace(before, status=Status.CANCELLED, ended_at=now, sequence=before.sequence + 1)
        after = await books.bookings.change(ended, before=before)
        said = (await books.customers.said_for([after.id])).get(after.id)
        if said is not None and reason:
            await books.customers.note(replace(said, ended_because=reason))
        # In a customer's own words there may be anything: they stand where they can be erased.
        change = Change(
            action="cancel",
            actor=wanted.actor,
            before=before,
            after=after,
            event=EventType.BOOKING_CANCELLED,
            personal=Personal(customer=after.customer, reason=reason) if reason else None,
            message=MessageKind.CANCELLED,
        )
        await follow(books, change, at=now)
        return after

    return act
