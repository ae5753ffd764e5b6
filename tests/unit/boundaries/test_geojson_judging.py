"""Each fault of a polygon is found, named by its kind, and located."""

from __future__ import annotations

import random
from typing import Any

import pytest
import shapely

from fieldfare.entrypoints.geojson.faults import Kind
from fieldfare.entrypoints.geojson.judging import judge
from fieldfare.entrypoints.geojson.mending import repair
from tests.unit.boundaries.shapes import BOW_TIE, SQUARE, TOUCHING, multi, polygon, square

FAULTS: list[tuple[str, Any, Kind, str, tuple[float, float] | None, bool]] = [
    ("unclosed", polygon(SQUARE[:-1]), Kind.UNCLOSED_RING, "[0]", (0, 4), True),
    ("triangle, unclosed", polygon(SQUARE[:3]), Kind.UNCLOSED_RING, "[0]", (4, 4), True),
    ("three positions", polygon([[0, 0], [4, 0], [0, 0]]), Kind.TOO_FEW_POSITIONS, "[0]", None, False),
    ("no position", polygon([]), Kind.TOO_FEW_POSITIONS, "[0]", None, False),
    ("no ring", polygon(), Kind.TOO_FEW_POSITIONS, "", None, False),
    ("a part without a ring", multi([], [SQUARE]), Kind.TOO_FEW_POSITIONS, "[0]", None, True),
    ("a hole of two", polygon(SQUARE, [[1, 1], [2, 2]]), Kind.TOO_FEW_POSITIONS, "[1]", None, True),
    ("bow tie", polygon(BOW_TIE), Kind.SELF_CROSSING, "[0]", (1, 1), True),
    ("bow tie in a part", multi([SQUARE], [BOW_TIE]), Kind.SELF_CROSSING, "[1][0]", (1, 1), True),
    ("touching at a vertex", polygon(TOUCHING), Kind.SELF_TOUCHING, "[0][3]", (-79.85, 43.45), True),
    ("touching an edge", polygon([[0, 0], [2, 0], [2, 2], [1, 0], [0, 2], [0, 0]]), Kind.SELF_TOUCHING, "[0][3]",
     (1, 0), True),
    ("spike", polygon([[0, 0], [4, 0], [4, 4], [6, 6], [4, 4], [0, 4], [0, 0]]), Kind.SPIKE, "[0][3]", (6, 6), True),
    ("spike at the start", polygon([[9, 9], [4, 4], [0, 4], [0, 0], [4, 4], [9, 9]]), Kind.SPIKE, "[0][0]", (9, 9),
     True),
    ("flat", polygon([[0, 0], [1, 1], [2, 2], [0, 0]]), Kind.ZERO_AREA, "[0]", (0, 0), False),
    ("one point", polygon([[5, 5]] * 4), Kind.ZERO_AREA, "[0]", (5, 5), False),
    ("a flat hole", polygon(SQUARE, [[1, 1], [2, 2], [3, 3], [1, 1]]), Kind.ZERO_AREA, "[1]", (1, 1), True),
    ("hole outside", polygon(SQUARE, square(5, 5, 1)), Kind.HOLE_OUTSIDE, "[1]", (5, 5), True),
    ("hole half out", polygon(SQUARE, square(3, 3, 2)), Kind.HOLE_CROSSING, "[1]", (3, 3), True),
    ("hole in a hole", polygon(SQUARE, square(1, 1, 2), square(1.5, 1.5, 1)), Kind.NESTED_HOLES, "[2]", (1.5, 1.5),
     True),
    ("hole over a hole", polygon(SQUARE, square(1, 1, 1), square(1.5, 1.5, 1)), Kind.HOLES_MEET, "", (1.5, 2), True),
    ("hole along the shell", polygon(SQUARE, [[0, 1], [1, 2], [0, 3], [0, 1]]), Kind.HOLES_MEET, "[1]", (0, 3), True),
    ("cut apart", polygon(SQUARE, [[0, 1], [2, 0], [4, 1], [2, 4], [0, 1]]), Kind.DISCONNECTED, "[1]", (2, 0), True),
    ("beyond the globe", polygon([[0, 0], [181, 0], [0, 1], [0, 0]]), Kind.OUT_OF_RANGE, "[0][1]", (181, 0), False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("geometry", "kind", "path", "at", "mendable"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_a_fault_is_named_and_located(
    geometry: Any, kind: Kind, path: str, at: tuple[float, float] | None, mendable: bool
) -> None:
    faults = [fault for fault in judge(geometry, path="g") if not fault.note]
    assert [(fault.kind, fault.path, fault.at, fault.mendable) for fault in faults] == [
        (kind, f"g.coordinates{path}", at, mendable)
    ]


NOTES: list[tuple[str, Any, Kind, str]] = [
    ("repeated position", polygon([[0, 0], [4, 0], [4, 0], [4, 4], [0, 0]]), Kind.DUPLICATE_POSITIONS, "[0][2]"),
    ("across the antimeridian", polygon([[179, 0], [-179, 0], [-179, 1], [179, 0]]), Kind.ANTIMERIDIAN, "[0][0]"),
    ("parts that overlap", multi([SQUARE], [square(2, 2, 4)]), Kind.OVERLAPPING_PARTS, ""),
    ("parts with a common border", multi([SQUARE], [square(4, 0, 4)]), Kind.OVERLAPPING_PARTS, ""),
    ("no parts", multi(), Kind.EMPTY, ""),
    ("Toronto, latitude first", polygon(square(43.6, -79.4, 0.1)), Kind.SWAPPED, ""),
]


@pytest.mark.parametrize(("geometry", "kind", "path"), [n[1:] for n in NOTES], ids=[n[0] for n in NOTES])
def test_what_is_harmless_is_only_noted(geometry: Any, kind: Kind, path: str) -> None:
    found = list(judge(geometry, path=""))
    assert [(fault.kind, fault.path, fault.note) for fault in found] == [(kind, f"coordinates{path}", True)]


@pytest.mark.parametrize(
    "geometry",
    [
        polygon(SQUARE),
        polygon(SQUARE[::-1], square(1, 1, 2)),                                    # either direction
        polygon(SQUARE, [[0, 1], [2, 1], [2, 2], [0, 1]]),                         # a hole may touch its shell
        polygon([[*position, 100] for position in SQUARE]),
        multi([SQUARE], [square(4, 4, 1)]),                                        # parts may touch at a point
        multi([SQUARE, square(1, 1, 2)], [square(1.5, 1.5, 1)]),                   # an island in a lake
        polygon(square(-180, -90, 180)),
    ],
)  # fmt: skip
def test_nothing_is_wrong_with_a_sound_boundary(geometry: Any) -> None:
    assert list(judge(geometry, path="")) == []


@pytest.mark.parametrize(
    ("ring", "hint"),
    [
        (square(43.6, -120.4, 0.1), "latitude and longitude look swapped"),       # Calgary is west of 90°
        (square(630_000, 4_833_000, 1000), "metres on a map sheet"),               # Toronto, in metres of UTM
    ],
)  # fmt: skip
def test_coordinates_off_the_globe_come_with_a_guess(ring: Any, hint: str) -> None:
    (fault,) = judge(polygon(ring), path="")
    assert fault.what.startswith("5 of 5 positions are not on the globe, this one first")
    assert hint in fault.what


def test_each_fault_is_listed() -> None:
    found = judge(multi([BOW_TIE], [SQUARE, square(9, 9, 1), square(7, 7, 1)], [SQUARE[:-1]]), path="")
    assert [(fault.kind, fault.path) for fault in found] == [
        (Kind.SELF_CROSSING, "coordinates[0][0]"),
        (Kind.HOLE_OUTSIDE, "coordinates[1][1]"),
        (Kind.HOLE_OUTSIDE, "coordinates[1][2]"),
        (Kind.UNCLOSED_RING, "coordinates[2][0]"),
    ]


@pytest.mark.parametrize("seed", range(100))
def test_our_verdict_is_that_of_geos_part_by_part_and_mending_leaves_nothing_wrong(seed: int) -> None:
    dice = random.Random(seed)

    def ring() -> list[list[float]]:
        positions = [[float(dice.randint(0, 5)), float(dice.randint(0, 5))] for _ in range(dice.randint(3, 8))]
        return [*positions, positions[0]]

    parts = [[square(0, 0, 5) if dice.random() < 0.5 else ring(), *(ring() for _ in range(dice.randint(0, 2)))]
             for _ in range(dice.randint(1, 2))]  # fmt: skip

    sound = all(shapely.is_valid(shapely.Polygon(part[0], part[1:])) for part in parts)
    found = list(judge(multi(*parts), path=""))
    assert all(fault.note for fault in found) == sound
    mended = repair(multi(*parts)).geometry
    if mended is not None:
        assert shapely.is_valid(shapely.geometry.shape(mended))
        assert [fault for fault in judge(mended, path="") if not fault.note] == []
