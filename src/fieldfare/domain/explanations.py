"""Why one start is or isn't offered to one technician: the reason, and the figures behind it, as flat values.

A field called `start` or `end`, or one that ends in `_at`, is an instant; one that ends in `_seconds` is a length.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from fieldfare.domain.answers import Resolution
from fieldfare.domain.catalog import Quote
from fieldfare.domain.commitments import CommitmentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A commitment, as far as an explanation names it; equipment may be held for no technician."""

    id: str
    kind: CommitmentKind
    title: str
    technician: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWindow:
    """A merged window of open time."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStaleFacts:
    """How old what a source outside says of a technician may be (rule B13)."""

    allowed_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """How soon a visit can be booked (rule F1)."""

    notice_minutes: int
    bookable_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonFacts:
    """The first and the last local date that can be booked (rule F2)."""

    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneClosedFacts:
    """When the zone is open around the start's date (rule F3)."""

    windows: tuple[OpenWindow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotQualifiedFacts:
    """What a technician has and lacks (rule F4)."""

    active: bool
    assigned: bool
    missing_skills: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OffShiftFacts:
    """When the technician works around the start's date (rule F5)."""

    windows: tuple[OpenWindow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OffGridFacts:
    """The nearest starts of the grid on the start's date, None where there is none (rule F6)."""

    earlier_at: int | None
    later_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusyFacts:
    """The commitments that overlap the visit, in order of time (rule F7)."""

    commitments: tuple[Cited, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Locking:
    """A visit that locks a block, and its hub."""

    visit: Cited
    hub: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedBlock:
    """A block that the visit would overlap and that is locked to other hubs."""

    block: str
    start: int
    end: int
    locked_by: tuple[Locking, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HubLockFacts:
    """The locked blocks in the way, and the hub of the place (rule F8)."""

    hub: str
    blocks: tuple[LockedBlock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegFacts:
    """A leg to or from the place, and the time there is for it (rules F9 to F12).

    `neighbour` is the commitment at the other end, None for the depot; `neighbour_at` is when that commitment ends or
    starts, or the shift does. `need_seconds` is the drive, or the buffer where that is longer; `free_seconds` is None
    where nobody asks, for the drive lies outside the shift. `possible_at` is the first start of this gap,
    or the last one before a neighbour, that leaves enough time; None if none does, or nobody asks.
    """

    neighbour: Cited | None
    neighbour_at: int
    drive_seconds: int
    buffer_seconds: int
    need_seconds: int
    free_seconds: int | None
    possible_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyLoadFacts:
    """What a technician has in an ISO week, this visit not included, and the caps, None for no cap (rule F13)."""

    monday: date
    visits: int
    visits_seconds: int
    added_seconds: int
    most_visits: int | None
    most_minutes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A commitment that holds pieces of a resource kind."""

    commitment: Cited
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """A resource kind of which too little is left, at the instant at which most of it is held."""

    kind: str
    needed: int
    capacity: int
    held: int
    worst_at: int
    held_by: tuple[Holder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFacts:
    """The resource kinds that run short while the visit lasts (rule F14)."""

    shortages: tuple[Shortage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedFacts:
    """What speaks for a start: the legs of rule O1, the detour, and the option's place among the slot's (rule O2).

    `position` counts from 1. `request_technician` is set if the request asks for another technician alone.
    """

    block: str
    before: LegFacts
    after: LegFacts
    detour_seconds: int
    position: int
    options: int
    recommended: bool
    request_technician: str | None


Facts: TypeAlias = (
    SourceStaleFacts
    | NoticeFacts
    | HorizonFacts
    | ZoneClosedFacts
    | NotQualifiedFacts
    | OffShiftFacts
    | OffGridFacts
    | BusyFacts
    | HubLockFacts
    | LegFacts
    | WeeklyLoadFacts
    | ResourceFacts
    | OfferedFacts
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a start is or isn't offered: `reason` is the code of the first rule that refuses it, None if none does.

    Where the place can't be sold anything, the resolution's outcome says why, and end, quote and facts are None.
    """

    technician: str
    start: int
    end: int | None
    resolution: Resolution
    quote: Quote | None
    travel_source: str
    reason: str | None
    facts: Facts | None

    @property
    def offered(self) -> bool:
        """Whether the technician can take the start."""
        return self.quote is not None and self.reason is None
