"""A seeded generator of valid and nasty scenario documents."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.reading.document import Place
from tests.reading.world_defaults import thinned
from tests.reading.world_ground import boundaries, ids, place, postal_code, town
from tests.reading.world_people import Ground, cap, commitment, matrix, technician, tight, twin
from tests.reading.world_times import (
    ZONES,
    anchors,
    blocks,
    changes,
    date_of,
    duration,
    extent,
    moment,
    schedule,
    written,
)

Row = dict[str, Any]
INTENTS = {
    "zone": 86,
    "default_zone": 7,
    "blocked": 3,
    "out_of_area": 3,
    "no_services": 2,
    "product_unavailable": 3,
}


def world(
    seed: int,
    *,
    most_days: int = 35,
    most_technicians: int = 5,
    most_commitments: int = 25,
) -> Row:
    """Make the valid document of this seed; the other arguments only bound its size."""
    rng = Random(seed)
    name = rng.choices(list(ZONES), list(ZONES.values()))[0]
    usual = rng.randint(1, 6) if rng.random() < 0.94 else rng.randint(7, 35)
    days = min(most_days, usual)
    now = moment(rng, name, days)
    rows = blocks(rng, 14 if days < 7 else 3, gap=_changes(name, now, days))
    minutes = duration(rng, rows)
    x, others = town(rng)
    document: Row = {
        "now": written(rng, ZoneInfo(name), now),
        "business": _business(rng, name, days, rows, minutes, (x, others), most_technicians),
        "commitments": [],
        "request": {},
    }
    today = date_of(ZoneInfo(name), now)
    intent = rng.choices(list(INTENTS), list(INTENTS.values()))[0]
    document["request"] = _request(rng, x, document["business"])
    _ground(rng, document, intent, x, today)
    _staff(rng, document["business"], today, days, extent(rows, minutes), others)
    _unavailable(rng, document, intent)
    if rng.random() < 0.12 and document["business"]["technicians"]:
        document["request"]["technician"] = rng.choice(document["business"]["technicians"])["id"]
    _fill(rng, document, today, minutes, (x, others), most_commitments)
    cap(rng, document, minutes)
    return thinned(rng, document)


def _changes(name: str, now: int, days: int) -> bool:
    today = date_of(ZoneInfo(name), now)
    return any(today <= day < today + timedelta(days=days) for day in changes(name))


def _business(
    rng: Random,
    name: str,
    days: int,
    rows: list[Row],
    minutes: int,
    ground: tuple[Place, list[Place]],
    most_technicians: int,
) -> Row:
    x, others = ground
    policy = {
        "horizon_days": days,
        "min_notice_minutes": rng.choice([0, 0, 60, 7, 30, *([240, 240, 1440] if days > 2 else [])]),
        "travel_buffer_minutes": rng.choice([0, 5, 15, 15, 30]),
        "lock": rng.choice(["hub", "hub", "none"]),
        "depart": rng.choice(["on_shift", "on_shift", "before_shift"]),
        "return": rng.choice(["by_shift_end", "after_shift"]),
        "blocks": rows,
    }
    hq = rng.choice(others) if rng.random() < 0.9 else x
    resources = rng.sample(["lift", "crane", "Lift"], rng.choice([0, 0, 1, 2]))
    staff = ids(rng, "t", min(most_technicians, rng.choice([1, 2, 2, 3, 3, 4, 5])))
    return {
        "id": "northern-comfort",
        "name": "Northern Comfort",
        "time_zone": name,
        "currency": rng.choice(["CAD", "GBP", "INR"]),
        "hq": place(hq),
        "policy": policy,
        "travel": _travel(rng, [x, *others]),
        "hubs": _hubs(rng, x, others),
        "industries": [
            {"id": "hvac", "name": "Heating"},
            {"id": "plumb", "name": "Plumbing", "active": rng.random() < 0.8},
        ],
        "products": [_product(rng, minutes, resources), _other_product(rng)],
        "resources": [{"kind": r, "capacity": rng.choice([0, 1, 1, 2, 2, 2, 3, 3, 3])} for r in resources],
        "technicians": [{"id": t} for t in staff],
    }


def _travel(rng: Random, places: Sequence[Place]) -> Row:
    if rng.random() < 0.45:
        return matrix(rng, rng.sample(places, len(places)))
    row: Row = {"kind": "crow_flies"}
    if rng.random() < 0.6:
        row |= {"circuity": rng.choice([1, 1.07, 1.3, 2.25]), "speed_kmh": rng.choice([20, 33.3, 45])}
    return row


def _hubs(rng: Random, x: Place, others: list[Place]) -> list[Row]:
    names = ids(rng, "H", rng.choice([0, 1, 2, 3, 3, 4]))
    sites = [x, *others, others[0]]  # two hubs may share a place: a tie
    return [{"id": h, "name": h, **place(rng.choice(sites))} for h in names]


def _product(rng: Random, minutes: int, resources: list[str]) -> Row:
    return {
        "id": "tune-up",
        "industry": "hvac",
        "name": "AC tune-up",
        "description": rng.choice(["", "Yearly"]),
        "price": rng.choice([0, 14900]),
        "duration_minutes": minutes,
        "skills": rng.choice([[], [], ["gas"], ["gas", "electric"]]),
        "resources": {r: rng.choice([0, 1, 1, 1, 1, 2]) for r in resources if rng.random() < 0.8},
        "active": True,
    }


def _other_product(rng: Random) -> Row:
    return {"id": "drain", "industry": "plumb", "name": "Drain", "price": rng.randint(1, 9999)}


def _request(rng: Random, x: Place, business: Row) -> Row:
    return {
        "place": {**place(x), "postal_code": postal_code(rng)},
        "product": "tune-up" if rng.random() < 0.97 else "drain",
        "industry": rng.choice([None, None, None, "hvac", "plumb"]),
        "customer_tier": rng.choice([None, "gold", "gold", "silver"]),
        "technician": None,
    }


def _ground(rng: Random, document: Row, intent: str, x: Place, today: date) -> None:
    """Lay the boundaries and zones so that the wanted outcome is likely."""
    business = document["business"]
    code = document["request"]["place"]["postal_code"]
    business["boundaries"], around, elsewhere = boundaries(rng, x, code, today)
    composites = [b["id"] for b in business["boundaries"] if b["kind"] == "composite"]
    reached = intent not in ("default_zone", "out_of_area")
    tie = rng.random() < 0.6
    zones = [
        _zone(rng, name, around if reached and (i == 0 or rng.random() < 0.7) else elsewhere, tie)
        for i, name in enumerate(ids(rng, "z", rng.choice([1, 2, 2, 3, 4])))
    ]
    for zone in zones if reached else []:
        if composites and rng.random() < 0.3:
            zone["boundaries"] = sorted({*zone["boundaries"], rng.choice(composites)})
    if intent == "default_zone":
        zones[0]["default"] = True
    elif intent == "out_of_area":
        for zone in zones:
            zone["default"] = False
    if intent == "blocked" or rng.random() < 0.25:
        near = around if intent == "blocked" else elsewhere
        zones.append(_zone(rng, "zn", near, tie) | {"negative": True})
    for zone in zones[1:]:
        if rng.random() < 0.08:
            zone[rng.choice(["active", "deleted"])] ^= True
    rng.shuffle(zones)
    business["zones"] = zones


def _zone(rng: Random, name: str, near: list[str], tie: bool) -> Row:
    links = [{"industry": "hvac", "sort": 1}]
    if rng.random() < 0.08:
        links[0]["active"] = False
    if rng.random() < 0.6:
        links.append({"industry": "plumb", "sort": 0})
    return {
        "id": name,
        "name": f"Zone {name}",
        "priority": 50 if tie else rng.choice([0, 10, 50, 50, 90, 100]),
        "negative": False,
        "default": rng.random() < 0.25,
        "active": True,
        "deleted": False,
        "tiers": rng.choice([[], [], ["gold"], ["silver", "gold"]]),
        "boundaries": rng.sample(near, rng.randint(1, len(near))),
        "industries": links,
        "overrides": [_override(rng)] if rng.random() < 0.3 else [],
    }


def _override(rng: Random) -> Row:
    minutes = rng.choice([30, 45, 90])
    row: Row = {"product": "tune-up", "price": 12900, "price_on": rng.random() < 0.5}
    row |= {"duration_minutes": minutes, "duration_on": rng.random() < 0.3}
    if rng.random() < 0.5:
        row |= {"name": "Local tune-up", "name_on": rng.random() < 0.5}
    if rng.random() < 0.3:
        row |= {"description": None, "description_on": False}
    return row


def _staff(
    rng: Random,
    business: Row,
    today: date,
    days: int,
    span: tuple[int, int],
    places: Sequence[Place],
) -> None:
    zones = [z["id"] for z in business["zones"]]
    unstaffed = rng.choice(zones) if rng.random() < 0.12 and len(zones) > 1 else None
    staffed = [z for z in zones if z != unstaffed]
    names = [t["id"] for t in business["technicians"]]
    business["technicians"] = [technician(rng, t, staffed, places) for t in names]

    def choose(owner: Row, *, main: bool) -> Row:
        return schedule(rng, owner, span, today, days, main=main)

    rows = []
    for zone in zones:
        rows += [choose({"zone": zone}, main=True)] if rng.random() < 0.98 else []
        rows += [choose({"zone": zone}, main=False)] if rng.random() < 0.15 else []
    for t in names:
        rows += [choose({"technician": t}, main=True)] if rng.random() < 0.96 else []
        rows += [choose({"technician": t}, main=False)] if rng.random() < 0.25 else []
        for zone in zones:
            if rng.random() < 0.12:
                owner = {"technician": t, "zone": zone}
                rows += [choose(owner, main=main) for main in (True, False) if rng.random() < 0.6]
    numbers = rng.sample(range(len(rows) * 2), len(rows))
    business["schedules"] = [{"id": f"s{n}", **row} for n, row in zip(numbers, rows, strict=True)]


def _unavailable(rng: Random, document: Row, intent: str) -> None:
    business, request = document["business"], document["request"]
    if intent == "no_services":
        for zone in business["zones"]:
            for link in zone["industries"]:
                link["active"] = False
    elif intent == "product_unavailable":
        way = rng.choice(["unknown", "inactive", "elsewhere"])
        if way == "unknown":
            request["product"] = "no-such"
        elif way == "inactive":
            business["products"][0]["active"] = False
        else:
            business["products"][0]["industry"] = "plumb"
            for zone in business["zones"]:
                zone["industries"] = [{"industry": "hvac"}]


def _fill(
    rng: Random,
    document: Row,
    today: date,
    minutes: int,
    places: tuple[Place, list[Place]],
    most: int,
) -> None:
    business = document["business"]
    x, others = places
    ground = Ground(
        zone=ZoneInfo(business["time_zone"]),
        today=today,
        days=business["policy"]["horizon_days"],
        duration=minutes,
        anchors=anchors(business["policy"]["blocks"]),
        places=[*rng.sample(others, 5), x],
        hubs=[h["id"] for h in business["hubs"]],
        resources=[r["kind"] for r in business["resources"]],
        technicians=[t["id"] for t in business["technicians"]],
    )
    busy = len(ground.technicians) * min(ground.days, 12)
    count = min(most, rng.randint(0, busy * rng.choice([1, 1, 2])))
    rows = [commitment(rng, ground) for _ in range(count)]
    rows += [twin(rng, ground, row) for row in rows if rng.random() < 0.12]
    rows += tight(rng, document, ground.places)
    rows = rows[-most:] if most else []
    rng.shuffle(rows)
    numbers = rng.sample(range(100), len(rows))
    document["commitments"] = [{"id": f"c{n}", **row} for n, row in zip(numbers, rows, strict=True)]
