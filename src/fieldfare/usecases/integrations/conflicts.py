"""Find what can't both be: a visit of ours and an entry of the CRM at one time, or a drive with too little time.

People settle conflicts. One that is there no more settles itself; one that was kept as it is isn't found again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.clock import DAY
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.places import Place
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.crm import SourceKind
from fieldfare.ports.integrations import Conflict, ConflictKind
from fieldfare.ports.storage import Books
from fieldfare.ports.travel import DriveRequest, TravelUnavailableError
from fieldfare.usecases.board.board import Leg
from fieldfare.usecases.board.hours import AllHours
from fieldfare.usecases.board.legs import Route, known_drives, route_of
from fieldfare.usecases.bookings.acting import Desk
from fieldfare.usecases.integrations.entries import key_in
from fieldfare.usecases.integrations.taking_time import agrees
from fieldfare.usecases.people.tokens import new_id
from fieldfare.usecases.reactions import CRM

_PAGE = 500
_SOURCES = tuple(f"{source.value}:" for source in SourceKind)
_FOUND_HERE = frozenset({ConflictKind.OVERLAP, ConflictKind.UNDRIVABLE})
_OF_ENTRIES = frozenset({ConflictKind.MOVED_ONTO, ConflictKind.LOST})
GONE = "gone"
KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A conflict as it was found, before anybody knows whether it is known."""

    kind: ConflictKind
    booking: Booking
    other: Commitment | None
    technician: str
    facts: Mapping[str, int | str | None]

    @property
    def entry(self) -> str | None:
        """What is in the way: the key of an entry of the CRM, or the id of another visit; None for the depot."""
        if self.other is None:
            return None
        return key_in(self.other.id) if is_foreign(self.other) else self.other.id

    @property
    def subject(self) -> str:
        """What it is about: the same two at other times are another conflict."""
        other = "depot" if self.other is None else f"{self.other.id}@{self.other.start}-{self.other.end}"
        own = f"{self.booking.id}@{self.booking.start}-{self.booking.end}"
        return f"{self.kind.value}:{own}:{self.technician}:{other}"


def is_foreign(commitment: Commitment) -> bool:
    """Tell whether a commitment is an entry of the CRM."""
    return commitment.id.startswith(_SOURCES)


async def find_conflicts(desk: Desk, technicians: Collection[str], *, now: int) -> tuple[Conflict, ...]:
    """Find the conflicts of technicians, and settle those that are gone; gives the new ones.

    Drives are asked for before anything is written; where the travel model doesn't answer, no drive is judged.
    """
    wanted = frozenset(technicians)
    if not wanted:
        return ()
    own = _by_technician(desk, wanted, now=now)
    bookings = await desk.read(lambda books: _to_come(books, now=now))
    found = [one for technician in own for one in _overlaps(own[technician], bookings)]
    drives = await _undrivable(desk, own, bookings, now=now)
    async with desk.storage.open(desk.business.id) as books:
        return await _written(books, [*found, *(drives or ())], wanted, judged_drives=drives is not None, now=now)


def _by_technician(desk: Desk, technicians: Collection[str], *, now: int) -> dict[str, tuple[Commitment, ...]]:
    own: defaultdict[str, list[Commitment]] = defaultdict(list)
    for known in desk.current.snapshot.commitments:
        if known.technician is not None and known.technician in technicians and known.end > now - DAY:
            own[known.technician].append(known)
    return {technician: tuple(some) for technician, some in sorted(own.items())}


async def _to_come(books: Books, *, now: int) -> dict[str, Booking]:
    """List the visits that are agreed and not over, by id."""
    wanted = BookingFilter(statuses=(Status.CONFIRMED,), since=now)
    found: list[Booking] = []
    while True:
        after = (found[-1].start, found[-1].id) if found else None
        page = await books.bookings.page(wanted, after=after, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return {booking.id: booking for booking in found}


def _overlaps(own: Sequence[Commitment], bookings: Mapping[str, Booking]) -> Iterable[Found]:
    foreign = [known for known in own if is_foreign(known)]
    for visit in own:
        booking = bookings.get(visit.id)
        if booking is None or visit.technician is None:
            continue
        for other in foreign:
            if visit.start < other.end and other.start < visit.end:
                facts: dict[str, int | str | None] = {"other_start": other.start, "other_end": other.end}
                yield Found(
                    kind=ConflictKind.OVERLAP, booking=booking, other=other, technician=visit.technician, facts=facts
                )


async def _undrivable(
    desk: Desk, own: Mapping[str, Sequence[Commitment]], bookings: Mapping[str, Booking], *, now: int
) -> list[Found] | None:
    """Find the drives to and from visits of ours for which there is no time; None where nobody knows the drives."""
    people = {person.id: person for person in desk.business.technicians}
    hours = AllHours(desk.business)
    routes: dict[str, Route] = {}
    for technician, commitments in own.items():
        person = people.get(technician)
        if person is None or not any(known.id in bookings for known in commitments):
            continue
        routes[technician] = route_of(
            commitments,
            depot=person.depot or desk.business.hq,
            policy=desk.business.policy,
            hours=hours.of(person),
            since=now - DAY,
            until=max(known.end for known in commitments),
        )
    drives = await _drives(desk, [drive for route in routes.values() for drive in route.drives()])
    if drives is None:
        return None
    drive = known_drives(drives)
    found = []
    for technician, route in routes.items():
        known = {one.id: one for one in own[technician]}
        for stop in route.stops:
            for leg in (route.leg_to(stop, drive), route.leg_home(stop, drive)):
                if leg is not None and leg.short:
                    found += _short(leg, known, bookings, technician, now=now)
    return found


def _short(
    leg: Leg, known: Mapping[str, Commitment], bookings: Mapping[str, Booking], technician: str, *, now: int
) -> list[Found]:
    """Say which visit it is that can't be driven: the one that the drive leads to, else the one that it begins at.

    What staff have booked against the rules, and what is under way already, is nobody's surprise.
    """
    ends = [known.get(end) for end in (leg.target, leg.origin) if end is not None]
    ours = [bookings[end.id] for end in ends if end is not None and end.id in bookings]
    if not ours or any(end is not None and end.start <= now for end in ends):
        return []
    if any(booking.reasons.get("overridden") for booking in ours):
        return []
    booking = ours[0]
    other = next((end for end in ends if end is not None and end.id != booking.id), None)
    facts: dict[str, int | str | None] = {"need_seconds": leg.need_seconds, "free_seconds": leg.free_seconds}
    facts |= {"way": "home" if leg.target is None else "there", "other": None if other is None else other.id}
    return [
        Found(kind=ConflictKind.UNDRIVABLE, booking=booking, other=other, technician=technician, facts=facts),
    ]


async def _drives(
    desk: Desk, legs: Iterable[tuple[Place, Place]]
) -> dict[tuple[tuple[float, float], tuple[float, float]], int] | None:
    """Ask for drives; None where the travel model fails: what stands in for it is too cautious to accuse anybody."""
    pairs = list(dict.fromkeys((a.point, b.point) for a, b in legs if a.point != b.point))
    if not pairs:
        return {}
    points = list(dict.fromkeys(point for pair in pairs for point in pair))
    row = {point: at for at, point in enumerate(points)}
    nobody = np.zeros(0, dtype=np.int64)
    request = DriveRequest(
        points=np.array(points, dtype=np.float64),
        target=0,
        origins=nobody,
        destinations=nobody,
        pairs=np.array([(row[a], row[b]) for a, b in pairs], dtype=np.int64),
    )
    try:
        drives = await desk.travel.drives(request)
    except TravelUnavailableError:
        return None
    return dict(zip(pairs, drives.between.tolist(), strict=True))


async def _written(
    books: Books, found: Sequence[Found], technicians: frozenset[str], *, judged_drives: bool, now: int
) -> tuple[Conflict, ...]:
    """Write down what is new, and settle what is gone."""
    conflicts = books.integrations.conflicts
    open_ = await conflicts.open(technicians=technicians, limit=_PAGE)
    settled = await conflicts.settled(limit=_PAGE)
    kept = {one.subject for one in settled if one.outcome == KEPT}
    standing = {_pair(one.kind, one.booking, one.entry) for one in open_}
    new = []
    for one in {one.subject: one for one in found}.values():
        known = any(known.subject == one.subject for known in open_)
        named = one.entry is not None and _pair(one.kind, one.booking.id, one.entry) in standing
        if known or named or one.subject in kept:
            continue
        conflict = _conflict(one, now=now)
        if await conflicts.add(conflict):
            new.append(conflict)
    there = {one.subject for one in found}
    pairs = {_pair(one.kind, one.booking.id, one.entry) for one in found}
    for known_conflict in open_:
        if await _is_gone(books, known_conflict, there, pairs, judged_drives=judged_drives):
            await conflicts.change(replace(known_conflict, settled_at=now, settled_by=CRM.id, outcome=GONE))
    return tuple(new)


def _pair(kind: ConflictKind, booking: str | None, entry: str | None) -> tuple[ConflictKind, str | None, str | None]:
    return (kind, booking, entry)


async def _is_gone(
    books: Books,
    conflict: Conflict,
    subjects: Collection[str],
    pairs: Collection[tuple[ConflictKind, str | None, str | None]],
    *,
    judged_drives: bool,
) -> bool:
    """Tell whether a conflict that was found before is there no more."""
    if conflict.kind in _FOUND_HERE:
        if conflict.kind is ConflictKind.UNDRIVABLE and not judged_drives:
            return False
        same_two = conflict.entry is not None and _pair(conflict.kind, conflict.booking, conflict.entry) in pairs
        return conflict.subject not in subjects and not same_two
    if conflict.kind not in _OF_ENTRIES or conflict.booking is None or conflict.entry is None:
        return False
    booking = await books.bookings.find(conflict.booking)
    entry = (await books.integrations.mirror.find([conflict.entry])).get(conflict.entry)
    if booking is None or booking.status.over or entry is None or entry.deleted:
        return True
    return entry.booking == booking.id and agrees(entry, booking)


def _conflict(found: Found, *, now: int) -> Conflict:
    return Conflict(
        id=new_id(now=now),
        kind=found.kind,
        subject=found.subject,
        found_at=now,
        booking=found.booking.id,
        entry=found.entry,
        technician=found.technician,
        start=found.booking.start,
        facts=dict(found.facts),
    )
