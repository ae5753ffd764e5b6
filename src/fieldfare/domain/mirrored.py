"""What a CRM or a calendar says of people's time, in one form whatever it was read from.

`Outside` is one entry as it was read and brought to our words; `status` and `deleted` decide whether it takes time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class OutsideStatus(StrEnum):
    """Where an entry stands, whichever way its vendor spells it; what nobody knows is `unknown` and takes time."""

    TENTATIVE = "tentative"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    INVALID = "invalid"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


_TAKING = frozenset(
    {
        OutsideStatus.TENTATIVE,
        OutsideStatus.CONFIRMED,
        OutsideStatus.COMPLETED,
        OutsideStatus.BLOCKED,
        OutsideStatus.UNKNOWN,
    }
)


def takes_time(status: OutsideStatus, *, start: int, now: int) -> bool:
    """Tell whether an entry of some status takes time: one that nobody knows does, a no-show only once it has begun."""
    return start <= now if status is OutsideStatus.NO_SHOW else status in _TAKING


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """One entry of an outside calendar: `[start, end)` in instants, by whom (the vendor's ids), where, for whom.

    `people` is empty where the time is nobody's or that of the whole `calendar`. `leg` numbers the parts of one
    booking. `updated_at` is the vendor's own instant of the last change, where it says.
    """

    source: str
    source_id: str
    start: int
    end: int
    status: OutsideStatus
    account: str
    leg: int | None = None
    series: str | None = None
    calendar: str | None = None
    people: frozenset[str] = frozenset()
    contact: str | None = field(default=None, repr=False)
    title: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    place_text: str | None = field(default=None, repr=False)
    updated_at: int | None = None
    deleted: bool = False

    @property
    def key(self) -> str:
        """Name it uniquely within a business: `source:id:leg`."""
        return f"{self.source}:{self.source_id}:{'' if self.leg is None else self.leg}"

    def takes_time(self, now: int) -> bool:
        """Tell whether the time is taken: a status that nobody knows takes it, a no-show only once it has begun."""
        return not self.deleted and takes_time(self.status, start=self.start, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """An entry whose times make no sense: kept aside and shown, and what was known of it before stands on.

    `fault` is one of `no_start`, `no_end`, `bad_start`, `bad_end`, `ends_before_it_starts`.
    """

    source: str
    source_id: str
    account: str
    fault: str
    leg: int | None = None
    said_start: str = field(default="", repr=False)
    said_end: str = field(default="", repr=False)

    @property
    def key(self) -> str:
        """Name it as the entry would be."""
        return f"{self.source}:{self.source_id}:{'' if self.leg is None else self.leg}"
