"""Judging a visit behind the locks, on the day as it stands at that moment (rules B2, B6, B9)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.actors import Actor
from fieldfare.domain.bookings import Booking
from fieldfare.domain.business import Request
from fieldfare.domain.catalog import quote
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.places import Place
from fieldfare.engine.resolution import Sale
from fieldfare.ports.storage import Books
from fieldfare.usecases.availability.judge_visit import Judged
from fieldfare.usecases.bookings.acting import ConfigurationChangedError, Desk
from fieldfare.usecases.bookings.refusals import (
    NotOverridableError,
    OutdatedError,
    OverrideNeededError,
    ReasonNeededError,
    SlotTakenError,
)

OVERRIDABLE = frozenset(
    {
        "notice",
        "zone_closed",
        "off_shift",
        "off_grid",
        "hub_lock",
        "depart",
        "travel_before",
        "travel_after",
        "return",
        "weekly_load",
    }
)
"""The soft rules and those of travel, which staff may book against (rule B9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Somebody who may book against soft rules, and whether they want to: then with a reason (rule B9).

    Without `wanted` a time that breaks only such rules is refused with what it breaks: the warning.
    """

    actor: Actor
    wanted: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit that is to stand: what is sold, where, when, and by whom.

    `judged_at` is the moment for F1 and F2. `itself` is the booking that is moved or confirmed, which is never in its
    own way; `request` is what to look for alternatives with.
    """

    sale: Sale
    place: Place
    hub: str | None
    technician: str
    start: int
    request: Request
    judged_at: int | None = None
    itself: Booking | None = None

    @property
    def end(self) -> int:
        """The instant at which it would end."""
        return self.start + self.sale.quote.duration_minutes * MINUTE

    @property
    def without(self) -> tuple[str | None, str] | None:
        """The technician and the id of the visit that is not to be seen."""
        return None if self.itself is None else (self.itself.technician, self.itself.id)


async def lock(books: Books, visit: Visit) -> None:
    """Lock the visit's technician, then the resources that it needs."""
    await books.bookings.lock_technicians([visit.technician])
    await books.bookings.lock_resources(visit.sale.product.resources)


async def judge(
    books: Books,
    desk: Desk,
    visit: Visit,
    *,
    override: Override | None = None,
    forgiven: frozenset[str] = frozenset(),
) -> Judged:
    """Judge a visit on what is read now, behind `lock`. What was overridden when it was held stays `forgiven`.

    Raises `OutdatedError` where it can't be driven (any more), `SlotTakenError`, `OverrideNeededError`,
    `NotOverridableError`, `ReasonNeededError`, and `ConfigurationChangedError` where the rules are others by now.
    """
    if books.bookings.configuration != desk.current.revisions.configuration:
        raise ConfigurationChangedError
    judges = desk.current.judges
    since, until = judges.reach(visit.start)
    commitments = await books.bookings.around(
        visit.technician,
        since=since,
        until=until,
        holding=(visit.start, visit.end) if visit.sale.product.resources else None,
        without=visit.itself.id if visit.itself else None,
    )
    judged = await judges.judge(
        sale=visit.sale,
        place=visit.place,
        hub=visit.hub,
        technician=visit.technician,
        start=visit.start,
        now=books.bookings.moment if visit.judged_at is None else visit.judged_at,
        commitments=commitments,
        travel=desk.travel,
        all_rules=override is not None or bool(forgiven),
    )
    if not forgiven.issuperset(judged.broken):
        _refuse(visit, judged, override)
    return judged


def _refuse(visit: Visit, judged: Judged, override: Override | None) -> None:
    """Refuse what breaks rules, unless it is overridden as rule B9 allows."""
    soft = OVERRIDABLE.issuperset(judged.broken)
    refusal: type[SlotTakenError]
    if override is None or visit.request.technician is None:
        # Nobody named this technician: whoever may override, and didn't ask to, may still get another one.
        refusal = OutdatedError
    elif not soft:
        refusal = NotOverridableError if override.wanted else SlotTakenError
    elif not override.wanted:
        refusal = OverrideNeededError
    elif not (override.reason or "").strip():
        raise ReasonNeededError("an override needs a reason")
    else:
        return
    raise refusal(visit.request, visit.start, broken=judged.broken, without=visit.without)


def sale_as_agreed(booking: Booking, desk: Desk) -> Sale | None:
    """Put together what was sold to a booking: the business's zone and product, at the agreed price and length (B5).

    None where the zone or the product is gone.
    """
    business = desk.business
    zone = next((known for known in business.zones if known.id == booking.zone and known.counts), None)
    product = next((known for known in business.products if known.id == booking.product), None)
    if zone is None or product is None:
        return None
    today = quote(product=product, override=zone.override_of(product.id), currency=business.currency)
    agreed = replace(today, price=booking.price, duration_minutes=booking.duration // MINUTE)
    return Sale(zone=zone, product=product, quote=agreed)


def request_of(booking: Booking, *, technician: str | None = None) -> Request:
    """Ask again for what a booking is about."""
    return Request(place=booking.place, product=booking.product, technician=technician)
