"""The blocks of a date and the starts that they offer (G1-G3)."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from tests.reading.clock import MIDNIGHT, Interval, Window, instant_of, window_on
from tests.reading.document import Block, Business


class DatedBlock(NamedTuple):
    """A block on one date."""

    id: str
    interval: Interval
    starts: list[int]


class GridStart(NamedTuple):
    """A start that the grid offers, with its block."""

    start: int
    block: str


@lru_cache(maxsize=1 << 12)
def blocks_of(business: Business, day: date) -> list[DatedBlock]:
    """Give the blocks of the date that are not empty, with their starts (G1)."""
    dated = [
        DatedBlock(
            block.id,
            window_on(business.zone, day, Window(block.start, block.end)),
            _starts(business, block, day),
        )
        for block in business.policy.blocks
    ]
    return [b for b in dated if b.interval.start < b.interval.end]


def _starts(business: Business, block: Block, day: date) -> list[int]:
    instants = {instant_of(business.zone, day, wall) for wall in _walls(block)}
    return sorted(i for i in instants if i is not None)


def _walls(block: Block) -> list[time]:
    if block.starts is not None:
        return block.starts
    assert block.step_minutes is not None
    some_day = date(2000, 1, 1)
    end = datetime.combine(some_day, block.end)
    if block.end == MIDNIGHT:
        end += timedelta(days=1)
    walls = []
    at = datetime.combine(some_day, block.start)
    while at < end:
        walls.append(at.time())
        at += timedelta(minutes=block.step_minutes)
    return walls


@lru_cache(maxsize=1 << 12)
def grid_starts(business: Business, day: date, duration: int) -> list[GridStart]:
    """List the grid starts of the date for a visit of so many seconds (G2, G3), earliest first."""
    blocks = blocks_of(business, day)
    too_long = all(duration > b.interval.end - b.interval.start for b in blocks)
    return sorted(
        GridStart(start, block.id)
        for block in blocks
        for start in block.starts
        if too_long or block.interval.holds(Interval(start, start + duration))
    )
