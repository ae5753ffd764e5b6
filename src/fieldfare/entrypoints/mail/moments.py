"""Instants on the business's clock, in the customer's language, with the zone named."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from fieldfare.domain.clock import clock_of
from fieldfare.domain.customers import Language
from fieldfare.entrypoints.mail.zones import zone_name

_EN_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_EN_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_FR_DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_FR_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
_NO_BREAK = "\N{NO-BREAK SPACE}"


class Moments:
    """Writes the instants of one business for one customer."""

    def __init__(self, *, zone: str, language: Language) -> None:
        """Find the clock; raises `UnknownTimeZoneError`."""
        self._clock = clock_of(zone)
        self._zone_name = zone_name(zone, language)
        self._tongue: _Tongue = _French() if language is Language.FRENCH else _English()

    def moment(self, instant: int) -> str:
        """Write a date and time without the zone, for a subject: `Tuesday, 24 November 2026 at 10:30`."""
        return self._tongue.moment(self._clock.local(instant))

    def about(self, instant: int) -> str:
        """Write an estimate without the zone: `Tuesday, 24 November 2026 at about 10:50`."""
        return self._tongue.about(self._clock.local(instant))

    def zoned(self, text: str, instant: int) -> str:
        """Add the zone, as it is at an instant, to the text of that instant."""
        return f"{text} ({self._zone_name}, {_offset(self._clock.local(instant))})"

    def exact(self, instant: int) -> str:
        """Write a date and time with the zone."""
        return self.zoned(self.moment(instant), instant)

    def span(self, start: int, end: int) -> str:
        """Write a visit's time with the zone, and with both offsets if the clock changes in between."""
        first, last = self._clock.local(start), self._clock.local(end)
        offsets = list(dict.fromkeys((_offset(first), _offset(last))))
        offset = f" {self._tongue.then} ".join(offsets)
        return f"{self._tongue.span(first, last)} ({self._zone_name}, {offset})"


class _Tongue(Protocol):
    """How a language writes dates and times."""

    @property
    def then(self) -> str: ...

    def moment(self, local: datetime) -> str: ...

    def about(self, local: datetime) -> str: ...

    def span(self, first: datetime, last: datetime) -> str: ...


class _English:
    """`Tuesday, 24 November 2026, 10:30 to 11:30`."""

    then = "then"

    def moment(self, local: datetime) -> str:
        return f"{self._date(local)} at {local:%H:%M}"

    def about(self, local: datetime) -> str:
        return f"{self._date(local)} at about {local:%H:%M}"

    def span(self, first: datetime, last: datetime) -> str:
        end = f"{last:%H:%M}" if first.date() == last.date() else f"{self._date(last)}, {last:%H:%M}"
        return f"{self._date(first)}, {first:%H:%M} to {end}"

    def _date(self, local: datetime) -> str:
        return f"{_EN_DAYS[local.weekday()]}, {local.day} {_EN_MONTHS[local.month - 1]} {local.year}"


class _French:
    """`mardi 24 novembre 2026, de 10 h 30 à 11 h 30`, as it is written in Canada."""

    then = "puis"

    def moment(self, local: datetime) -> str:
        return f"{self._date(local)} à {self._time(local)}"

    def about(self, local: datetime) -> str:
        return f"{self._date(local)} vers {self._time(local)}"

    def span(self, first: datetime, last: datetime) -> str:
        if first.date() == last.date():
            return f"{self._date(first)}, de {self._time(first)} à {self._time(last)}"
        return f"{self._date(first)} à {self._time(first)} jusqu'au {self._date(last)} à {self._time(last)}"

    def _date(self, local: datetime) -> str:
        day = "1er" if local.day == 1 else str(local.day)
        return f"{_FR_DAYS[local.weekday()]} {day} {_FR_MONTHS[local.month - 1]} {local.year}"

    def _time(self, local: datetime) -> str:
        return f"{local.hour}{_NO_BREAK}h" + (f"{_NO_BREAK}{local:%M}" if local.minute else "")


def _offset(local: datetime) -> str:
    return f"UTC{local.isoformat(timespec='seconds')[19:]}"
