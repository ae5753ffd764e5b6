"""Commitments in columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fieldfare.engine.columns import Mask, Rows


@dataclass(frozen=True, slots=True, eq=False)
class Commitments:
    """The taken time of technicians, in any order: (c,) each.

    `technician` is the row in the fleet. `start` and `end` are seconds after the frame's origin, and may lie outside
    the frame. `point` is a row of the points, -1 without a place; `hub` a row of the hubs, -1 if the commitment
    doesn't lock. `rank` orders the ids (rule T2's last tie-break).
    """

    technician: Rows
    start: Rows
    end: Rows
    is_visit: Mask
    point: Rows
    hub: Rows
    rank: Rows

    def __len__(self) -> int:
        """Count the commitments."""
        return len(self.technician)

    def take(self, rows: Rows | Mask) -> Commitments:
        """Pick commitments by row or mask."""
        return Commitments(
            self.technician[rows],
            self.start[rows],
            self.end[rows],
            self.is_visit[rows],
            self.point[rows],
            self.hub[rows],
            self.rank[rows],
        )

    def numbers(self) -> Rows:
        """Number each technician's commitments from 0 on, in the order in which they stand."""
        by_technician = np.argsort(self.technician, kind="stable")
        owner = self.technician[by_technician]
        numbers = np.empty(len(self), dtype=np.int64)
        numbers[by_technician] = np.arange(len(self)) - owner.searchsorted(owner)
        return numbers

    def owned_by(self, technician: int) -> Commitments:
        """Give them all to one row of the fleet."""
        return self.handed_to(np.full(len(self), technician, dtype=np.int64))

    def handed_to(self, technician: Rows) -> Commitments:
        """Give each to a row of the fleet."""
        return Commitments(technician, self.start, self.end, self.is_visit, self.point, self.hub, self.rank)
