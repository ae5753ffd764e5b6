"""Moments that somebody at the desk names: instants, or dates and times on the business's clock, of this century."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from fieldfare.domain.clock import Clock
from fieldfare.entrypoints.desk.asking import Asking

_FIRST, _LAST = 946_684_800, 4_102_444_800
_YEARS = range(2000, 2100)
_LONGEST_INSTANT = 12


def is_of_century(instant: int) -> bool:
    """Whether an instant lies in the years 2000 to 2099, which is all that the desk has to do with."""
    return _FIRST <= instant < _LAST


def read_instant(text: str) -> int | None:
    """Read an instant in seconds since 1970; None for what is none of this century."""
    if not (text.isascii() and text.isdecimal() and len(text) < _LONGEST_INSTANT):
        return None
    return int(text) if is_of_century(int(text)) else None


def read_wall(date: str, time: str) -> datetime | None:
    """Read a date and a time as forms send them; None for what is neither."""
    try:
        wall = datetime.fromisoformat(f"{date}T{time}")
    except ValueError:
        return None
    return wall if wall.tzinfo is None else None


def instant_of(clock: Clock, wall: datetime, *, shown_for: str = "") -> int | None:
    """Give the instant of a time on the clock; None for one of another century.

    `shown_for` is the instant for which the form showed a date and a time: left as they were, they still mean it, with
    its seconds, and of an hour that a clock change repeats the one that it was.
    """
    before = read_instant(shown_for)
    if before is not None and wall == _shown(clock, before):
        return before
    # Where the years of the calendar end no zone can be looked up.
    found = clock.read(wall).instant if wall.year in _YEARS else None
    return found if found is not None and is_of_century(found) else None


def read_start(asking: Asking, values: Mapping[str, str]) -> int | None:
    """Read a start: an instant, or a date and a time, shown for the instant `was`; None for what is neither."""
    if values.get("start"):
        return read_instant(values["start"])
    wall = read_wall(values.get("date", ""), values.get("time", ""))
    return None if wall is None else instant_of(asking.clock, wall, shown_for=values.get("was", ""))


def _shown(clock: Clock, instant: int) -> datetime:
    """Give what the fields of a form show of an instant: no seconds."""
    return clock.local(instant).replace(second=0, microsecond=0, tzinfo=None)
