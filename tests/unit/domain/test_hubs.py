"""P5: the hub of a place, and the distance by which it is the nearest."""

import math

import pytest

from fieldfare.domain.places import EARTH_RADIUS_M, Hub, Place, distance_m, nearest_hub, tagged_hub
from tests.worlds import EAST, HERE, NORTH, WEST, Spot, table


def hub(id_: str, at: Spot) -> Hub:
    return Hub(id=id_, name="", place=Place(lat=at.lat, lng=at.lng))


DISTANCES = {
    "nowhere": ((43.5, -79.7), (43.5, -79.7), 0.0),
    # One degree of a great circle: pi / 180 * R
    "a degree north": ((0.0, 0.0), (1.0, 0.0), math.pi / 180 * EARTH_RADIUS_M),
    "a degree east on the equator": ((0.0, 10.0), (0.0, 11.0), math.pi / 180 * EARTH_RADIUS_M),
    "from pole to pole": ((90.0, 0.0), (-90.0, 77.0), math.pi * EARTH_RADIUS_M),
    "the other side of the world": ((0.0, 0.0), (0.0, 180.0), math.pi * EARTH_RADIUS_M),
    "around the pole": ((90.0, 0.0), (90.0, 120.0), 0.0),
    # 179.5 E and 179.5 W are one degree apart.
    "over the antimeridian": ((0.0, 179.5), (0.0, -179.5), math.pi / 180 * EARTH_RADIUS_M),
}


@table("a, b, metres", DISTANCES)
def test_the_great_circle_distance(a: tuple[float, float], b: tuple[float, float], metres: float) -> None:
    assert distance_m(a, b) == pytest.approx(metres, abs=1e-6)
    assert distance_m(b, a) == pytest.approx(metres, abs=1e-6)


NEAREST = {
    "the only one": ([hub("H01", NORTH)], "H01"),
    "the nearer one": ([hub("H01", NORTH), hub("H02", Spot(43.51, -79.625))], "H02"),
    # EAST and WEST lie an eighth of a degree to either side of HERE.
    "a tie": ([hub("H01", EAST), hub("H02", WEST)], "H01"),
    "a tie, listed the other way round": ([hub("H02", WEST), hub("H01", EAST)], "H01"),
    "a tie, the other one is smaller": ([hub("H02", EAST), hub("H01", WEST)], "H01"),
    # By code point "H10" < "H9", and capitals come first.
    "a tie of texts": ([hub("H9", EAST), hub("H10", WEST)], "H10"),
    "a tie of cases": ([hub("h1", EAST), hub("H2", WEST)], "H2"),
    "none": ([], None),
}


@table("hubs, expected", NEAREST)
def test_the_nearest_hub(hubs: list[Hub], expected: str | None) -> None:
    assert nearest_hub(HERE, hubs) == expected


TAGS = {
    "opens the title": ("[H07] Furnace repair", "H07"),
    "is the title": ("[H07]", "H07"),
    "touches the text": ("[H07]Furnace", "H07"),
    "stands in the middle": ("Furnace [H07]", None),
    "has a space before": (" [H07] Furnace", None),
    "has a space inside": ("[ H07] Furnace", None),
    "is in small letters": ("[h07] Furnace", None),
    "is unknown": ("[H08] Furnace", None),
    "is not closed": ("[H07 Furnace", None),
    "has other brackets": ("(H07) Furnace", None),
    "the second one does not count": ("[x][H07] Furnace", None),
    "no title": ("", None),
}


@table("title, expected", TAGS)
def test_a_tag_names_a_hub(title: str, expected: str | None) -> None:
    assert tagged_hub(title, {"H07"}) == expected
