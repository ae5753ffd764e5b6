"""Clock times and moments as they are written in a scenario, read into minutes and instants."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from fieldfare.domain.clock import MINUTES_A_DAY, Clock, UnknownTimeZoneError, clock_of, seconds_since_epoch
from fieldfare.entrypoints.scenario.errors import ScenarioError, show

MARGIN = timedelta(days=15)
"""What the engine may look at before today and after the horizon: a shift's days, an ISO week, half a day."""

_FRACTION = re.compile(r"\.([0-9]+)")


def read_minute(text: str) -> int:
    """Read a clock time of the right form into minutes after 00:00."""
    return int(text[:2]) * 60 + int(text[3:])


def read_end(text: str) -> int:
    """Read a clock time at which a block ends: 00:00 is the midnight that ends the date."""
    return read_minute(text) or MINUTES_A_DAY


def read_instant(text: str, clock: Clock) -> int:
    """Read a moment of the right form; one without an offset stands on the clock. Raises `ValueError` with a sentence.

    A wall-clock time that is skipped becomes the first instant after the gap, one that happens twice the first.
    """
    fraction = _FRACTION.search(text) if "." in text else None
    if fraction:
        if fraction[1].strip("0"):
            raise ValueError(f"{show(text)} has a fraction of a second; times are whole seconds")
        text = text.replace(fraction[0], "")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{show(text)} is not a moment of the calendar") from None
    if moment.tzinfo is not None:
        return seconds_since_epoch(moment)
    try:
        return clock.read(moment).instant
    except (OverflowError, ValueError):
        # In the first and last hours of the calendar the clock can't look around; nothing changes there.
        return seconds_since_epoch(moment.replace(tzinfo=ZoneInfo(clock.zone)))


def read_clock(name: str) -> Clock:
    """Find the clock of the business; raises `ScenarioError`."""
    try:
        return clock_of(name)
    except UnknownTimeZoneError:
        raise ScenarioError("business.time_zone", f"{show(name)} is not a known time zone") from None


def read_now(text: str, clock: Clock, *, horizon_days: int) -> int:
    """Read the moment of the question, which must leave room for the horizon; raises `ScenarioError`."""
    try:
        now = read_instant(text, clock)
    except ValueError as error:
        raise ScenarioError("now", str(error)) from None
    try:
        today = clock.date_of(now)
    except (OverflowError, ValueError):
        today = date.min
    if not date.min + MARGIN <= today <= date.max - MARGIN - timedelta(days=horizon_days):
        horizon = "1 day" if horizon_days == 1 else f"{horizon_days} days"
        raise ScenarioError("now", f"{show(text)} leaves no room for a horizon of {horizon} in the years 1 to 9999")
    return now
