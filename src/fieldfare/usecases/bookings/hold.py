"""Hold a slot while the customer types: nobody else can have it until the hold runs out (rules B1 to B3)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import MOST_HOLDS, Booking, Status
from fieldfare.domain.business import Request
from fieldfare.domain.clock import MINUTE, clock_of
from fieldfare.domain.policy import Assignment, Policy
from fieldfare.domain.references import new_reference
from fieldfare.domain.schedules import Owner, schedule_on
from fieldfare.domain.webhooks import EventType
from fieldfare.engine.resolution import Sale
from fieldfare.ports.bookings import Holder, Link, LinkPurpose
from fieldfare.ports.storage import Books
from fieldfare.usecases.availability.judge_visit import Judged
from fieldfare.usecases.bookings.acting import Act, Desk
from fieldfare.usecases.bookings.judging import Override, Visit, judge, lock
from fieldfare.usecases.bookings.planning import Chosen, choose, resolve
from fieldfare.usecases.bookings.refusals import TooManyHoldsError
from fieldfare.usecases.people.tokens import hash_of, new_id
from fieldfare.usecases.reactions import Change, follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A slot that is wanted: what and where, and the start, an instant.

    `token` is the secret that will open the hold; only its hash is kept. `named` says that the request's technician was
    asked for by somebody who may, and is no provisional choice. `price` is what was shown, where that was signed (B14).
    """

    request: Request
    start: int
    token: str
    actor: Actor
    source: str
    holder: Holder = Holder()
    named: bool = False
    override: Override | None = None
    shown: Shown | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The price that was shown for a slot, and how much of the full one had been taken off (rule B14)."""

    price: int
    discount: int


async def hold(desk: Desk, wanted: Hold) -> Act[Booking]:
    """Plan a hold; the act gives it as it was written.

    Raises `NotSoldError`, `SlotTakenError`, `TooManyHoldsError`, and what `judge` raises.
    """
    visit, chosen = await plan_visit(desk, wanted.request, wanted.start, override=wanted.override)

    async def act(books: Books) -> Booking:
        if wanted.holder != Holder():
            await _refuse_too_many(books, wanted.holder)
        await lock(books, visit)
        judged = await judge(books, desk, visit, override=wanted.override)
        now = books.bookings.moment
        booking = new_booking(
            desk,
            visit,
            judged,
            chosen,
            now=now,
            status=Status.HELD,
            source=wanted.source,
            named=wanted.named,
            override=wanted.override,
            shown=wanted.shown,
        )
        booking = replace(booking, held_at=now, expires_at=now + desk.business.policy.hold_minutes * MINUTE)
        await books.bookings.add(booking, holder=wanted.holder)
        await books.links.add(Link(token_hash=hash_of(wanted.token), purpose=LinkPurpose.HOLD, booking=booking.id))
        change = Change(
            action="hold",
            actor=wanted.actor,
            before=None,
            after=booking,
            event=EventType.BOOKING_HELD,
            reason=wanted.override.reason if wanted.override and judged.broken else None,
        )
        await follow(books, change, at=now)
        return booking

    return act


async def plan_visit(
    desk: Desk,
    request: Request,
    start: int,
    *,
    override: Override | None = None,
    itself: Booking | None = None,
    agreed: Sale | None = None,
) -> tuple[Visit, Chosen | None]:
    """Choose who goes: the slot's first option, or whom staff name, who is then judged alone.

    `itself` is a visit that is moved, and `agreed` what was sold to it.
    """
    chosen: Chosen | None = None
    if override is not None and request.technician is not None:
        resolution, sale = resolve(desk, request, agreed=agreed)
        technician, hub = request.technician, resolution.hub
    else:
        without = None if itself is None else (itself.technician, itself.id)
        chosen = await choose(desk, request, start, without=without, agreed=agreed)
        sale, technician, hub = chosen.sale, chosen.option.technician, chosen.resolution.hub
    visit = Visit(
        sale=sale,
        place=request.place,
        hub=hub if itself is None else itself.hub,
        technician=technician,
        start=start,
        request=request,
        itself=itself,
    )
    return visit, chosen


def new_booking(
    desk: Desk,
    visit: Visit,
    judged: Judged,
    chosen: Chosen | None,
    *,
    now: int,
    status: Status,
    source: str,
    named: bool = False,
    override: Override | None = None,
    shown: Shown | None = None,
) -> Booking:
    """Make the record of a visit that was judged to stand, with a snapshot of what was agreed (rule B5)."""
    sale, policy = visit.sale, desk.business.policy
    if shown is None:
        shown = price_of(sale, policy, recommended=chosen is not None and chosen.recommended)
    return Booking(
        id=new_id(now=now),
        reference=new_reference(secrets.randbelow),
        status=status,
        technician=visit.technician,
        provisional=policy.assignment is Assignment.MANUAL and not named,
        start=visit.start,
        end=visit.end,
        place=visit.place,
        hub=visit.hub,
        zone=sale.zone.id,
        schedule=zone_schedule(desk, sale, visit.start),
        product=sale.product.id,
        product_name=sale.quote.name,
        price=shown.price,
        discount=shown.discount,
        currency=sale.quote.currency,
        resources=dict(sale.product.resources),
        source=source,
        created_at=now,
        reasons=reasons_of(judged, chosen, override),
    )


def price_of(sale: Sale, policy: Policy, *, recommended: bool) -> Shown:
    """Give the price of a slot, which for a recommended one may be less (rule B14)."""
    price = sale.quote.price
    off = 0 if policy.recommended_discount is None or not recommended else policy.recommended_discount.of(price)
    return Shown(price=price - off, discount=off)


def reasons_of(judged: Judged, chosen: Chosen | None, override: Override | None) -> dict[str, object]:
    """Say why this technician: the drives, how many others could have gone, and what staff booked against."""
    option = judged.option
    reasons: dict[str, object] = {
        "detour_seconds": None if option is None else option.detour_seconds,
        "before_seconds": None if option is None else option.before_seconds,
        "after_seconds": None if option is None else option.after_seconds,
        "travel_source": judged.travel_source,
        "chosen": "named" if chosen is None else "first_option",
    }
    if chosen is not None:
        reasons |= {"options": chosen.options, "recommended": chosen.recommended}
    if judged.broken and override is not None:
        reasons |= {"overridden": list(judged.broken)}
    return reasons


def zone_schedule(desk: Desk, sale: Sale, start: int) -> str | None:
    """Name the zone's schedule that rules the date of a start (rule S2)."""
    owner = Owner(zone=sale.zone.id)
    own = [schedule for schedule in desk.business.schedules if schedule.owner == owner]
    ruling = schedule_on(own, clock_of(desk.business.time_zone).date_of(start))
    return None if ruling is None else ruling.id


async def _refuse_too_many(books: Books, holder: Holder) -> None:
    if max(await books.bookings.live_holds(holder)) >= MOST_HOLDS:
        raise TooManyHoldsError(f"at most {MOST_HOLDS} times can be held at once")
