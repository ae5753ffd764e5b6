"""What a booking is in the CRM: its ids there, whether the CRM knows how it stands, and what is in its way there."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.bookings import Booking
from fieldfare.entrypoints.desk.asking import desk_link
from fieldfare.ports.integrations import CrmLink
from fieldfare.ports.storage import Books

_MOST_CONFLICTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """A booking as the CRM has it. `waits` leads to what is to be written, `conflict` to the queue of conflicts."""

    link: CrmLink | None
    waits: str | None
    conflict: str | None


async def outside_of(books: Books, booking: Booking) -> Outside | None:
    """Look a booking up; None where no CRM has to do with it."""
    there = books.integrations
    link = await there.writes.link(booking.id)
    waits = booking.id in await there.writes.waiting_for([booking.id])
    if link is None and not waits:
        return None
    around = None if booking.technician is None else [booking.technician]
    open_ = await there.conflicts.open(technicians=around, limit=_MOST_CONFLICTS)
    return Outside(
        link=link,
        waits=desk_link("crm", "writes") if waits else None,
        conflict=desk_link("crm", "conflicts") if any(one.booking == booking.id for one in open_) else None,
    )
