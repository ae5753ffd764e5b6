"""What a board reads of the books, for one page of technicians."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.clock import DAY
from fieldfare.domain.commitments import Commitment
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.customers import BookingContact
from fieldfare.ports.storage import Books, KeptCommitment

MOST_BOOKINGS = 5_000
MOST_WAITING = 50
MOST_CONFLICTS = 200

_TAKING = (
    Status.HELD,
    Status.CONFIRMED,
    Status.EN_ROUTE,
    Status.IN_PROGRESS,
    Status.COMPLETED,
    Status.NO_SHOW,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBooks:
    """What was read of the books for one page. `conflicts` are the bookings that stand in the queue of conflicts."""

    bookings: Mapping[str, Booking]
    kept: Mapping[str, KeptCommitment]
    said: Mapping[str, BookingContact]
    waiting: tuple[Booking, ...]
    conflicts: frozenset[str] = frozenset()


async def read_books(
    books: Books,
    technicians: Collection[str],
    own: Mapping[str | None, tuple[Commitment, ...]],
    *,
    since: int,
    until: int,
    only: str | None,
) -> ReadBooks:
    """Read the bookings of some technicians and what was said for them, what was written down, and what waits."""
    shown = [
        known.id
        for technician in (*technicians, None)
        for known in own.get(technician, ())
        if is_shown(known, since, until)
    ]
    found = await books.bookings.page(BookingFilter(statuses=_TAKING, ids=shown), after=None, limit=MOST_BOOKINGS)
    bookings = {booking.id: booking for booking in found}
    waiting = await _waiting(books, since=since, until=until) if only is None else ()
    written = [id_ for id_ in shown if id_ not in bookings]
    named = list({booking.id for booking in (*found, *waiting) if booking.customer is not None})
    open_ = await books.integrations.conflicts.open(technicians=technicians, limit=MOST_CONFLICTS)
    return ReadBooks(
        conflicts=frozenset(one.booking for one in open_ if one.booking is not None),
        bookings=bookings,
        kept=await books.commitments.find(written) if written else {},
        said=await books.customers.said_for(named) if named else {},
        waiting=waiting,
    )


async def _waiting(books: Books, *, since: int, until: int) -> tuple[Booking, ...]:
    """Read what the desk has to decide: requests, whenever they are for, and on these dates who goes."""
    requests = BookingFilter(statuses=[Status.REQUESTED], since=books.moment - DAY)
    to_assign = BookingFilter(statuses=[Status.CONFIRMED], to_assign=True, since=since, until=until)
    return (
        *await books.bookings.page(requests, after=None, limit=MOST_WAITING),
        *await books.bookings.page(to_assign, after=None, limit=MOST_WAITING),
    )


def is_shown(known: Commitment, since: int, until: int) -> bool:
    """Tell whether something takes time between two instants."""
    return known.start < until and known.end > since
