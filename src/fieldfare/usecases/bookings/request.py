"""Ask for a visit that the desk has to accept: it holds no time until then (rule B4)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Request
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.policy import Assignment, OnStale
from fieldfare.domain.references import new_reference
from fieldfare.domain.webhooks import EventType
from fieldfare.ports.customers import MessageKind
from fieldfare.ports.storage import Books
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.changing import found, locked, must_be, refuse_stale
from fieldfare.usecases.bookings.confirm import Confirm, Confirmed, at_the_door, manage_link, note_and_tell
from fieldfare.usecases.bookings.hold import plan_visit, reasons_of, zone_schedule
from fieldfare.usecases.bookings.judging import Override, judge, request_of, sale_as_agreed
from fieldfare.usecases.bookings.planning import resolve
from fieldfare.usecases.bookings.refusals import SlotTakenError
from fieldfare.usecases.people.tokens import new_id
from fieldfare.usecases.reactions import Change, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFor:
    """What a customer would like, and when; the token of `who` becomes that of the manage link."""

    request: Request
    start: int
    who: Confirm
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """A request that becomes a booking, by a technician whom the desk names, or by the slot's first option."""

    booking: str
    actor: Actor
    technician: str | None = None
    start: int | None = None
    override: Override | None = None
    version: int | None = None


async def ask_for(desk: Desk, wanted: AskFor) -> Act[Confirmed]:
    """Plan to write a request down; raises `NotSoldError`, and `SlotTakenError` for a time that has passed."""
    request = at_the_door(desk, wanted.request, wanted.start, wanted.who.served)
    resolution, sale = resolve(desk, request)
    if wanted.start <= desk.now:
        raise SlotTakenError(wanted.request, wanted.start)

    async def act(books: Books) -> Confirmed:
        now = books.moment
        customer = await books.customers.known(wanted.who.contact, new_id=new_id(now=now), at=now)
        booking = Booking(
            id=new_id(now=now),
            reference=new_reference(secrets.randbelow),
            status=Status.REQUESTED,
            technician=None,
            start=wanted.start,
            end=wanted.start + sale.quote.duration_minutes * MINUTE,
            place=request.place,
            hub=resolution.hub,
            zone=sale.zone.id,
            schedule=zone_schedule(desk, sale, wanted.start),
            product=sale.product.id,
            product_name=sale.quote.name,
            price=sale.quote.price,
            currency=sale.quote.currency,
            resources=dict(sale.product.resources),
            customer=customer.id,
            source=wanted.source,
            created_at=now,
            address_unchecked=wanted.who.served is not None and wanted.who.served.place is None,
        )
        await books.bookings.add(booking)
        await note_and_tell(
            books,
            booking,
            before=None,
            wanted=wanted.who,
            action="request",
            at=now,
            event=EventType.BOOKING_REQUESTED,
            message=MessageKind.REQUESTED,
        )
        await books.links.add(manage_link(booking, wanted.who.token))
        return Confirmed(booking=booking, manage_token=wanted.who.token)

    return act


async def accept(desk: Desk, wanted: Accept) -> Act[Booking]:
    """Plan to accept a request: judged like any other booking, so of two for one slot only one can be.

    Raises `UnknownBookingError`, `WrongStatusError`, `ChangedMeanwhileError`, `SlotTakenError`, and what `judge` does.
    """
    seen = await desk.read(lambda books: found(books, wanted.booking))
    must_be(seen, Status.REQUESTED, what="accepted")
    refuse_stale(seen, wanted.version)
    start = seen.start if wanted.start is None else wanted.start
    sale = sale_as_agreed(seen, desk)
    if sale is None:
        raise SlotTakenError(request_of(seen), start)
    request, trusting = request_of(seen, technician=wanted.technician), desk
    if desk.business.policy.on_stale is OnStale.REQUEST:
        # Whoever accepts it has looked in the CRM: that is what it was asked for (rule B13).
        trusting = replace(desk, current=desk.current.trusting())
    try:
        visit, chosen = await plan_visit(desk, request, start, override=wanted.override, agreed=sale)
    except SlotTakenError:
        if trusting.current is desk.current:
            raise
        visit, chosen = await plan_visit(trusting, request, start, override=wanted.override, agreed=sale)
    await desk.look_outside(visit.technician, visit.start)

    async def act(books: Books) -> Booking:
        before = await locked(books, seen, technicians=[visit.technician], resources=sale.product.resources)
        judged = await judge(books, trusting, visit, override=wanted.override)
        accepted = replace(
            before,
            status=Status.CONFIRMED,
            technician=visit.technician,
            provisional=desk.business.policy.assignment is Assignment.MANUAL and wanted.technician is None,
            start=visit.start,
            end=visit.end,
            schedule=zone_schedule(desk, sale, visit.start),
            sequence=before.sequence + 1,
            reasons=reasons_of(judged, chosen, wanted.override),
        )
        after = await books.bookings.change(accepted, before=before)
        change = Change(
            action="accept",
            actor=wanted.actor,
            before=before,
            after=after,
            event=EventType.BOOKING_CONFIRMED,
            message=MessageKind.CONFIRMED,
            reason=wanted.override.reason if wanted.override and judged.broken else None,
        )
        await follow(books, change, at=books.bookings.moment)
        return after

    return act
