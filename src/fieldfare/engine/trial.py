"""A trial: one visit that somebody asks for by technician and start, laid out alone and as narrowly as it can be.

It holds the date of the start and nothing else, so that it can be laid out anew inside the transaction that writes the
visit (rule B2). The rules that judge it are the map's own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from fieldfare.domain.clock import MINUTE, Clock, monday_of
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.fleet import Technician
from fieldfare.domain.intervals import Interval
from fieldfare.domain.places import Place
from fieldfare.domain.policy import Depart, Lock, Policy, Return
from fieldfare.domain.schedules import OpenTime, shifts_on
from fieldfare.engine.board import UNKNOWN
from fieldfare.engine.columns import NEVER
from fieldfare.engine.commitments import Commitments
from fieldfare.engine.day import Day
from fieldfare.engine.demands import demands_of
from fieldfare.engine.draft import Draft
from fieldfare.engine.ledger import Ledger
from fieldfare.engine.load import lay_load
from fieldfare.engine.locks import lay_locks
from fieldfare.engine.openings import lay_openings
from fieldfare.engine.problem import Calendar, Legs, Problem
from fieldfare.engine.resolution import Sale
from fieldfare.engine.roster import fleet_of, qualified_for
from fieldfare.engine.shifts import Shifts


def reach(clock: Clock, start: int) -> Interval:
    """Tell which time of a technician decides about a start: commitments that don't overlap it change nothing.

    It holds the start's ISO week (rule F13), and the day before with two days behind, as far as a shift (S5), the
    blocks of a long visit (F8) and the neighbours (T2) reach. Equipment (F14) is asked for the visit's own time alone.
    """
    day = clock.date_of(start)
    monday = monday_of(day)
    first = min(monday, day - timedelta(days=1))
    last = max(monday + timedelta(days=7), day + timedelta(days=3))
    return clock.midnight(first), clock.midnight(last)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """A visit of a technician at a place, from a start on, and all that decides about it.

    `start` and `now` are instants, and the day is the local date of `now`. `open_time` is the technician's in the
    sale's zone, and `hub` that of the place. `commitments` are the technician's within `reach`, and whatever holds
    equipment while the visit lasts, each once. `stale` says that too little is known of the technician's time (B13).
    """

    day: Day
    sale: Sale
    person: Technician
    open_time: OpenTime
    place: Place
    hub: str | None
    start: int
    now: int
    commitments: tuple[Commitment, ...]
    stale: bool = False

    @property
    def end(self) -> int:
        """The instant at which the visit would end."""
        return self.start + self.sale.quote.duration_minutes * MINUTE

    def as_it_stands(self) -> Draft:
        """Lay the visit out as the whole map would: without a gap for it if the technician is off or busy."""
        ledger = self._ledger()
        shift = self._shift()
        rows = [] if shift is None else [shift]
        return self._draft(ledger, free=ledger.columns, shifts=rows, policy=self.day.policy)

    def anyway(self) -> tuple[Draft, bool]:
        """Lay the visit out whatever stands in its way, within the horizon; returns also whether something does.

        Commitments that overlap the visit are put aside, but for the time that those without a place take before and
        after it: the neighbours and the free time of rule T2 are what they are. A visit that no window holds is a
        shift of its own, which asks for no drive from or to the depot (rule S5).
        """
        ledger, policy, shift = self._ledger(), self.day.policy, self._shift()
        if shift is None:
            policy = replace(policy, depart=Depart.BEFORE_SHIFT, return_=Return.AFTER_SHIFT)
            shift = (self.start, self.end)
        origin = self.day.frame.origin
        aside = _aside(ledger.columns, self.start - origin, self.end - origin)
        free = ledger.columns if aside is None else aside
        return self._draft(ledger, free=free, shifts=[shift], policy=policy), aside is not None

    def _ledger(self) -> Ledger:
        return Ledger.of(self.day, [[known for known in self.commitments if known.technician == self.person.id]])

    def _shift(self) -> Interval | None:
        """Find the shift of the window that holds the visit (rule S5)."""
        frame = self.day.frame
        number = frame.date_number(self.start)
        if number is None:
            return None
        for window, shift in shifts_on(self.open_time.on(frame.date(number)), frame.clock):
            if window[0] <= self.start and self.end <= window[1]:
                return shift
        return None

    def _draft(self, ledger: Ledger, *, free: Commitments, shifts: list[Interval], policy: Policy) -> Draft:
        """Lay out one gap, the visit's own, where the `free` commitments leave it."""
        day, duration = self.day, self.end - self.start
        frame, number = day.frame, day.frame.date_number(self.start)
        fleet = replace(
            fleet_of((self.person,), hq=day.business.hq, points=day.points),
            qualified=qualified_for((self.person,), self.sale),
            fresh=np.zeros(1, dtype=np.bool_) if self.stale else None,
        )
        rows = [] if number is None else [(0, number, self.start, self.end, *shift) for shift in shifts]
        worked = Shifts.from_rows(frame, 1, rows)
        openings = lay_openings(
            frame=frame, policy=policy, duration=duration, shifts=worked, commitments=free, depots=fleet.depot
        )
        calendar = Calendar(
            shifts=worked,
            openings=openings,
            locks=lay_locks(blocks=day.blocks, commitments=ledger.columns, technicians=1),
            load=lay_load(frame=frame, commitments=ledger.columns, technicians=1),
        )
        points, target = day.points.with_target(self.place)
        nobody = np.zeros(0, dtype=np.int32)
        holders = [known for known in self.commitments if known.resources]
        product = self.sale.product
        problem = Problem(
            frame=frame,
            now=self.now - frame.origin,
            notice=min(day.policy.min_notice_minutes * MINUTE, NEVER // 2),
            duration=duration,
            hub=None if self.hub is None or day.policy.lock is Lock.NONE else day.hubs.row_of[self.hub],
            grid=day.grid(duration),
            blocks=day.blocks,
            zone=day.hours(self.sale.zone.id),
            fleet=fleet,
            calendar=calendar,
            legs=Legs(nobody, nobody, np.full(len(openings), UNKNOWN, dtype=np.int32)),
            demands=demands_of(product, resources=day.business.resources, commitments=holders, frame=frame),
        )
        stops = openings.stops(len(points))
        return Draft.of(problem, points=points, target=target, stops=stops, own=ledger.own)


def _aside(own: Commitments, start: int, end: int) -> Commitments | None:
    """Put aside what overlaps a visit, in seconds after the frame's origin; None if nothing does."""
    overlaps = (own.start < end) & (own.end > start)
    if not overlaps.any():
        return None
    placeless = overlaps & (own.point < 0)
    before, after = own.take(placeless & (own.start < start)), own.take(placeless & (own.end > end))
    parts = (
        own.take(~overlaps),
        replace(before, end=np.full(len(before), start, dtype=np.int64)),
        replace(after, start=np.full(len(after), end, dtype=np.int64)),
    )
    return Commitments(*(np.concatenate([getattr(part, name) for part in parts]) for name in Commitments.__slots__))
