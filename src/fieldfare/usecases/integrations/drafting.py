"""Entries as they are to be kept: whose they are, where they are, and which of two versions is the newer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Business
from fieldfare.domain.connections import CalendarUse
from fieldfare.domain.mirrored import Outside, Unreadable
from fieldfare.domain.places import Place
from fieldfare.domain.titles import reference_in
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.crm import CrmWritten, SourceKind
from fieldfare.ports.integrations import Mirrored
from fieldfare.ports.storage import Books
from fieldfare.usecases.integrations.entries import kept, our_part, set_aside
from fieldfare.usecases.integrations.places import Address, at, placed, remembered, to_look_up
from fieldfare.usecases.integrations.scopes import Layout
from fieldfare.usecases.integrations.window import Window

_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was read: entries, those whose times make no sense, and the keys of those that are gone; as of `read_at`.

    `around` is the time whose entries are looked at together, and `found` where addresses were found meanwhile.
    """

    read_at: int
    around: Window
    items: tuple[Outside, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    gone: frozenset[str] = frozenset()
    found: Mapping[Address, Place] = field(default_factory=dict)

    @property
    def references(self) -> dict[str, str]:
        """The references of bookings that stand in titles and descriptions, by key."""
        found = {item.key: reference_in(item.title) or reference_in(item.description) for item in self.items}
        return {key: reference for key, reference in found.items() if reference is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """Entries as they are to be kept, what was known of them, whose they are, and the addresses to be looked up."""

    entries: Mapping[str, Mirrored]
    known: Mapping[str, Mirrored]
    bookings: Mapping[str, Booking]
    unknown: tuple[Address, ...]


async def draft(books: Books, news: News, *, business: Business, layout: Layout) -> Drafted:
    """Write the entries down as they are to be kept, placed as far as that goes without looking anything up."""
    mirror = books.integrations.mirror
    keys = {one.key for one in news.items} | {one.key for one in news.unreadable} | news.gone
    known = await mirror.find(keys)
    whose = await _whose(books, news, known)
    bookings = await bookings_of(books, {*whose.values(), *(one.booking for one in known.values() if one.booking)})
    entries: dict[str, Mirrored] = {}
    for item in news.items:
        before = known.get(item.key)
        booking = whose.get(item.key)
        unheard = before is None and booking is None
        if _is_older(item, before, read_at=news.read_at) or (unheard and _is_nothing(item, layout)):
            continue
        entry = kept(item, layout, booking=booking, seen_at=news.read_at, now=news.read_at)
        if before is not None and not item.people and item.calendar not in layout.calendars:
            # Whose calendar it is could not be asked, which changes nothing of whose time it takes.
            entry = replace(entry, technicians=before.technicians)
        if booking is None and _is_ignored(item, layout):
            entry = replace(entry, deleted=True)
        entries[item.key] = placed(entry, before, bookings.get(booking or ""), business)
    for aside in news.unreadable:
        entries[aside.key] = set_aside(aside, known.get(aside.key), layout, seen_at=news.read_at)
    for key in news.gone:
        before = known.get(key)
        if before is not None and not before.deleted and before.seen_at <= news.read_at:
            # Where the legs of a booking are fewer now, ours may be there still, by another number.
            booking = None if before.booking in whose.values() else before.booking
            entries[key] = replace(before, booking=booking, deleted=True, unreadable=None, seen_at=news.read_at)
    texts = {key: text for key, entry in entries.items() if (text := to_look_up(entry, now=news.read_at))}
    places, unknown = await remembered(books, texts.values())
    entries |= {key: at(entries[key], places[text], business) for key, text in texts.items() if text in places}
    return Drafted(entries=entries, known=known, bookings=bookings, unknown=unknown)


async def _whose(books: Books, news: News, known: Mapping[str, Mirrored]) -> dict[str, str]:
    """Tell which bookings of ours entries are: by our own table, and for a write whose answer was lost by reference."""
    writes = books.integrations.writes
    references, whose = news.references, {}
    booked = {_written(one): one.booking for one in known.values() if one.booking is not None}
    for written, parts in _by_entry(news.items).items():
        link, booking = None, booked.get(written)
        if booking is not None:
            link = await writes.link(booking) if len(parts) > 1 else None
        elif any(_is_other(part, known.get(part.key)) or part.key in references for part in parts):
            link = await writes.linked(written)
            named = next((references[part.key] for part in parts if part.key in references), None)
            booking = link.booking if link is not None else await _referred(books, named)
        part = our_part(parts, {} if link is None else link.wrote)
        if booking is not None and part is not None:
            whose[part.key] = booking
    return whose


def _written(entry: Mirrored | Outside) -> CrmWritten:
    return CrmWritten(source=SourceKind(entry.source), source_id=entry.source_id)


def _by_entry(items: Iterable[Outside]) -> dict[CrmWritten, list[Outside]]:
    """Put what was read together by entry: the legs of a service booking are one."""
    found: dict[CrmWritten, list[Outside]] = {}
    for item in items:
        found.setdefault(_written(item), []).append(item)
    return found


def _is_other(item: Outside, known: Mirrored | None) -> bool:
    """Tell whether an entry is new, or may be another than the one that is known by its key: a leg has but a number."""
    if known is None or known.deleted or known.title != item.title:
        return True
    return item.leg is not None and (item.start, item.calendar) != (known.start, known.calendar)


async def _referred(books: Books, reference: str | None) -> str | None:
    """Find the booking of a reference that nothing in the CRM is known to be yet."""
    if reference is None:
        return None
    wanted = BookingFilter(reference=reference)
    for booking in await books.bookings.page(wanted, after=None, limit=1):
        if booking.status.stands and await books.integrations.writes.link(booking.id) is None:
            return booking.id
    return None


def _is_older(item: Outside, known: Mirrored | None, *, read_at: int) -> bool:
    """Tell whether a newer version of an entry is known already: by the vendor's clock, then by when it was read."""
    if known is None:
        return False
    if item.updated_at is not None and known.changed_at is not None:
        # What has vanished since is told by no clock of the vendor's.
        return (item.updated_at, read_at) < (known.changed_at, known.seen_at)
    return read_at < known.seen_at


def _is_nothing(item: Outside, layout: Layout) -> bool:
    return item.deleted or _is_ignored(item, layout)


def _is_ignored(item: Outside, layout: Layout) -> bool:
    if item.source == SourceKind.SERVICES:
        return not layout.settings.services
    return item.source == SourceKind.APPOINTMENTS and layout.use_of(item.calendar) is CalendarUse.IGNORED


async def bookings_of(books: Books, ids: Collection[str]) -> dict[str, Booking]:
    """Look bookings up by id."""
    wanted = sorted(ids)
    found: dict[str, Booking] = {}
    for first in range(0, len(wanted), _PAGE):
        some = BookingFilter(ids=wanted[first : first + _PAGE], statuses=tuple(Status))
        found |= {booking.id: booking for booking in await books.bookings.page(some, after=None, limit=_PAGE)}
    return found
