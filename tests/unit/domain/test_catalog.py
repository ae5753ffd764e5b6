"""C1 to C3: what a zone sells, at which price, and how long it takes."""

from typing import Any

import pytest

from fieldfare.domain.catalog import Override, Product, quote
from tests.worlds import World, table, world

SELLS = world().technician("t1")
HVAC, PLUMBING = {"industry": "hvac"}, {"industry": "plumbing"}
BOTH = SELLS.industry("plumbing")

OUTCOMES = {
    "an active link to an active industry": (SELLS, "zone"),
    # C1: no active industry at all
    "no link": (SELLS.zone("z1", industries=[]), "no_services"),
    "an inactive link": (SELLS.zone("z1", industries=[{**HVAC, "active": False}]), "no_services"),
    "an inactive industry": (SELLS.industry("hvac", active=False), "no_services"),
    # The zone sells something, but not this.
    "another industry": (BOTH.zone("z1", industries=[PLUMBING]), "product_unavailable"),
    "this link is inactive, another is not": (
        BOTH.zone("z1", industries=[{**HVAC, "active": False}, PLUMBING]),
        "product_unavailable",
    ),
    "this industry is inactive, another is not": (
        BOTH.zone("z1", industries=[HVAC, PLUMBING]).industry("hvac", active=False),
        "product_unavailable",
    ),
    "an inactive product": (SELLS.product(active=False), "product_unavailable"),
    "an unknown product": (SELLS.request(product="x"), "product_unavailable"),
    # The first of the two is told.
    "an unknown product where nothing is sold": (SELLS.zone("z1", industries=[]).request(product="x"), "no_services"),
    # What the request says of its industry chooses a zone (Z6), and sells nothing else.
    "the request's industry is another": (
        BOTH.zone("z1", industries=[HVAC, PLUMBING]).request(industry="plumbing"),
        "zone",
    ),
}


@table("small, outcome", OUTCOMES)
def test_c1_what_a_zone_sells(small: World, outcome: str) -> None:
    answer = small.answer(explain=True)
    assert answer.resolution.outcome == outcome
    assert answer.resolution.zone == "z1"
    if outcome != "zone":
        assert (answer.quote, answer.slots, answer.refusals) == (None, (), ())


OWN = SELLS.product(name="Tune-up", description="All of it", price=14_900, duration_minutes=60)

# What the override says, and what of the product's own values changes
OVERRIDES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "a price": ({"price": 12_900, "price_on": True}, {"price": 12_900}),
    "a price whose flag is down": ({"price": 12_900, "price_on": False}, {}),
    "a price without a flag": ({"price": 12_900}, {}),
    "a price of nothing": ({"price": 0, "price_on": True}, {"price": 0}),
    "a duration": ({"duration_minutes": 90, "duration_on": True}, {"duration_minutes": 90}),
    "a duration whose flag is down": ({"duration_minutes": 90}, {}),
    "a name": ({"name": "Check", "name_on": True}, {"name": "Check"}),
    "an empty name": ({"name": "", "name_on": True}, {"name": ""}),
    "a name whose flag is down": ({"name": "Check"}, {}),
    "a description": ({"description": "Some", "description_on": True}, {"description": "Some"}),
    "a description whose flag is down": ({"description": "Some"}, {}),
    "each by its own flag": (
        {"price": 1, "price_on": True, "duration_minutes": 90, "name": "Check", "name_on": True, "description": "Some"},
        {"price": 1, "name": "Check"},
    ),
}


@table("fields, changed", OVERRIDES)
def test_c2_a_zone_overrides_what_its_flags_say(fields: dict[str, Any], changed: dict[str, Any]) -> None:
    quoted = OWN.zone("z1", overrides=[{"product": "tune-up", **fields}]).answer().quote
    assert quoted is not None
    own = {"name": "Tune-up", "description": "All of it", "price": 14_900, "duration_minutes": 60}
    assert {key: getattr(quoted, key) for key in own} == {**own, **changed}
    assert (quoted.product, quoted.currency) == ("tune-up", "CAD")


def test_c2_an_override_counts_in_its_zone_alone() -> None:
    elsewhere = OWN.zone("z2", overrides=[{"product": "tune-up", "price": 1, "price_on": True}])
    quoted = elsewhere.answer().quote
    assert quoted is not None
    assert quoted.price == 14_900


def test_c2_the_visit_lasts_as_long_as_the_zone_says() -> None:
    # 60 minutes fit before 12:00 from 11:00; the override's 90 from 10:30.
    override = {"product": "tune-up", "duration_minutes": 90, "duration_on": True}
    morning = OWN.shift(("08:00", "12:00"))
    assert morning.starts()[-1] == "11:00"
    assert morning.zone("z1", overrides=[override]).starts()[-1] == "10:30"


def test_c3_a_visit_takes_an_hour_unless_told_otherwise() -> None:
    product = Product(id="p", industry="hvac", price=0)
    assert quote(product=product, override=None, currency="CAD").duration_minutes == 60
    assert quote(product=product, override=Override(product="p"), currency="CAD").duration_minutes == 60


@pytest.mark.parametrize(("minutes", "first", "last"), [(5, "00:00", "23:45"), (1_440, "00:00", "00:00")])
def test_c3_the_shortest_and_the_longest_visit(minutes: int, first: str, last: str) -> None:
    starts = SELLS.lasting(minutes).starts()
    assert (starts[0], starts[-1]) == (first, last)
