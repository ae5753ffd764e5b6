"""The drives of a technician's dates, and whether the time between two stops holds them (rules T1 to T5, F9 to F12)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from fieldfare.domain.clock import HALF_DAY, MINUTE, Clock
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.intervals import Interval, merge
from fieldfare.domain.places import Place
from fieldfare.domain.policy import Depart, Policy, Return
from fieldfare.usecases.board.board import Leg
from fieldfare.usecases.board.hours import Hours

Drive = Callable[[Place, Place], int]
"""Gives the drive between two places, in whole seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A commitment with a place, and where its technician comes from and goes to.

    `previous` and `following` are the neighbours of rule T2. `from_depot` says that the drive from the depot leads
    here, and `to_depot` that the drive home begins here.
    """

    commitment: Commitment
    place: Place
    previous: Commitment | None
    following: Commitment | None
    shift: Interval | None
    from_depot: bool
    to_depot: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What one technician drives, in the order of the starts."""

    depot: Place
    policy: Policy
    stops: tuple[Stop, ...]
    placeless: tuple[Interval, ...] = field(default=())

    def drives(self) -> Iterator[tuple[Place, Place]]:
        """List the drives that have to be known."""
        for stop in self.stops:
            if stop.previous is not None and stop.previous.place is not None:
                yield stop.previous.place, stop.place
            if stop.from_depot:
                yield self.depot, stop.place
            if stop.to_depot:
                yield stop.place, self.depot

    def leg_to(self, stop: Stop, drive: Drive) -> Leg | None:
        """Draw the drive that leads to a stop, and judge the time that there is for it."""
        asked = [leg for leg in (self._from_previous(stop, drive), self._from_depot(stop, drive)) if leg is not None]
        if not asked:
            return None
        # Both may be asked for (T2, T3); the drive that is made is the one from the depot, which comes last.
        drawn = asked[-1]
        return next((leg for leg in asked if leg.short), drawn)

    def leg_home(self, stop: Stop, drive: Drive) -> Leg | None:
        """Draw the drive home from the last stop of a shift that has to end at the depot (rules F12, T4)."""
        if not stop.to_depot:
            return None
        seconds = drive(stop.place, self.depot)
        end = stop.commitment.end
        free = None if stop.shift is None else self.free(end, stop.shift[1])
        return Leg(
            origin=stop.commitment.id,
            target=None,
            drive_seconds=seconds,
            need_seconds=seconds,
            free_seconds=free,
            start=end,
            end=end + seconds,
            short=free is not None and _is_visit(stop.commitment) and free < seconds,
        )

    def _from_previous(self, stop: Stop, drive: Drive) -> Leg | None:
        before, here = stop.previous, stop.commitment
        if before is None or before.place is None:
            return None
        seconds = drive(before.place, stop.place)
        both = _is_visit(before) and _is_visit(here)
        need = max(seconds, self.policy.travel_buffer_minutes * MINUTE) if both else seconds
        free = self.free(before.end, here.start)
        judged = _is_visit(before) or _is_visit(here)
        return Leg(
            origin=before.id,
            target=here.id,
            drive_seconds=seconds,
            need_seconds=need,
            free_seconds=free,
            start=max(before.end, here.start - seconds),
            end=here.start,
            short=judged and free < need,
        )

    def _from_depot(self, stop: Stop, drive: Drive) -> Leg | None:
        if not stop.from_depot:
            return None
        seconds, here = drive(self.depot, stop.place), stop.commitment
        asked = self.policy.depart is Depart.ON_SHIFT and stop.shift is not None
        free = self.free(stop.shift[0], here.start) if asked and stop.shift is not None else None
        return Leg(
            origin=None,
            target=here.id,
            drive_seconds=seconds,
            need_seconds=seconds,
            free_seconds=free,
            start=here.start - seconds,
            end=here.start,
            short=free is not None and _is_visit(here) and free < seconds,
        )

    def free(self, since: int, until: int) -> int:
        """Measure the free time of rule T2: less what commitments without a place take of it."""
        taken = sum(max(0, min(end, until) - max(start, since)) for start, end in self.placeless)
        return max(until - since, 0) - taken


def route_of(
    commitments: Iterable[Commitment],
    *,
    depot: Place,
    policy: Policy,
    hours: Hours,
    since: int,
    until: int,
) -> Route:
    """Lay out a technician's stops that start between two instants; the commitments reach a day further each way."""
    own = tuple(commitments)
    placed = [known for known in own if known.place is not None]
    by_end = sorted(placed, key=lambda known: (known.end, known.start, known.id))
    by_start = sorted(placed, key=lambda known: (known.start, known.end, known.id))
    ends, starts = [known.end for known in by_end], [known.start for known in by_start]
    stops = []
    for here in by_start:
        if here.place is None or not since <= here.start < until:
            continue
        day = _Around.of(here, hours)
        previous = by_end[at - 1] if (at := bisect_right(ends, here.start)) else None
        first = bisect_left(starts, here.end)
        following = by_start[first] if first < len(by_start) else None
        stops.append(day.stop(here.place, previous, following, policy))
    placeless = merge((known.start, known.end) for known in own if known.place is None)
    return Route(depot=depot, policy=policy, stops=tuple(stops), placeless=placeless)


@dataclass(frozen=True, slots=True)
class _Around:
    """A commitment, its shift, and the day of rule T2 in which its neighbours are looked for."""

    here: Commitment
    shift: Interval | None
    day: Interval

    @classmethod
    def of(cls, here: Commitment, hours: Hours) -> _Around:
        return cls(here, hours.shift(here.start, here.end), _day_of(here.start, hours.clock))

    def stop(self, place: Place, previous: Commitment | None, following: Commitment | None, policy: Policy) -> Stop:
        if previous is not None and (previous.end <= self.day[0] or previous.id == self.here.id):
            previous = None
        if following is not None and (following.start >= self.day[1] or following.id == self.here.id):
            following = None
        # No window holds it: whoever comes from a stop of the same date is drawn to come from there.
        begins, ends = self.shift or (self.day[0] + HALF_DAY, self.here.end)
        home = policy.return_ is Return.BY_SHIFT_END and self.shift is not None
        return Stop(
            commitment=self.here,
            place=place,
            previous=previous,
            following=following,
            shift=self.shift,
            from_depot=previous is None or previous.end <= begins,
            to_depot=home and (following is None or following.start >= ends),
        )


def known_drives(drives: Mapping[tuple[tuple[float, float], tuple[float, float]], int]) -> Drive:
    """Look drives up that were asked for before; from a place to itself there is none."""

    def drive(a: Place, b: Place) -> int:
        return 0 if a.point == b.point else drives[a.point, b.point]

    return drive


def _day_of(start: int, clock: Clock) -> Interval:
    day = clock.date_of(start)
    return clock.midnight(day) - HALF_DAY, clock.midnight(day + timedelta(days=1)) + HALF_DAY


def _is_visit(commitment: Commitment) -> bool:
    return commitment.kind is CommitmentKind.VISIT
