"""Move a visit: the new one stands, or the old one does (rule B6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.policy import Assignment
from fieldfare.domain.webhooks import EventType
from fieldfare.ports.customers import MessageKind
from fieldfare.ports.storage import Books
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.changing import found, locked, must_be, refuse_late, refuse_stale
from fieldfare.usecases.bookings.hold import plan_visit, reasons_of, zone_schedule
from fieldfare.usecases.bookings.judging import Override, Visit, judge, request_of, sale_as_agreed
from fieldfare.usecases.bookings.planning import Chosen
from fieldfare.usecases.bookings.refusals import SlotTakenError
from fieldfare.usecases.reactions import Change, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Reschedule:
    """A visit and its new start, an instant; `technician` where somebody who may names one.

    `by_customer` holds to the cut-off. `version` is the one that the caller has seen.
    """

    booking: str
    start: int
    actor: Actor
    by_customer: bool = False
    technician: str | None = None
    override: Override | None = None
    reason: str | None = None
    version: int | None = None


async def reschedule(desk: Desk, wanted: Reschedule) -> Act[Booking]:
    """Plan to move a visit, at the price and for the length that were agreed (rule B5).

    Raises `UnknownBookingError`, `WrongStatusError`, `TooLateToChangeError`, `StaleBookingError`, `SlotTakenError` and
    what `judge` raises.
    """
    seen = await desk.read(lambda books: found(books, wanted.booking))
    must_be(seen, Status.CONFIRMED, what="moved")
    refuse_stale(seen, wanted.version)
    if wanted.by_customer:
        refuse_late(seen, desk)
    sale = sale_as_agreed(seen, desk)
    if sale is None:
        raise SlotTakenError(request_of(seen), wanted.start, without=(seen.technician, seen.id))
    overriding = wanted.override is not None and wanted.override.wanted
    technician = wanted.technician or (seen.technician if overriding else None)

    async def planned(technician: str | None) -> tuple[Visit, Chosen | None]:
        request = request_of(seen, technician=technician)
        return await plan_visit(desk, request, wanted.start, override=wanted.override, itself=seen, agreed=sale)

    try:
        visit, chosen = await planned(technician)
    except SlotTakenError:
        # Nobody can drive it; whoever may override is told what it would break for the technician who goes now.
        if wanted.override is None or technician is not None:
            raise
        visit, chosen = await planned(seen.technician)
    await desk.look_outside(visit.technician, visit.start)

    async def act(books: Books) -> Booking:
        before = await locked(books, seen, technicians=[visit.technician], resources=sale.product.resources)
        judged = await judge(books, desk, visit, override=wanted.override)
        manual = desk.business.policy.assignment is Assignment.MANUAL and wanted.technician is None
        moved = replace(
            before,
            start=visit.start,
            end=visit.end,
            technician=visit.technician,
            provisional=manual,
            schedule=zone_schedule(desk, sale, visit.start),
            estimated_start=None,
            estimated_end=None,
            told_start=None,
            sequence=before.sequence + 1,
            reasons=reasons_of(judged, chosen, wanted.override),
        )
        after = await books.bookings.change(moved, before=before)
        change = Change(
            action="reschedule",
            actor=wanted.actor,
            before=before,
            after=after,
            event=EventType.BOOKING_RESCHEDULED,
            reason=wanted.override.reason if wanted.override and judged.broken else wanted.reason,
            message=MessageKind.RESCHEDULED,
            facts={"previous_start": before.start},
        )
        await follow(books, change, at=books.bookings.moment)
        return after

    return act
