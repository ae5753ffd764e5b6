"""Drives that are all known beforehand, from a table of places."""

from __future__ import annotations

import numpy as np

from fieldfare.domain.travel import Matrix
from fieldfare.ports.travel import DriveRequest, Drives, TravelUnavailableError


class MatrixTravel:
    """The table of one business."""

    source = "matrix"

    def __init__(self, settings: Matrix) -> None:
        """Keep the table as an array, and where each place stands in it."""
        self._row_of = {point: row for row, point in enumerate(settings.points)}
        size = len(settings.points)
        self._seconds = np.array(settings.seconds, dtype=np.int64).reshape(size, size)

    async def drives(self, request: DriveRequest) -> Drives:
        """Look up all drives of a request; raises `TravelUnavailableError` for a place that the table lacks."""
        try:
            rows = np.array([self._row_of[lat, lng] for lat, lng in request.points.tolist()], dtype=np.int64)
        except KeyError:
            raise TravelUnavailableError("the travel matrix lacks one of the places") from None
        target = rows[request.target]
        return Drives(
            to_target=self._seconds[rows[request.origins], target],
            from_target=self._seconds[target, rows[request.destinations]],
            between=self._seconds[rows[request.pairs[:, 0]], rows[request.pairs[:, 1]]],
        )
