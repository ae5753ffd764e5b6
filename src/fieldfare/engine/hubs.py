"""The hub of many places at once (rule P5)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fieldfare.domain.places import Hub, nearest_hub
from fieldfare.domain.travel import great_circle_m
from fieldfare.engine.columns import Rows
from fieldfare.engine.commitments import Points

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
