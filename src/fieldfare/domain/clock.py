"""The business's wall clock: local dates and times to instants and back (rules.md, section 1).

An *instant* is a whole number of seconds since 1970-01-01T00:00:00Z, as an `int`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 86_400
HALF_DAY = DAY // 2
MINUTE = 60
MINUTES_A_DAY = 1_440

_OF_ONE_MACHINE = frozenset({"localtime", "posixrules", "Factory"})
_OTHER_SCALES = ("right/", "posix/")
"""Names that a machine may hold beside the IANA zones: they mean another time on another machine."""

_EPOCH = datetime(1970, 1, 1)
_SECOND = timedelta(seconds=1)


class UnknownTimeZoneError(ValueError):
    """The name is not a time zone of the IANA database."""


@dataclass(frozen=True, slots=True)
class WallTime:
    """What a wall-clock time means: its instant, and whether a clock change skips it."""

    instant: int
    skipped: bool


class Clock:
    """The wall clock of one time zone."""

    def __init__(self, zone: str) -> None:
        """Find the zone by its IANA name; raises `UnknownTimeZoneError`."""
        try:
            if zone in _OF_ONE_MACHINE or zone.startswith(_OTHER_SCALES):
                raise LookupError(zone)
            self._zone = ZoneInfo(zone)
        except (ValueError, OSError, LookupError) as error:
            raise UnknownTimeZoneError(f"{zone!r} is not a time zone of the IANA database") from error
        self.zone = zone
        self._plain_midnight = lru_cache(maxsize=1_024)(self._find_plain_midnight)

    def read(self, wall: datetime) -> WallTime:
        """Read a naive wall-clock time.

        One that a clock change skips becomes the first instant after the gap; one that happens twice means the first.
        """
        wall = wall.replace(fold=0)
        instant = _seconds(wall) - self._offset_of_wall(wall)
        if self._offset_at(instant) == self._offset_of_wall(wall):
            return WallTime(instant, skipped=False)
        return WallTime(self._end_of_gap(wall, instant), skipped=True)

    def at(self, day: date, minute: int) -> WallTime:
        """Read the wall-clock time so many minutes after 00:00 of a date; 1440 is the midnight that ends it."""
        midnight = self._plain_midnight(day)
        if midnight is not None:
            return WallTime(midnight + minute * MINUTE, skipped=False)
        return self.read(datetime(day.year, day.month, day.day) + timedelta(minutes=minute))

    def midnight(self, day: date) -> int:
        """Give the instant at which a local date begins."""
        return self.at(day, 0).instant

    def local(self, instant: int) -> datetime:
        """Give the local time of an instant, with its offset; raises `OverflowError` beyond the calendar."""
        return datetime.fromtimestamp(instant, tz=UTC).astimezone(self._zone)

    def date_of(self, instant: int) -> date:
        """Give the local date of an instant."""
        return self.local(instant).date()

    def iso(self, instant: int) -> str:
        """Write an instant with seconds and the zone's offset at that instant (`2026-11-23T08:00:00-05:00`)."""
        return self.local(instant).isoformat()

    def _offset_of_wall(self, wall: datetime) -> int:
        return _whole_seconds(wall.replace(tzinfo=self._zone).utcoffset())

    def _offset_at(self, instant: int) -> int:
        return _whole_seconds(self.local(instant).utcoffset())

    def _end_of_gap(self, wall: datetime, after: int) -> int:
        # With fold=0 the offset before the gap applies, with fold=1 the one behind it: the change lies between them.
        before = _seconds(wall) - self._offset_of_wall(wall.replace(fold=1))
        old = self._offset_at(before)
        while after - before > 1:
            middle = (before + after) // 2
            if self._offset_at(middle) == old:
                before = middle
            else:
                after = middle
        return after

    def _find_plain_midnight(self, day: date) -> int | None:
        """Give the midnight of a date on which the clock doesn't change, until its end included; else None."""
        midnight = datetime(day.year, day.month, day.day)
        first = self.read(midnight)
        offset = self._offset_of_wall(midnight)
        plain = (
            not first.skipped
            and self._offset_at(first.instant + HALF_DAY) == offset
            and self._offset_at(first.instant + DAY) == offset
        )
        return first.instant if plain else None


@lru_cache(maxsize=256)
def clock_of(zone: str) -> Clock:
    """Give the clock of a zone, the same one each time; raises `UnknownTimeZoneError`."""
    return Clock(zone)


def seconds_since_epoch(moment: datetime) -> int:
    """Give the instant of an aware datetime, by whole-number arithmetic; year 1 to 9999 are all fine."""
    return _seconds(moment.replace(tzinfo=None)) - _whole_seconds(moment.utcoffset())


def monday_of(day: date) -> date:
    """Give the Monday that begins a date's ISO week."""
    return day - timedelta(days=day.weekday())


def _seconds(wall: datetime) -> int:
    return (wall - _EPOCH) // _SECOND


def _whole_seconds(offset: timedelta | None) -> int:
    return 0 if offset is None else offset // _SECOND
