"""Which boundaries contain a place: the index beside a scan, among ten to ten thousand polygons."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.polygons import places_near_borders, random_places, star_polygons
from benchmarks.rounds import in_rounds
from fieldfare.domain.boundaries import Boundary, Polygon
from fieldfare.domain.places import Place
from fieldfare.engine.boundary_index import BoundaryIndex

SIZES = (10, 100, 1_000, 10_000)
TODAY = date(2026, 11, 23)
PLACES = 1_000
CHECKED = {10: 1_000, 100: 1_000, 1_000: 200, 10_000: 25}


@pytest.mark.benchmark(group="boundaries")
@pytest.mark.parametrize("polygons", SIZES)
def test_index(benchmark: BenchmarkFixture, polygons: int) -> None:
    boundaries = star_polygons(polygons)
    index, places = BoundaryIndex(boundaries, TODAY), random_places(PLACES)

    def resolve_all() -> int:
        return sum(len(index.matching(place)) for place in places)

    matches = benchmark(resolve_all)

    near = places_near_borders(boundaries, CHECKED[polygons])
    for place in places[: CHECKED[polygons]] + near:
        assert index.matching(place) == scan(boundaries, place)
    benchmark.extra_info |= {"polygons": polygons, "places": PLACES, "matches": matches / PLACES}


@pytest.mark.benchmark(group="boundary scan")
@pytest.mark.parametrize("polygons", SIZES)
def test_scan(benchmark: BenchmarkFixture, polygons: int) -> None:
    boundaries, places = star_polygons(polygons), random_places(max(1, 10_000 // polygons))
    in_rounds(benchmark, lambda: [scan(boundaries, place) for place in places], 3)
    benchmark.extra_info |= {"polygons": polygons, "places": len(places)}


@pytest.mark.benchmark(group="boundary building")
@pytest.mark.parametrize("polygons", SIZES)
def test_building_the_index(benchmark: BenchmarkFixture, polygons: int) -> None:
    boundaries = star_polygons(polygons)
    in_rounds(benchmark, lambda: BoundaryIndex(boundaries, TODAY), 5)
    benchmark.extra_info["polygons"] = polygons


def scan(boundaries: list[Boundary], place: Place) -> frozenset[str]:
    """Ask one polygon after the other."""
    return frozenset(
        boundary.id for boundary in boundaries if isinstance(boundary.shape, Polygon) and boundary.shape.contains(place)
    )
