"""The travel model of a scenario."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fieldfare.domain.travel import LONGEST_DRIVE_S, CrowFlies, Matrix
from fieldfare.entrypoints.scenario.errors import ScenarioError, counted, show
from fieldfare.entrypoints.scenario.schema_policy import CrowFliesRecord, MatrixRecord

_PATH = "business.travel"


def read_travel(record: CrowFliesRecord | MatrixRecord) -> CrowFlies | Matrix:
    """Read the travel model; raises `ScenarioError` for a matrix that can't be."""
    if isinstance(record, CrowFliesRecord):
        return CrowFlies(circuity=record.circuity, speed_kmh=record.speed_kmh)
    points = tuple((place.lat, place.lng) for place in record.places)
    seen: dict[tuple[float, float], int] = {}
    for place, point in enumerate(points):
        first = seen.setdefault(point, place)
        if first != place:
            raise ScenarioError(f"{_PATH}.places[{place}]", f"the place stands twice, first in {_PATH}.places[{first}]")
    _refuse_unless_square(record.seconds, len(points))
    seconds = np.array(record.seconds, dtype=np.float64).reshape(len(points), len(points))
    _refuse_first(seconds < 0, seconds, "is below 0")
    _refuse_first(seconds != np.floor(seconds), seconds, "is not a whole number")
    _refuse_first(seconds > LONGEST_DRIVE_S, seconds, f"is above {LONGEST_DRIVE_S}")
    _refuse_first(np.diag(np.diag(seconds) != 0), seconds, "is not 0: a place is no drive from itself")
    return Matrix(points=points, seconds=tuple(tuple(row) for row in seconds.astype(np.int64).tolist()))


def _refuse_unless_square(seconds: list[list[float]], size: int) -> None:
    listed = counted(size, "place")
    if len(seconds) != size:
        raise ScenarioError(f"{_PATH}.seconds", f"holds {counted(len(seconds), 'row')} for {listed}")
    for place, row in enumerate(seconds):
        if len(row) != size:
            raise ScenarioError(f"{_PATH}.seconds[{place}]", f"holds {counted(len(row), 'value')} for {listed}")


def _refuse_first(faulty: NDArray[np.bool_], seconds: NDArray[np.float64], sentence: str) -> None:
    found = np.argwhere(faulty)
    if len(found):
        row, column = (int(index) for index in found[0])
        value = show(float(seconds[row, column]))
        raise ScenarioError(f"{_PATH}.seconds[{row}][{column}]", f"{value} {sentence}")
