"""A business's policy: when visits are sold (rules F1, F2, G1 to G3, T2 to T4), and how (B3, B6, B11, B13, B14, O4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Lock(StrEnum):
    """Whether the first visit of a block locks its technician to the visit's hub."""

    HUB = "hub"
    NONE = "none"


class Depart(StrEnum):
    """Whether the drive from the depot to the first stop is part of the shift."""

    ON_SHIFT = "on_shift"
    BEFORE_SHIFT = "before_shift"


class Return(StrEnum):
    """Whether the drive from the last stop to the depot must end within the shift."""

    BY_SHIFT_END = "by_shift_end"
    AFTER_SHIFT = "after_shift"


class OnStale(StrEnum):
    """What becomes of technicians of whom a live source was read too long ago (rule B13).

    Their times are not offered; or those that nobody else could take may be asked for; or nothing changes.
    """

    HIDE = "hide"
    REQUEST = "request"
    ALLOW = "allow"


class Assignment(StrEnum):
    """Who decides which technician goes: the engine, or the desk after a provisional choice (rule O4)."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """What is taken off the price of a recommended slot (rule B14): a percentage or an amount, never below a floor.

    Amount and floor are in minor units; exactly one of `percent` and `amount` is set.
    """

    percent: int | None = None
    amount: int | None = None
    floor: int = 0

    def of(self, price: int) -> int:
        """Give how much is taken off a price; a fraction of a unit is the customer's."""
        off = self.amount if self.amount is not None else -(-price * (self.percent or 0) // 100)
        return max(0, min(off, price - self.floor))


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A named part of the working day, on the wall clock, in minutes after 00:00.

    `end` is up to 1440, the midnight that ends the date. `starts` are the block's starts, in order, however they were
    written down.
    """

    id: str
    start: int
    end: int
    starts: tuple[int, ...]

    @classmethod
    def stepped(cls, *, id: str, start: int, end: int, step_minutes: int) -> Block:  # noqa: A002 - a record's id
        """Make a block with a start every so many minutes, counted on the wall clock (rule G1)."""
        return cls(id=id, start=start, end=end, starts=tuple(range(start, end, step_minutes)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the owner decided for the whole business."""

    blocks: tuple[Block, ...]
    horizon_days: int = 30
    min_notice_minutes: int = 240
    travel_buffer_minutes: int = 15
    lock: Lock = Lock.HUB
    depart: Depart = Depart.ON_SHIFT
    return_: Return = Return.AFTER_SHIFT
    hold_minutes: int = 10
    waitlist_hold_minutes: int = 120
    change_cutoff_minutes: int = 240
    estimate_threshold_minutes: int = 15
    assignment: Assignment = Assignment.AUTOMATIC
    recommended_discount: Discount | None = None
    stale_after_minutes: int = 240
    on_stale: OnStale = OnStale.HIDE
