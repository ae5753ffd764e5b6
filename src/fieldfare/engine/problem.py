"""The problem: the frozen snapshot that is all the engine may know."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

import numpy as np

from fieldfare.domain.clock import MINUTE
from fieldfare.domain.policy import Policy
from fieldfare.engine.blocks import Blocks, Grid
from fieldfare.engine.columns import Mask, Rows, Seconds
from fieldfare.engine.commitments import Commitments
from fieldfare.engine.frame import Frame
from fieldfare.engine.load import WeeklyLoad, lay_load
from fieldfare.engine.locks import Locks, lay_locks
from fieldfare.engine.openings import Openings, lay_openings
from fieldfare.engine.shifts import Shifts, Windowed
from fieldfare.engine.usage import Usage

NO_CAP = np.iinfo(np.int64).max // 2


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """The technicians, in the order of their ids: (t,) each.

    `qualified` says who is active, assigned to the zone and skilled for the product (rule F4). A week holds at most
    `weekly_jobs` visits and `weekly_seconds` of them, NO_CAP for no cap. `depot` is a row of the points. `fresh` says
    whose time is known well enough (rule B13), None if everybody's is.
    """

    ids: tuple[str, ...]
    qualified: Mask
    weekly_jobs: Rows
    weekly_seconds: Rows
    depot: Rows
    fresh: Mask | None = None

    def __len__(self) -> int:
        """Count the technicians."""
        return len(self.ids)

    def only(self, technician: int) -> Fleet:
        """Give one technician, as a fleet of one."""
        one = slice(technician, technician + 1)
        return Fleet(
            self.ids[one],
            self.qualified[one],
            self.weekly_jobs[one],
            self.weekly_seconds[one],
            self.depot[one],
            None if self.fresh is None else self.fresh[one],
        )

    def without_stale(self, technicians: Set[str]) -> Fleet:
        """Say of whom too little is known."""
        if technicians.isdisjoint(self.ids):
            return self
        return replace(self, fresh=np.array([id_ not in technicians for id_ in self.ids], dtype=np.bool_))


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The fleet's time: what of it is worked, open to visits of some length, locked and loaded.

    Of the request it knows only how long the visit is.
    """

    shifts: Shifts
    openings: Openings
    locks: Locks
    load: WeeklyLoad

    @classmethod
    def lay(
        cls,
        *,
        frame: Frame,
        policy: Policy,
        duration: int,
        blocks: Blocks,
        shifts: Shifts,
        commitments: Commitments,
        depots: Rows,
    ) -> Calendar:
        """Lay out a fleet's commitments over its shifts."""
        people = len(depots)
        return cls(
            shifts=shifts,
            openings=lay_openings(
                frame=frame,
                policy=policy,
                duration=duration,
                shifts=shifts,
                commitments=commitments,
                depots=depots,
            ),
            locks=lay_locks(blocks=blocks, commitments=commitments, technicians=people),
            load=lay_load(frame=frame, commitments=commitments, technicians=people),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Drives in whole seconds: from each point to the place asked for and back, (n,), and past it, one an opening.

    `direct[g]` is the drive between the origin and the destination of opening g: what is driven without the visit.
    """

    to_place: Seconds
    from_place: Seconds
    direct: Seconds


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """What the product needs of a resource kind."""

    usage: Usage
    quantity: int


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A request for a visit, and all that decides when it can be driven.

    `now` is in seconds after the frame's origin, `notice` and `duration` are in seconds. `hub` is the place's hub as a
    row of the hubs, None where nothing locks.
    """

    frame: Frame
    now: int
    notice: int
    duration: int
    hub: int | None
    grid: Grid
    blocks: Blocks
    zone: Windowed
    fleet: Fleet
    calendar: Calendar
    legs: Legs
    demands: tuple[Demand, ...] = ()

    def at(self, now: int) -> Problem:
        """Move the clock on, to an instant of the same local date."""
        return replace(self, now=now - self.frame.origin)

    def only(self, technician: int) -> Problem:
        """Cut the problem down to one technician, as a fleet of one."""
        shifts, openings = self.calendar.shifts, self.calendar.openings
        days = self.frame.days
        first, stop = (int(row) for row in shifts.offsets[[technician * days, (technician + 1) * days]])
        rows = slice(openings.offsets[first], openings.offsets[stop])
        calendar = Calendar(
            shifts=shifts.of_technician(technician, days),
            openings=openings.of_shifts(first, stop),
            locks=self.calendar.locks.only(technician),
            load=self.calendar.load.only(technician),
        )
        legs = Legs(self.legs.to_place, self.legs.from_place, self.legs.direct[rows])
        return self.with_technician(technician, calendar=calendar, legs=legs)

    def with_technician(self, technician: int, *, calendar: Calendar, legs: Legs) -> Problem:
        """Cut the problem down to one technician with another calendar."""
        return replace(self, fleet=self.fleet.only(technician), calendar=calendar, legs=legs)


def weekly_caps(jobs: list[int | None], minutes: list[int | None]) -> tuple[Rows, Rows]:
    """Put caps into columns, in visits and in seconds."""
    return (
        np.array([NO_CAP if cap is None else min(cap, NO_CAP) for cap in jobs], dtype=np.int64),
        np.array([NO_CAP if cap is None else min(cap * MINUTE, NO_CAP) for cap in minutes], dtype=np.int64),
    )
