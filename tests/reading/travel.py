"""Drives, a technician's day, and the time that is free in it (T1, T2, T5, T6)."""

from collections.abc import Iterable
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from tests.reading.clock import Interval, midnight
from tests.reading.document import Business, Commitment, Place
from tests.reading.places import metres
from tests.reading.schedules import merged

TWELVE_HOURS = 12 * 3600


def drive(business: Business, a: Place, b: Place) -> int:
    """Tell the seconds from a to b (T1, T6)."""
    travel = business.travel
    if travel["kind"] == "matrix":
        places = [Place(p["lat"], p["lng"]) for p in travel["places"]]
        return int(travel["seconds"][places.index(a)][places.index(b)])
    circuity, speed_kmh = travel.get("circuity", 1.3), travel.get("speed_kmh", 45)
    seconds: int = ceil(metres(a, b) * circuity / (speed_kmh / 3.6))
    return seconds


def day_of(business: Business, commitments: Iterable[Commitment], day: date) -> list[Commitment]:
    """Give those that overlap the local date or the twelve hours on either side of it (T2)."""
    reach = Interval(
        midnight(business.zone, day) - TWELVE_HOURS,
        midnight(business.zone, day + timedelta(days=1)) + TWELVE_HOURS,
    )
    return [c for c in commitments if reach.overlaps(Interval(c.start, c.end))]


class Neighbour(NamedTuple):
    """The commitment before or after a candidate, with its place."""

    commitment: Commitment
    place: Place


def before(day: Iterable[Commitment], start: int) -> Neighbour | None:
    """Find p: the last commitment with a place that ends at or before the start (T2)."""
    ended = [Neighbour(c, c.place) for c in day if c.place is not None and c.end <= start]
    return max(ended, key=lambda n: _by_end(n.commitment), default=None)


def after(day: Iterable[Commitment], end: int) -> Neighbour | None:
    """Find n: the first commitment with a place that starts at or after the end (T2)."""
    ahead = [Neighbour(c, c.place) for c in day if c.place is not None and c.start >= end]
    return min(ahead, key=lambda n: _by_start(n.commitment), default=None)


def _by_end(c: Commitment) -> tuple[int, int, str]:
    return c.end, c.start, c.id


def _by_start(c: Commitment) -> tuple[int, int, str]:
    return c.start, c.end, c.id


def need(business: Business, neighbour: Commitment, seconds: int) -> int:
    """Tell the time that a leg to or from this neighbour needs (T2)."""
    return max(business.policy.travel_buffer, seconds) if neighbour.is_visit else seconds


def free(commitments: Iterable[Commitment], start: int, end: int) -> int:
    """Count the seconds between two instants that no commitment without a place covers (T2)."""
    taken = merged(Interval(max(c.start, start), min(c.end, end)) for c in commitments if c.place is None)
    return end - start - sum(t.end - t.start for t in taken)
