"""What a report is asked for: a span of dates, the one before it, and whose visits count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from fieldfare.domain.business import Business
from fieldfare.domain.clock import Clock, clock_of
from fieldfare.ports.storage import Storage
from fieldfare.ports.travel import TravelTimes

MOST_DAYS = 400
USUAL_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Some local dates, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many dates there are."""
        return (self.last - self.first).days + 1

    @property
    def before(self) -> Period:
        """As many dates, right before."""
        return Period(first=self.first - timedelta(days=self.days), last=self.first - timedelta(days=1))

    def dates(self) -> list[date]:
        """List the dates."""
        return [self.first + timedelta(days=number) for number in range(self.days)]

    def __contains__(self, day: date) -> bool:
        """Tell whether a date is one of them."""
        return self.first <= day <= self.last


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question to a business's books; without a technician or a zone all of them count."""

    business: Business
    storage: Storage
    travel: TravelTimes
    period: Period
    technician: str | None = None
    zone: str | None = None

    @cached_property
    def names(self) -> dict[str, str]:
        """What the technicians are called."""
        return {person.id: person.name or person.id for person in self.business.technicians}

    @cached_property
    def clock(self) -> Clock:
        """The business's clock."""
        return clock_of(self.business.time_zone)

    def span(self, period: Period | None = None) -> dict[str, int]:
        """Give the instants at which a period begins and ends; with that before it unless one is named."""
        first = self.period.before.first if period is None else period.first
        last = self.period.last if period is None else period.last
        return {
            "since": self.clock.midnight(first),
            "until": self.clock.midnight(last + timedelta(days=1)),
        }

    def counts(self, *, technician: str | None, zone: str | None) -> bool:
        """Tell whether a visit is one of those that are asked for."""
        return self.technician in {None, technician} and self.zone in {None, zone}
