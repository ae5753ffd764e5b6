"""Wall clocks and dates as instants, read from section 1 of the rules."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

MIDNIGHT = time(0, 0)


class Interval(NamedTuple):
    """Whole UTC seconds, half open."""

    start: int
    end: int

    def overlaps(self, other: "Interval") -> bool:
        return self.start < other.end and other.start < self.end

    def holds(self, other: "Interval") -> bool:
        return self.start <= other.start and other.end <= self.end


class Window(NamedTuple):
    """A wall-clock pattern; an end that is not after the start is on the next day."""

    start: time
    end: time


def local(zone: ZoneInfo, instant: int) -> datetime:
    """Show the instant as a wall clock with its offset."""
    return datetime.fromtimestamp(instant, UTC).astimezone(zone)


def local_date(zone: ZoneInfo, instant: int) -> date:
    """Give the local date of the instant."""
    return local(zone, instant).date()


@lru_cache(maxsize=1 << 15)
def instant_of(zone: ZoneInfo, day: date, wall: time) -> int | None:
    """Give the first instant at which the clock shows this, or None if a clock change skips it."""
    first = _seconds(datetime.combine(day, wall, tzinfo=zone))
    shown = local(zone, first).replace(tzinfo=None)
    return first if shown == datetime.combine(day, wall) else None


@lru_cache(maxsize=1 << 15)
def edge(zone: ZoneInfo, day: date, wall: time) -> int:
    """Give the instant of an edge: a skipped one moves to the first instant after the gap."""
    found = instant_of(zone, day, wall)
    return _after_the_gap(zone, datetime.combine(day, wall)) if found is None else found


def _after_the_gap(zone: ZoneInfo, skipped: datetime) -> int:
    before = _seconds(skipped.replace(tzinfo=zone, fold=1))  # the offset after the gap: too early
    after = _seconds(skipped.replace(tzinfo=zone, fold=0))  # the offset before the gap: late enough
    while after - before > 1:
        middle = (before + after) // 2
        if local(zone, middle).replace(tzinfo=None) < skipped:
            before = middle
        else:
            after = middle
    return after


def midnight(zone: ZoneInfo, day: date) -> int:
    """Give the local midnight that begins the day."""
    return edge(zone, day, MIDNIGHT)


def window_on(zone: ZoneInfo, day: date, window: Window) -> Interval:
    """Place the window of this date on the line of instants; it may come out empty."""
    last = day if window.end > window.start else day + timedelta(days=1)
    return Interval(edge(zone, day, window.start), edge(zone, last, window.end))


def read_time(zone: ZoneInfo, text: str) -> int:
    """Read a time with an offset or `Z`; a naive one is a local edge."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return edge(zone, moment.date(), moment.time())
    return _seconds(moment)


def show_time(zone: ZoneInfo, instant: int) -> str:
    """Write the instant with seconds and the business's offset."""
    return local(zone, instant).isoformat()


def _seconds(moment: datetime) -> int:
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1))
