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
        """Look up all drives of a request; raises `TravelUnavailableError` for a place that the table lacks.

        A place between which and no other a drive is asked for may well be missing.
        """
        asked = np.zeros(len(request.points), dtype=np.bool_)
        for rows in (request.target, request.origins, request.destinations, request.pairs):
            asked[rows] = True
        row = np.zeros(len(request.points), dtype=np.int64)
        try:
            row[asked] = [self._row_of[lat, lng] for lat, lng in request.points[asked].tolist()]
        except KeyError:
            raise TravelUnavailableError("the travel matrix lacks one of the places") from None
        target = row[request.target]
        return Drives(
            to_target=self._seconds[row[request.origins], target],
            from_target=self._seconds[target, row[request.destinations]],
            between=self._seconds[row[request.pairs[:, 0]], row[request.pairs[:, 1]]],
        )
