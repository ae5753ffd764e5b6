"""Random technicians and commitments for the worlds, some of them a second too near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.reading.clock import midnight, read_time
from tests.reading.document import Place, read
from tests.reading.feasible import Candidate, Case
from tests.reading.grid import blocks_of, grid_starts
from tests.reading.places import metres
from tests.reading.travel import drive
from tests.reading.world_ground import place
from tests.reading.world_times import date_of, wall, written
from tests.reading.zones import resolve

Row = dict[str, Any]
SECONDS = (0, 0, 0, 0, 0, 0, 0, 1, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the commitments of a world are drawn from."""

    zone: ZoneInfo
    today: date
    days: int
    duration: int
    anchors: Sequence[int]
    places: Sequence[Place]
    hubs: Sequence[str]
    resources: Sequence[str]
    technicians: Sequence[str]


def technician(rng: Random, name: str, zones: list[str], places: Sequence[Place]) -> Row:
    """Choose a technician, mostly active, skilled and assigned."""
    row = {
        "id": name,
        "name": f"Tech {name}",
        "active": rng.random() < 0.93,
        "skills": rng.choice([["gas"], *[["gas", "electric"]] * 5, []]),
        "zones": [z for z in zones if rng.random() < 0.94],
        "depot": place(rng.choice(places)) if rng.random() < 0.5 else None,
        "weekly_jobs": None,
        "weekly_minutes": None,
    }
    if rng.random() < 0.6:
        row |= {"active": True, "skills": ["electric", "gas"], "zones": zones[::-1]}
    return row


def matrix(rng: Random, places: Sequence[Place]) -> Row:
    """Choose drives that differ by direction and need not obey the triangle."""
    unit = rng.choice([1, 1, 60])

    def seconds(a: Place, b: Place) -> int:
        if a == b or rng.random() < 0.03:
            return 0
        return ceil(metres(a, b) / 12 * rng.uniform(0.5, 2.0) / unit) * unit

    return {
        "kind": "matrix",
        "places": [place(p) for p in places],
        "seconds": [[seconds(a, b) for b in places] for a in places],
    }


def commitment(rng: Random, ground: Ground) -> Row:
    """Choose a commitment without an id."""
    day = ground.today + timedelta(days=rng.randint(-1, ground.days))
    start, end = _span(rng, ground, day)
    row: Row = {"technician": rng.choice(ground.technicians)}
    row |= _work(rng, ground) if rng.random() < 0.7 else _busy(rng, ground, day)
    if "start" not in row:
        row |= {"start": written(rng, ground.zone, start), "end": written(rng, ground.zone, end)}
    if ground.resources and rng.random() < 0.35:
        row["resources"] = {rng.choice(ground.resources): rng.choice([0, 1, 1, 2])}
        if row["kind"] == "busy" and rng.random() < 0.6:
            row["technician"] = None
    return row


def _span(rng: Random, ground: Ground, day: date) -> tuple[int, int]:
    d = ground.duration * 60
    lengths = [15, 30, 45, 60, 60, 90, 120, 180]
    length = d if rng.random() < 0.15 else rng.choice(lengths) * 60
    if rng.random() < 0.03:
        length = rng.choice([600, 1440, 2000, 3000]) * 60
    length += rng.choice(SECONDS)
    anchor = wall(ground.zone, day, rng.choice(ground.anchors)) + rng.choice(SECONDS)
    start = rng.choice([anchor, anchor, anchor + d, anchor - length, anchor - length // 2])
    return start, start + length


def _work(rng: Random, ground: Ground) -> Row:
    row: Row = {"kind": "visit", "place": place(rng.choice(ground.places))}
    named = rng.random()
    if ground.hubs and named < 0.2:
        row["hub"] = rng.choice(ground.hubs)
    if ground.hubs and named < 0.4:
        row["title"] = f"[{rng.choice(ground.hubs)}] Furnace"
    elif named < 0.5:
        hub = rng.choice([*ground.hubs, "H99"])
        wrong = [f"[{hub.lower()}] x", f" [{hub}] x", f"[{hub} ] x", f"[{hub}", f"x [{hub}]"]
        row["title"] = rng.choice(["[H99] Pump", f"[{hub}x] Pump", *wrong])
    if rng.random() < 0.12:
        row["place"] = None
    return row


def _busy(rng: Random, ground: Ground, day: date) -> Row:
    row: Row = {"kind": "busy"}
    kind = rng.random()
    if kind < 0.12:  # an all-day event
        last = day + timedelta(days=rng.choice([1, 1, 2]))
        ends = midnight(ground.zone, day), midnight(ground.zone, last)
        row["start"], row["end"] = (written(rng, ground.zone, at) for at in ends)
    elif kind < 0.55:
        row["place"] = place(rng.choice(ground.places))
    if ground.hubs and rng.random() < 0.1:
        row["title"] = f"[{ground.hubs[0]}] private"
    return row


def tight(rng: Random, document: Row, sites: Sequence[Place]) -> list[Row]:
    """Choose commitments that leave a candidate exactly the time it needs, or a second less."""
    scenario = read(document)
    business = scenario.business
    zone = resolve(scenario).zone
    if zone is None or not business.technicians or not business.products:
        return []
    product = business.products[0]
    case = Case(scenario=scenario, zone=zone, product=product, duration=product.duration_minutes * 60)
    rows: list[Row] = []
    for _ in range(rng.choice([0, 1, 2, 3, 5])):
        day = date_of(business.zone, scenario.now) + timedelta(days=rng.randrange(business.policy.horizon_days))
        starts = grid_starts(business, day, case.duration)
        if starts:
            candidate = Candidate(
                case=case,
                technician=rng.choice(business.technicians),
                start=rng.choice(starts).start,
            )
            rows += rng.choice(WAYS)(rng, candidate, rng.choice(sites))
    return rows


def _near(rng: Random, c: Candidate, site: Place) -> list[Row]:
    """Place a neighbour just far enough away, sometimes with a pause in between."""
    x, ahead = c.case.scenario.request.place, rng.random() < 0.5
    kind = rng.choice(["visit", "visit", "busy"])
    leg = drive(c.business, x, site) if ahead else drive(c.business, site, x)
    need = max(c.business.policy.travel_buffer, leg) if kind == "visit" else leg
    pause = rng.choice([0, 0, 0, 300, 1700])
    away = max(0, need + pause - rng.choice([0, 0, 1, -1]))
    length = rng.choice([900, 1800, 3600, 7200])
    start = c.end + away if ahead else c.start - away - length
    rows = [_row(rng, c, kind, start, start + length) | {"place": place(site)}]
    if pause:
        low = c.end if ahead else c.start - away
        at = low + rng.randint(0, max(0, away - pause))
        rows.append(_row(rng, c, "busy", at, at + pause))
    return rows


def _near_depot(rng: Random, c: Candidate, _site: Place) -> list[Row]:
    """Take away all of the shift's time before or after the candidate but the depot's leg."""
    shift, x, depot = c.shift, c.case.scenario.request.place, c.technician.depot
    if shift is None:
        return []
    ahead = rng.random() < 0.5
    room = (c.end, shift.end) if ahead else (shift.start, c.start)
    leg = drive(c.business, x, depot) if ahead else drive(c.business, depot, x)
    length = room[1] - room[0] - leg + rng.choice([0, 0, 1])
    if not 0 < length <= 60 * 3600:
        return []
    at = rng.randint(room[0], max(room[0], room[1] - length))
    cut = rng.choice([at, rng.randint(at, at + length)])
    pieces = [(at, cut), (cut, at + length)]
    return [_row(rng, c, "busy", a, b) for a, b in pieces if a < b]


def _at_the_edge(rng: Random, c: Candidate, site: Place) -> list[Row]:
    """Place a neighbour that ends where the shift starts, or starts where it ends."""
    if c.shift is None:
        return []
    beside = rng.choice([0, 0, 0, 1, -1])
    length = rng.choice([900, 3600])
    start = rng.choice([c.shift.start - length, c.shift.end]) + beside
    row = _row(rng, c, rng.choice(["visit", "busy"]), start, start + length)
    return [row | {"place": place(site)}]


def _in_turn(rng: Random, c: Candidate, _site: Place) -> list[Row]:
    """Let two commitments hold the same resource one after the other, while the visit lasts."""
    if not c.business.capacity:
        return []
    kind = rng.choice(sorted(c.business.capacity))
    held = {"technician": None, "resources": {kind: rng.choice([1, 1, 2])}}
    middle = (c.start + c.end) // 2
    later = middle + rng.choice([0, 0, -1])
    return [
        _row(rng, c, "busy", c.start - rng.choice([0, 600]), middle) | held,
        _row(rng, c, "busy", later, c.end + rng.choice([0, 600])) | held,
    ]


def _locking(rng: Random, c: Candidate, site: Place) -> list[Row]:
    """Place a visit in a block that the candidate overlaps, with a hub that may be another."""
    if not c.business.hubs:
        return []
    days = [c.date + timedelta(days=i) for i in (-1, 0, 0, 1)]
    blocks = [b.interval for day in days for b in blocks_of(c.business, day)]
    touched = [b for b in blocks if b.overlaps(c.visit)]
    if not touched:
        return []
    block = rng.choice([touched[-1], rng.choice(touched)])
    start = rng.choice([block.start - 600, block.end - 1, block.end, c.end + 1800])
    row = _row(rng, c, "visit", start, start + rng.choice([600, 601, 1800]))
    return [row | {"hub": rng.choice(c.business.hubs).id, "place": rng.choice([None, place(site)])}]


WAYS = [_near, _near, _near, _near_depot, _near_depot, _at_the_edge, _in_turn, _locking, _locking]


def twin(rng: Random, ground: Ground, row: Row) -> Row:
    """Choose a commitment that ends, or starts, when this one does."""
    start, end = (read_time(ground.zone, row[key]) for key in ("start", "end"))
    length = rng.choice([end - start, 600, 2400, 5000])
    start, end = (start, start + length) if rng.random() < 0.5 else (end - length, end)
    other = {"kind": rng.choice(["visit", "busy"]), "technician": row["technician"]}
    if other["technician"] is None:
        other["kind"] = "busy"
    return other | {
        "start": written(rng, ground.zone, start),
        "end": written(rng, ground.zone, end),
        "place": place(rng.choice(ground.places)),
    }


def _row(rng: Random, c: Candidate, kind: str, start: int, end: int) -> Row:
    zone = c.business.zone
    return {
        "technician": c.technician.id,
        "kind": kind,
        "start": written(rng, zone, start),
        "end": written(rng, zone, end),
    }


def cap(rng: Random, document: Row, duration: int) -> None:
    """Set weekly caps of some technicians near the load that they have."""
    scenario = read(document)
    zone = scenario.business.zone
    today = date_of(zone, scenario.now)
    for row in document["business"]["technicians"]:
        if rng.random() < 0.8:
            continue
        day = today + timedelta(days=rng.randrange(scenario.business.policy.horizon_days))
        visits = [
            c
            for c in scenario.commitments
            if c.is_visit
            and c.technician == row["id"]
            and date_of(zone, c.start).isocalendar()[:2] == day.isocalendar()[:2]
        ]
        if rng.random() < 0.5:
            row["weekly_jobs"] = len(visits) + rng.choice([0, 1, 1, 2])
        else:
            minutes = ceil(sum(v.end - v.start for v in visits) / 60)
            row["weekly_minutes"] = max(0, minutes + duration + rng.choice([-1, 0, 0, 30]))
