"""What every sentence of one explanation may need beside its figures."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.catalog import Quote
from fieldfare.domain.explanations import Explanation
from fieldfare.entrypoints.words.names import Names, plain
from fieldfare.entrypoints.words.times import LocalTimes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Setting:
    """An explanation with the clock and the names that it is told in."""

    explanation: Explanation
    times: LocalTimes
    names: Names
    now: int
    time_zone: str

    @property
    def who(self) -> str:
        """The technician, by name alone once the sentence has begun."""
        return self.names.first(self.explanation.technician)

    @property
    def zone(self) -> str:
        """The zone that serves the place."""
        return self.names.zone(self.explanation.resolution.zone or "")

    @property
    def when(self) -> str:
        """The visit's interval, its date and the clock's zone: `… on Tuesday 24 November (America/Toronto)`."""
        times, start, end = self.times, self.explanation.start, self.explanation.end
        date = f"on {times.day(times.date)}"
        if end is None:
            return f"{times.time(start)} {date} ({self.time_zone})"
        if times.moment(end) != times.time(end):
            return f"{times.time(start)} {date} to {times.moment(end)} ({self.time_zone})"
        return f"{times.span(start, end)} {date} ({self.time_zone})"


def product(quote: Quote) -> str:
    """Write a product's name, or its id."""
    return plain(quote.name) or quote.product
