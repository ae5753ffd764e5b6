"""Drives as the crow flies, made longer by the circuity (rule T6); it asks nobody, so it is never down."""

from __future__ import annotations

from fieldfare.domain.travel import CrowFlies, crow_flies_seconds
from fieldfare.ports.travel import DriveRequest, Drives


class CrowFliesTravel:
    """The crow-flies model of one business."""

    source = "crow_flies"

    def __init__(self, settings: CrowFlies) -> None:
        """Keep circuity and speed."""
        self._settings = settings

    async def drives(self, request: DriveRequest) -> Drives:
        """Reckon all drives of a request."""
        points, settings = request.points, self._settings
        target = points[request.target : request.target + 1]
        to_target = crow_flies_seconds(points[request.origins], target, settings)
        return Drives(
            to_target=to_target,
            # The crow flies as far back.
            from_target=to_target
            if request.destinations is request.origins
            else crow_flies_seconds(target, points[request.destinations], settings),
            between=crow_flies_seconds(points[request.pairs[:, 0]], points[request.pairs[:, 1]], settings),
        )
