"""The dates of a board, and the hours of them that are worth showing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from fieldfare.domain.business import Business
from fieldfare.domain.clock import MINUTE, Clock, clock_of
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.intervals import Interval
from fieldfare.usecases.board.board import BlockOfDay, DayOfBoard
from fieldfare.usecases.board.hours import Hours

_HOUR = 60 * MINUTE
_FROM, _TO = 8 * 60, 18 * 60
"""What is shown of a date on which nobody works, in minutes after 00:00."""


def days_of(
    first: date, count: int, *, business: Business, hours: Iterable[Hours], items: Iterable[Commitment]
) -> tuple[DayOfBoard, ...]:
    """Lay out dates: each from the first to the last hour at which anybody of these works or has something to do."""
    clock = clock_of(business.time_zone)
    people, own = tuple(dict.fromkeys(hours)), tuple(items)
    days = []
    for number in range(count):
        day = first + timedelta(days=number)
        start, end = clock.midnight(day), clock.midnight(day + timedelta(days=1))
        blocks = blocks_on(business, day, clock)
        spans = [span for one in people for span in one.within(start, end)]
        # What lasts all day long, as time off does, is no reason to show the night.
        spans += [(known.start, known.end) for known in own if start <= known.start and known.end <= end]
        spans += [(block.start, block.end) for block in blocks] if not spans else []
        opens, closes = _whole_hours(spans, clock=clock, day=day, start=start, end=end)
        days.append(DayOfBoard(date=day, start=start, end=end, opens=opens, closes=closes, blocks=blocks))
    return tuple(days)


def hours_of(opens: int, closes: int, clock: Clock) -> list[int]:
    """List the whole hours of a stretch of time, on the wall clock: on some days 23 or 25 of them make a day."""
    found, at = [], opens
    while at <= closes:
        found.append(at)
        at += _HOUR
        past = _past_hour(at, clock)
        # Where a clock change is of half an hour, the next whole hour is nearer or further.
        at += _HOUR - past if past else 0
    return found


def blocks_on(business: Business, day: date, clock: Clock) -> tuple[BlockOfDay, ...]:
    """Read the policy's blocks on a date; one that a clock change leaves empty is none (rule G1)."""
    read = (
        BlockOfDay(id=block.id, start=clock.at(day, block.start).instant, end=clock.at(day, block.end).instant)
        for block in business.policy.blocks
    )
    return tuple(block for block in read if block.start < block.end)


def _whole_hours(spans: Sequence[Interval], *, clock: Clock, day: date, start: int, end: int) -> Interval:
    if not spans:
        return clock.at(day, _FROM).instant, clock.at(day, _TO).instant
    first, last = max(start, min(span[0] for span in spans)), min(end, max(span[1] for span in spans))
    opens, closes = first - _past_hour(first, clock), last + -_past_hour(last, clock) % _HOUR
    return max(start, opens), min(end, closes)


def _past_hour(instant: int, clock: Clock) -> int:
    local = clock.local(instant)
    return local.minute * MINUTE + local.second
