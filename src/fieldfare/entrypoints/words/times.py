"""Instants and dates on the business's clock as people say them."""

from __future__ import annotations

from datetime import date, datetime

from fieldfare.domain.clock import DAY, Clock, seconds_since_epoch

_FIRST = seconds_since_epoch(datetime.fromisoformat("0001-01-01T00:00Z")) + 2 * DAY
_LAST = seconds_since_epoch(datetime.fromisoformat("9999-12-31T00:00Z")) - 2 * DAY


def within_calendar(instant: int) -> int:
    """Hold an instant to the years 1 to 9999: a commitment may reach to their ends, where no zone can be looked up."""
    return max(_FIRST, min(instant, _LAST))


class LocalTimes:
    """Writes instants for somebody who thinks of one date: a time of that date is written without it."""

    def __init__(self, clock: Clock, *, now: int, about: int) -> None:
        """Keep the clock, the year in which it is now, and the date of the instant that all is about."""
        self._clock = clock
        self._year = self._local(now).year
        self.date = self._local(about).date()

    def day(self, date: date) -> str:
        """Write a date with its weekday, and the year if it isn't this one: `Tuesday 24 November`."""
        year = "" if date.year == self._year else f" {date.year}"
        return f"{date:%A} {date.day} {date:%B}{year}"

    def time(self, instant: int) -> str:
        """Write the time of day: `09:15`, `09:15:30`, and with its offset where the clock shows it twice."""
        local = self._local(instant)
        text = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
        twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        return f"{text} (UTC{local.isoformat(timespec='seconds')[19:]})" if twice else text

    def moment(self, instant: int) -> str:
        """Write the time of day, and the date if it is another one: `06:00 on Wednesday 25 November`."""
        date = self._local(instant).date()
        return self.time(instant) if date == self.date else f"{self.time(instant)} on {self.day(date)}"

    def span(self, start: int, end: int) -> str:
        """Write an interval, with a dash if both ends are of the date: `22:00 to 06:00 on Wednesday 25 November`."""
        dates = {self._local(start).date(), self._local(end).date()}
        if dates == {self.date}:
            return f"{self.time(start)}\N{EN DASH}{self.time(end)}"
        return f"{self.moment(start)} to {self.moment(end)}"

    def _local(self, instant: int) -> datetime:
        return self._clock.local(within_calendar(instant))
