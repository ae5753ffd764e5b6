"""Calendars that sync to each other show one thing twice: it is counted once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.titles import reference_in
from fieldfare.ports.crm import SourceKind
from fieldfare.ports.integrations import Mirrored

_ECHOES = frozenset({"", "busy", "blocked", "blocked slot", "block slot", "unavailable", "occupied", "occupé"})
"""What a calendar calls time of which it says nothing else."""


def is_echo(entry: Mirrored) -> bool:
    """Tell whether a block says nothing but that the time is taken, as what comes from another calendar does."""
    return entry.source is SourceKind.BLOCKS and entry.title.strip().casefold() in _ECHOES


def doubled(
    entries: Iterable[Mirrored],
    bookings: Iterable[Booking],
    *,
    now: int,
    references: Mapping[str, str] | None = None,
    is_visit: Callable[[Mirrored], bool] = lambda _: False,
) -> frozenset[str]:
    """Name the entries that say once more what a booking of ours or another entry says already.

    A booking's time is said again by what carries its reference and lies within it, and by a block of exactly its time
    that says nothing else; both of the technician who goes. Two entries of the same time and people are one thing where
    they have the same reference or title, or one of them says nothing but that the time is taken. `references` are
    those that were found in the entries, by key; of several entries the one that tells most stays.
    """
    known = references or {}
    others = [entry for entry in entries if entry.booking is None and entry.takes_time and not entry.deleted]
    ours = _by_technician(bookings)
    again = {entry.key for entry in others if _says_a_booking(entry, ours, known, now=now)}
    by_time: defaultdict[tuple[int, int, tuple[str, ...]], list[Mirrored]] = defaultdict(list)
    for entry in others:
        if entry.key not in again and entry.technicians:
            by_time[entry.start, entry.end, entry.technicians].append(entry)
    for alike in by_time.values():
        if len(alike) > 1:
            again |= _said_before(sorted(alike, key=lambda one: (is_echo(one), not is_visit(one), one.key)), known)
    return frozenset(again)


def _by_technician(bookings: Iterable[Booking]) -> dict[str, list[Booking]]:
    found: defaultdict[str, list[Booking]] = defaultdict(list)
    for booking in bookings:
        # A hold is nowhere but here: what stands outside at its time is something else.
        if booking.technician is not None and booking.status is not Status.HELD:
            found[booking.technician].append(booking)
    return found


def _says_a_booking(
    entry: Mirrored, ours: Mapping[str, Sequence[Booking]], references: Mapping[str, str], *, now: int
) -> bool:
    """Tell whether everybody in an entry is at one of our visits then, and the entry means it."""
    reference = references.get(entry.key) or reference_in(entry.title)
    if not entry.technicians or (reference is None and not is_echo(entry)):
        return False

    def says(booking: Booking) -> bool:
        taken = booking.timing.taken(now)
        if taken is None:
            return False
        within = taken[0] <= entry.start and entry.end <= taken[1]
        exactly = (booking.start, booking.end) == (entry.start, entry.end)
        return within if reference == booking.reference else exactly and is_echo(entry)

    return all(any(says(booking) for booking in ours.get(technician, ())) for technician in entry.technicians)


def _said_before(alike: Sequence[Mirrored], references: Mapping[str, str]) -> set[str]:
    """Name those of the entries of one time that an earlier one of them has said."""
    again: set[str] = set()
    kept: list[Mirrored] = []
    for entry in alike:
        if any(_one_thing(entry, other, references) for other in kept):
            again.add(entry.key)
        else:
            kept.append(entry)
    return again


def _one_thing(one: Mirrored, other: Mirrored, references: Mapping[str, str]) -> bool:
    if one.source_id == other.source_id and one.source is other.source:
        # Two legs of one booking are two visits.
        return False
    if is_echo(one) or is_echo(other):
        return True
    mine = references.get(one.key) or reference_in(one.title)
    theirs = references.get(other.key) or reference_in(other.title)
    if mine is not None or theirs is not None:
        return mine == theirs
    title = one.title.strip().casefold()
    return bool(title) and title == other.title.strip().casefold()
