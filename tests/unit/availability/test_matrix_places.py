"""A table of drives and the places that it lacks."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from fieldfare.adapters.travel.matrix import MatrixTravel
from fieldfare.domain.travel import Matrix
from fieldfare.ports.travel import DriveRequest, TravelUnavailableError

A, B, C = (43.0, -79.0), (43.5, -79.5), (44.0, -80.0)
TABLE = MatrixTravel(Matrix(points=(A, B), seconds=((0, 100), (200, 0))))


def request(*, target: int, stops: list[int], pairs: list[tuple[int, int]]) -> DriveRequest:
    """Ask for drives among A, B and C, which the table lacks."""
    rows = np.array(stops, dtype=np.int64)
    between = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return DriveRequest(points=np.array([A, B, C]), target=target, origins=rows, destinations=rows, pairs=between)


def test_drives_are_looked_up_by_direction() -> None:
    drives = asyncio.run(TABLE.drives(request(target=0, stops=[1], pairs=[(0, 1), (1, 0)])))
    assert (drives.to_target.tolist(), drives.from_target.tolist()) == ([200], [100])
    assert drives.between.tolist() == [100, 200]


def test_a_place_that_no_drive_is_asked_for_may_be_missing() -> None:
    assert asyncio.run(TABLE.drives(request(target=0, stops=[1], pairs=[]))).to_target.tolist() == [200]


@pytest.mark.parametrize(("target", "stops", "pairs"), [(2, [0], []), (0, [1, 2], []), (0, [1], [(1, 2)]), (2, [], [])])
def test_a_place_that_a_drive_is_asked_for_may_not(target: int, stops: list[int], pairs: list[tuple[int, int]]) -> None:
    with pytest.raises(TravelUnavailableError):
        asyncio.run(TABLE.drives(request(target=target, stops=stops, pairs=pairs)))
