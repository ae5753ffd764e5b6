"""When zones and technicians are open, by owner (rules S1 to S3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from fieldfare.domain.clock import Clock
from fieldfare.domain.schedules import OpenTime, Owner, Schedule


class OpenTimes:
    """The schedules of a business, found by their owner. Owners with the same hours share one open time."""

    def __init__(self, clock: Clock, schedules: Iterable[Schedule]) -> None:
        """Sort the schedules by owner."""
        self._clock = clock
        self._of: dict[Owner, list[Schedule]] = defaultdict(list)
        for schedule in sorted(schedules, key=lambda schedule: schedule.id):
            self._of[schedule.owner].append(schedule)
        self._known: dict[tuple[Any, ...], OpenTime] = {}

    def of_zone(self, zone: str) -> OpenTime:
        """Give a zone's open time."""
        return self._by_scope(Owner(zone=zone))

    def of_technician(self, technician: str, *, zone: str) -> OpenTime:
        """Give a technician's open time in a zone: the schedules for that zone go before the global ones (rule S3)."""
        return self._by_scope(Owner(zone=zone, technician=technician), Owner(technician=technician))

    def _by_scope(self, *owners: Owner) -> OpenTime:
        tiers = [self._of.get(owner, []) for owner in owners]
        # Of an id only its place among the owner's ids matters (rule S2), and they stand in that order.
        hours = tuple(tuple(map(_hours, tier)) for tier in tiers)
        known = self._known.get(hours)
        if known is None:
            known = self._known[hours] = OpenTime(clock=self._clock, tiers=tiers)
        return known


def _hours(schedule: Schedule) -> tuple[Any, ...]:
    """Give all of a schedule but whose it is."""
    return (
        schedule.priority,
        schedule.effective_from,
        schedule.effective_to,
        schedule.active,
        tuple(sorted(schedule.week.items())),
        tuple(sorted(schedule.exceptions.items())),
    )
