"""Mending keeps what the map says, in a process that can be killed."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import shapely
from shapely.geometry import shape

from fieldfare.entrypoints.geojson.checking import Verdict, check
from fieldfare.entrypoints.geojson.faults import Kind
from fieldfare.entrypoints.geojson.mending import repair
from fieldfare.entrypoints.geojson.reading import document
from fieldfare.entrypoints.geojson.workshop import Broke, TookTooLong, Workshop
from tests.unit.boundaries.shapes import (
    BOW_TIE,
    SQUARE,
    TOUCHING,
    collection,
    comb,
    feature,
    multi,
    polygon,
    square,
    star,
)

# Says that it is ready, and then never answers.
HANGS = (sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(600)")
DIES = (sys.executable, "-c", "print('ready', flush=True)")


def mended(*geometries: Any, time_limit: float = 10) -> list[Verdict]:
    with Workshop(time_limit=time_limit) as workshop:
        return list(check(document(collection(*map(feature, geometries))), workshop=workshop, mending=True))


@pytest.mark.parametrize(
    ("geometry", "wkt"),
    [
        (polygon(SQUARE[:-1]), "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"),
        (polygon(BOW_TIE), "MULTIPOLYGON (((0 0, 1 1, 0 2, 0 0)), ((1 1, 2 0, 2 2, 1 1)))"),
        (polygon([[0, 0], [4, 0], [4, 4], [6, 6], [4, 4], [0, 4], [0, 0]]), "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"),
        # GEOS alone would make a part of the hole: the business would serve what its map takes away.
        (polygon(SQUARE, square(5, 5, 1)), "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"),
        (polygon(SQUARE, [[1, 1], [2, 2]]), "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"),
        (polygon(SQUARE, square(3, 3, 2)), "POLYGON ((0 0, 4 0, 4 3, 3 3, 3 4, 0 4, 0 0))"),
        (multi([SQUARE], [square(4, 0, 4)]), "POLYGON ((0 0, 8 0, 8 4, 0 4, 0 0))"),
        (multi([SQUARE], [[[7, 7], [8, 8], [9, 9], [7, 7]]]), "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"),
        (polygon([[*position, 100] for position in SQUARE[:-1]]), "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0))"),
    ],
)
def test_a_mended_boundary_covers_what_was_meant(geometry: Any, wkt: str) -> None:
    result = repair(geometry).geometry
    assert result is not None
    assert shapely.is_valid(shape(result))
    assert shapely.equals(shape(result), shapely.from_wkt(wkt))


@pytest.mark.parametrize(
    ("geometry", "percent"),
    [
        (polygon(TOUCHING), 0.0),
        (multi([SQUARE], [square(2, 0, 4)]), 0.0),                     # joined: no loss, each part counts by itself
        (polygon(SQUARE, square(3, 3, 2)), 100 * (15 - 12) / 12),      # 16 - 4 before, 16 - 1 after
        (polygon(BOW_TIE), None),                                      # its lobes cancel each other out
    ],
)  # fmt: skip
def test_the_change_of_area_is_told(geometry: Any, percent: float | None) -> None:
    (verdict,) = mended(geometry)
    assert verdict.mended is not None
    assert verdict.mended.change_percent == (None if percent is None else pytest.approx(percent, abs=1e-9))


def test_mended_shells_run_counterclockwise_as_the_standard_asks() -> None:
    result = repair(polygon(TOUCHING[::-1])).geometry
    assert result is not None
    assert all(part.exterior.is_ccw for part in shapely.get_parts(shape(result)))


def test_all_but_the_geometry_stays_and_boxes_are_measured_anew() -> None:
    geometry = {**polygon(BOW_TIE), "bbox": [0, 0, 9, 9], "srid": 4326}
    before = feature(geometry, id=7, properties={"name": "Bów", "n": 1.10}, bbox=[0, 0, 9, 9], extra=[None])
    with Workshop(time_limit=10) as workshop:
        (verdict,) = check(document(before), workshop=workshop, mending=True)
    assert verdict.mended is not None
    after = dict(verdict.mended.value)
    geometry_after = after.pop("geometry")
    assert after == {
        "type": "Feature",
        "id": 7,
        "properties": before["properties"],
        "bbox": [0, 0, 2, 2],
        "extra": [None],
    }
    assert (geometry_after["bbox"], geometry_after["srid"]) == ([0, 0, 2, 2], 4326)


def test_a_feature_without_properties_gets_none_and_keeps_its_shape() -> None:
    before = {"type": "Feature", "geometry": polygon(SQUARE)}
    with Workshop(time_limit=10) as workshop:
        (verdict,) = check(document(before), workshop=workshop, mending=True)
    assert verdict.mended is not None
    assert verdict.mended.value == feature(polygon(SQUARE), properties=None)


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (polygon([[0, 0], [2, 2], [3, 1], [2, 2], [0, 0]]), "nothing is left of it: it encloses no area"),
        (polygon([[0, 0], [1, 1], [0, 0]]), "features[0].geometry.coordinates[0]: 3 positions; a ring needs four"),
        (
            polygon([[0, 0], [200, 1], [0, 1], [0, 0]]),
            "features[0].geometry.coordinates[0][1]: 1 of 4 positions are not",
        ),
        ({"type": "Point", "coordinates": [1, 2]}, 'features[0].geometry: "Point"; only a Polygon or a MultiPolygon'),
        (None, "features[0].geometry: null; only a Polygon or a MultiPolygon can be a boundary"),
    ],
)
def test_what_cannot_be_mended_is_left_out_with_the_reason(geometry: Any, said: str) -> None:
    (verdict,) = mended(geometry)
    assert verdict.left_out is not None
    assert verdict.left_out.startswith(said)


def test_a_star_of_200_positions_mends_within_the_limit() -> None:
    (verdict,) = mended(polygon(star(200, 99)), time_limit=10)  # the default method took 80 s
    assert verdict.left_out is None
    assert verdict.mended is not None
    assert shapely.is_valid(shape(verdict.mended.value["geometry"]))


@pytest.mark.slow
def test_what_takes_longer_than_the_limit_is_killed_and_the_next_feature_is_judged() -> None:
    # A sound comb of 80,000 positions takes GEOS 15 s or more.
    slow, quick = mended(polygon(comb(20_000)), polygon(BOW_TIE), time_limit=2)
    assert [fault.kind for fault in slow.faults] == [Kind.NOT_JUDGED]
    assert slow.left_out == "features[0].geometry: cannot be judged: not done within 2 s"
    assert quick.mended is not None


def test_a_worker_that_hangs_is_killed_for_real() -> None:
    with Workshop(time_limit=0.2, command=HANGS) as workshop:
        workshop._running()
        process = workshop._process
        assert isinstance(process, subprocess.Popen)
        with pytest.raises(TookTooLong, match=r"not done within 0\.2 s"):
            workshop.ask({"do": "mend", "geometry": polygon(star(20_000, 9_999))})
        assert process.returncode is not None


def test_a_worker_that_dies_is_told_and_replaced() -> None:
    with Workshop(time_limit=10, command=DIES) as workshop:
        for _ in range(2):
            with pytest.raises(Broke, match="the worker died"):
                workshop.ask({"do": "mend", "geometry": polygon(SQUARE)})


def test_what_a_library_throws_is_told_as_the_feature_s() -> None:
    with Workshop(time_limit=10) as workshop:
        with pytest.raises(Broke, match="KeyError"):
            workshop.ask({"do": "mend", "geometry": {"type": "Polygon"}})
        assert workshop.ask({"do": "judge", "geometry": polygon(SQUARE), "path": ""}) == {"faults": []}
