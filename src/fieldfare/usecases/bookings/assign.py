"""Say who goes, or to which zone a visit is counted: what the desk changes of a visit that stays in time (B8, O4)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.catalog import quote
from fieldfare.domain.webhooks import EventType
from fieldfare.ports.storage import Books
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.changing import found, locked, must_be, refuse_stale
from fieldfare.usecases.bookings.hold import reasons_of, zone_schedule
from fieldfare.usecases.bookings.judging import Override, Visit, judge, request_of, sale_as_agreed
from fieldfare.usecases.bookings.refusals import ReasonNeededError, SlotTakenError, UnknownBookingError
from fieldfare.usecases.reactions import Change, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign:
    """A visit and who is to go."""

    booking: str
    technician: str
    actor: Actor
    override: Override | None = None
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideZone:
    """A visit and the zone that it is counted to from now on; `reprice` asks for that zone's price, too."""

    booking: str
    zone: str
    reason: str
    actor: Actor
    reprice: bool = False
    version: int | None = None


AGREED = frozenset({"notice", "horizon"})


class UnknownZoneError(UnknownBookingError):
    """The business has no such zone that counts."""


async def assign(desk: Desk, wanted: Assign) -> Act[Booking]:
    """Plan to give a visit to a technician, at its time.

    Raises `UnknownBookingError`, `WrongStatusError`, `ChangedMeanwhileError`, and what `judge` raises.
    """
    seen = await desk.read(lambda books: found(books, wanted.booking))
    must_be(seen, Status.CONFIRMED, what="given to somebody else")
    refuse_stale(seen, wanted.version)
    sale = sale_as_agreed(seen, desk)
    if sale is None:
        raise SlotTakenError(request_of(seen), seen.start)
    visit = Visit(
        sale=sale,
        place=seen.place,
        hub=seen.hub,
        technician=wanted.technician,
        start=seen.start,
        request=request_of(seen, technician=wanted.technician),
        itself=seen,
    )
    if wanted.technician != seen.technician:
        await desk.look_outside(wanted.technician, seen.start)

    async def act(books: Books) -> Booking:
        before = await locked(books, seen, technicians=[wanted.technician], resources=sale.product.resources)
        reasons, reason = before.reasons, None
        if wanted.technician != before.technician:
            # Its time stands: only who goes is judged, not whether it could be sold now (F1, F2).
            judged = await judge(books, desk, visit, override=wanted.override, forgiven=AGREED)
            reasons = reasons_of(judged, None, wanted.override)
            reason = wanted.override.reason if wanted.override and judged.broken else None
        named = replace(before, technician=wanted.technician, provisional=False, reasons=reasons)
        if wanted.technician != before.technician:
            named = replace(named, estimated_start=None, estimated_end=None, told_start=None)
        after = await books.bookings.change(named, before=before)
        change = Change(
            action="assign",
            actor=wanted.actor,
            before=before,
            after=after,
            event=EventType.BOOKING_ASSIGNED,
            reason=reason,
        )
        await follow(books, change, at=books.bookings.moment)
        return after

    return act


async def override_zone(desk: Desk, wanted: OverrideZone) -> Act[Booking]:
    """Plan to count a visit to another zone; the price stays unless it is asked for (rule B8).

    Raises `UnknownBookingError`, `UnknownZoneError`, `WrongStatusError`, `ReasonNeededError`, `ChangedMeanwhileError`.
    """
    seen = await desk.read(lambda books: found(books, wanted.booking))
    must_be(seen, Status.REQUESTED, Status.CONFIRMED, Status.EN_ROUTE, Status.IN_PROGRESS, what="moved to a zone")
    refuse_stale(seen, wanted.version)
    if not wanted.reason.strip():
        raise ReasonNeededError("say why the zone is another")
    zone = next((known for known in desk.business.zones if known.id == wanted.zone and known.counts), None)
    product = next((known for known in desk.business.products if known.id == seen.product), None)
    if zone is None or zone.negative:
        raise UnknownZoneError

    async def act(books: Books) -> Booking:
        before = await locked(books, seen)
        after = replace(before, zone=zone.id)
        sale = sale_as_agreed(after, desk)
        if sale is not None:
            after = replace(after, schedule=zone_schedule(desk, sale, before.start))
        if wanted.reprice and product is not None:
            priced = quote(product=product, override=zone.override_of(product.id), currency=desk.business.currency)
            after = replace(after, price=priced.price, currency=priced.currency, discount=0)
        after = await books.bookings.change(after, before=before)
        change = Change(
            action="override_zone",
            actor=wanted.actor,
            before=before,
            after=after,
            event=EventType.BOOKING_ZONE_OVERRIDDEN,
            reason=wanted.reason.strip(),
        )
        await follow(books, change, at=books.bookings.moment)
        return after

    return act
