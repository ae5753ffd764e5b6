"""The places of a question, each once, as the points between which drives are looked up."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from fieldfare.domain.places import Place

Points = NDArray[np.float64]
"""(n, 2) latitudes and longitudes in degrees."""

NOWHERE = (math.nan, math.nan)
"""Stands for the place that is asked for until it is known; it equals no place."""


class PointTable:
    """The places of a question, each once; the first row is kept for the one that is asked for."""

    target = 0

    def __init__(self) -> None:
        """Begin with a place that nobody knows yet."""
        self._rows: dict[tuple[float, float], int] = {NOWHERE: self.target}

    def row(self, place: Place) -> int:
        """Give a place's row, a new one if it hasn't been seen; equal numbers are one place."""
        return self._rows.setdefault(place.point, len(self._rows))

    def table(self) -> Points:
        """Give the points of all places so far."""
        return np.array(list(self._rows), dtype=np.float64).reshape(-1, 2)
