"""Look once more for entries that turn up too late: asked for without an answer, and made after all (O12).

Before an attempt makes an entry it looks for that of an earlier one. What the CRM makes only after that look stands
there twice; so some minutes later, all but the booking's own are cancelled, and of a cancelled booking all. What isn't
as it was asked for is left alone: people have made it, or made something else of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from fieldfare.domain.bookings import Booking
from fieldfare.domain.clock import DAY
from fieldfare.domain.connections import ConnectionSettings
from fieldfare.ports.crm import CrmAsked, CrmTarget
from fieldfare.ports.integrations import CrmLink, CrmWrite
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.visit_of import UnwritableError, target_of

LATE_SECONDS = 3 * 60
"""After so long nothing that was asked for turns up any more."""
AROUND = DAY
"""So far around the times that were asked for entries are looked for."""

Asked = tuple[int, int, str | None]
"""When an entry was to stand, and who was to go."""


def asked_in(write: CrmWrite) -> tuple[Asked, ...]:
    """Give what attempts of a write have asked for."""
    return tuple((int(start), int(end), user) for start, end, user in write.facts.get("sent", ()))


async def cancel_late(outward: Outward, business: str, booking_id: str) -> int | None:
    """Cancel the entries that a booking has besides its own, and tell how many; raises `CrmError`.

    None where it waits to be written: only after that is it known which is its own.
    """
    connected = await outward.crms.of(business)
    if connected is None:
        return 0
    settings = connected.connection.settings
    async with outward.storage.open(business) as books:
        booking = await books.bookings.find(booking_id)
        writes = books.integrations.writes
        link = await writes.link(booking_id)
        waits = bool(await writes.waiting_visits([booking_id]))
        before = await writes.visits_of(booking_id)
        contact = None if link is None else link.contact
        if contact is None and booking is not None and booking.customer is not None:
            contact = await writes.contact_of(booking.customer)
    if waits:
        return None
    if booking is None or (link is None and booking.status.stands):
        return 0
    target = _target(booking, link, settings)
    if target is None:
        return 0
    asked = CrmAsked(
        contacts=frozenset() if contact is None else frozenset({contact}),
        times=tuple(dict.fromkeys(_times(booking, link, before, settings))),
    )
    found = await connected.crm.standing_of(
        booking.reference,
        target=target,
        since=min(start for start, _, _ in asked.times) - AROUND,
        until=max(end for _, end, _ in asked.times) + AROUND,
        asked=asked,
    )
    doubled = [entry for entry in found if link is None or entry != link.written]
    for entry in doubled:
        # Its customer was told of the one that counts.
        await connected.crm.cancel(entry, notify=False)
    return len(doubled)


def _target(booking: Booking, link: CrmLink | None, settings: ConnectionSettings) -> CrmTarget | None:
    """Tell where an entry of the booking would stand."""
    if link is not None and "target" in link.wrote:
        calendar, service, service_location = link.wrote["target"]
        return CrmTarget(calendar=calendar, service=service, service_location=service_location)
    with suppress(UnwritableError):
        return target_of(booking, settings)
    return None


def _times(
    booking: Booking, link: CrmLink | None, before: Iterable[CrmWrite], settings: ConnectionSettings
) -> Iterable[Asked]:
    """Give when its entries were to stand: as it is now, as it was written, and as it was asked for before."""
    user = None if booking.technician is None else settings.user_of(booking.technician)
    yield booking.start, booking.end, user
    if link is not None and "start" in link.wrote:
        yield link.wrote["start"], link.wrote["end"], link.wrote.get("user", user)
    for write in before:
        yield from asked_in(write)
