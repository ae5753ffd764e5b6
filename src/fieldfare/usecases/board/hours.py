"""When technicians work on the dates of a board, in whatever zone (rules S3 to S5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.domain.fleet import Technician
from fieldfare.domain.intervals import Interval, merge
from fieldfare.domain.schedules import OpenTime, shifts_on
from fieldfare.engine.open_times import OpenTimes

_NO_ZONE = ""
"""No schedule is of a zone without an id: whoever asks for it gets the technician's global hours."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The open time of one technician, all zones together: the board has a row a person, not one a zone."""

    clock: Clock
    of_zones: tuple[OpenTime, ...]

    def windows(self, day: date) -> tuple[Interval, ...]:
        """Give the merged windows of a date and its neighbours."""
        return merge(window for one in self.of_zones for window in one.on(day))

    def within(self, since: int, until: int) -> tuple[Interval, ...]:
        """Give the windows between two instants, cut off there."""
        days = _dates(self.clock, since, until)
        windows = merge(window for day in days for window in self.windows(day))
        return tuple((max(start, since), min(end, until)) for start, end in windows if start < until and end > since)

    def shift(self, start: int, end: int) -> Interval | None:
        """Find the shift of the window that holds a time; None where none does (rule S5)."""
        for window, shift in shifts_on(self.windows(self.clock.date_of(start)), self.clock):
            if window[0] <= start and end <= window[1]:
                return shift
        return None


class AllHours:
    """The hours of a business's technicians; people of equal hours share them."""

    def __init__(self, business: Business) -> None:
        """Sort the schedules by owner."""
        self._clock = clock_of(business.time_zone)
        self._open_times = OpenTimes(self._clock, business.schedules)
        self._known: dict[tuple[int, ...], Hours] = {}

    def of(self, person: Technician, *, zone: str | None = None) -> Hours:
        """Give a technician's hours in a zone, or in all of theirs together."""
        zones = [zone] if zone is not None else sorted(person.zones) or [_NO_ZONE]
        found = {id(one): one for one in (self._open_times.of_technician(person.id, zone=zone) for zone in zones)}
        key = tuple(found)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Hours(self._clock, tuple(found.values()))
        return known


def _dates(clock: Clock, since: int, until: int) -> Iterable[date]:
    day, last = clock.date_of(since), clock.date_of(until)
    while day <= last:
        yield day
        day += timedelta(days=1)
