"""What a board shows, as plain values: a row a technician, with what takes their time and the drives between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from fieldfare.domain.bookings import Booking
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.fleet import Resource, Technician
from fieldfare.domain.intervals import Interval
from fieldfare.ports.customers import BookingContact


class Flag(StrEnum):
    """What somebody at the desk has to know of an item."""

    HELD = "held"
    AT_RISK = "at_risk"
    LATE = "late"
    EARLY = "early"
    UNDRIVABLE = "undrivable"
    OVERLAPS = "overlaps"
    CONFLICT = "conflict"
    TO_ASSIGN = "to_assign"
    ADDRESS_UNCHECKED = "address_unchecked"
    OVERRIDDEN = "overridden"
    LOCKED_HUB = "locked_hub"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockOfDay:
    """A block of the policy on one date."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfBoard:
    """A local date: midnight to midnight, and the part of it that is worth showing, in whole hours."""

    date: date
    start: int
    end: int
    opens: int
    closes: int
    blocks: tuple[BlockOfDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A drive: from the item `origin`, None for the depot, to the item `target`, None for the depot.

    `start` to `end` is where it is drawn, beside the item that it leads to (home: comes from). `short` says that the
    time which the rules give it (F9 to F12) does not hold the drive, or the buffer where that is longer.
    """

    origin: str | None
    target: str | None
    drive_seconds: int
    need_seconds: int
    free_seconds: int | None
    start: int
    end: int
    short: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that takes time, or asks for it.

    `booking` is set for a visit of ours, with what its customer `said`; `source` and `version` for what was written
    down. `before` is the drive that leads here.
    """

    commitment: Commitment
    hub: str | None = None
    booking: Booking | None = None
    said: BookingContact | None = None
    source: str | None = None
    version: int | None = None
    before: Leg | None = None
    flags: frozenset[Flag] = frozenset()

    @property
    def id(self) -> str:
        """The commitment's id, which is the booking's where there is one."""
        return self.commitment.id


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedBlock:
    """A block that visits have locked to their hubs (rule F8)."""

    block: BlockOfDay
    hubs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a technician has in the ISO week of the first date that is shown (rule F13)."""

    visits: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A technician on the dates that are shown."""

    technician: Technician
    shifts: tuple[Interval, ...]
    locks: tuple[LockedBlock, ...]
    items: tuple[Item, ...]
    homes: tuple[Leg, ...]
    load: Load


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRow:
    """A resource kind, and what keeps pieces of it out of use without being anybody's time."""

    resource: Resource
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Some technicians on some dates; `total` counts all who match what was asked for."""

    days: tuple[DayOfBoard, ...]
    rows: tuple[Row, ...]
    waiting: tuple[Item, ...] = ()
    resources: tuple[ResourceRow, ...] = ()
    page: int = 1
    pages: int = 1
    total: int = 0
    travel_source: str = ""
    hubs: Mapping[str, str] = field(default_factory=dict)
