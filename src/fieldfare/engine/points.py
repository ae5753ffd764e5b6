"""The places of a layout, each once, as the points between which drives are looked up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fieldfare.domain.places import Place

Points = NDArray[np.float64]
"""(n, 2) latitudes and longitudes in degrees, each place once."""

Point = tuple[float, float]


class PointTable:
    """Places, each once, in the order in which they were first seen. It only grows: a row keeps its meaning."""

    def __init__(self) -> None:
        """Begin without a place."""
        self._rows: dict[Point, int] = {}
        self._new: list[Point] = []
        self._table: Points = np.zeros((0, 2))

    def row(self, place: Place) -> int:
        """Give a place's row, a new one if it hasn't been seen; equal numbers are one place."""
        point = place.point
        row = self._rows.get(point)
        if row is None:
            row = self._rows[point] = len(self._rows)
            self._new.append(point)
        return row

    def table(self) -> Points:
        """Give the points of all places so far."""
        if self._new:
            self._table = np.concatenate((self._table, np.array(self._new, dtype=np.float64)))
            self._new = []
        return self._table

    def with_target(self, place: Place) -> tuple[Points, int]:
        """Give all points with a place that is asked for, which isn't kept, and its row among them."""
        points, row = self.table(), self._rows.get(place.point)
        if row is not None:
            return points, row
        return np.concatenate((points, [place.point])), len(points)
