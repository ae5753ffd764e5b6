"""How much each technician already has in each ISO week (rules F13, O2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fieldfare.engine.columns import Rows
from fieldfare.engine.commitments import Commitments
from fieldfare.engine.frame import Frame


@dataclass(frozen=True, slots=True, eq=False)
class WeeklyLoad:
    """The visits that start in each ISO week, and the sum of their lengths in seconds: (technicians, weeks) each."""

    visits: Rows
    seconds: Rows

    def only(self, technician: int) -> WeeklyLoad:
        """Cut out one technician's, as those of a fleet of one."""
        one = slice(technician, technician + 1)
        return WeeklyLoad(visits=self.visits[one], seconds=self.seconds[one])

    def with_technicians(self, technicians: Rows, part: WeeklyLoad) -> WeeklyLoad:
        """Replace the load of some technicians by that of a fleet of their own."""
        visits, seconds = self.visits.copy(), self.seconds.copy()
        visits[technicians] = part.visits
        seconds[technicians] = part.seconds
        return WeeklyLoad(visits=visits, seconds=seconds)


def lay_load(*, frame: Frame, commitments: Commitments, technicians: int) -> WeeklyLoad:
    """Count the visits by technician and week of their start."""
    weeks = len(frame.weeks) - 1
    week = np.searchsorted(frame.weeks, commitments.start, side="right") - 1
    rows = np.flatnonzero(commitments.is_visit & (week >= 0) & (week < weeks))
    visits = np.zeros((technicians, weeks), dtype=np.int64)
    seconds = np.zeros((technicians, weeks), dtype=np.int64)
    cell = (commitments.technician[rows], week[rows])
    np.add.at(visits, cell, 1)
    np.add.at(seconds, cell, commitments.end[rows] - commitments.start[rows])
    return WeeklyLoad(visits=visits, seconds=seconds)
