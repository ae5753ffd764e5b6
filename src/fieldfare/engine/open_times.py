"""When zones and technicians are open, by owner (rules S1 to S3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from fieldfare.domain.clock import Clock
from fieldfare.domain.schedules import OpenTime, Owner, Schedule


class OpenTimes:
    """The schedules of a business, found by their owner."""

    def __init__(self, clock: Clock, schedules: Iterable[Schedule]) -> None:
        """Sort the schedules by owner."""
        self._clock = clock
        self._of: dict[Owner, list[Schedule]] = defaultdict(list)
        for schedule in schedules:
            self._of[schedule.owner].append(schedule)

    def of_zone(self, zone: str) -> OpenTime:
        """Give a zone's open time."""
        return self._by_scope(Owner(zone=zone))

    def of_technician(self, technician: str, *, zone: str) -> OpenTime:
        """Give a technician's open time in a zone: the schedules for that zone go before the global ones (rule S3)."""
        return self._by_scope(Owner(zone=zone, technician=technician), Owner(technician=technician))

    def _by_scope(self, *owners: Owner) -> OpenTime:
        return OpenTime(clock=self._clock, tiers=[self._of.get(owner, []) for owner in owners])
