"""Reads the vendor's times: with an offset, in UTC, in milliseconds, or naive and meant in the account's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from fieldfare.adapters.crms.ghl.picking import plain
from fieldfare.domain.clock import Clock, seconds_since_epoch

_FIRST_YEAR, _LAST_YEAR = 2000, 2199
_EARLIEST = 946_684_800  # 2000-01-01
_LATEST = 7_258_118_400  # 2200-01-01
_NUMBER = re.compile(r"\d{1,16}(\.\d{1,6})?")
_MILLISECONDS_FROM = 100_000_000_000
_MIDNIGHT = time()
_ONE_DAY = timedelta(days=1)


class Fault(StrEnum):
    """What is wrong with an entry's times; see `domain.mirrored.Unreadable`."""

    NO_START = "no_start"
    NO_END = "no_end"
    BAD_START = "bad_start"
    BAD_END = "bad_end"
    ENDS_BEFORE_IT_STARTS = "ends_before_it_starts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant, and the wall clock as it was written beside it: by the text's own offset, whichever that is."""

    instant: int
    wall: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """`[start, end)` in instants."""

    start: int
    end: int


def said(value: object) -> str:
    """Give what stands in a field as text; empty where nothing does."""
    return "" if value is None else plain(str(value)).strip()


def read_moment(value: object, clock: Clock) -> Moment | None:
    """Read a time, a naive one by the clock (of a time that happens twice, the first); None if it can't be one."""
    written = said(value)
    if _NUMBER.fullmatch(written):
        number = float(written)
        return _within(int(number // 1_000 if number >= _MILLISECONDS_FROM else number // 1), None, clock)
    try:
        moment = datetime.fromisoformat(written.upper())
    except ValueError:
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    if moment.tzinfo is None:
        return _within(clock.read(moment.replace(microsecond=0)).instant, moment, clock)
    return _within(seconds_since_epoch(moment.replace(microsecond=0)), moment.replace(tzinfo=None), clock)


def read_instant(value: object, clock: Clock) -> int | None:
    """Read a time as an instant alone."""
    moment = read_moment(value, clock)
    return None if moment is None else moment.instant


def read_span(start: object, end: object, clock: Clock, *, full_day: bool = False) -> Span | Fault:
    """Read an entry's two times; all-day ones cover local midnight to local midnight, however long the days are."""
    begins, ends = read_moment(start, clock), read_moment(end, clock)
    if begins is None:
        return Fault.BAD_START if said(start) else Fault.NO_START
    if ends is None and (said(end) or not full_day):
        return Fault.BAD_END if said(end) else Fault.NO_END
    ends = ends or begins
    if begins.wall.time() == ends.wall.time() == _MIDNIGHT and ends.wall >= begins.wall:
        span = _days(begins.wall, ends.wall, clock)
    elif full_day:
        span = _days(_local(begins, clock), _local(ends, clock), clock)
    else:
        span = Span(start=begins.instant, end=ends.instant)
    return Fault.ENDS_BEFORE_IT_STARTS if span.end <= span.start else span


def _within(instant: int, wall: datetime | None, clock: Clock) -> Moment | None:
    """Refuse instants that no calendar means: 0, and whatever else a mistake makes."""
    if not _EARLIEST <= instant < _LATEST:
        return None
    if wall is None:
        # Of a bare number nobody knows the offset: midnight of UTC means a date as much as local midnight does.
        utc = datetime.fromtimestamp(instant, tz=UTC).replace(tzinfo=None)
        wall = utc if utc.time() == _MIDNIGHT else clock.local(instant).replace(tzinfo=None)
    return Moment(instant=instant, wall=wall)


def _local(moment: Moment, clock: Clock) -> datetime:
    return clock.local(moment.instant).replace(tzinfo=None)


def _days(first: datetime, last: datetime, clock: Clock) -> Span:
    """Give the local days that two wall-clock times touch; the day of an end at midnight is the one before."""
    end = last.date() if last.time() == _MIDNIGHT and last.date() > first.date() else last.date() + _ONE_DAY
    return Span(start=clock.midnight(first.date()), end=clock.midnight(end))
