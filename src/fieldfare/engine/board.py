"""A board: the gaps that those who qualify have for visits of one length in one zone, kept until somebody's change."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from fieldfare.engine.columns import Mask, Rows, Seconds, Splice
from fieldfare.engine.day import Day
from fieldfare.engine.ledger import Ledger
from fieldfare.engine.problem import Calendar, Fleet

UNKNOWN = -1
"""Stands for a drive that nobody has asked for yet."""


@dataclass(slots=True, eq=False)
class Board:
    """A fleet's calendar, and the drives that it needs, for any place and any moment of the day.

    `stops` are the points between which and a visit somebody may have to drive. `direct` is the drive past each
    opening, UNKNOWN until an answer has learned it: of all here, that alone is filled in later.
    """

    duration: int
    fleet: Fleet
    calendar: Calendar
    stops: Rows
    direct: Seconds

    @classmethod
    def lay(cls, day: Day, ledger: Ledger, *, zone: str, duration: int, qualified: Mask) -> Board:
        """Lay out the time of those who qualify."""
        shifts = day.shifts(zone, qualified)
        busy = ledger.columns if qualified.all() else ledger.columns.take(qualified[ledger.columns.technician])
        calendar = Calendar.lay(
            frame=day.frame,
            policy=day.policy,
            duration=duration,
            blocks=day.blocks,
            shifts=shifts,
            commitments=busy,
            depots=day.fleet.depot,
        )
        return cls(
            duration=duration,
            fleet=replace(day.fleet, qualified=qualified),
            calendar=calendar,
            stops=calendar.openings.stops(len(day.points.table())),
            direct=_unknown(calendar),
        )

    def after(self, day: Day, ledger: Ledger, changed: Collection[int]) -> Board:
        """Lay out the time of some technicians anew, by row, as the ledger says it now."""
        rows = np.array([row for row in sorted(changed) if self.fleet.qualified[row]], dtype=np.int64)
        if not len(rows):
            return self
        days, old = day.frame.days, self.calendar
        part = Calendar.lay(
            frame=day.frame,
            policy=day.policy,
            duration=self.duration,
            blocks=day.blocks,
            shifts=old.shifts.of_technicians(rows, days),
            commitments=ledger.of_technicians(rows),
            depots=self.fleet.depot[rows],
        )
        splice = Splice.of(old.openings.offsets, owners=old.shifts.rows_of(rows, days), new=part.openings.offsets)
        calendar = Calendar(
            shifts=old.shifts,
            openings=old.openings.spliced(splice, part.openings),
            locks=old.locks.with_technicians(rows, part.locks),
            load=old.load.with_technicians(rows, part.load),
        )
        return Board(
            duration=self.duration,
            fleet=self.fleet,
            calendar=calendar,
            stops=calendar.openings.stops(len(day.points.table())),
            direct=splice.column(self.direct, _unknown(part)),
        )


def _unknown(calendar: Calendar) -> Seconds:
    return np.full(len(calendar.openings), UNKNOWN, dtype=np.int32)
