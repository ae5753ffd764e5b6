"""How long drives take: the port behind which every travel model stands (rules T1 and T6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveRequest:
    """The drives that one answer needs, in the shapes that road routers answer in one call each.

    `points` is (n, 2) float64, latitude and longitude in degrees, each place once. `target` is the row of the new
    place. `origins` (i,) and `destinations` (j,) are rows for the drives to and from it (many to one, one to many);
    `pairs` (m, 2) are rows of listed drives.
    """

    points: NDArray[np.float64]
    target: int
    origins: NDArray[np.int64]
    destinations: NDArray[np.int64]
    pairs: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drives:
    """Drives in whole seconds, int64, each 0 or more and at most `LONGEST_DRIVE_S`, in the order of the request."""

    to_target: NDArray[np.int64]
    from_target: NDArray[np.int64]
    between: NDArray[np.int64]


class TravelUnavailableError(Exception):
    """The travel model can't answer now; another may."""


class TravelTimes(Protocol):
    """A travel model."""

    @property
    def source(self) -> str:
        """The model's name, which the answer carries as `travel_source`."""
        ...

    async def drives(self, request: DriveRequest) -> Drives:
        """Look up all the drives of a request at once; raises `TravelUnavailableError`."""
        ...
