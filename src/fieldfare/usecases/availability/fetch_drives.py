"""The drives of one answer: from the travel model, or from the crow where that fails (rule T6)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from fieldfare.domain.places import Place
from fieldfare.domain.travel import CrowFlies, Matrix, crow_flies_seconds
from fieldfare.engine.draft import Draft
from fieldfare.engine.problem import Problem
from fieldfare.ports.travel import DriveRequest, Drives, TravelTimes, TravelUnavailableError

FALLBACK_SOURCE = "crow_flies_fallback"
SAFETY_FACTOR = 1.5

_log = logging.getLogger(__name__)


async def with_drives(drafted: Draft, *, travel: TravelTimes, settings: CrowFlies | Matrix) -> tuple[Problem, str]:
    """Complete a draft with its drives; returns the problem and the name of the model that they come from.

    The travel model is asked once, for all that isn't known from an answer before. If it can't answer, all drives are
    taken from crow-flies instead, what was known included: the legs of an answer are of one model. This fallback keeps
    the business's own circuity and speed where it has them, and makes every drive longer by the safety factor.
    """
    try:
        problem = _completed(drafted, await travel.drives(_request(drafted)))
    except TravelUnavailableError as error:
        # What the error says may hold an address or a key.
        _log.warning("the travel model %s failed (%s), crow-flies stands in", travel.source, type(error).__name__)
        unknown = drafted.anew()
        drives = _crow_flies(_request(unknown), settings if isinstance(settings, CrowFlies) else CrowFlies())
        return _completed(unknown, drives), FALLBACK_SOURCE
    drafted.remember(problem)
    return problem, travel.source


async def drives_of_legs(
    legs: Sequence[tuple[Place, Place]], *, travel: TravelTimes, settings: CrowFlies | Matrix
) -> dict[tuple[tuple[float, float], tuple[float, float]], int]:
    """Look up listed drives, by their two points, in whole seconds; a model that fails is stood in for (rule T6)."""
    if not legs:
        return {}
    points = list(dict.fromkeys(place.point for leg in legs for place in leg))
    row = {point: at for at, point in enumerate(points)}
    nobody = np.zeros(0, dtype=np.int64)
    request = DriveRequest(
        points=np.array(points, dtype=np.float64),
        target=0,
        origins=nobody,
        destinations=nobody,
        pairs=np.array([(row[a.point], row[b.point]) for a, b in legs], dtype=np.int64),
    )
    try:
        drives = await travel.drives(request)
    except TravelUnavailableError as error:
        _log.warning("the travel model %s failed (%s), crow-flies stands in", travel.source, type(error).__name__)
        drives = _crow_flies(request, settings if isinstance(settings, CrowFlies) else CrowFlies())
    return {(a.point, b.point): seconds for (a, b), seconds in zip(legs, drives.between.tolist(), strict=True)}


def _request(drafted: Draft) -> DriveRequest:
    return DriveRequest(
        points=drafted.points,
        target=drafted.target,
        origins=drafted.stops,
        destinations=drafted.stops,
        pairs=drafted.pairs,
    )


def _completed(drafted: Draft, drives: Drives) -> Problem:
    return drafted.with_drives(to_place=drives.to_target, from_place=drives.from_target, between=drives.between)


def _crow_flies(request: DriveRequest, settings: CrowFlies) -> Drives:
    points = request.points
    target = points[request.target : request.target + 1]
    there = crow_flies_seconds(points[request.origins], target, settings, SAFETY_FACTOR)
    return Drives(
        to_target=there,
        from_target=there,
        between=crow_flies_seconds(points[request.pairs[:, 0]], points[request.pairs[:, 1]], settings, SAFETY_FACTOR),
    )
