"""Ask for one entry of the CRM anew, and apply what it is now: a webhook is a hint, whatever it says."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.mirrored import Outside, OutsideStatus, Unreadable
from fieldfare.ports.crm import CrmRefusedError, CrmScope, CrmWritten, SourceKind
from fieldfare.ports.integrations import Mirrored
from fieldfare.ports.storage import Books
from fieldfare.usecases.integrations.adopt import adopt_all
from fieldfare.usecases.integrations.conflicts import find_conflicts
from fieldfare.usecases.integrations.drafting import News
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.scopes import name_of
from fieldfare.usecases.integrations.take_in import take_in_entries
from fieldfare.usecases.integrations.way import Way, open_way
from fieldfare.usecases.integrations.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryApplied:
    """What has come of it: whether anything is known of the entry, and whose time has changed."""

    known: bool = False
    changed: frozenset[str] = frozenset()


async def apply_entry(
    outward: Outward, business: str, source: SourceKind, source_id: str, *, now: int, deleted: bool = False
) -> EntryApplied | None:
    """Bring one entry, with all of its legs, to what the CRM says of it now; None where none is connected.

    `deleted` says that the CRM tells of its end: then it was there, even if no reading has shown it yet. The same entry
    any number of times, in whatever order, ends as what it is. Raises `CrmError` and `StorageUnavailableError`: then
    whoever has the hint tries again.
    """
    if source is SourceKind.BLOCKS:
        raise CrmRefusedError("blocks are read in lists only")
    way = await open_way(outward, business, now=now)
    if way is None:
        return None
    news = await _asked(way, source, source_id, read_at=now, deleted=deleted)
    applied, changed = await take_in_entries(way, news)
    adopted = await adopt_all(way, applied.entries, now=now)
    changed |= adopted.technicians
    if changed:
        desk = await outward.acting.desk(business)
        await find_conflicts(desk, changed, now=now)
    return EntryApplied(known=bool(applied.entries), changed=changed)


async def _asked(way: Way, source: SourceKind, source_id: str, *, read_at: int, deleted: bool) -> News:
    """Ask for the entry; what was known of it and isn't there any more is gone, unless our write is on its way."""
    parts = await way.crm.entry(source, source_id)
    ours = [part for part in parts if part.account == way.connection.account]
    async with way.outward.storage.open(way.business.id) as books:
        known = await books.integrations.mirror.of_source(source, source_id)
        if deleted and not known and not ours:
            known = await _written(books, source, source_id, read_at=read_at)
        booked = {one.booking for one in known if one.booking is not None}
        waiting = await books.integrations.writes.waiting_visits(booked) if booked else frozenset()
    read = {part.key for part in ours}
    gone = frozenset(one.key for one in known if one.key not in read and one.booking not in waiting)
    items = tuple(part for part in ours if isinstance(part, Outside))
    instants = [at for one in items for at in (one.start, one.end)] + [
        at for one in known for at in (one.start, one.end)
    ]
    return News(
        read_at=read_at,
        around=Window(since=min(instants, default=read_at), until=max(instants, default=read_at)),
        items=items,
        unreadable=tuple(part for part in ours if isinstance(part, Unreadable)),
        gone=gone,
    )


async def _written(books: Books, source: SourceKind, source_id: str, *, read_at: int) -> tuple[Mirrored, ...]:
    """Enter into the mirror what we have written and nobody has read since, so that its booking can follow its end."""
    link = await books.integrations.writes.linked(CrmWritten(source=source, source_id=source_id))
    booking = None if link is None else await books.bookings.find(link.booking)
    if link is None or booking is None or booking.status.over or source is not SourceKind.APPOINTMENTS:
        return ()
    calendar = next(iter(link.wrote.get("target") or ()), None)
    entry = Mirrored(
        key=f"{source.value}:{source_id}:",
        source=source,
        source_id=source_id,
        scope=name_of(CrmScope(source=source, calendar=calendar)),
        start=booking.start,
        end=booking.end,
        status=OutsideStatus.CONFIRMED,
        takes_time=True,
        technicians=() if booking.technician is None else (booking.technician,),
        seen_at=read_at,
        calendar=calendar,
        contact=link.contact,
        booking=booking.id,
    )
    await books.integrations.mirror.save([entry])
    return (entry,)
