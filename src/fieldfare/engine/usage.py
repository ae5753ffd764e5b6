"""How much of a shared piece of equipment is taken, and when (rule F14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from fieldfare.engine.columns import Rows, rows_where

_MOST_HELD = 1 << 62


@dataclass(frozen=True, slots=True, eq=False)
class Usage:
    """A resource kind over time: from `time[i]` until `time[i + 1]`, `held[i]` pieces are held; before, none.

    Times are seconds after the frame's origin, in order.
    """

    kind: str
    capacity: int
    time: Rows
    held: Rows

    def taken(self, quantity: int) -> tuple[Rows, Rows]:
        """Give the intervals, disjoint and in order, in which fewer than `quantity` pieces are left.

        The quantity must not be above the capacity: there would be no such interval's end.
        """
        over = self.held + quantity > self.capacity
        edge = np.diff(over.astype(np.int8), prepend=0, append=0)
        # Nothing is held after the last time, so that an interval always ends at one.
        return self.time[rows_where(edge[:-1] > 0)], self.time[rows_where(edge < 0)]


def sum_up(*, kind: str, capacity: int, start: Rows, end: Rows, quantity: Sequence[int]) -> Usage:
    """Add up what commitments hold of a kind, at every instant at which that changes.

    The sums are Python's own whole numbers, which nothing can overflow; the columns hold them up to 2**62.
    """
    time, at = np.unique(np.concatenate((start, end)), return_inverse=True)
    change = [0] * len(time)
    for row, amount in zip(at.tolist(), [*quantity, *(-amount for amount in quantity)], strict=True):
        change[row] += amount
    held = [min(total, _MOST_HELD) for total in accumulate(change)]
    return Usage(kind=kind, capacity=capacity, time=time, held=np.array(held, dtype=np.int64))
