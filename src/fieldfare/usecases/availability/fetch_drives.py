"""The drives of one answer: from the travel model, or from the crow where that fails (rule T6)."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from fieldfare.domain.travel import CrowFlies, Matrix, crow_flies_seconds
from fieldfare.engine.columns import Rows
from fieldfare.engine.draft import Draft
from fieldfare.engine.problem import Problem
from fieldfare.ports.travel import DriveRequest, Drives, TravelTimes, TravelUnavailableError

FALLBACK_SOURCE = "crow_flies_fallback"
SAFETY_FACTOR = 1.5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Fetched:
    """The drives of one answer, all of one model, and the model's name."""

    drives: Drives
    source: str


async def with_drives(
    drafted: Draft, *, travel: TravelTimes, settings: CrowFlies | Matrix, known: Rows | None = None
) -> tuple[Problem, Fetched]:
    """Complete a draft with its drives; `known` are those between its pairs, where they were fetched before."""
    fetched = await fetch_drives(drafted, travel=travel, settings=settings, known=known)
    drives = fetched.drives
    problem = drafted.with_drives(to_place=drives.to_target, from_place=drives.from_target, between=drives.between)
    return problem, fetched


async def fetch_drives(
    drafted: Draft, *, travel: TravelTimes, settings: CrowFlies | Matrix, known: Rows | None = None
) -> Fetched:
    """Ask the travel model for all drives at once; if it can't answer, take all of them from crow-flies instead.

    The fallback keeps the business's own circuity and speed where it has them, and makes every drive longer by the
    safety factor.
    """
    request = DriveRequest(
        points=drafted.points,
        target=drafted.target,
        origins=drafted.stops,
        destinations=drafted.stops,
        pairs=drafted.pairs,
    )
    try:
        if known is None:
            return Fetched(drives=await travel.drives(request), source=travel.source)
        new = await travel.drives(replace(request, pairs=drafted.pairs[:0]))
        return Fetched(drives=replace(new, between=known), source=travel.source)
    except TravelUnavailableError as error:
        # What the error says may hold an address or a key.
        _log.warning("the travel model %s failed (%s), crow-flies stands in", travel.source, type(error).__name__)
        stand_in = _crow_flies(request, settings if isinstance(settings, CrowFlies) else CrowFlies())
        return Fetched(drives=stand_in, source=FALLBACK_SOURCE)


def _crow_flies(request: DriveRequest, settings: CrowFlies) -> Drives:
    points = request.points
    target = points[request.target : request.target + 1]
    return Drives(
        to_target=crow_flies_seconds(points[request.origins], target, settings, SAFETY_FACTOR),
        from_target=crow_flies_seconds(target, points[request.destinations], settings, SAFETY_FACTOR),
        between=crow_flies_seconds(points[request.pairs[:, 0]], points[request.pairs[:, 1]], settings, SAFETY_FACTOR),
    )
