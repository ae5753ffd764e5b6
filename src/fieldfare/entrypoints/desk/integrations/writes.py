"""What is still to be written to the CRM: what waits by itself, and what was refused and waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.desk.asking import Asking, desk_link
from fieldfare.entrypoints.desk.integrations.frame import MOST, frame_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.words.integrations import sentence_of
from fieldfare.ports.integrations import CrmWrite, WriteKind, WriteState
from fieldfare.ports.storage import Books

_KINDS = {WriteKind.VISIT: "The visit as it stands", WriteKind.NOTE: "A note on the contact"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteRow:
    """Something to be written."""

    id: str
    kind: str
    reference: str
    customer: str
    href: str
    created_at: int
    next_at: int
    attempts: int
    failure: str | None
    parked: bool


async def list_writes(asking: Asking) -> Response:
    """List what waits and what is parked, the oldest first."""
    async with asking.rooms.storage.open(asking.who.business) as books:
        frame = await frame_of(books, asking)
        found = await books.integrations.writes.page(
            states=[WriteState.PARKED, WriteState.WAITING], after=None, limit=MOST
        )
        rows = await _rows(books, found)
    may_send = asking.who.may(Permission.BOOKINGS_DECIDE)
    return show(asking, "integrations/writes.html", {"frame": frame, "rows": rows, "may_send": may_send})


async def _rows(books: Books, found: tuple[CrmWrite, ...]) -> list[WriteRow]:
    said = await books.customers.said_for([one.booking for one in found])
    rows = []
    for one in found:
        booking = await books.bookings.find(one.booking)
        rows.append(
            WriteRow(
                id=one.id,
                kind=_KINDS[one.kind],
                reference=booking.reference if booking else one.booking,
                customer=said[one.booking].contact.name if one.booking in said else "",
                href=desk_link("bookings", one.booking),
                created_at=one.created_at,
                next_at=one.next_at,
                attempts=one.attempts,
                failure=None if one.failure is None else sentence_of(one.failure, facts=one.facts),
                parked=one.state is WriteState.PARKED,
            )
        )
    return rows
