"""Half-open intervals of instants, and of dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

Interval = tuple[int, int]


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Join the intervals that touch or overlap, in order of time; what is empty doesn't count."""
    merged: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def in_effect(day: date, *, since: date | None, until: date | None) -> bool:
    """Tell whether a date lies in `[since, until)`, where None is open."""
    return (since is None or since <= day) and (until is None or day < until)
