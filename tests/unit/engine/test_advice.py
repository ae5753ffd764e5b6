"""Advice on a business: what a schedule without windows, a default zone and a crowd of zones lead to, and what is true.

The table of codes is in `tests/unit/businesses/test_advice.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from itertools import combinations
from random import Random
from typing import Any

import pytest

from fieldfare.domain.business import Business
from fieldfare.domain.places import Place
from fieldfare.engine.advice import CHECKS, Caution, warnings_of
from fieldfare.engine.boundary_index import BoundaryIndex
from fieldfare.entrypoints.scenario.business import read_business
from tests.worlds import ALWAYS, Document, Spot, World, box, polygon, table, world

TODAY = date(2027, 1, 4)
NOW = int(datetime.fromisoformat("2027-01-04T00:00:00-05:00").timestamp())
HUB, NEAR, FAR = Spot(43.5, -80), Spot(44.1, -80), Spot(-80, 43.5)
CLOSED: Document = {"week": {"mon": []}}
INDUSTRIES = [{"industry": "hvac"}]
ROUND = {"b4", "b5", "b6", "b7"}
"""A disc of the random worlds, and the composites, which may hold it."""


def sound() -> World:
    return world().technician("t1", depot=HUB).hub("H01", HUB)


def read(document: Document) -> Business:
    return read_business(json.loads(json.dumps(document)))[1]


def advice(world: World) -> tuple[Caution, ...]:
    return warnings_of(read(world.document["business"]), now=NOW)


def found(world: World) -> list[str]:
    return [f"{caution.code} {caution.path}" for caution in advice(world)]


NEVER_OPEN = ["zone_without_schedule zones.z1"]


@table(
    "schedule, warnings",
    {
        "windows on no day": (CLOSED, NEVER_OPEN),
        "closed by exceptions": ({**CLOSED, "exceptions": {"2027-02-01": []}}, NEVER_OPEN),
        "a day that is past": ({**CLOSED, "exceptions": {"2027-01-03": [["08:00", "12:00"]]}}, NEVER_OPEN),
        "a day on which it is over": (
            {**CLOSED, "effective_to": "2027-01-09", "exceptions": {"2027-01-09": [["08:00", "12:00"]]}},
            NEVER_OPEN,
        ),
        "a day to come": ({**CLOSED, "exceptions": {"2027-02-01": [["08:00", "12:00"]]}}, []),
        "today": ({**CLOSED, "exceptions": {"2027-01-04": [["08:00", "12:00"]]}}, []),
    },
)
def test_a_schedule_that_never_opens_is_none(schedule: Document, warnings: list[str]) -> None:
    assert found(sound().schedule("z1", zone="z1", **schedule)) == warnings


def test_a_closed_season_beside_a_schedule_is_nothing_to_warn_of() -> None:
    assert found(sound().schedule("winter", zone="z1", priority=9, effective_to="2027-03-01", **CLOSED)) == []


def test_a_technician_whose_schedule_has_no_window_never_works() -> None:
    idle = sound().technician("t2").schedule("t2", technician="t2", **CLOSED)

    assert found(idle) == ["technician_without_schedule technicians.t2"]


def test_windows_for_another_zone_are_not_taken_for_those_of_all_zones() -> None:
    """The global shift fits the product; the one for the zone rules there, and doesn't."""
    both = sound().lasting(120).boundary("b2", **polygon(box(-81, 45, -79, 46)))
    both = both.zone("z2", boundaries=["b2"], industries=INDUSTRIES).schedule("z2", zone="z2", week=ALWAYS)
    both = both.technician("t1", zones=["z1", "z2"])
    short = both.schedule("s", technician="t1", zone="z2", week={day: [["08:00", "09:00"]] for day in ALWAYS})

    assert found(both) == []
    (caution,) = advice(short)
    assert (caution.code, caution.path) == ("product_too_long", "products.tune-up")
    assert caution.sentence.startswith("in z2 it lasts longer")


@table(
    "world, warnings",
    {
        "nothing but a default zone": (sound().zone("z1", boundaries=[], default=True).hub("H02", NEAR), []),
        "beside the others": (sound().zone("z1", default=True).hub("H02", NEAR), []),
        "on another continent": (
            sound().zone("z1", boundaries=[], default=True).hub("H02", FAR),
            ["hub_outside_zones hubs.H02"],
        ),
        "no default zone": (sound().hub("H02", NEAR), ["hub_outside_zones hubs.H02"]),
        "an inactive one": (
            sound().zone("z2", default=True, active=False).hub("H02", NEAR),
            ["hub_outside_zones hubs.H02"],
        ),
    },
)
def test_what_lies_outside_the_map_but_near_falls_to_the_default_zone(world: World, warnings: list[str]) -> None:
    assert found(world) == warnings


def test_in_a_crowd_nearly_every_zone_is_named() -> None:
    """Of 45,000 pairs only some are looked at, and not only those of the first zones."""
    ids = [f"n{number:03}" for number in range(300)]
    crowd = sound().business(
        boundaries=[
            {"id": id_, **polygon(box(-81 + place * 0.001, 43, -79 + place * 0.001, 44))}
            for place, id_ in enumerate(ids)
        ],
        zones=[{"id": id_, "boundaries": [id_], "industries": INDUSTRIES} for id_ in ids],
        technicians=[{"id": "t1", "zones": ids}],
        schedules=[
            {"id": "t1", "owner": {"technician": "t1"}, "week": ALWAYS},
            *({"id": id_, "owner": {"zone": id_}, "week": ALWAYS} for id_ in ids),
        ],
    )

    named = found(crowd)

    assert {warning.partition(" ")[0] for warning in named} == {"zones_overlap"}
    assert len(named) > 270


# What is said is held against the index that decides for customers.


def scattered(seed: int) -> Document:
    """Draw zones and hubs at random, on a coarse grid, so that what overlaps is no sliver."""
    rng = Random(seed)
    boundaries = [{"id": f"b{number}", **_shape(rng, number)} for number in range(8)]
    zones = [
        {
            "id": f"z{number}",
            "priority": rng.choice([50, 60]),
            "negative": rng.random() < 0.15,
            "active": rng.random() < 0.9,
            "boundaries": rng.sample([boundary["id"] for boundary in boundaries], rng.randint(1, 2)),
        }
        for number in range(6)
    ]
    hubs = [{"id": f"h{n}", "lat": 43 + rng.random() * 4, "lng": -81 + rng.random() * 4} for n in range(6)]
    return {**world().document["business"], "boundaries": boundaries, "zones": zones, "hubs": hubs, "schedules": []}


def _shape(rng: Random, number: int) -> Mapping[str, Any]:
    west, south = -81 + rng.randint(0, 6) * 0.5, 43 + rng.randint(0, 6) * 0.5
    if number >= 5:
        words = [rng.choice(["union", "intersect", "exclude"]) for _ in range(3)]
        children = rng.sample([f"b{other}" for other in range(number)], 3)
        rows = [
            {"boundary": b, "operation": w, "sort": n} for n, (b, w) in enumerate(zip(children, words, strict=True))
        ]
        return {"kind": "composite", "children": rows}
    if number == 4:
        return {"kind": "radius", "center": {"lat": south, "lng": west}, "radius_m": rng.choice([30_000, 60_000])}
    return polygon(box(west, south, west + rng.choice([0.5, 1]), south + rng.choice([0.5, 1])))


@pytest.mark.parametrize("seed", range(60))
def test_overlaps_and_hubs_are_as_the_index_of_boundaries_has_them(seed: int) -> None:
    business = read(scattered(seed))
    index = BoundaryIndex(business.boundaries, TODAY)
    zones = [zone for zone in business.zones if zone.counts and not zone.negative]

    def serving(lat: float, lng: float) -> frozenset[str]:
        matched = index.matching(Place(lat=lat, lng=lng))
        return frozenset(zone.id for zone in zones if not matched.isdisjoint(zone.boundaries))

    # Between the lines of the grid, so that no border is met.
    seen = [serving(43.025 + row * 0.05, -80.975 + column * 0.05) for row in range(80) for column in range(80)]
    equals = [pair for pair in combinations(zones, 2) if pair[0].priority == pair[1].priority]
    overlapping = {(one.id, other.id) for one, other in equals if any({one.id, other.id} <= there for there in seen)}
    # A disc or a shared boundary may lie between the points that were looked at.
    unsure = {
        (one.id, other.id)
        for one, other in equals
        if not {*one.boundaries}.isdisjoint(other.boundaries) or not ROUND.isdisjoint(one.boundaries + other.boundaries)
    }
    cautions = warnings_of(business, now=NOW)
    said = {
        (caution.path.removeprefix("zones."), other)
        for caution in cautions
        if caution.code == "zones_overlap"
        for other in re.findall(r"\bz\d", caution.sentence)
    }

    assert overlapping <= said <= overlapping | unsure
    assert {caution.path for caution in cautions if caution.code == "hub_outside_zones"} == {
        f"hubs.{hub.id}" for hub in business.hubs if not serving(hub.place.lat, hub.place.lng)
    }


def test_warnings_stand_in_the_order_of_the_checks_then_of_the_ids() -> None:
    order = [check.__name__ for check in CHECKS]
    for seed in range(10):
        cautions = warnings_of(read(scattered(seed)), now=NOW)

        assert [(order.index(c.code), c.path) for c in cautions] == sorted(
            (order.index(c.code), c.path) for c in cautions
        )
