"""What a booking looks like in the CRM: the entry in a calendar, and the custom fields of its contact."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Business
from fieldfare.domain.clock import clock_of
from fieldfare.domain.connections import BookingField, ConnectionSettings
from fieldfare.domain.currencies import plain_amount
from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.domain.titles import write_title
from fieldfare.ports.crm import CrmTarget, CrmVisit
from fieldfare.ports.customers import BookingContact

_UNTIL = "\N{EN DASH}"
MARKS = {
    Status.CONFIRMED.value: OutsideStatus.CONFIRMED,
    Status.COMPLETED.value: OutsideStatus.COMPLETED,
    # Somebody was there; that it has to be done again is nothing that the entry could say.
    Status.FAILED.value: OutsideStatus.COMPLETED,
    Status.NO_SHOW.value: OutsideStatus.NO_SHOW,
}
"""How an entry says what is remembered as shown by it; a step that is taken back is taken back there, too."""


class UnwritableError(Exception):
    """A visit can't be written as the connection is set up: `code` says what is missing, `facts` of what."""

    def __init__(self, code: str, **facts: str) -> None:
        """Keep what is missing."""
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """All that is written of a booking: the booking, what was said for it, and its link."""

    booking: Booking
    said: BookingContact = field(repr=False)
    business: Business
    settings: ConnectionSettings
    manage_link: str = field(repr=False)

    @property
    def address(self) -> str:
        """The service address in one line, without the notes on how to get in."""
        return "" if self.said.address is None else ", ".join(self.said.address.lines)


def visit_of(sheet: Sheet, *, contact: str) -> CrmVisit:
    """Write a booking as the CRM is to show it; raises `UnwritableError`."""
    booking, settings = sheet.booking, sheet.settings
    user = None if booking.technician is None else settings.user_of(booking.technician)
    if user is None:
        raise UnwritableError("no_user", technician=booking.technician or "")
    title = write_title(
        hub=booking.hub,
        product=booking.product_name,
        customer=sheet.said.contact.name,
        reference=booking.reference,
    )
    return CrmVisit(
        target=target_of(booking, settings),
        contact=contact,
        user=user,
        start=booking.start,
        end=booking.end,
        title=title,
        description=f"#{booking.reference}\n{booking.product_name}",
        place_text=sheet.address,
        time_zone=sheet.business.time_zone,
        notify=settings.notify,
    )


def target_of(booking: Booking, settings: ConnectionSettings) -> CrmTarget:
    """Tell where a booking is written; raises `UnwritableError`."""
    target = settings.target_of(booking.product)
    if target is None or (target.calendar is None and target.service is None):
        raise UnwritableError("no_target", product=booking.product)
    if target.service is not None:
        return CrmTarget(service=target.service, service_location=target.service_location)
    return CrmTarget(calendar=target.calendar)


def shown_status(booking: Booking) -> str:
    """Name the status that an entry shows, as it is remembered."""
    return booking.status.value if booking.status.value in MARKS else Status.CONFIRMED.value


def fields_of(sheet: Sheet) -> dict[str, str]:
    """Write the custom fields that somebody chose, by their ids."""
    booking, business = sheet.booking, sheet.business
    names = {} if booking.provisional else {known.id: known.name for known in business.technicians}
    values = {
        BookingField.REFERENCE: booking.reference,
        BookingField.MANAGE_LINK: sheet.manage_link,
        BookingField.STATUS: (Status.CONFIRMED if booking.status.stands else booking.status).value,
        BookingField.START: f"{start_text(booking.start, business.time_zone)} {business.time_zone}",
        BookingField.PRODUCT: booking.product_name,
        BookingField.TECHNICIAN: names.get(booking.technician or "", ""),
        BookingField.ADDRESS: sheet.address,
        BookingField.PRICE: plain_amount(booking.price, booking.currency),
    }
    return {sheet.settings.fields[one]: value for one, value in values.items() if one in sheet.settings.fields}


def start_text(instant: int, zone: str) -> str:
    """Write an instant on a zone's clock: `Tue 2026-10-06 09:00`."""
    return clock_of(zone).local(instant).strftime("%a %Y-%m-%d %H:%M")


def span_text(booking: Booking, zone: str) -> str:
    """Write a booking's time: `Tue 2026-10-06 09:00-11:00 America/New_York`, with a dash."""
    return f"{start_text(booking.start, zone)}{_UNTIL}{clock_of(zone).local(booking.end):%H:%M} {zone}"


def print_of(value: Any, *, secret: bytes) -> str:
    """Give a print of something personal, by which it is known again and which says nothing of it."""
    return hmac.digest(secret, json.dumps(value, sort_keys=True).encode(), sha256).hex()[:32]


def wrote_of(visit: CrmVisit, *, secret: bytes) -> dict[str, Any]:
    """Give what is remembered of an entry that was written."""
    return {
        "start": visit.start,
        "end": visit.end,
        "user": visit.user,
        "status": "confirmed",
        "target": where_of(visit.target),
        "print": print_of([visit.title, visit.description, visit.place_text], secret=secret),
    }


def where_of(target: CrmTarget) -> list[str | None]:
    """Give a target as it is remembered."""
    return [target.calendar, target.service, target.service_location]


def same_entry(wrote: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Tell whether what was written last is what is to stand."""
    return all(wrote.get(key) == value for key, value in wanted.items())
