"""Polygons: closed, simple, in range, holes inside; parts by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from fieldfare.domain.boundaries import Polygon
from fieldfare.entrypoints.scenario import boundaries
from fieldfare.entrypoints.scenario.errors import ScenarioError
from fieldfare.entrypoints.scenario.read import read_scenario
from tests.unit.scenario.documents import changed, put

COORDINATES = "business.boundaries[0].geometry.coordinates"
CURE = "`fieldfare boundaries check --mend` can mend it"

#   (0,4)----(4,4)
#     |        |
#   (0,0)----(4,0)
SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]]
BOWTIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
PINCHED = [[0, 0], [4, 0], [4, 4], [2, 0], [0, 4], [0, 0]]


@pytest.mark.parametrize(
    ("rings", "where", "message"),
    [
        ([BOWTIE], "[0]", f"the ring touches or crosses itself at [0.5, 0.5]; {CURE}"),
        ([PINCHED], "[0]", f"the ring touches or crosses itself at [2, 0]; {CURE}"),
        ([SQUARE, BOWTIE], "[1]", f"the ring touches or crosses itself at [0.5, 0.5]; {CURE}"),
        ([SQUARE[:-1]], "[0]", "the ring is not closed: it begins at [0, 0] and ends at [0, 4]"),
        ([[[0, 0], [1, 1], [0, 0]]], "[0]", "the ring has 3 positions; at least 4 are needed"),
        ([[]], "[0]", "the ring has 0 positions; at least 4 are needed"),
        ([[[1, 1]] * 5], "[0]", "the ring encloses nothing at [1, 1]"),
        ([], "", "holds no ring; at least one is needed"),
        ([[[0, 0], [180.5, 0], [4, 4], [0, 0]]], "[0][1][0]", "180.5 is above 180; longitude comes first"),
        ([[[0, 0], [4, 0], [4, -91], [0, 0]]], "[0][2][1]", "-91 is below -90; longitude comes first"),
        ([SQUARE, [[5, 5], [6, 5], [6, 6], [5, 5]]], "[1]", "the hole lies outside its ring at [5, 5]"),
        ([SQUARE, HOLE, [[7, 7], [8, 7], [8, 8], [7, 7]]], "[2]", "the hole lies outside its ring at [7, 7]"),
        ([SQUARE, [[1, 1], [5, 1], [5, 2], [1, 1]]], "", f"its rings cross or touch at [4, 1.75]; {CURE}"),
        ([SQUARE, SQUARE], "", "its rings cross or touch"),
        ([SQUARE, HOLE, [[1.5, 1.5], [2, 1.5], [2, 2], [1.5, 1.5]]], "", "a hole lies inside another"),
        ([SQUARE, [[0, 2], [2, 0], [4, 2], [2, 4], [0, 2]]], "", "its holes cut it apart"),
    ],
)
def test_polygon_that_is_refused(rings: Any, where: str, message: str) -> None:
    with pytest.raises(ScenarioError) as fault:
        read_scenario(changed(put(COORDINATES, rings)))

    assert fault.value.path == COORDINATES + where
    assert message in fault.value.message


@pytest.mark.parametrize(
    ("rings", "area"),
    [
        ([SQUARE], 16),
        ([SQUARE[::-1]], 16),
        ([SQUARE, HOLE], 16 - 4),
        ([[[*position, 100.5] for position in SQUARE]], 16),  # altitudes are ignored, ...
        ([[[0, 0, 1], *SQUARE[1:-1], [0, 0, 2]]], 16),  # ... also where the ring closes
        ([[SQUARE[0], *SQUARE]], 16),  # a position that stands twice in a row
    ],
)
def test_polygon_that_is_taken(rings: Any, area: float) -> None:
    assert sum(part.area for part in parts_of(read_scenario(changed(put(COORDINATES, rings))))) == area


@pytest.mark.parametrize(
    ("parts", "areas"),
    [([], []), ([[SQUARE], [[[9, 9], [10, 9], [10, 10], [9, 9]]]], [16, 0.5]), ([[SQUARE], [SQUARE, HOLE]], [16, 12])],
)
def test_parts_of_a_multipolygon_may_overlap_and_be_none(parts: Any, areas: list[float]) -> None:
    multi = {"type": "MultiPolygon", "coordinates": parts}

    question = read_scenario(changed(put("business.boundaries[0].geometry", multi)))

    assert [part.area for part in parts_of(question)] == areas


def test_part_of_a_multipolygon_is_refused() -> None:
    multi = {"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE, BOWTIE]]}

    with pytest.raises(ScenarioError) as fault:
        read_scenario(changed(put("business.boundaries[0].geometry", multi)))

    assert fault.value.path == f"{COORDINATES}[1][1]"


def test_vertices_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    text = changed(put("business.boundaries[1]", {**EXTRA, "id": "b2"}))  # two polygons, 4 and 5 positions
    monkeypatch.setattr(boundaries, "MOST_VERTICES", 9)
    read_scenario(text)
    monkeypatch.setattr(boundaries, "MOST_VERTICES", 8)

    with pytest.raises(ScenarioError) as fault:
        read_scenario(text)

    assert str(fault.value) == "business.boundaries: hold 9 vertices; the limit is 8"


EXTRA = {"kind": "polygon", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}


def parts_of(question: Any) -> Any:
    shape = question.business.boundaries[0].shape
    assert isinstance(shape, Polygon)
    return shape.parts
