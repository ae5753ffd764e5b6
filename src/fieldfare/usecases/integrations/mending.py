"""Have an entry of ours written anew that people have changed: its title tells hub and reference, and they are ours."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from fieldfare.domain.bookings import Booking
from fieldfare.domain.places import tagged_hub
from fieldfare.ports.integrations import CrmWrite, Mirrored, WriteKind
from fieldfare.ports.storage import Books
from fieldfare.usecases.people.tokens import new_id
from fieldfare.usecases.reactions import write_task


def wants_title(entry: Mirrored, known: Mirrored | None, booking: Booking, hubs: Collection[str]) -> bool:
    """Tell whether people have just taken the tag or the reference out of a title, or put in another.

    A title that was wrong before already isn't written again and again: perhaps the CRM wants it so.
    """
    if entry.deleted or not booking.status.stands or (known is not None and known.title in {"", entry.title}):
        return False
    lost = f"#{booking.reference}" not in entry.title.upper()
    return lost or (booking.hub in hubs and tagged_hub(entry.title, hubs) != booking.hub)


async def write_anew(books: Books, bookings: Iterable[Booking], *, at: int) -> None:
    """Have bookings written to the CRM as they stand."""
    tasks = []
    for booking in bookings:
        wanted = CrmWrite(
            id=new_id(now=at),
            kind=WriteKind.VISIT,
            booking=booking.id,
            customer=booking.customer,
            created_at=at,
            next_at=at,
        )
        id_ = await books.integrations.writes.add(wanted)
        if id_ is not None:
            waiting = await books.integrations.writes.find(id_)
            tasks.append(write_task(books.business, waiting or wanted))
    if tasks:
        await books.tasks.add(tasks)
