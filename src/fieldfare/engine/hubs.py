"""The hubs of visits and of many places at once (rules P5, F8)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.places import Hub, nearest_hub
from fieldfare.domain.travel import great_circle_m
from fieldfare.engine.columns import Rows
from fieldfare.engine.points import Points, PointTable

_NEARLY_TIED_M = 1e-3


def nearest_hubs(points: Points, hubs: Sequence[Hub]) -> Rows:
    """Find the row of each point's nearest hub, the smaller id on a tie; there must be a hub.

    Distances in columns may be off by a rounding, so that near ties are settled one by one.
    """
    row_of = {hub.id: row for row, hub in enumerate(hubs)}
    best = np.zeros(len(points), dtype=np.int64)
    nearest = np.full(len(points), np.inf)
    second = np.full(len(points), np.inf)
    for row, hub in enumerate(hubs):
        distance = great_circle_m(points, np.array([hub.place.point]))
        closer = distance < nearest
        second = np.where(closer, nearest, np.minimum(second, distance))
        best = np.where(closer, row, best)
        nearest = np.where(closer, distance, nearest)
    for point in np.flatnonzero(second - nearest < _NEARLY_TIED_M):
        hub_id = nearest_hub((float(points[point, 0]), float(points[point, 1])), hubs)
        best[point] = row_of[str(hub_id)]
    return best


class HubTable:
    """The hubs of a business, by the rows that the columns hold, and the hub of each place that was asked about."""

    UNKNOWN = -1
    BY_PLACE = -2

    def __init__(self, hubs: Sequence[Hub]) -> None:
        """Number the hubs."""
        self._hubs = hubs
        self._of_point: dict[int, int] = {}
        self.row_of = {hub.id: row for row, hub in enumerate(hubs)}

    def of_commitment(self, commitment: Commitment) -> int:
        """Find a visit's hub; where only its place can tell, that is put off until all places are known."""
        named = commitment.named_hub(self.row_of)
        if named is not None:
            return self.row_of[named]
        asks_place = commitment.kind is CommitmentKind.VISIT and commitment.place is not None and self.row_of
        return self.BY_PLACE if asks_place else self.UNKNOWN

    def fill_in(self, hub: Rows, point: Rows, points: PointTable) -> Rows:
        """Give the visits that have nothing but a place the hub nearest to it (rule P5)."""
        rows = np.flatnonzero(hub == self.BY_PLACE)
        if not len(rows):
            return hub
        asked = point[rows].tolist()
        new = sorted(set(asked) - self._of_point.keys())
        if new:
            found = nearest_hubs(points.table()[new], self._hubs)
            self._of_point.update(zip(new, found.tolist(), strict=True))
        filled = hub.copy()
        filled[rows] = [self._of_point[place] for place in asked]
        return filled
