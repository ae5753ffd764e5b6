"""When a technician will really be there: the estimates of a day's visits as it goes its own way (rule B11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from fieldfare.domain.places import Place

Drive = Callable[[Place, Place], int]
"""Gives the drive between two places, in whole seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A visit of the day: its own time `[start, end)`, and what is known of how it goes, all of it instants.

    `reported_end` is what the technician or the desk says about the end of a visit that isn't finished.
    """

    id: str
    place: Place | None
    start: int
    end: int
    started_at: int | None = None
    finished_at: int | None = None
    reported_end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """When a visit that isn't finished starts, or has started, and when it ends."""

    id: str
    start: int
    end: int


def legs(stops: Iterable[Stop]) -> tuple[tuple[Place, Place], ...]:
    """List the drives that estimates need, each once: from each place to the next one, in the order of the starts."""
    places = [stop.place for stop in _in_order(stops) if stop.place is not None]
    return tuple(dict.fromkeys((a, b) for a, b in pairwise(places) if a.point != b.point))


def estimate(stops: Iterable[Stop], *, now: int, drive: Drive) -> tuple[Estimate, ...]:
    """Estimate the visits of one technician on one local date that aren't finished, in the order of their starts.

    A visit that hasn't begun starts at the later of its own start and the estimated end before it plus the drive, so
    that a delay moves whatever stands close behind it and a break takes it up. One that has begun started when it did.
    A visit lasts as long as it was sold for, or until its reported end; while it isn't finished it has not ended
    before `now`. Busy time is not among the stops: it neither moves nor is waited for.

    A stop without a place asks for no drive (rule T5): the next one is driven to from the place before.
    """
    estimates = []
    free_at: int | None = None
    at: Place | None = None
    for stop in _in_order(stops):
        start = _start_of(stop, free_at=free_at, at=at, drive=drive)
        free_at = _end_of(stop, start=start, now=now)
        at = stop.place or at
        if stop.finished_at is None:
            estimates.append(Estimate(id=stop.id, start=start, end=free_at))
    return tuple(estimates)


def must_tell(*, promised_start: int, told_start: int | None, estimated_start: int, threshold_seconds: int) -> bool:
    """Tell whether a customer has to hear of an estimate: it is off by more than the threshold, either way.

    It is compared with what they were told last, and before the first time with what they were promised.
    """
    known = promised_start if told_start is None else told_start
    return abs(estimated_start - known) > threshold_seconds


def _in_order(stops: Iterable[Stop]) -> list[Stop]:
    return sorted(stops, key=lambda stop: (stop.start, stop.end, stop.id))


def _start_of(stop: Stop, *, free_at: int | None, at: Place | None, drive: Drive) -> int:
    if stop.started_at is not None:
        return stop.started_at
    if free_at is None:
        return stop.start
    here = stop.place
    seconds = 0 if at is None or here is None or at.point == here.point else drive(at, here)
    return max(stop.start, free_at + seconds)


def _end_of(stop: Stop, *, start: int, now: int) -> int:
    if stop.finished_at is not None:
        return stop.finished_at
    expected = start + (stop.end - stop.start) if stop.reported_end is None else stop.reported_end
    return max(expected, now)
