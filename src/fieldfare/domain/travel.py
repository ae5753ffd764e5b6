"""How long a drive takes when nobody knows the roads (rule T6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fieldfare.domain.places import EARTH_RADIUS_M, distance_m

LONGEST_DRIVE_S = 1_000_000_000
"""A drive of thirty years is never driven; whole numbers beyond it are held to it, so that sums stay exact."""

_NEARLY_WHOLE_S = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowFlies:
    """Great-circle metres, made longer by the circuity, at a steady speed."""

    circuity: float = 1.3
    speed_kmh: float = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Known drives: `seconds[i][j]` is the drive from `points[i]` to `points[j]`, each a (latitude, longitude)."""

    points: tuple[tuple[float, float], ...]
    seconds: tuple[tuple[int, ...], ...]


def great_circle_m(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the great-circle distances in metres between rows of (n, 2) degrees; one side may be a single row.

    The formula is that of `places.distance_m`; the last bit may differ, since NumPy has sines of its own.
    """
    half = np.radians(b - a) / 2
    cosines = np.cos(np.radians(a[:, 0])) * np.cos(np.radians(b[:, 0]))
    h = np.sin(half[:, 0]) ** 2 + cosines * np.sin(half[:, 1]) ** 2
    metres: NDArray[np.float64] = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, h)))
    return metres


def crow_flies_seconds(
    a: NDArray[np.float64], b: NDArray[np.float64], settings: CrowFlies, factor: float = 1.0
) -> NDArray[np.int64]:
    """Give the drives between rows of (n, 2) degrees in whole seconds, rounded up (rule T6), times a safety factor.

    One side may be a single row. A drive from a place to itself is 0, and none is above `LONGEST_DRIVE_S`.
    """
    metres = great_circle_m(a, b)
    with np.errstate(
        all="ignore"
    ):  # settings as odd as their bounds allow: what isn't finite becomes the longest drive
        seconds = metres * settings.circuity / (np.float64(settings.speed_kmh) / 3.6) * factor
        doubtful = np.flatnonzero((metres > 0) & (np.abs(seconds - np.rint(seconds)) < _NEARLY_WHOLE_S))
    rows_a, rows_b = np.broadcast_arrays(a, b)
    for row in doubtful:
        exact = distance_m((rows_a[row, 0], rows_a[row, 1]), (rows_b[row, 0], rows_b[row, 1]))
        seconds[row] = exact * settings.circuity / (settings.speed_kmh / 3.6) * factor
    seconds = np.where(metres == 0, 0, np.nan_to_num(np.ceil(seconds), nan=LONGEST_DRIVE_S, posinf=LONGEST_DRIVE_S))
    whole: NDArray[np.int64] = np.minimum(seconds, LONGEST_DRIVE_S).astype(np.int64)
    return whole
