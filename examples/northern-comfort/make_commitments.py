"""Write three weeks of plausible commitments for the Northern Comfort fleet, the same ones on every run.

    python3 make_commitments.py              # writes commitments.json beside this file
    python3 make_commitments.py --output -   # prints them

The people, the shifts, the hubs and the resources are read from business.json; what is fixed by hand (meetings, time
off, a training day, the lift in the workshop, one double booking) stands in `PINNED`, and the visits are drawn around
it. A drawn visit is kept only if the technician can do it: inside the shift, in nobody's way, one hub to a block,
drivable from the neighbour before and to the neighbour after, within the weekly load, and with the lift and the
camera free. The draw uses nothing but `random.Random.random`, whose sequence Python promises not to change.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SEED = 298  # of several hundred, one whose map shows every reason that the README talks about
FIRST_DAY = date(2026, 11, 23)
WEEKS = 3
STANDARD_TIME = timezone(timedelta(hours=-5))  # the clocks went back on 1 November; no change until March
EARTH_RADIUS_M = 6_371_008.8
SPREAD_M = 1_000  # how far from its hub a drawn visit may lie
LAKESIDE = ("H09",)  # south and east of it lies Lake Ontario
STEP = timedelta(minutes=30)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Point = tuple[float, float]  # latitude, longitude


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Something that takes a technician's time, or only a resource's if `technician` is None."""

    technician: str | None
    kind: str
    start: datetime
    end: datetime
    title: str
    point: Point | None = None
    hub: str | None = None
    resources: dict[str, int] = field(default_factory=dict)

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Tell whether this commitment and the half-open interval share an instant."""
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How one technician's weeks look: where they go, what they do, how full each week is."""

    rounds: tuple[tuple[str, ...], ...]  # hubs that are near enough for one day
    work: tuple[str, ...]  # products, the usual ones more than once
    fill: tuple[float, ...]  # for each week, the chance that a block has visits
    lunch: bool = True


HABITS = {
    "amara": Habits(
        rounds=(
            ("H01", "H06", "H05"),
            ("H01", "H02", "H03"),
            ("H03", "H04", "H07"),
            ("H01", "H01", "H12"),
            ("H07", "H08", "H11"),
            ("H12", "H13", "H14"),
        ),
        work=("furnace-tune-up", "furnace-tune-up", "furnace-repair", "heat-pump-check", "rooftop-unit"),
        fill=(0.85, 0.75, 0.6),
    ),
    "ben": Habits(
        rounds=(
            ("H15", "H16", "H24"),
            ("H17", "H18", "H26"),
            ("H18", "H19", "H20"),
            ("H21", "H22", "H23"),
            ("H25", "H26", "H27"),
            ("H09", "H10", "H11"),
        ),
        work=("furnace-tune-up", "furnace-repair", "furnace-repair", "duct-cleaning", "rooftop-unit"),
        fill=(0.85, 0.75, 0.55),
    ),
    "chloe": Habits(
        rounds=(("H01", "H06", "H02"), ("H04", "H05", "H03"), ("H07", "H08", "H09"), ("H09", "H10", "H15")),
        work=("furnace-tune-up", "heat-pump-check", "heat-pump-check", "air-quality-test", "furnace-repair"),
        fill=(0.85, 0.75, 0.6),
        lunch=False,  # the gap of the split shift is long enough
    ),
    "dev": Habits(
        rounds=(
            ("H31", "H32", "H35"),
            ("H33", "H34", "H36"),
            ("H28", "H29", "H30"),
            ("H35", "H36", "H37"),
            ("H36", "H36", "H38"),
        ),
        work=("furnace-tune-up", "furnace-repair", "duct-cleaning", "air-quality-test", "rooftop-unit"),
        fill=(0.95, 0.8, 0.6),
    ),
}
TITLES = {
    "furnace-tune-up": ("Furnace tune-up", "Annual furnace check", "Tune-up and filter"),
    "furnace-repair": ("Furnace repair", "No heat", "Furnace repair, part is in"),
    "heat-pump-check": ("Heat pump check", "Heat pump: noisy in defrost"),
    "rooftop-unit": ("Rooftop unit, lift needed", "Rooftop unit before winter"),
    "duct-cleaning": ("Duct cleaning", "Duct cleaning after renovation"),
    "air-quality-test": ("Air quality test", "Air quality test, radon kit"),
}


def _at(day: str, clock: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), tzinfo=STANDARD_TIME)


def _busy(technician: str | None, day: str, clock: tuple[str, str], title: str, **more: Any) -> Commitment:
    start, end = _at(day, clock[0]), _at(day, clock[1])
    return Commitment(technician=technician, kind="busy", start=start, end=end, title=title, **more)


def _visit(technician: str, day: str, clock: tuple[str, str], title: str, hub: str, point: Point | None) -> Commitment:
    start, end = _at(day, clock[0]), _at(day, clock[1])
    return Commitment(technician=technician, kind="visit", start=start, end=end, title=title, hub=hub, point=point)


def _days_off(technician: str, first: str, after: str, title: str) -> Commitment:
    """Make an all-day event, from local midnight to local midnight."""
    start, end = _at(first, "00:00"), _at(after, "00:00")
    return Commitment(technician=technician, kind="busy", start=start, end=end, title=title)


OFFICE = (43.4675, -79.6877)
PARTS_COUNTER = (43.2281, -79.7702)
PINNED = (
    *(
        _busy("amara", day, ("07:30", "08:00"), "Planning the week", point=OFFICE)
        for day in ("2026-11-23", "2026-11-30", "2026-12-07")
    ),
    _days_off("amara", "2026-12-04", "2026-12-05", "Training: heat pumps (all day)"),
    _days_off("chloe", "2026-12-04", "2026-12-05", "Training: heat pumps (all day)"),
    _days_off("dev", "2026-12-02", "2026-12-04", "Time off"),
    _days_off("ben", "2026-12-11", "2026-12-12", "Time off"),
    _busy("ben", "2026-11-26", ("15:00", "16:30"), "Private"),
    _busy("chloe", "2026-11-25", ("13:30", "15:00"), "Private"),
    _busy("amara", "2026-12-08", ("15:00", "17:00"), "Private"),
    _busy("ben", "2026-11-25", ("12:30", "13:00"), "Parts counter", point=PARTS_COUNTER),
    # The lift is in the workshop: it is nobody's time, yet nothing that needs it can be sold.
    Commitment(
        technician=None,
        kind="busy",
        start=_at("2026-12-03", "08:00"),
        end=_at("2026-12-04", "17:00"),
        title="Scissor lift in the workshop: yearly inspection",
        resources={"scissor-lift": 1},
    ),
    # The one deliberate overlap: somebody typed the second visit into Ben's calendar by hand.
    _visit("ben", "2026-12-02", ("13:30", "14:30"), "[H19] Furnace tune-up", "H19", (43.2171, -79.7492)),
    _visit("ben", "2026-12-02", ("14:00", "15:30"), "[H19] No heat, squeezed in", "H19", (43.2129, -79.7428)),
    # No address yet: the tag alone locks the morning, and nobody can tell the drive.
    _visit("amara", "2026-12-10", ("10:00", "11:00"), "[H03] Quote for a boiler, address to follow", "H03", None),
)


def distance_m(a: Point, b: Point) -> float:
    """Give the great-circle distance of two points in metres, by haversine."""
    lat_a, lng_a, lat_b, lng_b = map(math.radians, (*a, *b))
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lng_b - lng_a) / 2) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, h)))


def _pick(rng: random.Random, options: tuple[Any, ...]) -> Any:
    return options[int(rng.random() * len(options))]


@dataclass(frozen=True, slots=True)
class Diary:
    """The commitments so far, and what the business says about the people who keep them."""

    business: dict[str, Any]
    entries: list[Commitment]

    def blocks(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Give the day's blocks."""
        for block in self.business["policy"]["blocks"]:
            yield _at(day.isoformat(), block["start"]), _at(day.isoformat(), block["end"])

    def shift(self, technician: str, day: date) -> list[tuple[datetime, datetime]]:
        """Give the windows of the technician's global schedule; the season has no holiday among its working days."""
        week = next(s["week"] for s in self.business["schedules"] if s["owner"] == {"technician": technician})
        windows = week.get(WEEKDAYS[day.weekday()], [])
        return [(_at(day.isoformat(), start), _at(day.isoformat(), end)) for start, end in windows]

    def locked_hub(self, technician: str, start: datetime, end: datetime) -> str | None:
        """Give the hub that the technician's visits have locked in the block, if any."""
        return next((e.hub for e in self._of(technician) if e.hub and e.overlaps(start, end)), None)

    def fits(self, new: Commitment) -> bool:
        """Tell whether the technician can do this as well: rules F5, F7, F10, F11, F9, F13 and F14, in plain words."""
        technician = new.technician or ""
        return (
            any(start <= new.start and new.end <= end for start, end in self.shift(technician, new.start.date()))
            and not any(e.overlaps(new.start, new.end) for e in self._of(technician))
            and self._drivable(new)
            and self._within_load(new)
            and self._resources_free(new)
        )

    def drive_s(self, a: Point, b: Point) -> int:
        """Give the crow-flies drive in whole seconds (rule T6)."""
        travel: dict[str, float] = self.business["travel"]
        return math.ceil(distance_m(a, b) * travel["circuity"] / (travel["speed_kmh"] / 3.6))

    def _of(self, technician: str) -> list[Commitment]:
        return [e for e in self.entries if e.technician == technician]

    def _free_s(self, technician: str, start: datetime, end: datetime) -> float:
        """Give the time between two instants that no commitment without a place covers (rule T2)."""
        covers = [e for e in self._of(technician) if e.point is None and e.overlaps(start, end)]
        taken = sum((min(e.end, end) - max(e.start, start)).total_seconds() for e in covers)
        return (end - start).total_seconds() - taken

    def _drivable(self, new: Commitment) -> bool:
        if new.point is None:
            return True
        technician, day = new.technician or "", new.start.date()
        placed = [(e, e.point) for e in self._of(technician) if e.point and e.start.date() == day]
        before = max((pair for pair in placed if pair[0].end <= new.start), key=lambda p: p[0].end, default=None)
        after = min((pair for pair in placed if pair[0].start >= new.end), key=lambda p: p[0].start, default=None)
        if before is None:
            person = next(t for t in self.business["technicians"] if t["id"] == technician)
            depot = person["depot"] or self.business["hq"]
            drive = self.drive_s((depot["lat"], depot["lng"]), new.point)
            ready = self._free_s(technician, self.shift(technician, day)[0][0], new.start) >= drive
        else:
            need = self._need_s(before[0], self.drive_s(before[1], new.point))
            ready = self._free_s(technician, before[0].end, new.start) >= need
        if not ready or after is None:
            return ready
        return self._free_s(technician, new.end, after[0].start) >= self._need_s(
            after[0], self.drive_s(new.point, after[1])
        )

    def _need_s(self, neighbour: Commitment, drive: int) -> int:
        buffer = self.business["policy"]["travel_buffer_minutes"] * 60
        return max(buffer, drive) if neighbour.kind == "visit" else drive

    def _within_load(self, new: Commitment) -> bool:
        person = next(t for t in self.business["technicians"] if t["id"] == new.technician)
        week = new.start.isocalendar()[:2]
        visits = [e for e in self._of(person["id"]) if e.kind == "visit" and e.start.isocalendar()[:2] == week]
        minutes = sum(((e.end - e.start).total_seconds() / 60 for e in (*visits, new)), 0.0)
        jobs_cap, minutes_cap = person["weekly_jobs"], person["weekly_minutes"]
        return (jobs_cap is None or len(visits) < jobs_cap) and (minutes_cap is None or minutes <= minutes_cap)

    def _resources_free(self, new: Commitment) -> bool:
        capacity = {r["kind"]: r["capacity"] for r in self.business["resources"]}
        held = [e for e in self.entries if e.overlaps(new.start, new.end)]
        return all(
            quantity + sum(e.resources.get(kind, 0) for e in held) <= capacity[kind]
            for kind, quantity in new.resources.items()
        )


def _point_near(rng: random.Random, hubs: dict[str, Point], hub: str) -> Point:
    """Draw a point whose nearest hub is this one."""
    lat, lng = hubs[hub]
    while True:
        radius, turn = SPREAD_M * math.sqrt(rng.random()), 2 * math.pi * rng.random()
        north, east = radius * math.sin(turn), radius * math.cos(turn)
        if hub in LAKESIDE:
            north, east = abs(north), -abs(east)
        degree = math.radians(1) * EARTH_RADIUS_M
        point = (round(lat + north / degree, 5), round(lng + east / degree / math.cos(math.radians(lat)), 5))
        if min(hubs, key=lambda other: distance_m(hubs[other], point)) == hub:
            return point


def _draw_block(rng: random.Random, diary: Diary, technician: str, block: tuple[datetime, datetime], hub: str) -> None:
    """Add one to three visits at one hub to a block, as far as they fit."""
    hubs = {h["id"]: (h["lat"], h["lng"]) for h in diary.business["hubs"]}
    products = {p["id"]: p for p in diary.business["products"]}
    cursor, end_of_block = block
    for _ in range(_pick(rng, (1, 1, 2, 2, 3))):
        product = products[_pick(rng, HABITS[technician].work)]
        point = _point_near(rng, hubs, hub)
        tag = "" if rng.random() < 1 / 12 else f"[{hub}] "  # now and then somebody forgets the tag
        title = tag + _pick(rng, TITLES[product["id"]])
        start = cursor + _pick(rng, (0, 0, 0, 1)) * STEP
        while (end := start + timedelta(minutes=product["duration_minutes"])) <= end_of_block:
            visit = Commitment(
                technician=technician,
                kind="visit",
                start=start,
                end=end,
                title=title,
                point=point,
                hub=hub,
                resources=product["resources"],
            )
            if diary.fits(visit):
                diary.entries.append(visit)
                cursor = block[0] + math.ceil((end - block[0]) / STEP) * STEP
                break
            start += STEP


def _draw_day(rng: random.Random, diary: Diary, technician: str, day: date) -> None:
    """Add a lunch and the visits of one technician's day."""
    habits = HABITS[technician]
    hubs = _pick(rng, habits.rounds)
    if habits.lunch:
        clock = _pick(rng, (("12:00", "12:30"), ("12:00", "12:45"), ("12:15", "12:45")))
        lunch = _busy(technician, day.isoformat(), clock, "Lunch")
        if diary.fits(lunch):
            diary.entries.append(lunch)
    for block in diary.blocks(day):
        hub = diary.locked_hub(technician, *block) or _pick(rng, hubs)
        if rng.random() < habits.fill[(day - FIRST_DAY).days // 7]:
            _draw_block(rng, diary, technician, block, hub)


def draw(*, business: dict[str, Any], seed: int = SEED) -> list[Commitment]:
    """Draw the three weeks around what is pinned, in the order of their starts."""
    rng = random.Random(seed)
    diary = Diary(business, list(PINNED))
    for offset in range(7 * WEEKS):
        for technician in HABITS:
            _draw_day(rng, diary, technician, FIRST_DAY + timedelta(days=offset))
    return sorted(diary.entries, key=lambda e: (e.start, e.technician or "", e.end))


def record(*, number: int, commitment: Commitment) -> dict[str, Any]:
    """Write a commitment as the scenario file has it, without the keys that have nothing to say."""
    row: dict[str, Any] = {"id": f"crm-{number:04d}", "technician": commitment.technician, "kind": commitment.kind}
    row |= {"start": commitment.start.isoformat(), "end": commitment.end.isoformat()}
    if commitment.point:
        row["place"] = {"lat": commitment.point[0], "lng": commitment.point[1]}
    row["title"] = commitment.title
    return row | ({"resources": commitment.resources} if commitment.resources else {})


def main() -> None:
    """Draw the commitments and write them as a JSON list, one record a line."""
    parser = argparse.ArgumentParser(description="Write three weeks of plausible commitments.")
    parser.add_argument("--output", default=str(HERE / "commitments.json"), help="a file, or - for standard output")
    output = parser.parse_args().output
    business = json.loads((HERE / "business.json").read_text(encoding="utf-8"))
    rows = [record(number=n, commitment=c) for n, c in enumerate(draw(business=business), start=1)]
    text = "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]\n"
    if output == "-":
        sys.stdout.write(text)
    else:
        Path(output).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
