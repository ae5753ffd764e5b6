"""Which time is read from a CRM: all that the rules look at for the days that are sold (rules F2, F13, T2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from fieldfare.domain.business import Business
from fieldfare.domain.clock import HALF_DAY, clock_of, monday_of

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A time that is read, `[since, until)` in instants."""

    since: int
    until: int

    def holds(self, other: Window) -> bool:
        """Tell whether another window lies within this one."""
        return self.since <= other.since and other.until <= self.until


def whole_window(business: Business, *, now: int) -> Window:
    """Give the whole of it: the ISO weeks from this one to that in which the horizon ends, and half a day around."""
    today = clock_of(business.time_zone).date_of(now)
    last = today + timedelta(days=max(business.policy.horizon_days, 1) - 1)
    return _weeks(business, monday_of(today), monday_of(last))


def near_window(business: Business, *, now: int) -> Window:
    """Give this ISO week and the next, and half a day around; no more than the whole."""
    today = clock_of(business.time_zone).date_of(now)
    near = _weeks(business, monday_of(today), monday_of(today) + _WEEK)
    return Window(since=near.since, until=min(near.until, whole_window(business, now=now).until))


def _weeks(business: Business, first: date, last: date) -> Window:
    """Give the time from half a day before one Monday to half a day after the Sunday of another's week."""
    clock = clock_of(business.time_zone)
    return Window(since=clock.midnight(first) - HALF_DAY, until=clock.midnight(last + _WEEK) + HALF_DAY)
