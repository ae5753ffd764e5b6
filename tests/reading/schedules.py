"""When a zone is open and a technician works (S1-S4)."""

from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from tests.reading.clock import Interval, Window, window_on
from tests.reading.document import WEEKDAYS, Business, Schedule, Technician, Zone


def zone_open_time(business: Business, zone: Zone, day: date) -> list[Interval]:
    """Merge the zone's windows of the day and its two neighbours (S4)."""
    return _open_time(business, zone.id, None, day)


def technician_open_time(business: Business, technician: Technician, zone: Zone, day: date) -> list[Interval]:
    """Merge the technician's windows in this zone, of the day and its two neighbours (S4)."""
    return _open_time(business, zone.id, technician.id, day)


@lru_cache(maxsize=1 << 12)
def _open_time(business: Business, zone: str, technician: str | None, day: date) -> list[Interval]:
    around = [day - timedelta(days=1), day, day + timedelta(days=1)]
    return merged(
        window_on(business.zone, one, window) for one in around for window in _windows(business, zone, technician, one)
    )


def _windows(business: Business, zone: str, technician: str | None, day: date) -> list[Window]:
    def in_effect(owner_technician: str | None, owner_zone: str | None) -> list[Schedule]:
        return [
            s
            for s in business.schedules
            if (s.technician, s.zone) == (owner_technician, owner_zone) and s.life.covers(day)
        ]

    schedules = in_effect(technician, zone)
    if technician is not None and not schedules:
        schedules = in_effect(technician, None)  # S3
    if not schedules:
        return []
    chosen = _outranking(schedules)
    if day in chosen.exceptions:
        return chosen.exceptions[day]
    return chosen.week.get(WEEKDAYS[day.weekday()], [])


def _outranking(schedules: list[Schedule]) -> Schedule:
    """Pick by S2: the priority, the later `effective_from`, the smaller id."""
    top = max(s.priority for s in schedules)
    left = [s for s in schedules if s.priority == top]
    latest = max(s.life.effective_from or date.min for s in left)
    left = [s for s in left if (s.life.effective_from or date.min) == latest]
    return min(left, key=lambda s: s.id)


def merged(windows: Iterable[Interval]) -> list[Interval]:
    """Merge what touches or overlaps; what is empty does not count."""
    result: list[Interval] = []
    for window in sorted(w for w in windows if w.start < w.end):
        if result and window.start <= result[-1].end:
            result[-1] = Interval(result[-1].start, max(result[-1].end, window.end))
        else:
            result.append(window)
    return result
