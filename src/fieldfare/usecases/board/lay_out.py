"""Lay a board out: some technicians on some dates, with the drives between their stops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fieldfare.domain.bookings import Booking, Status
from fieldfare.domain.business import Business
from fieldfare.domain.clock import DAY, HALF_DAY, Clock, clock_of, monday_of
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.fleet import Technician
from fieldfare.domain.policy import Lock
from fieldfare.ports.bookings import BookingFilter
from fieldfare.ports.customers import BookingContact
from fieldfare.ports.storage import Books, KeptCommitment
from fieldfare.usecases.availability.fetch_drives import drives_of_legs
from fieldfare.usecases.board.board import (
    BlockOfDay,
    Board,
    DayOfBoard,
    Item,
    Load,
    LockedBlock,
    ResourceRow,
    Row,
)
from fieldfare.usecases.board.days import days_of
from fieldfare.usecases.board.flags import flags_of
from fieldfare.usecases.board.hours import AllHours, Hours
from fieldfare.usecases.board.hubs import hubs_of
from fieldfare.usecases.board.legs import Drive, Route, known_drives, route_of
from fieldfare.usecases.bookings.acting import Desk

MOST_ROWS = 50
"""So many technicians stand on one page."""
MOST_BOOKINGS = 5_000
MOST_WAITING = 50

_TAKING = (
    Status.HELD,
    Status.CONFIRMED,
    Status.EN_ROUTE,
    Status.IN_PROGRESS,
    Status.COMPLETED,
    Status.NO_SHOW,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which part of the board: dates, and whose rows.

    `only` is the one technician whom somebody may see at all. `text` is part of a name or an id, `hub` that of a visit
    on these dates.
    """

    first: date
    days: int = 1
    page: int = 1
    text: str = ""
    skill: str = ""
    hub: str = ""
    only: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read of the books for one page."""

    bookings: Mapping[str, Booking]
    kept: Mapping[str, KeptCommitment]
    said: Mapping[str, BookingContact]
    waiting: tuple[Booking, ...]


async def lay_out(desk: Desk, wanted: Wanted) -> Board:
    """Lay the board out as of now; one transaction is read, and the travel model is asked once."""
    business, clock = desk.business, clock_of(desk.business.time_zone)
    since, until = clock.midnight(wanted.first), clock.midnight(wanted.first + timedelta(days=wanted.days))
    monday = monday_of(wanted.first)
    around = (
        min(clock.midnight(monday), since - HALF_DAY),
        max(clock.midnight(monday + timedelta(days=7)), until + HALF_DAY),
    )
    own = await _standing(desk, *around)
    hubs = hubs_of((known for of_one in own.values() for known in of_one if _shown(known, since, until)), business.hubs)
    people = _matching(business, wanted, own, hubs, since=since, until=until)
    pages = max(1, -(-len(people) // MOST_ROWS))
    page = max(1, min(wanted.page, pages))
    shown = people[(page - 1) * MOST_ROWS : page * MOST_ROWS]
    read = await desk.read(
        lambda books: _read(books, [person.id for person in shown], own, since=since, until=until, wanted=wanted)
    )
    hours = AllHours(business)
    days = days_of(
        wanted.first,
        wanted.days,
        business=business,
        hours=[hours.of(person) for person in shown],
        items=[known for person in shown for known in own.get(person.id, ())],
    )
    drafts = [
        _Draft(
            person=person,
            hours=hours.of(person),
            own=own.get(person.id, ()),
            route=route_of(
                own.get(person.id, ()),
                depot=person.depot or business.hq,
                policy=business.policy,
                hours=hours.of(person),
                since=since,
                until=until,
            ),
        )
        for person in shown
    ]
    needed = dict.fromkeys(leg for draft in drafts for leg in draft.route.drives() if leg[0].point != leg[1].point)
    drive = known_drives(await drives_of_legs(tuple(needed), travel=desk.travel, settings=business.travel))
    frame = _Frame(business=business, clock=clock, days=days, hubs=hubs, read=read, drive=drive, monday=monday)
    return Board(
        days=days,
        rows=tuple(frame.row(draft) for draft in drafts),
        waiting=tuple(frame.waiting(booking) for booking in read.waiting),
        resources=frame.resources(own.get(None, ()) if wanted.only is None else ()),
        page=page,
        pages=pages,
        total=len(people),
        travel_source=desk.travel.source,
        hubs={hub.id: hub.name for hub in business.hubs},
    )


async def _standing(desk: Desk, since: int, until: int) -> dict[str | None, tuple[Commitment, ...]]:
    """Give everybody's commitments between two instants, from memory where it reaches back that far."""
    if since >= desk.current.since:
        found: Iterable[Commitment] = desk.current.snapshot.commitments
    else:
        found = await desk.read(lambda books: books.commitments.standing(since=since, until=until))
    own: defaultdict[str | None, list[Commitment]] = defaultdict(list)
    for known in found:
        if known.start < until and known.end > since:
            own[known.technician].append(known)
    return {technician: tuple(some) for technician, some in own.items()}


def _matching(
    business: Business,
    wanted: Wanted,
    own: Mapping[str | None, tuple[Commitment, ...]],
    hubs: Mapping[str, str],
    *,
    since: int,
    until: int,
) -> list[Technician]:
    """List the technicians that are asked for, by name; those who left only where something is theirs still."""
    text = wanted.text.strip().casefold()

    def matches(person: Technician) -> bool:
        theirs = [known for known in own.get(person.id, ()) if _shown(known, since, until)]
        return (
            (wanted.only is None or person.id == wanted.only)
            and (person.active or bool(theirs))
            and (not text or text in person.name.casefold() or text in person.id.casefold())
            and (not wanted.skill or wanted.skill in person.skills)
            and (not wanted.hub or any(hubs.get(known.id) == wanted.hub for known in theirs))
        )

    found = [person for person in business.technicians if matches(person)]
    return sorted(found, key=lambda person: ((person.name or person.id).casefold(), person.id))


async def _read(
    books: Books,
    technicians: Collection[str],
    own: Mapping[str | None, tuple[Commitment, ...]],
    *,
    since: int,
    until: int,
    wanted: Wanted,
) -> _Read:
    shown = [
        known.id
        for technician in (*technicians, None)
        for known in own.get(technician, ())
        if _shown(known, since, until)
    ]
    found = await books.bookings.page(BookingFilter(statuses=_TAKING, ids=shown), after=None, limit=MOST_BOOKINGS)
    bookings = {booking.id: booking for booking in found}
    waiting: tuple[Booking, ...] = ()
    if wanted.only is None:
        waiting = await books.bookings.page(
            BookingFilter(statuses=[Status.REQUESTED], since=books.moment - DAY), after=None, limit=MOST_WAITING
        )
    to_assign = tuple(booking for booking in found if booking.provisional and booking.status is Status.CONFIRMED)
    written = [id_ for id_ in shown if id_ not in bookings]
    named = [booking.id for booking in (*found, *waiting) if booking.customer is not None]
    return _Read(
        bookings=bookings,
        kept=await books.commitments.find(written) if written else {},
        said=await books.customers.said_for(named) if named else {},
        waiting=(*waiting, *(one for one in to_assign if since <= one.start < until and wanted.only is None)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A row before its drives are known."""

    person: Technician
    hours: Hours
    own: tuple[Commitment, ...]
    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What every row of one board is made with."""

    business: Business
    clock: Clock
    days: tuple[DayOfBoard, ...]
    hubs: Mapping[str, str]
    read: _Read
    drive: Drive
    monday: date

    @property
    def since(self) -> int:
        return self.days[0].start

    @property
    def until(self) -> int:
        return self.days[-1].end

    def row(self, draft: _Draft) -> Row:
        locks = self._locks(draft.own)
        befores = {stop.commitment.id: draft.route.leg_to(stop, self.drive) for stop in draft.route.stops}
        homes = [leg for stop in draft.route.stops if (leg := draft.route.leg_home(stop, self.drive)) is not None]
        late_home = {leg.origin for leg in homes if leg.short}
        shown = sorted(
            (known for known in draft.own if _shown(known, self.since, self.until)),
            key=lambda known: (known.start, known.end, known.id),
        )
        overlapping = _overlapping(shown)
        locked_to = {id_ for lock in locks if len(lock.hubs) > 1 for id_ in self._visits_in(shown, lock.block)}
        items = []
        for known in shown:
            leg = befores.get(known.id)
            booking = self.read.bookings.get(known.id)
            flags = flags_of(
                booking,
                short=(leg is not None and leg.short) or known.id in late_home,
                overlaps=known.id in overlapping,
                shares_block=known.id in locked_to,
            )
            items.append(self._item(known, booking, before=leg, flags=flags))
        return Row(
            technician=draft.person,
            shifts=draft.hours.within(self.since, self.until),
            locks=locks,
            items=tuple(items),
            homes=tuple(leg for leg in homes if leg.end > self.since and leg.start < self.until),
            load=self._load(draft.own),
        )

    def waiting(self, booking: Booking) -> Item:
        known = Commitment(
            id=booking.id,
            technician=booking.technician,
            kind=CommitmentKind.VISIT,
            start=booking.start,
            end=booking.end,
            place=booking.place,
            hub=booking.hub,
            title=booking.product_name,
            resources=booking.resources,
        )
        flags = flags_of(booking, short=False, overlaps=False, shares_block=False)
        return self._item(known, booking, flags=flags)

    def resources(self, nobodys: Sequence[Commitment]) -> tuple[ResourceRow, ...]:
        shown = [known for known in nobodys if _shown(known, self.since, self.until)]
        return tuple(
            ResourceRow(
                resource=resource,
                items=tuple(self._item(known, None) for known in shown if known.resources.get(resource.kind)),
            )
            for resource in self.business.resources
        )

    def _item(self, known: Commitment, booking: Booking | None, **more: object) -> Item:
        kept = self.read.kept.get(known.id)
        hub = booking.hub if booking is not None else self.hubs.get(known.id)
        return Item(
            commitment=known,
            hub=hub,
            booking=booking,
            said=self.read.said.get(known.id),
            source=None if kept is None else kept.source,
            version=booking.version if booking is not None else None if kept is None else kept.version,
            **more,  # type: ignore[arg-type]
        )

    def _locks(self, own: Iterable[Commitment]) -> tuple[LockedBlock, ...]:
        if self.business.policy.lock is Lock.NONE:
            return ()
        visits = [known for known in own if known.id in self.hubs]
        found = []
        for block in (block for day in self.days for block in day.blocks):
            hubs = {self.hubs[known.id] for known in visits if known.start < block.end and known.end > block.start}
            if hubs:
                found.append(LockedBlock(block=block, hubs=tuple(sorted(hubs))))
        return tuple(found)

    def _visits_in(self, shown: Iterable[Commitment], block: BlockOfDay) -> Iterable[str]:
        return (
            known.id for known in shown if known.id in self.hubs and known.start < block.end and known.end > block.start
        )

    def _load(self, own: Iterable[Commitment]) -> Load:
        since, until = self.clock.midnight(self.monday), self.clock.midnight(self.monday + timedelta(days=7))
        visits = [known for known in own if known.kind is CommitmentKind.VISIT and since <= known.start < until]
        return Load(visits=len(visits), seconds=sum(known.end - known.start for known in visits))


def _shown(known: Commitment, since: int, until: int) -> bool:
    return known.start < until and known.end > since


def _overlapping(shown: Sequence[Commitment]) -> set[str]:
    """Name the visits that overlap something else of the same technician (rule F7), of commitments by start."""
    found: set[str] = set()
    for at, one in enumerate(shown):
        for other in shown[at + 1 :]:
            if other.start >= one.end:
                break
            found |= {known.id for known in (one, other) if known.kind is CommitmentKind.VISIT}
    return found
