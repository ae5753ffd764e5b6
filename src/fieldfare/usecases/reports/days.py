"""Technicians' days: the shifts of their dates, the stops in each, and the drives between them (rules S5, T1 to T5)."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from fieldfare.domain.business import Business
from fieldfare.domain.clock import DAY
from fieldfare.domain.intervals import Interval, merge
from fieldfare.domain.places import Place
from fieldfare.domain.schedules import OpenTime
from fieldfare.engine.open_times import OpenTimes
from fieldfare.ports.reports import Stop
from fieldfare.usecases.availability.fetch_drives import drives_of_legs
from fieldfare.usecases.reports.asked import Asked, Period

Point = tuple[float, float]
Leg = tuple[Point, Point]
Drives = Mapping[Leg, int]

_AT_ONCE = 3_000
"""Days whose drives are looked up in one batch: sixty of fifty technicians."""


@dataclass(slots=True, kw_only=True)
class TechnicianDay:
    """A technician's shift that begins on a date: its windows, and what takes its time, by start.

    What lies in no shift belongs to the day on whose local date it begins.
    """

    technician: str
    date: date
    depot: Point
    windows: tuple[Interval, ...] = ()
    taken: list[Stop] = field(default_factory=list)

    @property
    def stops(self) -> list[Stop]:
        """What there is to drive to, in the order of rule T2."""
        return [one for one in self.taken if one.point is not None]

    def legs(self) -> list[Leg]:
        """List the drives of the day: from the depot, between the stops, and back; none without a stop."""
        points = [one.point for one in self.taken if one.point is not None]
        if not points:
            return []
        return list(zip([self.depot, *points], [*points, self.depot], strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """A technician's merged windows, by start, and the local date on which each begins: that of its shift (rule S5)."""

    windows: tuple[Interval, ...]
    dates: tuple[date, ...]
    of_date: Mapping[date, tuple[Interval, ...]]

    def touched(self, start: int, end: int) -> list[date]:
        """List the dates of the shifts of which `[start, end)` takes time."""
        first = bisect_right(self.windows, start, key=_end_of)
        last = bisect_left(self.windows, end, key=_start_of)
        return list(dict.fromkeys(self.dates[first:last]))


class Shifts:
    """When technicians work: their hours in all their zones together, by today's schedules."""

    def __init__(self, asked: Asked, period: Period) -> None:
        """Read the schedules of a business."""
        self._clock = asked.clock
        self._open = OpenTimes(asked.clock, asked.business.schedules)
        self._zones = {person.id: sorted(person.zones) for person in asked.business.technicians}
        one_day = timedelta(days=1)
        self._days = [period.first - one_day, *period.dates(), period.last + one_day]
        self._of_technician: dict[str, Hours] = {}
        # Of people with the same hours the shifts are the same.
        self._alike: dict[tuple[OpenTime, ...], Hours] = {}

    def of(self, technician: str) -> Hours:
        """Give a technician's hours."""
        known = self._of_technician.get(technician)
        if known is None:
            zones = self._zones.get(technician, [])
            hours = tuple(dict.fromkeys(self._open.of_technician(technician, zone=zone) for zone in zones))
            if hours not in self._alike:
                self._alike[hours] = self._read(hours)
            known = self._of_technician[technician] = self._alike[hours]
        return known

    def _read(self, hours: tuple[OpenTime, ...]) -> Hours:
        merged = merge(window for one in hours for day in self._days for window in one.own_windows(day))
        windows = tuple(part for window in merged for part in self._cut(window))
        dates = tuple(self._clock.date_of(start) for start, _ in windows)
        of_date: defaultdict[date, list[Interval]] = defaultdict(list)
        for day, window in zip(dates, windows, strict=True):
            of_date[day].append(window)
        return Hours(windows=windows, dates=dates, of_date={day: tuple(some) for day, some in of_date.items()})

    def _cut(self, window: Interval) -> list[Interval]:
        """Cut what is longer than a day at its midnights: who is always on duty has a shift on each date."""
        if window[1] - window[0] <= DAY:
            return [window]
        midnights = [self._clock.midnight(day) for day in self._days]
        edges = [window[0], *(one for one in midnights if window[0] < one < window[1]), window[1]]
        return list(pairwise(edges))


def days_of(asked: Asked, stops: Iterable[Stop], period: Period) -> list[TechnicianDay]:
    """Sort what takes time into the shifts of a period, of the technician asked for or of all, by date and technician.

    Every shift of a technician who is active is a day, even one with nothing in it.
    """
    shifts, depots = Shifts(asked, period), depots_of(asked.business)
    found: dict[tuple[date, str], TechnicianDay] = {}

    def day_of(technician: str, day: date) -> TechnicianDay:
        known = found.get((day, technician))
        if known is None:
            known = found[day, technician] = TechnicianDay(
                technician=technician,
                date=day,
                depot=depots.get(technician, asked.business.hq.point),
                windows=shifts.of(technician).of_date.get(day, ()),
            )
        return known

    for person in asked.business.technicians:
        if person.active and asked.technician in {None, person.id}:
            for day in shifts.of(person.id).of_date:
                if day in period:
                    day_of(person.id, day)
    for stop in stops:
        if asked.technician is None or asked.technician == stop.technician:
            for day in _dates_of(stop, shifts.of(stop.technician), asked):
                if day in period:
                    day_of(stop.technician, day).taken.append(stop)
    for one in found.values():
        one.taken.sort(key=lambda stop: (stop.start, stop.end, stop.id))
    return [found[key] for key in sorted(found)]


def _dates_of(stop: Stop, hours: Hours, asked: Asked) -> list[date]:
    """Give the date of the shift in which a visit begins, and of busy time the date of every shift that it touches."""
    touched = hours.touched(stop.start, stop.start + 1 if stop.visit else stop.end)
    return touched or [asked.clock.date_of(stop.start)]


def _start_of(window: Interval) -> int:
    return window[0]


def _end_of(window: Interval) -> int:
    return window[1]


def depots_of(business: Business) -> dict[str, Point]:
    """Give where each technician's day begins and ends."""
    return {person.id: (person.depot or business.hq).point for person in business.technicians}


async def read_days(asked: Asked) -> tuple[list[TechnicianDay], list[TechnicianDay]]:
    """Read the technicians' days of the period, and of the one before."""
    span = asked.span()
    async with asked.storage.open(asked.business.id) as books:
        stops = await books.reports.stops(since=span["since"] - DAY, until=span["until"] + DAY)
    both = Period(first=asked.period.before.first, last=asked.period.last)
    days = await asyncio.to_thread(days_of, asked, stops, both)
    return [day for day in days if day.date in asked.period], [day for day in days if day.date not in asked.period]


async def drives_of(asked: Asked, days: Sequence[TechnicianDay]) -> Drives:
    """Look all drives of some days up at once, of very many days some thousands at a time; none is asked for twice."""
    found: dict[Leg, int] = {}
    for first in range(0, len(days), _AT_ONCE):
        legs = dict.fromkeys(leg for day in days[first : first + _AT_ONCE] for leg in day.legs() if leg not in found)
        points = dict.fromkeys(point for leg in legs for point in leg)
        place = {point: Place(lat=point[0], lng=point[1]) for point in points}
        places = [(place[a], place[b]) for a, b in legs]
        found |= await drives_of_legs(places, travel=asked.travel, settings=asked.business.travel)
        await asyncio.sleep(0)  # let others have their turn
    return found
