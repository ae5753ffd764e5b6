"""Bring the mirror, and what it takes of technicians' time, to what was read: only what changed, in one transaction.

What takes the time of an entry that is a booking of ours is the booking. Of one that was changed by hand in the CRM the
booking follows (`hand_edits`): until it has, both times are taken. While a booking waits to be written, what its entry
says counts for nothing; of one that could not be written, and was put aside, both times are taken as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Business
from fieldfare.domain.commitments import CommitmentKind
from fieldfare.domain.mirrored import takes_time
from fieldfare.domain.titles import reference_in
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.crm import CrmWritten
from fieldfare.ports.integrations import Mirrored
from fieldfare.ports.storage import Books
from fieldfare.usecases.integrations.drafting import News, draft
from fieldfare.usecases.integrations.duplicates import doubled, is_echo
from fieldfare.usecases.integrations.entries import kind_of, same
from fieldfare.usecases.integrations.mending import wants_title
from fieldfare.usecases.integrations.places import remember
from fieldfare.usecases.integrations.scopes import Layout, name_of
from fieldfare.usecases.integrations.stuck import end_stuck
from fieldfare.usecases.integrations.taking_time import agrees, write_commitments
from fieldfare.usecases.integrations.window import Window

_TAKING = (Status.HELD, Status.CONFIRMED, Status.EN_ROUTE, Status.IN_PROGRESS, Status.COMPLETED, Status.NO_SHOW)
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What has become of it: whose time changed, and which entries have changed or wait for their booking to follow.

    `entries` are those that were read, by key. `untitled` are bookings whose entry has lost what its title has to tell.
    """

    technicians: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    edited: frozenset[str] = frozenset()
    entries: Mapping[str, Mirrored] = field(default_factory=dict)
    untitled: tuple[Booking, ...] = ()


async def apply(books: Books, news: News, *, business: Business, layout: Layout) -> Applied:
    """Write down what has changed; whoever else brings news of this business waits until this transaction ends."""
    connection = await books.integrations.connections.find(for_change=True)
    if connection is None or any(item.account != connection.account for item in news.items):
        return Applied()
    await remember(books, news.found)
    drafted = await draft(books, news, business=business, layout=layout)
    scopes = [name_of(scope) for scope in layout.scopes()]
    around = _span(news.around, (*drafted.entries.values(), *drafted.known.values()))
    standing = await books.integrations.mirror.in_scopes(scopes, since=around.since, until=around.until)
    known = {**{one.key: one for one in standing}, **drafted.known}
    # Of ours only those count that were read just now: what was read before may be older than what was written since.
    standing_by = {key: one for key, one in known.items() if not one.deleted and one.booking is None}
    entries = {key: _by_status(one, now=news.read_at) for key, one in {**standing_by, **drafted.entries}.items()}
    bookings = drafted.bookings
    again = await _said_again(books, entries, news, around, layout)
    entries = {key: replace(one, takes_time=False) if key in again else one for key, one in entries.items()}
    differing = _differing(entries, bookings, now=news.read_at)
    waiting = await books.integrations.writes.waiting_visits(differing.values()) if differing else frozenset()
    edited = frozenset(key for key, booking in differing.items() if booking not in waiting)
    settled = {key: one for key, one in entries.items() if key not in differing or key in edited}
    technicians = await write_commitments(books, settled, known, bookings, edited=edited, layout=layout)
    changed = [one for key, one in entries.items() if not same(one, known.get(key))]
    owed = await _owed(books, [one for one in changed if one.key in differing], now=news.read_at)
    unheard = [replace(one, deleted=False) for one in changed if one.key in owed and one.key not in known]
    await books.integrations.mirror.save([*unheard, *(one for one in changed if one.key not in owed)])
    well = {
        key for key, one in drafted.entries.items() if one.deleted or (one.booking is not None and key not in edited)
    }
    await end_stuck(books, well - owed, now=news.read_at)
    return Applied(
        technicians=technicians,
        changed=frozenset(one.key for one in changed),
        edited=edited,
        entries={key: entries[key] for key in drafted.entries},
        untitled=_untitled(settled, known, bookings, business),
    )


def _by_status(entry: Mirrored, *, now: int) -> Mirrored:
    """Say whether an entry takes time, as if no other said the same."""
    there = not entry.deleted and entry.start < entry.end
    taking = there and takes_time(entry.status, start=entry.start, now=now)
    return entry if entry.takes_time is taking else replace(entry, takes_time=taking)


def _span(around: Window, entries: Sequence[Mirrored]) -> Window:
    """Stretch a window to the times that entries had and have."""
    since, until = around.since, around.until
    for entry in entries:
        since, until = min(since, entry.start), max(until, entry.end)
    return Window(since=since, until=until)


async def _said_again(
    books: Books, entries: Mapping[str, Mirrored], news: News, around: Window, layout: Layout
) -> frozenset[str]:
    """Name the entries that say what another, or a booking of ours, says already."""
    references = {key: found for key, one in entries.items() if (found := reference_in(one.title))} | news.references
    foreign = [one for one in entries.values() if one.booking is None]
    bookings: Sequence[Booking] = ()
    if any(one.key in references or is_echo(one) for one in foreign):
        bookings = await _standing_bookings(books, around)
    return doubled(
        foreign,
        bookings,
        now=news.read_at,
        references=references,
        is_visit=lambda one: kind_of(one, layout) is CommitmentKind.VISIT,
    )


async def _standing_bookings(books: Books, around: Window) -> list[Booking]:
    wanted = BookingFilter(statuses=_TAKING, since=around.since, until=around.until)
    found: list[Booking] = []
    while True:
        after = (found[-1].start, found[-1].id) if found else None
        page = await books.bookings.page(wanted, after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return found


def _differing(entries: Mapping[str, Mirrored], bookings: Mapping[str, Booking], *, now: int) -> dict[str, str]:
    """Name the entries that say something else than the booking that they are, with that booking."""
    found: dict[str, str] = {}
    for key, one in entries.items():
        booking = bookings.get(one.booking or "")
        if booking is not None and not agrees(one, booking) and not (booking.status.over and one.end <= now):
            found[key] = booking.id
    return found


async def _owed(books: Books, differing: Sequence[Mirrored], *, now: int) -> frozenset[str]:
    """Name the entries that are gone and whose booking has still to follow.

    They are kept as they were until it has: what is known to be gone is missed by no later reading, and a booking that
    could not follow just now would never do. One of which nobody had heard before is entered as it was, too.
    """
    owed = set()
    for one in differing:
        if one.deleted and one.end > now:
            link = await books.integrations.writes.linked(CrmWritten(source=one.source, source_id=one.source_id))
            owed |= {one.key} if link is not None and link.booking == one.booking else set()
    return frozenset(owed)


def _untitled(
    entries: Mapping[str, Mirrored], known: Mapping[str, Mirrored], bookings: Mapping[str, Booking], business: Business
) -> tuple[Booking, ...]:
    hubs = frozenset(hub.id for hub in business.hubs)
    found: dict[str, Booking] = {}
    for key, entry in entries.items():
        booking = bookings.get(entry.booking or "")
        if booking is not None and agrees(entry, booking) and wants_title(entry, known.get(key), booking, hubs):
            found[booking.id] = booking
    return tuple(found.values())
