"""A visit as its customer sees it: flat values for the templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.customers import ServiceAddress
from fieldfare.entrypoints.api.public.booking_shapes import shown_technician
from fieldfare.entrypoints.web.addresses import written_code
from fieldfare.entrypoints.web.asking import Asking
from fieldfare.entrypoints.web.tongues import mark

_OVER = mark("Did not take place")
_STATUSES = {
    Status.REQUESTED: mark("Requested"),
    Status.HELD: mark("Held for you"),
    Status.CONFIRMED: mark("Confirmed"),
    Status.EN_ROUTE: mark("On the way"),
    Status.IN_PROGRESS: mark("In progress"),
    Status.COMPLETED: mark("Completed"),
    Status.CANCELLED: mark("Cancelled"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFacts:
    """When, where, what, who, and for how much; and the links that lead on, where a manage link is known."""

    reference: str
    status: str
    status_name: str
    version: int
    product: str
    day: str
    start: str
    end: str
    instant: str
    zone: str
    duration: str
    price: str
    saving: str | None
    technician: str | None
    address: tuple[str, ...]
    notes: str
    expected: str | None
    change_until: str
    in_time: bool
    may_move: bool
    may_cancel: bool
    manage: str | None
    ics: str | None
    calendars: tuple[tuple[str, str], ...]
    reached: tuple[str, ...]


def visit_facts(
    asking: Asking,
    booking: Booking,
    *,
    address: ServiceAddress | None,
    token: str | None = None,
    reached: tuple[str, ...] = (),
) -> VisitFacts:
    """Gather what a page shows of a booking (rule B6 says what can still be changed).

    `reached` is who it is for and how they are reached, where that is shown.
    """
    tongue, clock, business = asking.tongue, asking.clock, asking.business
    start, end = clock.local(booking.start), clock.local(booking.end)
    until = booking.changeable_until(business.policy.change_cutoff_minutes)
    in_time = booking.changeable_at(asking.current.as_of, cutoff_minutes=business.policy.change_cutoff_minutes)
    names = {person.id: person.name or person.id for person in business.technicians}
    technician = shown_technician(booking)
    manage = None if token is None else asking.link("visits", token)
    late = booking.estimated_start
    return VisitFacts(
        reference=booking.reference,
        status=booking.status.value,
        status_name=tongue.say(_STATUSES.get(booking.status, _OVER)),
        version=booking.version,
        product=booking.product_name,
        day=tongue.whole_day(start.date()),
        start=tongue.time(start),
        end=tongue.time(end),
        instant=clock.iso(booking.start),
        zone=tongue.zone(business.time_zone),
        duration=tongue.duration(booking.duration // 60),
        price=tongue.money(booking.price, booking.currency),
        saving=tongue.money(booking.discount, booking.currency) if booking.discount else None,
        technician=None if technician is None else names.get(technician),
        address=_lines(address),
        notes=address.notes if address else "",
        expected=None if late in {None, booking.start} else tongue.time(clock.local(late or 0)),
        change_until=f"{tongue.whole_day(clock.date_of(until))}, {tongue.time(clock.local(until))}",
        in_time=in_time,
        may_move=in_time and booking.status is Status.CONFIRMED,
        may_cancel=in_time and (booking.status.stands or booking.status is Status.REQUESTED),
        manage=manage,
        ics=None if token is None else f"/book/{business.id}/visits/{token}/visit.ics",
        calendars=() if token is None else _calendars(asking, booking, address),
        reached=reached,
    )


def _lines(address: ServiceAddress | None) -> tuple[str, ...]:
    """Write an address with its postal code as people write it."""
    if address is None:
        return ()
    code = written_code(address.postal_code or "")
    return tuple(line for line in (address.street, address.unit, code) if line)


def _calendars(asking: Asking, booking: Booking, address: ServiceAddress | None) -> tuple[tuple[str, str], ...]:
    """Give the links that put the visit into the calendars which take one so; they are followed by customers only."""
    title = f"{booking.product_name} - {asking.business.name}"
    where = ", ".join(address.lines) if address else ""
    first, last = (datetime.fromtimestamp(instant, tz=UTC) for instant in (booking.start, booking.end))
    short = "%Y%m%dT%H%M%SZ"
    google = {
        "action": "TEMPLATE",
        "text": title,
        "dates": f"{first:{short}}/{last:{short}}",
        "location": where,
        "details": booking.reference,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": first.isoformat(),
        "enddt": last.isoformat(),
        "location": where,
        "body": booking.reference,
    }
    yahoo = {"v": "60", "title": title, "st": f"{first:{short}}", "et": f"{last:{short}}", "in_loc": where}
    return (
        ("Google", f"https://calendar.google.com/calendar/render?{urlencode(google)}"),
        ("Outlook", f"https://outlook.live.com/calendar/0/deeplink/compose?{urlencode(outlook)}"),
        ("Yahoo", f"https://calendar.yahoo.com/?{urlencode(yahoo)}"),
    )
