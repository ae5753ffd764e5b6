"""What reports are made of: slim rows of visits, of stops and of changes, and counts of what customers asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stop:
    """Time that a technician's day gave, or gives, to a visit or to something else; without a point it is no stop.

    `zone` is the visit's; a visit that was only written into the calendar has none.
    """

    id: str
    technician: str
    start: int
    end: int
    visit: bool
    point: tuple[float, float] | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class Sold:
    """A slot that was sold, whatever became of the visit: when, for when, and what it cost in driving.

    `detour` is in seconds, None where no drive was known; `recommended` None where somebody was named.
    """

    id: str
    technician: str | None
    zone: str | None
    sold_at: int
    start: int
    detour: int | None
    recommended: bool | None
    overridden: bool


class Who(StrEnum):
    """Who changed a visit."""

    CUSTOMER = "customer"
    STAFF = "staff"
    SYSTEM = "system"


class Deed(StrEnum):
    """What was done to a visit that stood."""

    MOVED = "moved"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Altered:
    """A visit that was moved or cancelled: by whom, at which instant, and the start that it had until then."""

    at: int
    deed: Deed
    who: Who
    start: int
    technician: str | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class Wish:
    """A time that a customer held or booked, and whether a booking came of it."""

    at: int
    zone: str | None
    booked: bool


class Step(StrEnum):
    """How far somebody came who books."""

    OPENED = "opened"
    ADDRESS = "address"
    TIMES_SEEN = "times_seen"
    SEARCHED = "searched"
    """Asked for the times of one product in one area; the others are counted once for each customer."""


class Door(StrEnum):
    """Through which door somebody came."""

    PAGE = "page"
    API = "api"


class Found(StrEnum):
    """What a search came to."""

    TIMES = "times"
    NO_TIME = "no_time"
    NOT_SERVED = "not_served"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What is counted together: nobody's name, nobody's address. What isn't known is empty.

    `day` is the business's local date, `area` the coarse part of a postal code.
    """

    day: date
    step: Step
    door: Door = Door.PAGE
    area: str = ""
    zone: str = ""
    product: str = ""
    found: str = ""


class ReportBook(Protocol):
    """What a business's reports read, and the counts behind two of them. All spans are `[since, until)` in instants."""

    async def stops(self, *, since: int, until: int) -> tuple[Stop, ...]:
        """List what takes technicians' time and overlaps a span: visits that stand, are done or were driven to."""
        ...

    async def starting(self, *, since: int, until: int) -> tuple[Sold, ...]:
        """List the slots that were sold and start within a span."""
        ...

    async def sold(self, *, since: int, until: int) -> tuple[Sold, ...]:
        """List the slots that were sold within a span, whatever became of them."""
        ...

    async def altered(self, *, since: int, until: int) -> tuple[Altered, ...]:
        """List the visits that were moved or cancelled within a span, as the trail says."""
        ...

    async def wishes(self, *, since: int, until: int) -> tuple[Wish, ...]:
        """List the times that customers themselves held or booked within a span."""
        ...

    async def count(self, counted: Mapping[Tally, int]) -> None:
        """Add to what was counted."""
        ...

    async def counted(self, *, first: date, last: date) -> dict[Tally, int]:
        """Give what was counted on some dates, both included."""
        ...
