"""The drives of one answer: from the travel model, or from the crow where that fails (rule T6)."""

from __future__ import annotations

import logging

from fieldfare.domain.travel import CrowFlies, Matrix, crow_flies_seconds
from fieldfare.engine.draft import Draft
from fieldfare.engine.problem import Problem
from fieldfare.ports.travel import DriveRequest, Drives, TravelTimes, TravelUnavailableError

FALLBACK_SOURCE = "crow_flies_fallback"
SAFETY_FACTOR = 1.5

_log = logging.getLogger(__name__)


async def with_drives(drafted: Draft, *, travel: TravelTimes, settings: CrowFlies | Matrix) -> tuple[Problem, str]:
    """Complete a draft with its drives; returns the problem and the name of the model that they come from."""
    drives, source = await fetch_drives(drafted, travel=travel, settings=settings)
    problem = drafted.with_drives(to_place=drives.to_target, from_place=drives.from_target, between=drives.between)
    return problem, source


async def fetch_drives(drafted: Draft, *, travel: TravelTimes, settings: CrowFlies | Matrix) -> tuple[Drives, str]:
    """Ask the travel model for all drives at once; if it can't answer, take all of them from crow-flies instead.

    Returns the drives and the name of the model that they come from. The fallback keeps the business's own circuity
    and speed where it has them, and makes every drive longer by the safety factor.
    """
    request = DriveRequest(
        points=drafted.points,
        target=drafted.target,
        origins=drafted.stops,
        destinations=drafted.stops,
        pairs=drafted.pairs,
    )
    try:
        return await travel.drives(request), travel.source
    except TravelUnavailableError as error:
        # What the error says may hold an address or a key.
        _log.warning("the travel model %s failed (%s), crow-flies stands in", travel.source, type(error).__name__)
        return _crow_flies(request, settings if isinstance(settings, CrowFlies) else CrowFlies()), FALLBACK_SOURCE


def _crow_flies(request: DriveRequest, settings: CrowFlies) -> Drives:
    points = request.points
    target = points[request.target : request.target + 1]
    return Drives(
        to_target=crow_flies_seconds(points[request.origins], target, settings, SAFETY_FACTOR),
        from_target=crow_flies_seconds(target, points[request.destinations], settings, SAFETY_FACTOR),
        between=crow_flies_seconds(points[request.pairs[:, 0]], points[request.pairs[:, 1]], settings, SAFETY_FACTOR),
    )
