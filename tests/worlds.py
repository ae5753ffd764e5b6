"""Small worlds for tests: a scenario in a line or two, asked through the same doors as anybody's.

`world()` is a business with nothing in the way: one zone that is always open, drives of no time, no notice, no buffer,
no drive from or to the depot, and a start every quarter of an hour. A test adds what it is about. A world never
changes: each call gives another one.

A time is `"09:00"` on the world's day (Monday 2027-01-04, unless told), `"tue 09:00"` in the week of that day, or
whole: `"2027-03-14 01:30"`, with seconds and an offset if need be.
"""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

import pytest

from fieldfare.domain.answers import Answer, Resolution, Slot
from fieldfare.domain.questions import Question
from fieldfare.engine.alternatives import alternatives
from fieldfare.engine.draft import draft
from fieldfare.engine.problem import Problem
from fieldfare.engine.resolution import resolve_question
from fieldfare.engine.slot_map import build_map
from fieldfare.engine.verdict import judge
from fieldfare.entrypoints.scenario.read import read_scenario
from fieldfare.ports.travel import TravelTimes
from fieldfare.usecases.availability.fetch_drives import with_drives
from fieldfare.usecases.availability.find_slots import find_slots
from fieldfare.wiring.engine import travel_times

Document = dict[str, Any]


class Spot(NamedTuple):
    """A point on the ground."""

    lat: float
    lng: float


# The request is always for HERE, unless a test says otherwise.
# These numbers are sums of powers of two, so that EAST and WEST are equally far.
HQ = Spot(43.375, -79.625)
HERE = Spot(43.5, -79.625)
NORTH = Spot(43.625, -79.625)
EAST = Spot(43.5, -79.5)
WEST = Spot(43.5, -79.75)

MONDAY = "2027-01-04"
FREE = "free"
"""What `reason` answers when no rule is against a start."""

LAST = "(the last)"
"""The technician who was added last."""

NOBODY = None
"""The owner of busy time that only holds resources."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = {weekday: [["00:00", "00:00"]] for weekday in WEEKDAYS}


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A scenario under construction."""

    document: Document
    day: str
    default_drive: int = 0
    known_drives: Mapping[tuple[Spot, Spot], int] | None = None

    def scenario(self, **fields: Any) -> World:
        """Set keys of the scenario."""
        return replace(self, document={**self.document, **fields})

    def business(self, **fields: Any) -> World:
        """Set keys of the business."""
        return self.scenario(business={**self.document["business"], **fields})

    # What the owner sets

    def now(self, moment: str) -> World:
        return self.scenario(now=self._time(moment))

    def policy(self, **fields: Any) -> World:
        return self._change("policy", {key.rstrip("_"): value for key, value in fields.items()})

    def every(self, minutes: int) -> World:
        """Make the whole day one block, with a start every so many minutes."""
        return self.blocks(("DAY", "00:00", "00:00", minutes))

    def blocks(self, *blocks: tuple[str, str, str, int | list[str]]) -> World:
        """Set the blocks: id, start, end, and either the step in minutes or the starts."""
        records = [
            {"id": id_, "start": start, "end": end, "step_minutes" if isinstance(grid, int) else "starts": grid}
            for id_, start, end, grid in blocks
        ]
        return self.policy(blocks=records)

    def hub(self, id_: str, at: Spot) -> World:
        return self._add("hubs", {"id": id_, **_point(at)})

    def boundary(self, id_: str, **fields: Any) -> World:
        return self._set("boundaries", id_, fields)

    def zone(self, id_: str, **fields: Any) -> World:
        return self._set("zones", id_, fields)

    def industry(self, id_: str, **fields: Any) -> World:
        return self._set("industries", id_, fields)

    def product(self, **fields: Any) -> World:
        return self._set("products", "tune-up", fields)

    def lasting(self, minutes: int) -> World:
        """Set how long the visit takes."""
        return self.product(duration_minutes=minutes)

    def resource(self, kind: str, capacity: int) -> World:
        return self._add("resources", {"kind": kind, "capacity": capacity})

    def schedule(self, id_: str, *, zone: str | None = None, technician: str | None = None, **fields: Any) -> World:
        owner = {key: value for key, value in (("zone", zone), ("technician", technician)) if value is not None}
        return self._set("schedules", id_, {"owner": owner, **fields})

    def hours(self, *windows: tuple[str, str], on: str = "") -> World:
        """Set the zone's hours, on all days or on some (`on="mon tue"`)."""
        return self._set("schedules", "z1", {"week": _week(windows, on)})

    # Who works, and where the roads go

    def technician(self, id_: str, *, depot: Spot | None = None, **fields: Any) -> World:
        """Add a technician of the zone, who works day and night until told otherwise; or change one."""
        if any(technician["id"] == id_ for technician in self.document["business"]["technicians"]):
            return self._set("technicians", id_, fields)
        record = {"id": id_, "zones": ["z1"], "depot": depot and _point(depot), **fields}
        return self._add("technicians", record).schedule(id_, technician=id_, week=ALWAYS)

    def shift(self, *windows: tuple[str, str], on: str = "") -> World:
        """Set the hours of the technician who was added last, on all days or on some (`on="mon tue"`)."""
        return self._set("schedules", self._last(), {"week": _week(windows, on)})

    def off(self) -> World:
        """Take the last technician's schedule away."""
        schedules = [s for s in self.document["business"]["schedules"] if s["id"] != self._last()]
        return self.business(schedules=schedules)

    def drives(self, seconds: int) -> World:
        """Set the drive between any two places that `drive` doesn't name."""
        return replace(self, default_drive=seconds)

    def drive(self, start: Spot, end: Spot, seconds: int) -> World:
        """Set one drive, one way."""
        return replace(self, known_drives={**(self.known_drives or {}), (start, end): seconds})

    def crow_flies(self, **fields: Any) -> World:
        return self.business(travel={"kind": "crow_flies", **fields})

    # What is taken, and what is asked for

    def visit(
        self, id_: str, start: str, end: str, *, at: Spot | None = None, of: str | None = LAST, **more: Any
    ) -> World:
        return self._commit(id_, "visit", start, end, at=at, of=of, more=more)

    def busy(
        self, id_: str, start: str, end: str, *, at: Spot | None = None, of: str | None = LAST, **more: Any
    ) -> World:
        return self._commit(id_, "busy", start, end, at=at, of=of, more=more)

    def without(self, id_: str) -> World:
        """Take a commitment away."""
        return self.scenario(commitments=[c for c in self.document["commitments"] if c["id"] != id_])

    def request(self, **fields: Any) -> World:
        return self.scenario(request={**self.document["request"], **fields})

    def at(self, spot: Spot, postal_code: str | None = None) -> World:
        """Ask for a visit at another place."""
        return self.request(place={**_point(spot), "postal_code": postal_code})

    # What comes out

    def text(self) -> str:
        """Give the scenario as JSON."""
        return json.dumps(self._with_travel())

    def question(self) -> Question:
        return read_scenario(self.text())

    def answer(self, *, explain: bool = False, travel: TravelTimes | None = None) -> Answer:
        return _answer(self.question(), explain=explain, travel=travel)

    def resolution(self) -> Resolution:
        return self.answer().resolution

    def starts(self, day: str = "", of: str = "") -> list[str]:
        """List what is offered on a day, as clock times; for one technician, if one is named."""
        wanted = self._date(day)
        return [
            local.strftime("%H:%M")
            for slot in self.answer().slots
            if (local := self._local(slot.start)).date() == wanted
            and (not of or any(option.technician == of for option in slot.options))
        ]

    def days(self) -> list[str]:
        """List the dates on which something is offered."""
        return sorted({self._local(slot.start).date().isoformat() for slot in self.answer().slots})

    def slot(self, start: str) -> Slot:
        wanted = self.instant(start)
        return next(slot for slot in self.answer().slots if slot.start == wanted)

    def options(self, start: str) -> list[str]:
        return [option.technician for option in self.slot(start).options]

    def detour(self, technician: str, start: str) -> int:
        return next(o.detour_seconds for o in self.slot(start).options if o.technician == technician)

    def recommended(self) -> list[str]:
        """List the recommended slots of all days, by clock time."""
        return [f"{self._local(slot.start):%H:%M}" for slot in self.answer().slots if slot.recommended]

    def reason(self, technician: str, start: str) -> str:
        """Judge a start by name, and make sure that the whole map says the same of it."""
        instant, question = self.instant(start), self.question()
        named = replace(question, request=replace(question.request, technician=technician))
        verdict = judge(_problem(named), instant).reason or FREE
        answer = _answer(question, explain=True)
        in_map = {
            refusal.start: refusal.reason for refusal in answer.refusals or () if refusal.technician == technician
        }
        in_map |= {s.start: FREE for s in answer.slots if any(o.technician == technician for o in s.options)}
        if instant in in_map:
            assert verdict == in_map[instant], "the verdict on one start is not that of the map"
        else:
            assert verdict != FREE, "a start is free, but not in the map"
        return verdict

    def instead_of(self, start: str) -> list[str]:
        """List the alternatives to a start, with their dates."""
        slot_map = build_map(_problem(self.question()))
        rows = alternatives(slot_map, self.instant(start))
        origin = slot_map.problem.frame.origin
        return [f"{self._local(int(slot_map.problem.grid.start[row]) + origin):%Y-%m-%d %H:%M}" for row in rows]

    def instant(self, text: str) -> int:
        moment = datetime.fromisoformat(self._time(text))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self._zone)
        return int(moment.timestamp())

    # Inside

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.document["business"]["time_zone"])

    def _local(self, instant: int) -> datetime:
        return datetime.fromtimestamp(instant, tz=UTC).astimezone(self._zone)

    def _date(self, text: str) -> date:
        if text in WEEKDAYS:
            day = date.fromisoformat(self.day)
            return day + timedelta(days=WEEKDAYS.index(text) - day.weekday())
        return date.fromisoformat(text or self.day)

    def _time(self, text: str) -> str:
        day, _, clock = text.rpartition(" ")
        return text if "T" in text else f"{self._date(day).isoformat()}T{clock}"

    def _last(self) -> str:
        return str(self.document["business"]["technicians"][-1]["id"])

    def _commit(
        self, id_: str, kind: str, start: str, end: str, *, at: Spot | None, of: str | None, more: Document
    ) -> World:
        record = {
            "id": id_,
            "technician": self._last() if of == LAST else of,
            "kind": kind,
            "start": self._time(start),
            "end": self._time(end),
            "place": at and _point(at),
            **more,
        }
        return self.scenario(commitments=[*self.document["commitments"], record])

    def _with_travel(self) -> Document:
        business = self.document["business"]
        if "travel" in business:
            return self.document
        depots = [technician["depot"] for technician in business["technicians"]]
        stops = [commitment["place"] for commitment in self.document["commitments"]]
        points = [business["hq"], self.document["request"]["place"], *depots, *stops]
        spots = list(dict.fromkeys(Spot(point["lat"], point["lng"]) for point in points if point))
        known = self.known_drives or {}
        seconds = [[0 if a == b else known.get((a, b), self.default_drive) for b in spots] for a in spots]
        travel = {"kind": "matrix", "places": [_point(spot) for spot in spots], "seconds": seconds}
        return self.business(travel=travel).document

    def _change(self, key: str, fields: Document) -> World:
        return self.business(**{key: {**self.document["business"][key], **fields}})

    def _add(self, key: str, record: Document) -> World:
        return self.business(**{key: [*self.document["business"][key], record]})

    def _set(self, key: str, id_: str, fields: Document) -> World:
        """Change the record with an id, or add it."""
        records = copy.copy(self.document["business"][key])
        for row, record in enumerate(records):
            if record["id"] == id_:
                records[row] = {**record, **fields}
                return self.business(**{key: records})
        return self._add(key, {"id": id_, **fields})


def world(day: str = MONDAY, *, time_zone: str = "America/Toronto") -> World:
    """Give a world with nothing in the way, as the day begins; its horizon is the day and the day after."""
    business: Document = {
        "id": "small-world",
        "name": "Small World",
        "time_zone": time_zone,
        "hq": _point(HQ),
        "policy": {
            "horizon_days": 2,
            "min_notice_minutes": 0,
            "travel_buffer_minutes": 0,
            "depart": "before_shift",
            "return": "after_shift",
            "blocks": [{"id": "DAY", "start": "00:00", "end": "00:00", "step_minutes": 15}],
        },
        "hubs": [],
        "boundaries": [
            {"id": "around", "kind": "polygon", "geometry": {"type": "Polygon", "coordinates": [box(-81, 43, -79, 44)]}}
        ],
        "zones": [{"id": "z1", "boundaries": ["around"], "industries": [{"industry": "hvac"}]}],
        "industries": [{"id": "hvac"}],
        "products": [{"id": "tune-up", "industry": "hvac", "price": 14_900, "duration_minutes": 60}],
        "technicians": [],
        "resources": [],
        "schedules": [{"id": "z1", "owner": {"zone": "z1"}, "week": ALWAYS}],
    }
    request = {"place": _point(HERE), "product": "tune-up"}
    document = {"now": f"{day}T00:00", "business": business, "commitments": [], "request": request}
    return World(document=document, day=day)


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    """Give the ring of a rectangle."""
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: Sequence[Sequence[float]]) -> Document:
    """Give the fields of a polygon boundary: its shell, then its holes."""
    return {"kind": "polygon", "geometry": {"type": "Polygon", "coordinates": rings}}


F = TypeVar("F", bound=Callable[..., None])
T = TypeVar("T")


def table(names: str, cases: Mapping[str, tuple[Any, ...] | Any]) -> Callable[[F], F]:
    """Run a test for each row of a table, by the row's name."""
    return pytest.mark.parametrize(names, list(cases.values()), ids=list(cases))


def _answer(question: Question, *, explain: bool, travel: TravelTimes | None = None) -> Answer:
    model = travel or travel_times(question.business.travel)
    return _run(find_slots(question, travel=model, explain=explain))


def _problem(question: Question) -> Problem:
    """Lay a question out for the engine; it must be about something that is sold."""
    resolution, sale = resolve_question(question)
    assert sale is not None, resolution.outcome
    settings = question.business.travel
    drafted = draft(question, sale, resolution.hub)
    return _run(with_drives(drafted, travel=travel_times(settings), settings=settings))[0]


def _run(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, and keep what it returns from asyncio, which would write all of it out."""
    results: list[T] = []

    async def keep() -> None:
        results.append(await coroutine)

    asyncio.run(keep())
    return results[0]


def _point(spot: Spot) -> Document:
    return {"lat": spot.lat, "lng": spot.lng}


def _week(windows: Sequence[tuple[str, str]], on: str) -> Document:
    return {weekday: [list(window) for window in windows] for weekday in (on.split() or WEEKDAYS)}
