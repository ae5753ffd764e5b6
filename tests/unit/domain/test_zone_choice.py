"""Z4 to Z8: which zone serves a place, and what decided."""

from typing import Any

from tests.worlds import HERE, NORTH, World, box, polygon, table, world

# Two zones lie over HERE, `a` and `b`; `a` has the smaller id. What the tests say of `b` has to lift it over `a`.
NOBODY_HERE = world().zone("z1", active=False)
HVAC = {"boundaries": ["around"], "industries": [{"industry": "hvac"}]}
TWO = NOBODY_HERE.zone("a", **HVAC).zone("b", **HVAC)


def zones(a: dict[str, Any], b: dict[str, Any], ground: World = TWO) -> World:
    return ground.zone("a", **a).zone("b", **b)


PLUMBING = TWO.industry("plumbing").request(industry="plumbing")
OFFERS_BOTH = {"industries": [{"industry": "hvac"}, {"industry": "plumbing"}]}
OFFERS_HALF = {"industries": [{"industry": "hvac"}, {"industry": "plumbing", "active": False}]}
GOLD = TWO.request(customer_tier="gold")

CASES = {
    "one zone": (TWO.zone("b", active=False), "a", "only"),
    "the higher priority": (zones({"priority": 50}, {"priority": 51}), "b", "priority"),
    "the default priority is 50": (zones({"priority": 49}, {}), "b", "priority"),
    "the highest of all": (zones({"priority": 99}, {"priority": 100}), "b", "priority"),
    "priority outranks all else": (
        zones({"priority": 51}, {"tiers": ["gold"], "default": True}, GOLD).technician("t1", zones=["b"]),
        "a",
        "priority",
    ),
    "the customer's tier": (zones({}, {"tiers": ["silver", "gold"]}, GOLD), "b", "tier"),
    "another tier": (zones({"tiers": ["gold"]}, {"tiers": ["silver"]}, GOLD), "a", "tier"),
    "no tier is asked for": (zones({}, {"tiers": ["gold"]}), "a", "id"),
    "both have the tier": (zones({"tiers": ["gold"]}, {"tiers": ["gold"]}, GOLD), "a", "id"),
    "the industry of the request": (zones({}, OFFERS_BOTH, PLUMBING), "b", "industry"),
    "an inactive link": (zones({}, OFFERS_HALF, PLUMBING), "a", "id"),
    "an inactive industry": (zones({}, OFFERS_BOTH, PLUMBING.industry("plumbing", active=False)), "a", "id"),
    # The request names none: it is the product's, hvac.
    "the industry of the product": (zones({"industries": []}, {}), "b", "industry"),
    "the industry of the request comes first": (
        zones({"industries": [{"industry": "plumbing"}]}, {}, PLUMBING),
        "a",
        "industry",
    ),
    "an unknown product has no industry": (zones({"industries": []}, {}, TWO.request(product="x")), "a", "id"),
    "an active technician": (TWO.technician("t1", zones=["b"]), "b", "staff"),
    "an inactive technician": (TWO.technician("t1", zones=["b"], active=False), "a", "id"),
    "both are staffed": (TWO.technician("t1", zones=["a", "b"]), "a", "id"),
    "another technician is asked for": (
        TWO.technician("t1", zones=["b"]).technician("t2", zones=[]).request(technician="t2"),
        "b",
        "staff",
    ),
    "the default flag": (zones({}, {"default": True}), "b", "default"),
    "both are default": (zones({"default": True}, {"default": True}), "a", "id"),
    "the smaller id": (TWO, "a", "id"),
    # Ids are compared by code point: "B" < "a", "z10" < "z9".
    "capitals come first": (TWO.zone("B", **HVAC), "B", "id"),
    "ids are texts": (NOBODY_HERE.zone("z9", **HVAC).zone("z10", **HVAC), "z10", "id"),
    # Each criterion outranks those behind it.
    "tier before industry": (
        zones({"tiers": ["gold"]}, OFFERS_BOTH, PLUMBING.request(customer_tier="gold")),
        "a",
        "tier",
    ),
    "industry before staff": (zones(OFFERS_BOTH, {}, PLUMBING).technician("t1", zones=["b"]), "a", "industry"),
    "staff before default": (zones({}, {"default": True}).technician("t1", zones=["a"]), "a", "staff"),
    "default before id": (zones({}, {"default": True}), "b", "default"),
    # A criterion that none of the remaining zones meets leaves them all: gold is only the outranked zone's tier.
    "the tier of an outranked zone": (
        zones({"priority": 60}, {"priority": 60, "default": True}, GOLD).zone("c", **HVAC, tiers=["gold"]),
        "b",
        "default",
    ),
    # Three zones: the tier leaves two of them, and staff one of these; `c` is staffed, too, but has no gold.
    "one criterion after the other": (
        zones({"tiers": ["gold"]}, {"tiers": ["gold"]}, GOLD).zone("c", **HVAC).technician("t1", zones=["b", "c"]),
        "b",
        "staff",
    ),
}


@table("small, zone, decided_by", CASES)
def test_z6_a_zone_is_chosen(small: World, zone: str, decided_by: str) -> None:
    resolution = small.resolution()
    assert (resolution.zone, resolution.decided_by) == (zone, decided_by)


def test_z4_a_zone_matches_by_any_of_its_boundaries_and_appears_once() -> None:
    resolution = (
        TWO.boundary("again", **polygon(box(-80, 43, -79, 44))).zone("a", boundaries=["around", "again"]).resolution()
    )
    assert resolution.candidate_zones == ("a", "b")
    assert resolution.matched_boundaries == ("again", "around")


def test_z4_a_zone_without_a_matching_boundary_is_no_candidate() -> None:
    far = TWO.boundary("far", **polygon(box(0, 0, 1, 1))).zone("a", boundaries=["far"])
    assert (far.resolution().candidate_zones, far.resolution().decided_by) == (("b",), "only")


def test_z4_inactive_and_deleted_zones_do_not_count() -> None:
    assert TWO.zone("a", active=False).resolution().candidate_zones == ("b",)
    assert TWO.zone("a", deleted=True).resolution().candidate_zones == ("b",)


def test_z5_a_negative_zone_outranks_everything() -> None:
    blocked = zones({"priority": 100, "default": True}, {"priority": 0, "negative": True}).resolution()
    assert (blocked.outcome, blocked.zone, blocked.decided_by) == ("blocked", None, "negative")
    assert blocked.candidate_zones == ("a", "b")


def test_z5_a_negative_zone_alone_blocks_even_with_a_default_zone_elsewhere() -> None:
    alone = TWO.zone("a", negative=True).zone("b", boundaries=[], default=True).resolution()
    assert (alone.outcome, alone.zone, alone.decided_by) == ("blocked", None, "negative")


def test_z5_a_negative_zone_that_does_not_count_blocks_nothing() -> None:
    assert TWO.zone("b", negative=True, active=False).resolution().zone == "a"
    assert TWO.zone("b", negative=True, deleted=True).resolution().zone == "a"
    assert TWO.zone("b", negative=True, boundaries=[]).resolution().zone == "a"


# Nothing lies over HERE. `a` and `b` are zones without a boundary.
NOWHERE = zones({"boundaries": []}, {"boundaries": []})

DEFAULTS = {
    "none": (NOWHERE, "out_of_area", None, "none"),
    "the default zone": (NOWHERE.zone("b", default=True), "default_zone", "b", "default"),
    "several": (zones({"default": True}, {"default": True}, NOWHERE), "default_zone", "a", "default"),
    "an inactive one": (NOWHERE.zone("b", default=True, active=False), "out_of_area", None, "none"),
    "a deleted one": (NOWHERE.zone("b", default=True, deleted=True), "out_of_area", None, "none"),
    "a negative one": (NOWHERE.zone("b", default=True, negative=True), "out_of_area", None, "none"),
    "the first is negative": (
        zones({"default": True, "negative": True}, {"default": True}, NOWHERE),
        "default_zone",
        "b",
        "default",
    ),
    # Priority is for zones that match.
    "several, one of higher priority": (
        zones({"default": True}, {"default": True, "priority": 90}, NOWHERE),
        "default_zone",
        "a",
        "default",
    ),
    "another zone matches": (NOWHERE.zone("a", default=True).zone("b", **HVAC), "zone", "b", "only"),
}


@table("small, outcome, zone, decided_by", DEFAULTS)
def test_z7_the_default_zone(small: World, outcome: str, zone: str | None, decided_by: str) -> None:
    resolution = small.resolution()
    assert (resolution.outcome, resolution.zone, resolution.decided_by) == (outcome, zone, decided_by)


def test_z7_a_default_zone_has_no_candidates() -> None:
    assert NOWHERE.zone("b", default=True).resolution().candidate_zones == ()


def test_z7_every_rule_still_applies_in_the_default_zone() -> None:
    # The shift is two hours, the visit one, and the place an hour from the depot: only the last hour is left.
    far = (
        NOWHERE.zone("b", default=True)
        .schedule("b", zone="b", week={"mon": [["08:00", "17:00"]]})
        .technician("t1", zones=["b"])
        .shift(("08:00", "10:00"))
        .policy(depart="on_shift")
        .drives(3_600)
    )
    assert far.starts() == ["09:00"]


def test_z8_the_trace_tells_the_hub_whether_there_is_a_zone_or_not() -> None:
    hubs = NOWHERE.hub("H01", NORTH).hub("H02", HERE)
    assert hubs.resolution().hub == "H02"
    assert NOWHERE.resolution().hub is None
