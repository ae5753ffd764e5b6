"""Z1 and Z2: when a boundary counts, and what it contains."""

import math

import pytest

from fieldfare.domain.places import distance_m
from tests.worlds import EAST, HERE, HQ, Document, Spot, World, box, polygon, table, world

# Boundaries need no zone to match (Z4). The date is 2027-01-04.
GROUND = world()
TODAY = "2027-01-04"


def contains(fields: Document, at: Spot = HERE, code: str | None = None) -> bool:
    """Tell whether the boundary matches a place."""
    return "b" in GROUND.boundary("b", **fields).at(at, code).resolution().matched_boundaries


AROUND = polygon(box(-80, 43, -79, 44))

COUNTS = {
    "always": ({}, True),
    "inactive": ({"active": False}, False),
    "deleted": ({"deleted": True}, False),
    # effective_from <= date < effective_to
    "from today": ({"effective_from": TODAY}, True),
    "from tomorrow": ({"effective_from": "2027-01-05"}, False),
    "until today, which it no longer is": ({"effective_to": TODAY}, False),
    "until tomorrow": ({"effective_to": "2027-01-05"}, True),
    "today alone": ({"effective_from": TODAY, "effective_to": "2027-01-05"}, True),
    "yesterday alone": ({"effective_from": "2027-01-03", "effective_to": TODAY}, False),
}


@table("fields, counts", COUNTS)
def test_z1_a_boundary_counts(fields: Document, counts: bool) -> None:
    assert contains({**AROUND, **fields}) is counts


def test_z1_the_date_is_the_local_one() -> None:
    # 2027-01-05T04:59:59Z is still the 4th in Toronto, a second later it is the 5th.
    until_the_5th = GROUND.boundary("b", **AROUND, effective_to="2027-01-05")
    assert "b" in until_the_5th.now("2027-01-05T04:59:59Z").resolution().matched_boundaries
    assert "b" not in until_the_5th.now("2027-01-05T05:00:00Z").resolution().matched_boundaries


# A square of one degree around a square hole, on round numbers: west -80, south 43; the hole is a fifth of it.
SQUARE = polygon(box(-80, 43, -79, 44))
HOLED = polygon(box(-80, 43, -79, 44), [[-79.6, 43.4], [-79.6, 43.6], [-79.4, 43.6], [-79.4, 43.4], [-79.6, 43.4]])
# A triangle whose long side runs from (0, 0) to (3, 1): longitude 1.5 meets latitude 0.5.
TRIANGLE = polygon([[0, 0], [3, 1], [0, 1], [0, 0]])
# Far north the great circle from (0, 60) to (90, 60) runs up to latitude 67.8; the plane's line stays at 60.
WIDE = polygon(box(0, 50, 90, 60))
TWO_PARTS = {
    "kind": "polygon",
    "geometry": {
        "type": "MultiPolygon",
        "coordinates": [[box(0, 0, 10, 10), box(2, 2, 8, 8)[::-1]], [box(5, 5, 20, 20)], [box(30, 0, 31, 1)]],
    },
}

POLYGONS = {
    "inside": (SQUARE, Spot(43.5, -79.5), True),
    "outside": (SQUARE, Spot(44.5, -79.5), False),
    "on the border": (SQUARE, Spot(43.0, -79.5), True),
    "on a corner": (SQUARE, Spot(44.0, -80.0), True),
    # 1e-9 degrees count as the border, 1e-8 do not.
    "half a billionth beside": (SQUARE, Spot(43.0 - 5e-10, -79.5), True),
    "ten billionths beside": (SQUARE, Spot(43.0 - 1e-8, -79.5), False),
    "ten billionths inside": (SQUARE, Spot(43.0 + 1e-8, -79.5), True),
    "in the hole": (HOLED, Spot(43.5, -79.5), False),
    "on the hole's border": (HOLED, Spot(43.4, -79.5), True),
    "on the hole's corner": (HOLED, Spot(43.6, -79.4), True),
    "half a billionth inside the hole": (HOLED, Spot(43.4 + 5e-10, -79.5), True),
    "ten billionths inside the hole": (HOLED, Spot(43.4 + 1e-8, -79.5), False),
    "between the hole and the rim": (HOLED, Spot(43.2, -79.5), True),
    "on a slanting border": (TRIANGLE, Spot(0.5, 1.5), True),
    "below a slanting border": (TRIANGLE, Spot(0.49, 1.5), False),
    "above a slanting border": (TRIANGLE, Spot(0.51, 1.5), True),
    "edges are straight on the plane": (WIDE, Spot(61.0, 45.0), False),
    "up to the edge on the plane": (WIDE, Spot(60.0, 45.0), True),
    # The second part covers half of the first one's hole.
    "in a hole that another part covers": (TWO_PARTS, Spot(6.0, 6.0), True),
    "in a hole that none covers": (TWO_PARTS, Spot(3.0, 3.0), False),
    "where two parts overlap": (TWO_PARTS, Spot(9.0, 9.0), True),
    "in a part apart": (TWO_PARTS, Spot(0.5, 30.5), True),
    "between the parts": (TWO_PARTS, Spot(0.5, 25.0), False),
    "no parts": ({"kind": "polygon", "geometry": {"type": "MultiPolygon", "coordinates": []}}, HERE, False),
}


@table("fields, at, expected", POLYGONS)
def test_z2_a_polygon_contains(fields: Document, at: Spot, expected: bool) -> None:
    assert contains(fields, at) is expected


@table("fields, at, expected", {name: POLYGONS[name] for name in ("in the hole", "on the hole's border", "inside")})
def test_z2_a_ring_may_run_either_way(fields: Document, at: Spot, expected: bool) -> None:
    geometry = fields["geometry"]
    turned = [ring[::-1] for ring in geometry["coordinates"]]
    assert contains({**fields, "geometry": {**geometry, "coordinates": turned}}, at) is expected


def test_z2_a_place_on_the_border_of_two_lies_in_both() -> None:
    both = GROUND.boundary("west", **polygon(box(-81, 43, -79.5, 44))).boundary(
        "east", **polygon(box(-79.5, 43, -79, 44))
    )
    assert {"west", "east"} <= set(both.at(Spot(43.5, -79.5)).resolution().matched_boundaries)


def disc(radius_m: float, center: Spot = HERE) -> Document:
    return {"kind": "radius", "center": {"lat": center.lat, "lng": center.lng}, "radius_m": radius_m}


# HQ lies an eighth of a degree of latitude south of HERE: 13,899.385 m.
METRES = math.pi / 180 / 8 * 6_371_008.8


@pytest.mark.parametrize(("radius_m", "inside"), [(METRES + 0.001, True), (METRES - 0.001, False)])
def test_z2_a_disc_contains_what_is_near(radius_m: float, inside: bool) -> None:
    assert contains(disc(radius_m), HQ) is inside


def test_z2_a_disc_contains_its_rim_exactly() -> None:
    exactly = distance_m(HERE, EAST)
    below = exactly * (1 - 2**-52)
    assert below < exactly
    assert contains(disc(exactly), EAST)
    assert not contains(disc(below), EAST)


DISCS = {
    # 100 km around a point 0.5 degrees (55.6 km) west of the antimeridian
    "over the antimeridian": (disc(100_000, Spot(0.0, 179.5)), Spot(0.0, -179.9), True),
    "over the antimeridian, too far": (disc(100_000, Spot(0.0, 179.5)), Spot(0.0, -179.5), False),
    # 200 km around a point one degree (111 km) from the pole reaches 0.8 degrees beyond it.
    "over the pole": (disc(200_000, Spot(89.0, 0.0)), Spot(89.5, 180.0), True),
    "over the pole, too far": (disc(200_000, Spot(89.0, 0.0)), Spot(89.0, 180.0), False),
    "the centre": (disc(0.001), HERE, True),
    # Half the way around is 20,015 km.
    "the whole world": (disc(20_016_000), Spot(-43.5, 100.375), True),
}


@table("fields, at, expected", DISCS)
def test_z2_a_disc_contains(fields: Document, at: Spot, expected: bool) -> None:
    assert contains(fields, at) is expected


def postal(*codes: str) -> Document:
    return {"kind": "postal_set", "codes": list(codes)}


POSTAL: dict[str, tuple[Document, str | None, bool]] = {
    "the same code": (postal("L6H1A1"), "L6H 1A1", True),
    "the same code, both to be normalised": (postal("l6h-1a1"), "L6H 1A1", True),
    "another code": (postal("L6H1A1"), "L6H 1A2", False),
    "an FSA": (postal("L6H"), "L6H 1A1", True),
    "another FSA": (postal("L6J"), "L6H 1A1", False),
    "an FSA for an FSA": (postal("L6H"), "L6H", True),
    "a code for an FSA": (postal("L6H1A1"), "L6H", False),
    # Only letter digit letter stands for all that begins with it, and only for Canadian codes.
    "two characters stand for nothing": (postal("L6"), "L6H 1A1", False),
    "four characters stand for nothing": (postal("L6H1"), "L6H 1A1", False),
    "a code that only looks Canadian": (postal("L6H"), "L6H 1A", False),
    "ZIP": (postal("90210"), "90210", True),
    "ZIP+4 for a ZIP": (postal("90210"), "90210-1234", True),
    "ZIP+4 in the set": (postal("90210-1234"), "90210", True),
    "a ZIP's first digits": (postal("902"), "90210", False),
    "British": (postal("sw1a 1aa"), "SW1A 1AA", True),
    "British without its space": (postal("SW1A1AA"), "SW1A 1AA", False),
    "one of many": (postal("90210", "L6J", "L6H"), "L6H 1A1", True),
    "no codes": (postal(), "L6H 1A1", False),
    "a place without a code": (postal("L6H", ""), None, False),
    "a place with an empty code": (postal("L6H", ""), "", False),
}


@table("fields, code, expected", POSTAL)
def test_z2_a_postal_set_contains(fields: Document, code: str | None, expected: bool) -> None:
    assert contains(fields, code=code) is expected


def test_z4_every_matching_boundary_is_told_linked_or_not() -> None:
    small: World = GROUND.boundary("b2", **disc(1)).boundary("b1", **postal("L6H")).boundary("b0", **disc(1, EAST))
    assert small.at(HERE, "L6H 1A1").resolution().matched_boundaries == ("around", "b1", "b2")
