"""Compare what stands here with what stands in the CRM, and write again what is missing there or says something else.

A CRM may say yes and forget, or no and do it all the same (O12). What people have changed by hand is no difference to
be mended here: bookings follow it (`hand_edits`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.clock import DAY
from fieldfare.domain.mirrored import Outside
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.crm import Crm, CrmError, CrmWritten
from fieldfare.ports.integrations import CrmLink, CrmWrite, Mirrored, WriteKind
from fieldfare.ports.storage import Books
from fieldfare.usecases.integrations.apply_entry import apply_entry
from fieldfare.usecases.integrations.late_entries import cancel_late
from fieldfare.usecases.integrations.outward import Outward
from fieldfare.usecases.integrations.troubles import note_failure
from fieldfare.usecases.people.tokens import new_id
from fieldfare.usecases.reactions import write_task

MOST_ASKED = 100
"""Entries that were never seen are asked for one by one: so many at a time."""
_PRINTS = frozenset({"print", "fields"})
"""Without these nothing is taken to be written already; where the entry is, and was, is remembered still."""
_PAGE = 500
_COMPARED = (*(status for status in Status if status.stands), Status.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What was found: bookings that the CRM lacks, or shows otherwise, or twice."""

    missing: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many there are, those left out that were never written."""
        return len(self.lost) + len(self.differing) + len(self.doubled)


async def reconcile(outward: Outward, business: str, *, now: int) -> Differences:
    """Find the differences of the days that are sold, and see to it that they are mended; they are reported."""
    connected = await outward.crms.of(business)
    if connected is None:
        return Differences()
    current = await outward.businesses.current(business, now=now)
    until = now + (current.snapshot.business.policy.horizon_days + 1) * DAY
    async with outward.storage.open(business) as books:
        bookings = await _bookings(books, since=now, until=until)
        found, unseen = await _compared(books, bookings)
    lost = await _lost(outward, business, connected.crm, unseen, now=now)
    doubled = [booking for booking in found.doubled if await _single(outward, business, booking)]
    found = replace(found, lost=tuple(sorted(lost)), doubled=tuple(doubled))
    await _mend(outward, business, found, {one.id: one for one in bookings}, now=now)
    if found.count:
        counts = {"lost": len(found.lost), "differing": len(found.differing), "doubled": len(found.doubled)}
        outward.reports.tell(
            "crm_differs",
            "the CRM differed from the bookings; it is written again",
            level="warning",
            business=business,
            facts=counts,
        )
    return found


async def _bookings(books: Books, *, since: int, until: int) -> list[Booking]:
    wanted = BookingFilter(statuses=_COMPARED, since=since, until=until)
    found: list[Booking] = []
    while True:
        after = (found[-1].start, found[-1].id) if found else None
        page = await books.bookings.page(wanted, after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return found


async def _compared(books: Books, bookings: list[Booking]) -> tuple[Differences, list[CrmLink]]:
    """Compare with what was written and seen; gives the links of entries, too, that were never seen."""
    ids = [one.id for one in bookings]
    waiting = await books.integrations.writes.waiting_for(ids)
    seen = await books.integrations.mirror.of_bookings(ids)
    missing, differing, doubled, unseen = [], [], [], []
    for booking in bookings:
        if booking.id in waiting:
            continue
        link = await books.integrations.writes.link(booking.id)
        entries = [one for one in seen.get(booking.id, ()) if not one.deleted]
        if link is None:
            # What names it may be its entry, of which nobody has heard: whoever writes it looks.
            if booking.status.stands:
                missing.append(booking.id)
            continue
        if _differs(booking, link, entries):
            differing.append(booking.id)
        elif booking.status.stands and not seen.get(booking.id):
            unseen.append(link)
        if _written(entries) - {link.written}:
            doubled.append(booking.id)
    return Differences(missing=tuple(missing), differing=tuple(differing), doubled=tuple(doubled)), unseen


def _differs(booking: Booking, link: CrmLink, entries: list[Mirrored]) -> bool:
    if booking.status is Status.CANCELLED:
        own = [one for one in entries if (one.source, one.source_id) == (link.written.source, link.written.source_id)]
        return any(one.takes_time for one in own)
    return (link.wrote.get("start"), link.wrote.get("end")) != (booking.start, booking.end)


def _written(entries: list[Mirrored]) -> set[CrmWritten]:
    return {CrmWritten(source=one.source, source_id=one.source_id) for one in entries if one.takes_time}


async def _lost(outward: Outward, business: str, crm: Crm, unseen: list[CrmLink], *, now: int) -> set[str]:
    """Ask for entries that no reading has shown; gives the bookings of those that are not there.

    One that says it was deleted was there, and people have deleted it: its booking follows.
    """
    lost = set()
    for link in unseen[:MOST_ASKED]:
        source, id_ = link.written.source, link.written.source_id
        try:
            parts = await crm.entry(source, id_)
            if not parts:
                lost.add(link.booking)
            elif all(isinstance(part, Outside) and part.deleted for part in parts):
                await apply_entry(outward, business, source, id_, now=now)
        except CrmError:
            # Asked again in an hour.
            break
    return lost


async def _mend(outward: Outward, business: str, found: Differences, bookings: dict[str, Booking], *, now: int) -> None:
    """Have bookings written once more, with their fields, whatever is remembered of how they were written."""
    for id_ in (*found.missing, *found.lost, *found.differing):
        async with outward.storage.open(business) as books:
            writes = books.integrations.writes
            link = await writes.link(id_, for_change=True)
            if link is not None:
                wrote = {key: value for key, value in link.wrote.items() if key not in _PRINTS}
                await writes.save_link(replace(link, wrote=wrote))
                await note_failure(books, "differs", booking=id_, now=now)
            wanted = CrmWrite(
                id=new_id(now=now),
                kind=WriteKind.VISIT,
                booking=id_,
                customer=bookings[id_].customer,
                created_at=now,
                next_at=now,
                # An entry may be there that nobody has noted, as from before the account was connected anew.
                begun=link is None,
            )
            write = await writes.add(wanted)
            if write is not None:
                await books.tasks.add([write_task(business, replace(wanted, id=write))])


async def _single(outward: Outward, business: str, booking: str) -> bool:
    """Cancel what was made twice; tells whether anything was."""
    try:
        return bool(await cancel_late(outward, business, booking))
    except CrmError:
        return False
