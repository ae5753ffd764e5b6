"""Lists of bookings: what the desk has still to do, what comes, and all of them."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response

from fieldfare.domain.bookings import Booking, Status
from fieldfare.entrypoints.api.cursors import cursor_of, parts_of
from fieldfare.entrypoints.api.values import in_our_years
from fieldfare.entrypoints.desk.asking import Asking, desk_link, read_day
from fieldfare.entrypoints.desk.bookings.facts import row_of
from fieldfare.entrypoints.desk.bookings.names import STATUSES
from fieldfare.entrypoints.desk.pages import show
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.storage import Books

_PAGE = 50
_TABS = {"todo": "To do", "coming": "Coming", "all": "All"}
_STANDING = [Status.CONFIRMED, Status.EN_ROUTE, Status.IN_PROGRESS]


async def list_bookings(asking: Asking) -> Response:
    """List bookings by start, with what their customers said."""
    tab = asking.query.get("tab", "todo")
    tab = tab if tab in _TABS else "todo"
    async with asking.rooms.storage.open(asking.who.business) as books:
        todo = await _to_do(asking, books)
        if tab == "todo":
            found, more = todo, None
        else:
            found, more = await _page(asking, books, tab)
        said = await books.customers.said_for([booking.id for booking in found])
    return show(
        asking,
        "bookings/list.html",
        {
            "tab": tab,
            "tabs": [(key, name, len(todo) if key == "todo" else None) for key, name in _TABS.items()],
            "rows": [row_of(asking, booking, said.get(booking.id)) for booking in found],
            "more": more,
            "statuses": [(status.value, STATUSES[status][0]) for status in Status],
            "technicians": asking.business.technicians,
            "query": {name: asking.query.get(name, "") for name in ("status", "technician", "from", "to")},
        },
    )


async def _to_do(asking: Asking, books: Books) -> tuple[Booking, ...]:
    """Gather what waits for the desk: requests, visits without anybody named, and addresses that nobody found."""
    wanted = (
        BookingFilter(statuses=[Status.REQUESTED], since=asking.now),
        BookingFilter(statuses=_STANDING, to_assign=True, since=asking.now),
        BookingFilter(statuses=[Status.REQUESTED, *_STANDING], address_unchecked=True, since=asking.now),
    )
    found: dict[str, Booking] = {}
    for one in wanted:
        found |= {booking.id: booking for booking in await books.bookings.page(one, after=None, limit=_PAGE)}
    return tuple(sorted(found.values(), key=lambda booking: (booking.start, booking.id)))


async def _page(asking: Asking, books: Books, tab: str) -> tuple[tuple[Booking, ...], str | None]:
    first, last = read_day(asking.query.get("from")), read_day(asking.query.get("to"))
    since = asking.midnight(first) if first else asking.now if tab == "coming" else None
    status, technician = asking.query.get("status", ""), asking.query.get("technician", "")
    statuses = [Status(status)] if status in set(Status) else _STANDING if tab == "coming" else None
    cursor, after = asking.query.get("cursor"), None
    if cursor:
        start, id_ = parts_of(cursor, int, str)
        after = (in_our_years(int(start), path="query.cursor"), str(id_))
    found = await books.bookings.page(
        BookingFilter(
            statuses=statuses,
            technician=technician or None,
            since=since,
            until=asking.midnight(last + timedelta(days=1)) if last else None,
        ),
        after=after,
        limit=_PAGE + 1,
    )
    shown = found[:_PAGE]
    if len(found) <= _PAGE:
        return shown, None
    kept = {name: asking.query.get(name) or None for name in ("status", "technician", "from", "to")}
    return shown, desk_link("bookings", tab=tab, cursor=cursor_of(shown[-1].start, shown[-1].id), **kept)
