"""A booking as the desk sees it: flat values for the templates, and what may be done with it."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.bookings import UNDO_SECONDS, Booking, Status, may_become
from fieldfare.domain.permissions import Member, Permission
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.bookings.names import STATUSES, STEPS
from fieldfare.entrypoints.desk.pages import length
from fieldfare.entrypoints.web.addresses import written_code
from fieldfare.ports.customers import BookingContact

NOBODY = "\N{EN DASH}"
"""Stands where nobody is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A booking in a list."""

    id: str
    href: str
    reference: str
    status: str
    badge: str
    start: int
    end: int
    product: str
    customer: str
    where: str
    technician: str
    flags: tuple[tuple[str, str], ...]
    """Each with its kind of badge."""


def row_of(asking: Asking, booking: Booking, said: BookingContact | None) -> Row:
    """Write a booking for a list."""
    name, badge = STATUSES[booking.status]
    return Row(
        id=booking.id,
        href=desk_link("bookings", booking.id),
        reference=booking.reference,
        status=name,
        badge=badge,
        start=booking.start,
        end=booking.end,
        product=booking.product_name,
        customer=said.contact.name if said else NOBODY,
        where=where_of(booking, said),
        technician=technician_name(asking, booking.technician),
        flags=flags_of(asking, booking),
    )


def flags_of(asking: Asking, booking: Booking) -> tuple[tuple[str, str], ...]:
    """Say what the desk should know of a booking at a glance."""
    flags = []
    if booking.provisional and booking.status.stands:
        flags.append(("To assign", "warn"))
    if booking.address_unchecked and not booking.status.over:
        flags.append(("Address to check", "warn"))
    late = (booking.estimated_start or booking.start) - booking.start
    if late > asking.business.policy.estimate_threshold_minutes * 60 and not booking.status.over:
        flags.append((f"{length(late)} late", "bad"))
    if booking.reasons.get("overridden"):
        flags.append(("Overridden", "plain"))
    return tuple(flags)


def where_of(booking: Booking, said: BookingContact | None) -> str:
    """Write where a visit is, as shortly as it can be found."""
    if said is not None and said.address is not None:
        return ", ".join(part for part in (said.address.street, said.address.unit) if part)
    return written_code(booking.place.postal_code or "") or f"{booking.place.lat:.4f}, {booking.place.lng:.4f}"


def technician_name(asking: Asking, technician: str | None) -> str:
    """Name a technician; a dash for nobody."""
    if technician is None:
        return NOBODY
    return next((one.name or one.id for one in asking.business.technicians if one.id == technician), technician)


def zone_name(asking: Asking, zone: str | None) -> str | None:
    """Name a zone; its id where it is no more."""
    return next((one.name or one.id for one in asking.business.zones if one.id == zone), zone)


def hub_name(asking: Asking, hub: str | None) -> str | None:
    """Name a hub; its id where it is no more."""
    return next((one.name or one.id for one in asking.business.hubs if one.id == hub), hub)


def steps_of(asking: Asking, booking: Booking) -> list[tuple[str, str]]:
    """List the steps that the member may report of a visit, with their names (rule B4)."""
    if not asking.who.may(Permission.BOOKINGS_STEP) or not is_own(asking.who, booking):
        return []
    return [(status.value, name) for status, name in STEPS.items() if may_become(booking.status, status)]


def may_undo(asking: Asking, booking: Booking) -> bool:
    """Whether the last step can still be taken back."""
    return (
        asking.who.may(Permission.BOOKINGS_STEP)
        and is_own(asking.who, booking)
        and booking.stepped_at is not None
        and booking.stepped_from is not None
        and asking.now <= booking.stepped_at + UNDO_SECONDS
    )


def is_own(who: Member, booking: Booking) -> bool:
    """Whether the member may see the booking: all of the office may, and technicians their own."""
    return who.may(Permission.BOOKINGS_READ) or (who.technician is not None and who.technician == booking.technician)


def may_change(asking: Asking, booking: Booking) -> dict[str, bool]:
    """Say what the member may do with a booking as it stands."""
    writes, decides = asking.who.may(Permission.BOOKINGS_WRITE), asking.who.may(Permission.BOOKINGS_DECIDE)
    status = booking.status
    open_ones = {Status.REQUESTED, Status.CONFIRMED, Status.EN_ROUTE, Status.IN_PROGRESS}
    return {
        "move": writes and status is Status.CONFIRMED,
        "cancel": writes and (status.stands or status is Status.REQUESTED),
        "accept": decides and status is Status.REQUESTED,
        "assign": decides and status is Status.CONFIRMED and booking.provisional,
        "zone": decides and asking.who.may(Permission.OVERRIDE) and status in open_ones,
        "settle": decides,
    }
