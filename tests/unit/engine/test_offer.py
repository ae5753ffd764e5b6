"""What a place can buy (rules C1, C2, Z4 to Z8), and when only its postal code can tell."""

from __future__ import annotations

from typing import Any

import pytest

from fieldfare.domain.clock import clock_of
from fieldfare.engine.boundary_index import BoundaryIndex
from fieldfare.engine.offer import Offer, offer
from tests.worlds import HERE, World, world

AROUND = {"kind": "radius", "center": {"lat": 43.5, "lng": -79.625}, "radius_m": 1_000}
CODES = {"kind": "postal_set", "codes": ["L6H"]}
ELSEWHERE = {"kind": "radius", "center": {"lat": 10.0, "lng": 10.0}, "radius_m": 1_000}


def offered(asked: World, **wishes: Any) -> Offer:
    question = asked.question()
    business, day = question.business, clock_of(question.business.time_zone).date_of(question.now)
    index = BoundaryIndex(business.boundaries, day)
    return offer(business, place=question.request.place, matching=index.matching, day=day, **wishes)


def zoned(*shapes: dict[str, Any], **zone: Any) -> World:
    """Make a world whose zone has these boundaries, and no other."""
    start = world()
    for number, shape in enumerate(shapes):
        start = start.boundary(f"s{number}", **shape)
    return start.zone("z1", boundaries=[f"s{number}" for number in range(len(shapes))], default=False, **zone)


def test_industries_stand_in_the_order_of_their_links_then_names() -> None:
    asked = (
        zoned(AROUND)
        .industry("b", name="Boilers")
        .industry("a", name="Air")
        .industry("off", name="Aa", active=False)
        .zone(
            "z1",
            industries=[
                {"industry": "b", "sort": 1},
                {"industry": "a", "sort": 1},
                {"industry": "hvac", "sort": 0},
                {"industry": "off", "sort": 0},
            ],
        )
    )
    assert [shelf.industry.id for shelf in offered(asked).shelves] == ["hvac", "a", "b"]


def test_products_have_the_zones_prices() -> None:
    asked = zoned(AROUND).zone("z1", overrides=[{"product": "tune-up", "price": 99, "price_on": True}])
    assert [quote.price for shelf in offered(asked).shelves for quote in shelf.quotes] == [99]


def test_inactive_products_are_not_sold() -> None:
    found = offered(zoned(AROUND).product(active=False))
    assert [shelf.quotes for shelf in found.shelves] == [()]
    assert found.resolution.outcome == "zone"


def test_a_zone_without_an_active_industry_has_no_services() -> None:
    found = offered(zoned(AROUND, industries=[]))
    assert (found.resolution.outcome, found.resolution.zone, found.shelves) == ("no_services", "z1", ())


def test_an_industry_that_is_asked_for_breaks_a_tie() -> None:
    asked = zoned(AROUND).industry("air").zone("z2", boundaries=["s0"], industries=[{"industry": "air"}])
    assert offered(asked, industry="air").resolution.zone == "z2"
    assert offered(asked, industry="hvac").resolution.zone == "z1"


@pytest.mark.parametrize(
    ("asked", "needed"),
    [
        (zoned(AROUND), False),
        (zoned(CODES), True),
        (zoned(CODES).at(HERE, "M5V"), False),
        (zoned(ELSEWHERE), False),
        (zoned(AROUND, CODES), False),
        (zoned({**CODES, "codes": []}), False),
        (zoned({**CODES, "active": False}), False),
        (zoned(CODES, active=False), False),
        (zoned(AROUND).boundary("n", **CODES).zone("no", boundaries=["n"], negative=True), True),
        (zoned(AROUND).boundary("n", **AROUND).zone("no", boundaries=["n"], negative=True), False),
        (zoned(AROUND).boundary("n", **CODES).zone("low", boundaries=["n"], priority=49), False),
        (zoned(AROUND).boundary("n", **CODES).zone("tie", boundaries=["n"], priority=50), True),
        (zoned(ELSEWHERE).zone("rest", default=True).boundary("n", **CODES).zone("z", boundaries=["n"]), True),
        (
            zoned(AROUND)
            .boundary("n", **CODES)
            .boundary("c", kind="composite", children=[{"boundary": "n", "operation": "union"}])
            .boundary("cc", kind="composite", children=[{"boundary": "c", "operation": "union"}])
            .zone("deep", boundaries=["cc"]),
            True,
        ),
        (
            world()
            .boundary("a", **AROUND)
            .boundary("n", **CODES)
            .boundary(
                "c",
                kind="composite",
                children=[
                    {"boundary": "a", "operation": "union", "sort": 1},
                    {"boundary": "n", "operation": "exclude", "sort": 2},
                ],
            )
            .zone("z1", boundaries=["c"], default=False),
            True,
        ),
    ],
)
def test_a_postal_code_is_asked_for_where_it_might_decide(asked: World, needed: bool) -> None:
    assert offered(asked).needs_postal_code is needed
