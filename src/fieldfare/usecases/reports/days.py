"""Technicians' days: the shifts of their dates, the stops in each, and the drives between them (rules S5, T1 to T5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

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


class Shifts:
    """When technicians work: their hours in all their zones together, by today's schedules."""

    def __init__(self, asked: Asked, period: Period) -> None:
        """Read the schedules of a business."""
        self._clock = asked.clock
        self._open = OpenTimes(asked.clock, asked.business.schedules)
        self._zones = {person.id: sorted(person.zones) for person in asked.business.technicians}
        one_day = timedelta(days=1)
        self._days = [period.first - one_day, *period.dates(), period.last + one_day]
        # Of people with the same hours the shifts are the same.
        self._of_hours = lru_cache(maxsize=None)(self._read)

    def of(self, technician: str) -> Mapping[date, tuple[Interval, ...]]:
        """Give the merged windows of a technician by the local date on which they begin (rule S5)."""
        zones = self._zones.get(technician, [])
        return self._of_hours(tuple(dict.fromkeys(self._open.of_technician(technician, zone=zone) for zone in zones)))

    def _read(self, hours: tuple[OpenTime, ...]) -> Mapping[date, tuple[Interval, ...]]:
        found: defaultdict[date, list[Interval]] = defaultdict(list)
        for window in merge(window for one in hours for day in self._days for window in one.own_windows(day)):
            found[self._clock.date_of(window[0])].append(window)
        return {day: tuple(windows) for day, windows in found.items()}


def days_of(asked: Asked, stops: Iterable[Stop], period: Period) -> list[TechnicianDay]:
    """Sort what takes time into the shifts of a period, of the technician asked for or of all, by date and technician.

    Every shift of a technician who is active is a day, even one with nothing in it.
    """
    shifts, depots = Shifts(asked, period), depots_of(asked.business)
    found: dict[tuple[date, str], TechnicianDay] = {}

    def day_of(technician: str, day: date) -> TechnicianDay:
        depot = depots.get(technician, asked.business.hq.point)
        windows = shifts.of(technician).get(day, ())
        return found.setdefault(
            (day, technician), TechnicianDay(technician=technician, date=day, depot=depot, windows=windows)
        )

    for person in asked.business.technicians:
        if person.active and asked.technician in {None, person.id}:
            for day in shifts.of(person.id):
                if day in period:
                    day_of(person.id, day)
    for stop in stops:
        if asked.technician in {None, stop.technician}:
            for day in _dates_of(stop, shifts.of(stop.technician), asked):
                if day in period:
                    day_of(stop.technician, day).taken.append(stop)
    for one in found.values():
        one.taken.sort(key=lambda stop: (stop.start, stop.end, stop.id))
    return [found[key] for key in sorted(found)]


def _dates_of(stop: Stop, shifts: Mapping[date, tuple[Interval, ...]], asked: Asked) -> Iterable[date]:
    """Give the date of the shift in which a stop begins, and of busy time the date of every shift that it touches."""
    first = asked.clock.date_of(stop.start)
    if stop.visit:
        for day in (first, first - timedelta(days=1)):
            if any(start <= stop.start < end for start, end in shifts.get(day, ())):
                return (day,)
        return (first,)
    last = asked.clock.date_of(stop.end - 1)
    reach = (last - first).days + 2
    near = [first + timedelta(days=number) for number in range(-1, reach)]
    touched = [day for day in near if any(start < stop.end and stop.start < end for start, end in shifts.get(day, ()))]
    return touched or (first,)


def depots_of(business: Business) -> dict[str, Point]:
    """Give where each technician's day begins and ends."""
    return {person.id: (person.depot or business.hq).point for person in business.technicians}


async def read_days(asked: Asked) -> tuple[list[TechnicianDay], list[TechnicianDay]]:
    """Read the technicians' days of the period, and of the one before."""
    span = asked.span()
    async with asked.storage.open(asked.business.id) as books:
        stops = await books.reports.stops(since=span["since"] - DAY, until=span["until"] + DAY)
    return days_of(asked, stops, asked.period), days_of(asked, stops, asked.period.before)


async def drives_of(asked: Asked, days: Sequence[TechnicianDay]) -> Drives:
    """Look all drives of some days up at once; none is asked for twice."""
    legs = dict.fromkeys(leg for day in days for leg in day.legs())
    places = [(Place(lat=a[0], lng=a[1]), Place(lat=b[0], lng=b[1])) for a, b in legs]
    return await drives_of_legs(places, travel=asked.travel, settings=asked.business.travel)
