"""One booking: what was agreed, how it stands, what can be done, and all that has become of it."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from fieldfare.domain.actors import ActorKind
from fieldfare.domain.bookings import Booking
from fieldfare.domain.permissions import Permission
from fieldfare.entrypoints.api.problems import Problem
from fieldfare.entrypoints.desk.actors import names_of
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.bookings.facts import (
    flags_of,
    hub_name,
    is_own,
    may_change,
    may_undo,
    steps_of,
    technician_name,
    where_of,
    zone_name,
)
from fieldfare.entrypoints.desk.bookings.messages import message_rows
from fieldfare.entrypoints.desk.bookings.names import STATUSES
from fieldfare.entrypoints.desk.bookings.outside import Outside, outside_of
from fieldfare.entrypoints.desk.pages import show
from fieldfare.entrypoints.desk.trail import lines_of
from fieldfare.entrypoints.words.broken import BROKEN
from fieldfare.ports.customers import Message
from fieldfare.ports.storage import KeptEntry

_MOST_LINES = 100


async def show_booking(asking: Asking) -> Response:
    """Show a booking; of a technician's account its own alone."""
    return await booking_page(asking, str(asking.request.path_params["id"]))


async def booking_page(
    asking: Asking,
    id_: str,
    *,
    fault: str | None = None,
    broken: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> Response:
    """Show a booking, with what was refused just now; raises `Problem` for none."""
    async with asking.rooms.storage.open(asking.who.business) as books:
        booking = await books.bookings.find(id_)
        if booking is None or not is_own(asking.who, booking):
            raise Problem("not_found")
        said = (await books.customers.said_for([id_])).get(id_)
        trail: tuple[KeptEntry, ...] = ()
        messages: tuple[Message, ...] = ()
        names: Mapping[tuple[ActorKind, str], str] = {}
        outside: Outside | None = None
        if asking.who.may(Permission.AUDIT_READ):
            trail = await books.audit.page(before=None, limit=_MOST_LINES, subject="bookings", subject_id=id_)
            names = await names_of(books)
        if asking.who.may(Permission.BOOKINGS_READ):
            messages = await books.messages.page(
                statuses=None, booking=id_, unsettled=False, before=None, limit=_MOST_LINES
            )
        if asking.who.may(Permission.INTEGRATIONS_READ):
            outside = await outside_of(books, booking)
    name, badge = STATUSES[booking.status]
    return show(
        asking,
        "bookings/booking.html",
        {
            "booking": booking,
            "said": said,
            "status_name": name,
            "status_badge": badge,
            "flags": flags_of(asking, booking),
            "where": where_of(booking, said),
            "technician": technician_name(asking, booking.technician),
            "zone": zone_name(asking, booking.zone),
            "hub": hub_name(asking, booking.hub),
            "zones": [zone for zone in asking.business.zones if zone.counts and not zone.negative],
            "technicians": [person for person in asking.business.technicians if person.active],
            "overridden": _overridden(booking),
            "may": may_change(asking, booking),
            "steps": steps_of(asking, booking),
            "early": asking.clock.date_of(booking.start) > asking.today,
            "may_undo": may_undo(asking, booking),
            "lines": lines_of(
                trail,
                names=names,
                business=asking.business,
                clock=asking.clock,
                references={booking.id: booking.reference},
            ),
            "messages": message_rows(messages),
            "outside": outside,
            "fault": fault,
            "broken": broken or [],
            "typed": asking.form,
        },
        status=status,
    )


def _overridden(booking: Booking) -> list[str]:
    """Say which rules it was booked against (rule B9)."""
    return [BROKEN.get(code, code) for code in booking.reasons.get("overridden", [])]
