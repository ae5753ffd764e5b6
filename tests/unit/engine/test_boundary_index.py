"""The index finds what a plain scan over all boundaries finds (Z1 to Z4)."""

from datetime import date
from typing import Any

import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldfare.domain.boundaries import Boundary, Child, Composite, Operation, Polygon, PostalSet, Radius
from fieldfare.domain.places import Place, normalise_postal_code
from fieldfare.engine.boundary_index import BoundaryIndex

DAY = date(2027, 1, 4)
CODES = ("L6H1A1", "L6H2B2", "L6J1A1", "L6H", "L6J", "90210", "SW1A 1AA")

# Whole degrees, so that borders, corners and centres are hit often; the poles and the antimeridian are among them.
longitudes = st.integers(-180, 180)
latitudes = st.integers(-90, 90)
near_longitudes = st.integers(-4, 4)
near_latitudes = st.integers(-3, 3)


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    """Draw rectangles, some with a hole that touches no side."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        west, south = draw(near_longitudes), draw(near_latitudes)
        width, height = draw(st.integers(1, 6)), draw(st.integers(1, 6))
        shell = shapely.box(west, south, west + width, south + height)
        hole = [
            (west + width * x, south + height * y) for x, y in ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))
        ]
        parts.append(shapely.Polygon(shell.exterior.coords, [hole]) if draw(st.booleans()) else shell)
    return Polygon(parts=tuple(parts))


places = st.builds(
    Place,
    lat=near_latitudes | latitudes | st.floats(-90, 90),
    lng=near_longitudes | longitudes | st.floats(-180, 180),
    postal_code=st.none() | st.sampled_from(CODES),
)
discs = st.builds(
    Radius,
    center=st.builds(Place, lat=near_latitudes | latitudes, lng=near_longitudes | longitudes),
    radius_m=st.floats(1, 25_000_000),
)
postal_sets = st.builds(PostalSet, codes=st.frozensets(st.sampled_from(CODES)))
lives: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "active": st.booleans(),
        "deleted": st.booleans(),
        "effective_from": st.dates(date(2027, 1, 3), date(2027, 1, 5)),
        "effective_to": st.dates(date(2027, 1, 3), date(2027, 1, 6)),
    },
)


@st.composite
def grounds(draw: st.DrawFn) -> list[Boundary]:
    """Draw shapes, and composites of what was drawn before them, in any order."""
    boundaries: list[Boundary] = []
    for number in range(draw(st.integers(0, 5))):
        shape = draw(polygons() | discs | postal_sets)
        boundaries.append(Boundary(id=f"b{number}", shape=shape, **draw(lives)))
    for number in range(draw(st.integers(0, 4)) if boundaries else 0):
        known = [boundary.id for boundary in boundaries]
        chosen = draw(st.lists(st.sampled_from(known), unique=True, max_size=4))
        children = tuple(
            Child(boundary=id_, operation=draw(st.sampled_from(Operation)), sort=draw(st.integers(0, 2)))
            for id_ in chosen
        )
        boundaries.append(Boundary(id=f"c{number}", shape=Composite(children=children), **draw(lives)))
    return draw(st.permutations(boundaries))


def scan(boundaries: list[Boundary], place: Place) -> set[str]:
    """Ask every boundary, by the letter of Z1 to Z3."""
    by_id = {boundary.id: boundary for boundary in boundaries}

    def counts(boundary: Boundary) -> bool:
        begun = boundary.effective_from is None or boundary.effective_from <= DAY
        over = boundary.effective_to is not None and boundary.effective_to <= DAY
        return boundary.active and not boundary.deleted and begun and not over

    def contains(boundary: Boundary) -> bool:
        if not isinstance(boundary.shape, Composite):
            return boundary.shape.contains(place)
        inside, first = False, True
        for child in sorted(boundary.shape.children, key=lambda child: (child.sort, child.boundary)):
            if counts(by_id[child.boundary]):
                match = contains(by_id[child.boundary])
                if child.operation is Operation.UNION or (first and child.operation is Operation.INTERSECT):
                    inside = inside or match
                else:
                    inside = inside and (match if child.operation is Operation.INTERSECT else not match)
                first = False
        return inside

    return {boundary.id for boundary in boundaries if counts(boundary) and contains(boundary)}


@settings(max_examples=120, deadline=None)
@given(boundaries=grounds(), asked=st.lists(places, min_size=1, max_size=6))
def test_the_index_equals_a_plain_scan(boundaries: list[Boundary], asked: list[Place]) -> None:
    index = BoundaryIndex(boundaries, DAY)
    for place in asked:
        assert index.matching(place) == scan(boundaries, place)


EVERYWHERE = Radius(center=Place(lat=0.0, lng=0.0), radius_m=25_000_000)
NOWHERE = PostalSet(codes=frozenset())


@st.composite
def nests(draw: st.DrawFn) -> list[Boundary]:
    """Draw composites of composites, over leaves that contain every place or none."""
    boundaries = [Boundary(id="all", shape=EVERYWHERE), Boundary(id="none", shape=NOWHERE)]
    for number in range(draw(st.integers(2, 6))):
        ids = draw(st.lists(st.sampled_from([b.id for b in boundaries]), unique=True, min_size=1, max_size=4))
        children = tuple(
            Child(boundary=id_, operation=draw(st.sampled_from(Operation)), sort=sort) for sort, id_ in enumerate(ids)
        )
        boundaries.append(Boundary(id=f"c{number}", shape=Composite(children=children)))
    return boundaries


@settings(max_examples=150, deadline=None)
@given(boundaries=nests())
def test_the_index_works_through_nests_of_composites(boundaries: list[Boundary]) -> None:
    here = Place(lat=43.5, lng=-79.7)
    assert BoundaryIndex(boundaries, DAY).matching(here) == scan(boundaries, here)


@settings(max_examples=100, deadline=None)
@given(
    center=st.builds(Place, lat=latitudes, lng=longitudes),
    radius_m=st.floats(1, 20_100_000),
    place=st.builds(Place, lat=st.floats(-90, 90), lng=st.floats(-180, 180)),
)
def test_the_box_around_a_disc_hides_nothing_of_it(center: Place, radius_m: float, place: Place) -> None:
    disc = Radius(center=center, radius_m=radius_m)
    index = BoundaryIndex([Boundary(id="disc", shape=disc)], DAY)
    assert ("disc" in index.matching(place)) == disc.contains(place)


def test_the_codes_of_this_test_are_normalised() -> None:
    assert [normalise_postal_code(code) for code in CODES] == list(CODES)
