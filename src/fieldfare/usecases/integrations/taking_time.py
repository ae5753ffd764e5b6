"""What entries take of technicians' time, and of those that are ours only what their booking doesn't take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.mirrored import OutsideStatus
from fieldfare.ports.integrations import Mirrored
from fieldfare.ports.storage import Books, KeptCommitment
from fieldfare.usecases.integrations.entries import ENDED, SOURCE, commitments_of, ids_of
from fieldfare.usecases.integrations.scopes import Layout


async def write_commitments(
    books: Books,
    entries: Mapping[str, Mirrored],
    known: Mapping[str, Mirrored],
    bookings: Mapping[str, Booking],
    *,
    edited: frozenset[str],
    layout: Layout,
) -> frozenset[str]:
    """Write the commitments that entries are, of those that are ours only what the booking doesn't take."""
    wanted: dict[str, Commitment] = {}
    concerned: set[str] = set()
    for key, entry in entries.items():
        booking, before = bookings.get(entry.booking or ""), known.get(key)
        taken = commitments_of(entry, layout)
        if booking is not None:
            taken = () if booking.status.over and key not in edited else beside(taken, booking)
        wanted |= {one.id: one for one in taken}
        concerned |= {
            key,
            *ids_of(key, entry.technicians),
            *(() if before is None else ids_of(key, before.technicians)),
        }
    standing = await books.commitments.find(concerned)
    return await write(books, wanted, {id_: one for id_, one in standing.items() if one.source == SOURCE})


def beside(commitments: Iterable[Commitment], booking: Booking) -> tuple[Commitment, ...]:
    """Give what an entry takes beside its booking: the time of others, and of whoever goes at another time."""
    return tuple(
        one
        for one in commitments
        if booking.status.over
        or one.technician != booking.technician
        or not (booking.start <= one.start and one.end <= booking.end)
    )


async def write(
    books: Books, wanted: Mapping[str, Commitment], standing: Mapping[str, KeptCommitment]
) -> frozenset[str]:
    """Write commitments in place of those that stand; gives the technicians whose time has changed."""
    changed = [one for id_, one in wanted.items() if id_ not in standing or standing[id_].commitment != one]
    gone = [id_ for id_ in standing if id_ not in wanted]
    await books.commitments.save(changed, source=SOURCE)
    if gone:
        await books.commitments.delete(gone)
    touched = {one.technician for one in changed}
    touched |= {
        standing[id_].commitment.technician for id_ in (*gone, *(one.id for one in changed if one.id in standing))
    }
    return frozenset(one for one in touched if one is not None)


def agrees(entry: Mirrored, booking: Booking) -> bool:
    """Tell whether an entry that is a booking of ours says what the booking says."""
    ended = entry.deleted or entry.status in ENDED
    if booking.status.over:
        return ended or booking.status is not Status.CANCELLED
    if ended or entry.status in {OutsideStatus.NO_SHOW, OutsideStatus.COMPLETED}:
        return False
    return booking.technician in entry.technicians and (entry.start, entry.end) == (booking.start, booking.end)
