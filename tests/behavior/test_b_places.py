"""Chapter B: places. Borders, holes, discs, postal codes, hubs."""

from fieldfare.domain.places import distance_m
from tests.behavior.town import EAST, HERE, HQ, WEST, town
from tests.worlds import Document, Spot, World, box, polygon

CENTRE = Spot(43.5, -79.625)
SQUARE = polygon(box(-79.75, 43.25, -79.5, 43.75))
HOLED = polygon(
    box(-79.75, 43.25, -79.5, 43.75),
    [[-79.65, 43.45], [-79.65, 43.55], [-79.6, 43.55], [-79.6, 43.45], [-79.65, 43.45]],
)


def served(fields: Document, at: Spot, code: str | None = None) -> bool:
    """Tell whether a customer at a place is served by a zone with one boundary, and is offered something."""
    answer = town().boundary("area", **fields).zone("z1", boundaries=["area"]).at(at, code).answer()
    assert (answer.resolution.outcome == "zone") is bool(answer.slots)
    return bool(answer.slots)


def test_b01_a_customer_inside_the_area_is_served_and_one_outside_is_not() -> None:
    assert served(SQUARE, CENTRE)
    assert not served(SQUARE, Spot(43.5, -79.4))


def test_b02_a_customer_on_the_border_is_served() -> None:
    assert served(SQUARE, Spot(43.5, -79.5))
    assert served(SQUARE, Spot(43.25, -79.75))


def test_b03_the_border_is_a_billionth_of_a_degree_thick() -> None:
    # 5e-10 beside the border is still on it, 1e-8 (a millimetre) is not.
    assert served(SQUARE, Spot(43.5, -79.5 + 5e-10))
    assert not served(SQUARE, Spot(43.5, -79.5 + 1e-8))


def test_b04_a_customer_in_a_hole_is_not_served_and_one_on_its_border_is() -> None:
    assert not served(HOLED, CENTRE)
    assert served(HOLED, Spot(43.45, -79.625))
    assert served(HOLED, Spot(43.55, -79.6))


def test_b05_a_customer_on_the_shared_border_of_two_zones_gets_one_answer() -> None:
    west, east = polygon(box(-80, 43, -79.625, 44)), polygon(box(-79.625, 43, -79, 44))
    small = town().boundary("west", **west).boundary("east", **east).zone("z1", active=False)
    both = small.zone("za", boundaries=["east"], industries=[{"industry": "hvac"}]).zone(
        "zb", boundaries=["west"], industries=[{"industry": "hvac"}]
    )
    resolution = both.at(CENTRE).resolution()
    assert resolution.candidate_zones == ("za", "zb")
    assert (resolution.zone, resolution.decided_by) == ("za", "id")
    # A step to either side there is only one.
    assert both.at(EAST).resolution().candidate_zones == ("za",)
    assert both.at(WEST).resolution().candidate_zones == ("zb",)


def test_b06_a_customer_exactly_at_the_radius_is_served() -> None:
    # EAST and WEST are equally far from HERE: the radius that just reaches one just reaches the other.
    reach = distance_m(HERE, EAST)
    disc = {"kind": "radius", "center": {"lat": HERE.lat, "lng": HERE.lng}, "radius_m": reach}
    assert served(disc, EAST)
    assert served(disc, WEST)
    assert not served({**disc, "radius_m": reach * (1 - 1e-15)}, EAST)


def test_b07_an_area_of_several_parts_is_served_in_each_and_where_they_overlap() -> None:
    parts = [[box(-79.75, 43.25, -79.6, 43.75)], [box(-79.65, 43.25, -79.5, 43.75)], [box(-79.3, 43.25, -79.2, 43.75)]]
    area = {"kind": "polygon", "geometry": {"type": "MultiPolygon", "coordinates": parts}}
    assert served(area, CENTRE)
    assert served(area, Spot(43.5, -79.7))
    assert served(area, Spot(43.5, -79.25))
    assert not served(area, Spot(43.5, -79.4))


def test_b08_a_postal_code_is_the_same_however_it_is_typed() -> None:
    area = {"kind": "postal_set", "codes": ["L6H 1A1"]}
    for code in ("L6H 1A1", "l6h1a1", " L6H-1A1 "):
        assert served(area, HERE, code)
    assert not served(area, HERE, "L6H 1A2")


def test_b09_three_characters_stand_for_every_canadian_code_that_begins_with_them() -> None:
    area = {"kind": "postal_set", "codes": ["L6H"]}
    assert served(area, HERE, "L6H 9Z9")
    assert served(area, HERE, "L6H")
    assert not served(area, HERE, "L6J 1A1")


def test_b10_a_customer_without_a_postal_code_is_in_no_set_of_them() -> None:
    assert not served({"kind": "postal_set", "codes": ["L6H"]}, HERE)


def test_b11_an_owner_can_draw_a_ring_and_take_a_postal_code_out_of_it() -> None:
    small = town().boundary("square", **SQUARE).boundary("not-there", kind="postal_set", codes=["L6J"])
    children = [
        {"boundary": "square", "operation": "union", "sort": 1},
        {"boundary": "not-there", "operation": "exclude", "sort": 2},
    ]
    area = small.boundary("area", kind="composite", children=children).zone("z1", boundaries=["area"])
    assert area.at(CENTRE, "L6H 1A1").resolution().outcome == "zone"
    assert area.at(CENTRE, "L6J 1A1").resolution().outcome == "out_of_area"
    # Once the postal set is switched off, it is passed over.
    assert area.boundary("not-there", active=False).at(CENTRE, "L6J 1A1").resolution().outcome == "zone"


def test_b12_an_area_that_is_planned_for_tomorrow_serves_nobody_today() -> None:
    from_monday = town().boundary("area", **SQUARE, effective_from="2027-01-04").zone("z1", boundaries=["area"])
    assert from_monday.resolution().outcome == "out_of_area"
    assert from_monday.now("2027-01-04 00:00").resolution().outcome == "zone"


def test_b13_a_customer_belongs_to_the_nearest_hub() -> None:
    small = town().hub("H02", EAST).hub("H01", HQ)
    assert small.at(Spot(43.5, -79.51)).resolution().hub == "H02"
    assert small.at(Spot(43.38, -79.625)).resolution().hub == "H01"


def test_b14_as_near_to_two_hubs_the_smaller_id_counts() -> None:
    assert town().hub("H02", EAST).hub("H01", WEST).resolution().hub == "H01"
    assert town().hub("H01", EAST).hub("H02", WEST).resolution().hub == "H01"


def test_b15_a_customer_outside_every_area_is_still_told_apart_by_hub() -> None:
    resolution = town().hub("H01", HQ).at(Spot(10.0, 10.0)).resolution()
    assert (resolution.outcome, resolution.zone, resolution.hub) == ("out_of_area", None, "H01")


def test_b16_the_same_area_is_served_whichever_way_its_ring_was_drawn() -> None:
    rings: list[World] = []
    for turned in (False, True):
        outer, inner = HOLED["geometry"]["coordinates"]
        coordinates = [outer[::-1], inner[::-1]] if turned else [outer, inner]
        geometry = {"type": "Polygon", "coordinates": coordinates}
        rings.append(town().boundary("area", kind="polygon", geometry=geometry).zone("z1", boundaries=["area"]))
    for at in (CENTRE, Spot(43.3, -79.7), Spot(43.45, -79.625), Spot(44, -79)):
        assert rings[0].at(at).resolution() == rings[1].at(at).resolution()
