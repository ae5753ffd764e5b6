"""What the query of a report asks for: the days, and whose visits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from fieldfare.entrypoints.desk.asking import Asking, read_day
from fieldfare.usecases.reports.asked import MOST_DAYS, USUAL_DAYS, Asked, Period
from fieldfare.usecases.reports.kinds import Kind

FIELDS = ("from", "to", "technician", "zone")
_ALL = ""


class FilterError(ValueError):
    """A field of the query can't be meant; `path` names it, and the text says what is wrong with it."""

    def __init__(self, path: str, text: str) -> None:
        """Keep which field it is."""
        super().__init__(text)
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What stands in the form: as it was typed, and else what is usual."""

    typed: dict[str, str]

    @classmethod
    def of(cls, asking: Asking) -> Filters:
        """Read the query; without dates the last thirty days count."""
        usual = {
            "from": (asking.today - timedelta(days=USUAL_DAYS - 1)).isoformat(),
            "to": asking.today.isoformat(),
        }
        given = {name: asking.query[name].strip()[:100] for name in FIELDS if asking.query.get(name, "").strip()}
        return cls(typed=dict.fromkeys(FIELDS, _ALL) | usual | given)

    @property
    def query(self) -> dict[str, str]:
        """Give it as it travels in the links to other reports and to the CSV."""
        return {name: value for name, value in self.typed.items() if value}

    def period(self) -> Period:
        """Read the days; raises `FilterError`."""
        first, last = read_day(self.typed["from"]), read_day(self.typed["to"])
        if first is None:
            raise FilterError("from", "This is no date. It looks like 2026-11-23.")
        if last is None:
            raise FilterError("to", "This is no date. It looks like 2026-11-23.")
        if last < first:
            raise FilterError("to", "The last day lies before the first one.")
        period = Period(first=first, last=last)
        if period.days > MOST_DAYS:
            raise FilterError("from", f"A report covers at most {MOST_DAYS} days. Choose a later first day.")
        return period

    def asked(self, asking: Asking, kind: Kind) -> Asked:
        """Read what a report is asked for; what it can't be narrowed down by is passed over. Raises `FilterError`."""
        business = asking.business
        technician = self._chosen("technician", [one.id for one in business.technicians])
        zone = self._chosen("zone", [one.id for one in business.zones])
        return Asked(
            business=business,
            storage=asking.rooms.storage,
            travel=asking.rooms.travel(business.travel),
            period=self.period(),
            technician=technician if kind.by_technician else None,
            zone=zone if kind.by_zone else None,
        )

    def _chosen(self, name: str, known: Collection[str]) -> str | None:
        wanted = self.typed[name]
        if wanted == _ALL:
            return None
        if wanted not in known:
            raise FilterError(name, f"There is no such {name} any more. Choose another one, or all.")
        return wanted
