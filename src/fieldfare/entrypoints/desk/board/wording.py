"""What the board says of its items, beside their times."""

from __future__ import annotations

from fieldfare.domain.bookings import Status
from fieldfare.entrypoints.desk.pages import length
from fieldfare.usecases.board.board import Flag, Item, Leg

FLAG_NAMES = {
    Flag.HELD: "held",
    Flag.AT_RISK: "at risk",
    Flag.LATE: "late",
    Flag.EARLY: "early",
    Flag.UNDRIVABLE: "does not drive",
    Flag.OVERLAPS: "overlaps",
    Flag.CONFLICT: "conflict with GoHighLevel",
    Flag.TO_ASSIGN: "to assign",
    Flag.ADDRESS_UNCHECKED: "check address",
    Flag.OVERRIDDEN: "overridden",
    Flag.LOCKED_HUB: "two hubs in one block",
}

STATUS_NAMES = {
    Status.REQUESTED: "requested",
    Status.HELD: "held",
    Status.EXPIRED: "expired",
    Status.CONFIRMED: "confirmed",
    Status.EN_ROUTE: "on the way",
    Status.IN_PROGRESS: "in progress",
    Status.COMPLETED: "completed",
    Status.CANCELLED: "cancelled",
    Status.NO_SHOW: "nobody there",
    Status.FAILED: "failed",
}
KEEPERS = {"ghl": "GoHighLevel"}
"""Who keeps what can't be changed here, by its source."""

_ORDER = tuple(Flag)


def flag_words(item: Item) -> list[str]:
    """Name an item's flags, in a fixed order; `at risk` alone says nothing that the others don't."""
    return [FLAG_NAMES[flag] for flag in _ORDER if flag in item.flags]


def status_words(item: Item) -> str:
    """Name where an item stands: of a visit its status, of other time that it is blocked."""
    if item.booking is not None:
        return STATUS_NAMES[item.booking.status]
    if item.source in KEEPERS:
        return f"in {KEEPERS[item.source]}"
    return "from the calendar" if item.commitment.kind.value == "visit" else "blocked"


def leg_words(leg: Leg | None) -> str:
    """Say how long a drive takes, and that the gap does not hold it."""
    if leg is None:
        return ""
    whence = "from the depot" if leg.origin is None else ""
    words = f"{length(leg.drive_seconds)} {whence}".strip()
    if leg.short and leg.free_seconds is not None:
        words += f", does not fit: {length(leg.need_seconds)} needed, {length(max(leg.free_seconds, 0))} free"
    return words


def note_of(item: Item) -> str | None:
    """Say in words what the flags stand for; None without any."""
    words = flag_words(item)
    if item.before is not None and item.before.short:
        words.append(f"the drive of {length(item.before.drive_seconds)} before it does not fit into the gap")
    return ", ".join(words) or None
