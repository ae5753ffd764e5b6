"""Bookings: a visit from the hold to its end, the steps it can take, and the time it takes (rules B3 to B5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fieldfare.domain.clock import MINUTE
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.places import Place

PROLONGED_SECONDS = 3 * MINUTE
MOST_PROLONGED = 10
MOST_HOLDS = 2
"""Live holds of one contact, and of one client address (rule B3)."""
UNDO_SECONDS = 10 * MINUTE
LONGEST_VISIT = 24 * 60 * MINUTE


class Status(StrEnum):
    """Where a booking stands in its life (rule B4)."""

    REQUESTED = "requested"
    HELD = "held"
    EXPIRED = "expired"
    CONFIRMED = "confirmed"
    EN_ROUTE = "en_route"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    FAILED = "failed"

    @property
    def stands(self) -> bool:
        """Whether the visit is agreed and not over: it can be moved, cancelled and carried out."""
        return self in _STANDING

    @property
    def over(self) -> bool:
        """Whether nothing more comes of it."""
        return not _NEXT[self]


_STANDING = frozenset({Status.CONFIRMED, Status.EN_ROUTE, Status.IN_PROGRESS})
_ENDED = frozenset({Status.CANCELLED, Status.NO_SHOW, Status.FAILED})
_NEXT: Mapping[Status, frozenset[Status]] = {
    Status.REQUESTED: frozenset({Status.CONFIRMED, Status.CANCELLED}),
    Status.HELD: frozenset({Status.CONFIRMED, Status.EXPIRED}),
    Status.CONFIRMED: _ENDED | {Status.EN_ROUTE, Status.IN_PROGRESS},
    Status.EN_ROUTE: _ENDED | {Status.IN_PROGRESS},
    Status.IN_PROGRESS: _ENDED | {Status.COMPLETED},
    **dict.fromkeys((Status.EXPIRED, Status.COMPLETED, *_ENDED), frozenset()),
}

EXCLUSIVE = (Status.HELD, Status.CONFIRMED, Status.EN_ROUTE, Status.IN_PROGRESS, Status.COMPLETED)
"""In these, the database itself keeps a technician's visits from overlapping."""

STEPS = frozenset({Status.EN_ROUTE, Status.IN_PROGRESS, Status.COMPLETED, Status.NO_SHOW, Status.FAILED})
"""What a technician says from the road, and can take back for a while."""


def may_become(status: Status, wanted: Status) -> bool:
    """Tell whether rule B4 knows the step from one status to another."""
    return wanted in _NEXT[status]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What decides which time a booking takes; all are instants."""

    status: Status
    start: int
    end: int
    expires_at: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    estimated_end: int | None = None

    def taken(self, now: int) -> tuple[int, int] | None:
        """Give the time that the visit takes, None if it takes none (rules.md, *What is a commitment*)."""
        match self.status:
            case Status.HELD:
                lives = self.expires_at is None or self.expires_at > now
                return (self.start, self.end) if lives else None
            case Status.CONFIRMED | Status.EN_ROUTE:
                late = self.end if self.end > now or self.estimated_end is None else self.estimated_end
                return (self.start, max(self.end, late))
            case Status.IN_PROGRESS:
                began = self.start if self.started_at is None else min(self.start, self.started_at)
                ends = self.end if self.estimated_end is None else max(self.end, self.estimated_end)
                return (began, ends)
            case Status.COMPLETED:
                return (self.start, self.end)
            case Status.NO_SHOW:
                came = self.ended_at is None or self.ended_at >= self.start
                return (self.start, self.end) if came else None
            case _:
                return None

    def turns_at(self, now: int) -> int | None:
        """Give the next instant at which the time it takes becomes another without anybody doing anything."""
        if self.status is Status.HELD and self.expires_at is not None and self.expires_at > now:
            return self.expires_at
        waits = self.status in {Status.CONFIRMED, Status.EN_ROUTE}
        if waits and self.end > now and self.estimated_end is not None and self.estimated_end > self.end:
            return self.end
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """The record of a customer's visit: what was agreed, as it was when it was agreed (rule B5).

    `start` and `end` are what the customer was promised, instants; the `estimated` ones what is expected now. `place`
    is that of the service address once there is one. `provisional` says that the technician only keeps the slot
    drivable and the desk has still to assign somebody. `discount` was taken off already: `price` is what is charged, in
    minor units. `reasons` say why this technician: drives, rank, and the rules that staff booked against.
    """

    id: str
    reference: str
    status: Status
    technician: str | None
    start: int
    end: int
    place: Place
    hub: str | None
    zone: str | None
    schedule: str | None
    product: str
    product_name: str
    price: int
    currency: str
    created_at: int
    discount: int = 0
    provisional: bool = False
    resources: Mapping[str, int] = field(default_factory=dict)
    customer: str | None = None
    source: str = "public"
    waiting: str | None = None
    held_at: int | None = None
    expires_at: int | None = None
    prolonged: int = 0
    stepped_at: int | None = None
    stepped_from: Status | None = None
    started_at: int | None = None
    ended_at: int | None = None
    estimated_start: int | None = None
    estimated_end: int | None = None
    told_start: int | None = None
    address_unchecked: bool = False
    sequence: int = 0
    version: int = 1
    reasons: Mapping[str, Any] = field(default_factory=dict)

    @property
    def duration(self) -> int:
        """The length that was agreed, in seconds."""
        return self.end - self.start

    @property
    def timing(self) -> Timing:
        """What decides which time it takes."""
        return Timing(
            status=self.status,
            start=self.start,
            end=self.end,
            expires_at=self.expires_at,
            started_at=self.started_at,
            ended_at=self.ended_at,
            estimated_end=self.estimated_end,
        )

    def live_hold(self, now: int) -> bool:
        """Whether it is a hold that has not run out."""
        return self.status is Status.HELD and self.expires_at is not None and self.expires_at > now

    def changeable_until(self, cutoff_minutes: int) -> int:
        """Give the instant until which a customer may move or cancel it (rule B6)."""
        return self.start - cutoff_minutes * MINUTE

    def changeable_at(self, now: int, *, cutoff_minutes: int) -> bool:
        """Whether a customer may still move or cancel it, as far as time goes (rule B6).

        Who was told that it becomes later may always: they got a link to choose another slot (rule B11).
        """
        return self.told_start not in {None, self.start} or now <= self.changeable_until(cutoff_minutes)


def visit_of(
    timing: Timing,
    *,
    now: int,
    id: str,  # noqa: A002 - a record's id
    technician: str | None,
    place: Place,
    hub: str | None,
    title: str,
    resources: Mapping[str, int],
) -> Commitment | None:
    """Give the commitment that a booking is to its technician now, None if it takes no time."""
    taken = timing.taken(now)
    if taken is None or technician is None:
        return None
    return Commitment(
        id=id,
        technician=technician,
        kind=CommitmentKind.VISIT,
        start=taken[0],
        end=taken[1],
        place=place,
        hub=hub,
        title=title,
        resources=resources,
    )
