"""Warnings of what is valid but bites later: each code, with a case that has it and a case beside it that hasn't."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fieldfare.engine.advice import CHECKS, warnings_of
from fieldfare.entrypoints.scenario.business import read_business
from tests.worlds import ALWAYS, Document, Spot, World, box, polygon, table, world

ROOT = Path(__file__).parents[3]
NOW = int(datetime.fromisoformat("2027-01-04T00:00:00-05:00").timestamp())
HUB = Spot(43.5, -80)
INDUSTRIES = [{"industry": "hvac"}]


def sound() -> World:
    """A business of which there is nothing to say."""
    return world().technician("t1", depot=HUB).hub("H01", HUB)


def square(west: float, east: float) -> Document:
    return polygon(box(west, 45, east, 46))


def second(boundary: Document | None = None, **fields: Any) -> World:
    """The sound business with a zone beside the first, with all that a zone needs."""
    return (
        sound()
        .boundary("b2", **(boundary or square(-81, -79)))
        .zone("z2", **{"boundaries": ["b2"], "industries": INDUSTRIES, **fields})
        .technician("t1", zones=["z1", "z2"])
        .schedule("z2", zone="z2", week=ALWAYS)
    )


def rival(boundary: Document, other: Document, **fields: Any) -> World:
    """Two zones in the open country, of the same priority unless told."""
    return (
        second(boundary, priority=70)
        .boundary("b3", **other)
        .zone("z3", **{"priority": 70, "boundaries": ["b3"], "industries": INDUSTRIES, **fields})
        .technician("t1", zones=["z1", "z2", "z3"])
        .schedule("z3", zone="z3", week=ALWAYS)
    )


def postal(*codes: str) -> Document:
    return {"kind": "postal_set", "codes": list(codes)}


def disc(lat: float, lng: float, radius_m: float) -> Document:
    return {"kind": "radius", "center": {"lat": lat, "lng": lng}, "radius_m": radius_m}


def composite(*children: tuple[str, str]) -> Document:
    rows = [{"boundary": id_, "operation": word, "sort": place} for place, (id_, word) in enumerate(children)]
    return {"kind": "composite", "children": rows}


def found(world: World) -> list[str]:
    """List the warnings as `code path`."""
    _, business = read_business(json.loads(json.dumps(world.document["business"])))
    return [f"{warning.code} {warning.path}" for warning in warnings_of(business, now=NOW)]


OVERLAP = "zones_overlap zones.z2"


@table(
    "world, warnings",
    {
        "all is well": (sound(), []),
        "two zones": (second(), []),
        # Schedules
        "no schedule": (
            second().business(schedules=second().document["business"]["schedules"][:2]),
            ["zone_without_schedule zones.z2"],
        ),
        "negative, no schedule": (
            sound().boundary("b2", **square(-81, -79)).zone("no", negative=True, boundaries=["b2"]),
            [],
        ),
        "ended": (
            second().schedule("z2", zone="z2", effective_to="2027-01-04"),
            ["zone_without_schedule zones.z2", "schedule_ended schedules.z2"],
        ),
        "ends tomorrow": (second().schedule("z2", zone="z2", effective_to="2027-01-05"), []),
        "begins later": (second().schedule("z2", zone="z2", effective_from="2027-03-01"), []),
        "inactive": (second().schedule("z2", zone="z2", active=False), ["zone_without_schedule zones.z2"]),
        "inactive zone": (second(active=False).schedule("z2", zone="z2", active=False), []),
        "deleted zone": (second(deleted=True).schedule("z2", zone="z2", active=False), []),
        # Zones
        "no boundary": (second(boundaries=[]), ["zone_without_boundary zones.z2"]),
        "boundary has ended": (
            second().boundary("b2", effective_to="2027-01-04"),
            ["zone_without_boundary zones.z2"],
        ),
        "default needs none": (second(boundaries=[], default=True), []),
        "negative default": (sound().zone("no", negative=True, default=True), ["zone_without_boundary zones.no"]),
        "no industry": (second(industries=[]), ["zone_without_industry zones.z2"]),
        "inactive link": (
            second(industries=[{"industry": "hvac", "active": False}]),
            ["zone_without_industry zones.z2"],
        ),
        "nobody there": (second().technician("t1", zones=["z1"]), ["zone_without_technician zones.z2"]),
        "two defaults": (second(default=True).zone("z1", default=True), ["second_default_zone zones.z2"]),
        # Overlaps
        "same ground": (rival(square(-81, -79), square(-80, -78)), [OVERLAP]),
        "one inside": (rival(square(-81, -79), square(-80.5, -80)), [OVERLAP]),
        "same boundary": (rival(square(-81, -79), square(-78, -77), boundaries=["b2"]), [OVERLAP]),
        "other priority": (rival(square(-81, -79), square(-80, -78), priority=71), []),
        "negative one": (rival(square(-81, -79), square(-80, -78), negative=True), []),
        "inactive one": (rival(square(-81, -79), square(-80, -78), active=False), []),
        "a shared border": (rival(square(-81, -80), square(-80, -79)), []),
        "a sliver": (rival(square(-81, -80), square(-80.0005, -79)), []),
        "apart": (rival(square(-81, -80), square(-79, -78)), []),
        "disc and square": (rival(square(-81, -80), disc(45.5, -79.9, 9_000)), [OVERLAP]),
        "disc beside square": (rival(square(-81, -80), disc(45.5, -79.9, 7_000)), []),
        "disc around the pole": (rival(square(-81, -80), disc(89, 0, 5_000_000)), [OVERLAP]),
        "one code": (rival(postal("L6H", "L6J"), postal("L6J")), [OVERLAP]),
        "code of an FSA": (rival(postal("L6H"), postal("L6H 1A1")), [OVERLAP]),
        "other codes": (rival(postal("L6H 1A2"), postal("L6H 1A1", "90210")), []),
        "codes and ground": (rival(postal("L6H"), square(-81, -80)), []),
        "not at the same time": (
            rival(
                {**square(-81, -79), "effective_to": "2027-02-01"}, {**square(-80, -78), "effective_from": "2027-02-01"}
            ),
            [],
        ),
        "later": (rival(square(-81, -79), {**square(-80, -78), "effective_from": "2027-02-01"}), [OVERLAP]),
        "what a composite takes out": (
            rival(square(-81, -79), square(-80, -78), boundaries=["c"]).boundary(
                "c", **composite(("b3", "union"), ("b2", "exclude"))
            ),
            [],
        ),
        "what a composite keeps": (
            rival(square(-81, -79), square(-80, -78), boundaries=["c"]).boundary(
                "c", **composite(("b3", "intersect"), ("b2", "intersect"))
            ),
            [OVERLAP],
        ),
        "ground less codes beside the codes": (
            rival(postal("L6H"), square(-81, -79), boundaries=["c"]).boundary(
                "c", **composite(("b3", "union"), ("b2", "exclude"))
            ),
            [],
        ),
        "an FSA less a code": (
            rival(postal("L6H 1A1"), postal("L6H"), boundaries=["c"]).boundary(
                "c", **composite(("b3", "union"), ("b2", "exclude"))
            ),
            [OVERLAP],
        ),
        "a code less its FSA": (
            rival(postal("L6H"), postal("L6H 1A1"), boundaries=["c"]).boundary(
                "c", **composite(("b3", "union"), ("b2", "exclude"))
            ),
            [],
        ),
        "codes of both": (
            rival(postal("L6H"), postal("L6H 1A1", "L6J"), boundaries=["c"]).boundary(
                "c", **composite(("b3", "union"), ("b2", "intersect"))
            ),
            [OVERLAP],
        ),
        # Hubs
        "a hub outside": (sound().hub("H02", Spot(46, -80)), ["hub_outside_zones hubs.H02"]),
        "latitude and longitude swapped": (sound().hub("H02", Spot(-80, 43.5)), ["hub_outside_zones hubs.H02"]),
        "on the border": (sound().hub("H02", Spot(43, -80)), []),
        "perhaps in a postal set": (rival(postal("L6H"), square(-81, -79)).hub("H02", Spot(42.9, -80)), []),
        "too far for a postal set": (
            rival(postal("L6H"), square(-81, -79)).hub("H02", Spot(48, -80)),
            ["hub_outside_zones hubs.H02"],
        ),
        "in a negative zone": (
            second(negative=True).hub("H02", Spot(45.5, -80)),
            ["hub_outside_zones hubs.H02"],
        ),
        # People
        "no zone": (sound().technician("t2", zones=[]), ["technician_without_zone technicians.t2"]),
        "inactive person": (sound().technician("t2", zones=[], active=False).off(), []),
        "no shifts": (sound().technician("t2").off(), ["technician_without_schedule technicians.t2"]),
        "shifts in the zone": (
            sound().technician("t2").off().schedule("s", technician="t2", zone="z1", week=ALWAYS),
            [],
        ),
        "shifts elsewhere": (
            second().technician("t2", zones=["z1"]).off().schedule("s", technician="t2", zone="z2", week=ALWAYS),
            ["technician_without_schedule technicians.t2"],
        ),
        # Products
        "sold nowhere": (
            sound().industry("roofs").business(products=[{"id": "p", "industry": "roofs", "price": 1}]),
            ["product_without_zone products.p"],
        ),
        "inactive industry": (
            sound()
            .industry("roofs", active=False)
            .zone("z1", industries=[*INDUSTRIES, {"industry": "roofs"}])
            .business(products=[{"id": "p", "industry": "roofs", "price": 1}]),
            ["product_without_zone products.p"],
        ),
        "inactive product": (sound().product(skills=["gas"], active=False), []),
        "nobody is skilled": (sound().product(skills=["gas"]), ["product_without_skill products.tune-up"]),
        "each has one skill": (
            sound()
            .product(skills=["gas", "heights"])
            .technician("t1", skills=["gas"])
            .technician("t2", skills=["heights"]),
            ["product_without_skill products.tune-up"],
        ),
        "somebody is skilled": (sound().product(skills=["gas"]).technician("t1", skills=["gas", "more"]), []),
        "too long for the zone": (
            sound().hours(("08:00", "12:00"), ("12:30", "16:00")).lasting(241),
            ["product_too_long products.tune-up"],
        ),
        "just fits": (sound().hours(("08:00", "12:00")).lasting(240), []),
        "windows that touch are one": (sound().hours(("08:00", "12:00"), ("12:00", "16:00")).lasting(480), []),
        "too long for everybody": (
            sound().shift(("08:00", "10:00")).lasting(121),
            ["product_too_long products.tune-up"],
        ),
        "not for all": (sound().shift(("08:00", "10:00")).technician("t2").lasting(121), []),
        "an override makes it fit": (
            sound()
            .hours(("08:00", "10:00"))
            .lasting(121)
            .zone("z1", overrides=[{"product": "tune-up", "duration_minutes": 60, "duration_on": True}]),
            [],
        ),
        "an override makes it too long": (
            sound()
            .hours(("08:00", "10:00"))
            .zone("z1", overrides=[{"product": "tune-up", "duration_minutes": 600, "duration_on": True}]),
            ["product_too_long products.tune-up"],
        ),
        "too few lifts": (
            sound().resource("lift", 1).product(resources={"lift": 2}),
            ["resource_too_scarce products.tune-up"],
        ),
        "enough lifts": (sound().resource("lift", 2).product(resources={"lift": 2}), []),
    },
)
def test_warnings(world: World, warnings: list[str]) -> None:
    assert found(world) == warnings


def test_a_sentence_names_a_few_and_counts_the_rest() -> None:
    crowd = rival(square(-81, -79), square(-80, -78))
    for number in range(10, 17):
        id_ = f"z{number}"
        crowd = crowd.zone(id_, priority=70, boundaries=["b2"], industries=INDUSTRIES).schedule(
            id_, zone=id_, week=ALWAYS
        )
    _, business = read_business(json.loads(json.dumps(crowd.document["business"])))

    (first, *_) = [found for found in warnings_of(business, now=NOW) if found.code == "zones_overlap"]

    assert first.path == "zones.z10"
    assert first.sentence.startswith("it overlaps with z11, z12, z13, z14 and 4 more at the same priority, 70, so that")


def test_composites_may_be_nested_deeply() -> None:
    deep = rival(square(-81, -79), square(-80, -78), boundaries=["c999"])
    nested = [{"id": "c000", **composite(("b3", "union"))}]
    nested += [{"id": f"c{n:03}", **composite((f"c{n - 1:03}", "union"))} for n in range(1, 1_000)]

    assert found(deep.business(boundaries=[*deep.document["business"]["boundaries"], *nested])) == [OVERLAP]


def test_hundreds_of_zones_on_one_spot_are_still_looked_at() -> None:
    crowded = sound()
    business = crowded.document["business"]
    ids = [f"n{number:03}" for number in range(300)]
    crowded = crowded.business(
        boundaries=[{"id": id_, **disc(44 + n % 20 * 0.05, -80 + n // 20 * 0.05, 90_000)} for n, id_ in enumerate(ids)],
        zones=[{"id": id_, "boundaries": [id_], "industries": INDUSTRIES} for id_ in ids],
        technicians=[{**business["technicians"][0], "zones": ids}],
        schedules=[{"id": id_, "owner": {"zone": id_}, "week": ALWAYS} for id_ in ids]
        + [{"id": "t1", "owner": {"technician": "t1"}, "week": ALWAYS}],
    )

    overlaps = [warning for warning in found(crowded) if warning.startswith("zones_overlap")]

    assert len(overlaps) > 0


def test_every_code_has_its_row_in_the_docs_in_the_order_of_the_checks() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/warnings.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert rows == [check.__name__ for check in CHECKS]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_check_gives_its_own_code_and_has_a_case(check: Any) -> None:
    cases = Path(__file__).read_text(encoding="utf-8")
    source = Path(str(check.__code__.co_filename)).read_text(encoding="utf-8")

    assert f'code="{check.__name__}"' in source
    assert re.search(rf'"{check.__name__} \w+\.', cases)
