"""What the checks look at: who sells, who works and what is open, from today on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from fieldfare.domain.business import Business
from fieldfare.domain.catalog import Product
from fieldfare.domain.clock import clock_of
from fieldfare.domain.fleet import Technician
from fieldfare.domain.intervals import Interval
from fieldfare.domain.schedules import OpenTime, Owner, Schedule
from fieldfare.domain.zones import Zone
from fieldfare.engine.open_times import OpenTimes

_MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """Something valid that bites later: the code, the path of the record (`zones.z1`), and what to do about it."""

    code: str
    path: str
    sentence: str


class Outlook:
    """A business from a moment on. Deleted and inactive records are left out wherever nothing follows from them."""

    def __init__(self, business: Business, *, now: int) -> None:
        """Sort out what counts from now on."""
        clock = clock_of(business.time_zone)
        self.business = business
        self.today = clock.date_of(now)
        self.zones = sorted((zone for zone in business.zones if zone.counts), key=lambda zone: zone.id)
        self.selling = [zone for zone in self.zones if not zone.negative]
        self.industries = {industry.id for industry in business.industries if industry.active}
        self.products = [product for product in business.products if product.active]
        self.technicians = [technician for technician in business.technicians if technician.active]
        self.staff: dict[str, list[Technician]] = defaultdict(list)
        for technician in self.technicians:
            for zone in technician.zones:
                self.staff[zone].append(technician)
        self.scheduled: set[Owner] = {schedule.owner for schedule in business.schedules if self.opens(schedule)}
        self._owners = {schedule.owner for schedule in business.schedules}
        self._open_times = OpenTimes(clock, business.schedules)
        self._longest: dict[Owner, int] = {}

    def opens(self, schedule: Schedule) -> bool:
        """Tell whether a schedule is in effect today or will be, and has a window that isn't past."""
        if not schedule.active or self.is_over(schedule.effective_to):
            return False
        ahead = (
            windows for day, windows in schedule.exceptions.items() if day >= self.today and schedule.in_effect_on(day)
        )
        return any(schedule.week.values()) or any(ahead)

    def is_over(self, until: date | None) -> bool:
        """Tell whether what ends on a date has ended."""
        return until is not None and until <= self.today

    def sellers(self, product: Product) -> list[Zone]:
        """List the zones that sell a product."""
        if product.industry not in self.industries:
            return []
        return [zone for zone in self.selling if zone.offers(product.industry)]

    def skilled(self, product: Product, zone: Zone) -> list[Technician]:
        """List the technicians of a zone who may do a product."""
        return [technician for technician in self.staff[zone.id] if product.skills <= technician.skills]

    def longest_window(self, owner: Owner) -> int:
        """Give the seconds of the longest open window of a zone, or of a technician in it, in the days on offer."""
        if owner not in self._owners and owner.technician is not None:
            # Without a schedule for the zone the global ones rule in it, as in all others: once is enough.
            owner = Owner(technician=owner.technician)
        if owner not in self._longest:
            self._longest[owner] = max(map(_length, self._windows(owner)), default=0)
        return self._longest[owner]

    def _windows(self, owner: Owner) -> Iterable[Interval]:
        open_time = self._open_time(owner)
        for ahead in range(self.business.policy.horizon_days):
            yield from open_time.on(self.today + timedelta(days=ahead))

    def _open_time(self, owner: Owner) -> OpenTime:
        zone = owner.zone or ""
        if owner.technician is None:
            return self._open_times.of_zone(zone)
        return self._open_times.of_technician(owner.technician, zone=zone)


def _length(window: Interval) -> int:
    return window[1] - window[0]


def listed(ids: Iterable[str]) -> str:
    """Name a few in a sentence, and count the rest."""
    known = sorted(ids)
    named = known if len(known) <= _MOST_NAMED else known[: _MOST_NAMED - 1]
    rest = len(known) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest else "")
