"""When an answer of a while ago is still today's answer: what of it turns with the clock (rules F1, F2, G1)."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from functools import lru_cache

from fieldfare.domain.clock import MINUTE, Clock
from fieldfare.domain.policy import Block, Policy

Turn = tuple[date, int, date, int]


def turn_of(*, clock: Clock, policy: Policy, now: int) -> Turn:
    """Number the moment: two moments with equal turns get the same slots, if nothing but the clock has moved on.

    It turns at local midnight, whenever `now` passes a start of the grid, and whenever the earliest moment that can be
    booked does. Zones, boundaries and schedules count by date.
    """
    return (*_passed(clock, policy, now), *_passed(clock, policy, now + policy.min_notice_minutes * MINUTE))


def _passed(clock: Clock, policy: Policy, instant: int) -> tuple[date, int]:
    """Count the starts of the instant's local date that lie before it."""
    try:
        day = clock.date_of(instant)
    except (OverflowError, ValueError):
        # A notice that reaches beyond the calendar: nothing can be booked, at any moment.
        return date.max, 0
    return day, bisect_left(_starts(clock, policy.blocks, day), instant)


@lru_cache(maxsize=256)
def _starts(clock: Clock, blocks: tuple[Block, ...], day: date) -> tuple[int, ...]:
    return tuple(sorted(clock.at(day, start).instant for block in blocks for start in block.starts))
