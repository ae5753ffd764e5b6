"""What of a visit needs somebody's eye."""

from __future__ import annotations

from fieldfare.domain.bookings import Booking, Status
from fieldfare.usecases.board.board import Flag

_AHEAD = frozenset({Status.CONFIRMED, Status.EN_ROUTE, Status.HELD, Status.REQUESTED})


def flags_of(
    booking: Booking | None,
    *,
    short: bool,
    overlaps: bool,
    shares_block: bool,
    threshold_seconds: int,
    conflict: bool = False,
) -> frozenset[Flag]:
    """Say what is the matter with a visit; at risk is one that will be late, or to which nobody can drive in time.

    Late is what is expected more than `threshold_seconds` after its time, as it is in the lists. A visit that has begun
    or is over is at no risk any more. `conflict` is one that stands in the queue of conflicts with the CRM.
    """
    ahead = booking is None or booking.status in _AHEAD
    flags: set[Flag] = set()
    if booking is not None:
        flags |= _of_booking(booking, threshold_seconds=threshold_seconds)
    if ahead:
        flags |= {flag for flag, holds in ((Flag.UNDRIVABLE, short), (Flag.OVERLAPS, overlaps)) if holds}
    if conflict:
        flags.add(Flag.CONFLICT)
    if shares_block:
        flags.add(Flag.LOCKED_HUB)
    if flags & {Flag.LATE, Flag.UNDRIVABLE, Flag.OVERLAPS}:
        flags.add(Flag.AT_RISK)
    return frozenset(flags)


def _of_booking(booking: Booking, *, threshold_seconds: int) -> set[Flag]:
    expected = booking.estimated_start if booking.status in _AHEAD else None
    said = (
        (Flag.HELD, booking.status is Status.HELD),
        (Flag.TO_ASSIGN, booking.provisional or booking.status is Status.REQUESTED),
        (Flag.ADDRESS_UNCHECKED, booking.address_unchecked),
        (Flag.OVERRIDDEN, bool(booking.reasons.get("overridden"))),
        (Flag.LATE, expected is not None and expected - booking.start > threshold_seconds),
        (Flag.EARLY, expected is not None and expected < booking.start),
    )
    return {flag for flag, holds in said if holds}
