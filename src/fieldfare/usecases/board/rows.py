"""The rows of a board, made of what was read and of the drives between the stops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fieldfare.domain.bookings import Booking
from fieldfare.domain.business import Business
from fieldfare.domain.clock import MINUTE, Clock
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.fleet import Technician
from fieldfare.domain.policy import Lock
from fieldfare.usecases.board.board import (
    BlockOfDay,
    DayOfBoard,
    Item,
    Load,
    LockedBlock,
    ResourceRow,
    Row,
)
from fieldfare.usecases.board.flags import flags_of
from fieldfare.usecases.board.hours import Hours
from fieldfare.usecases.board.legs import Drive, Route
from fieldfare.usecases.board.reading import ReadBooks, is_shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A row before its drives are known."""

    person: Technician
    hours: Hours
    own: tuple[Commitment, ...]
    route: Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every row of one board is made with."""

    business: Business
    clock: Clock
    days: tuple[DayOfBoard, ...]
    hubs: Mapping[str, str]
    read: ReadBooks
    drive: Drive
    monday: date

    @property
    def since(self) -> int:
        """The instant at which the first date begins."""
        return self.days[0].start

    @property
    def until(self) -> int:
        """The instant at which the last date ends."""
        return self.days[-1].end

    @property
    def _threshold(self) -> int:
        return self.business.policy.estimate_threshold_minutes * MINUTE

    def row(self, draft: Draft) -> Row:
        """Make a technician's row."""
        locks = self._locks(draft.own)
        befores = {stop.commitment.id: draft.route.leg_to(stop, self.drive) for stop in draft.route.stops}
        homes = [leg for stop in draft.route.stops if (leg := draft.route.leg_home(stop, self.drive)) is not None]
        late_home = {leg.origin for leg in homes if leg.short}
        shown = sorted(
            (known for known in draft.own if is_shown(known, self.since, self.until)),
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
                conflict=known.id in self.read.conflicts,
                threshold_seconds=self._threshold,
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
        """Make an item of a booking that waits for the desk, which may be nobody's yet."""
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
        flags = flags_of(booking, short=False, overlaps=False, shares_block=False, threshold_seconds=self._threshold)
        return self._item(known, booking, flags=flags)

    def resources(self, nobodys: Sequence[Commitment]) -> tuple[ResourceRow, ...]:
        """Make the rows of the equipment, of the time that is nobody's."""
        shown = [known for known in nobodys if is_shown(known, self.since, self.until)]
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


def _overlapping(shown: Sequence[Commitment]) -> set[str]:
    """Name the visits that overlap something else of the same technician (rule F7), of commitments by start."""
    found: set[str] = set()
    for at, one in enumerate(shown):
        for other in shown[at + 1 :]:
            if other.start >= one.end:
                break
            found |= {known.id for known in (one, other) if known.kind is CommitmentKind.VISIT}
    return found
