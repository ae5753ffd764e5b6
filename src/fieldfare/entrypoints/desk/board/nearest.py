"""Where else a visit could go: the nearest times that can be driven, with what each adds to somebody's day."""

from __future__ import annotations

from dataclasses import dataclass

from fieldfare.domain.bookings import Booking
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.board.data import desk_of
from fieldfare.usecases.availability.drivable import slots_of
from fieldfare.usecases.bookings.judging import request_of, sale_as_agreed
from fieldfare.usecases.bookings.planning import snapshot_without

MOST = 8
_MOST_OF_ONE_START = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """A start that a technician can take, and the drive that it adds."""

    start: int
    end: int
    technician: str
    name: str
    detour_seconds: int

    @property
    def value(self) -> str:
        """Name it in a form."""
        return f"{self.start} {self.technician}"


async def nearest_to(asking: Asking, booking: Booking, *, start: int, technician: str | None) -> list[Nearby]:
    """List the drivable starts around a wish, the nearest first; of one start the wished technician, else the best.

    The visit itself is never in its own way (rule B6).
    """
    desk = desk_of(asking)
    sale = sale_as_agreed(booking, desk)
    if sale is None:
        return []
    snapshot = snapshot_without(desk, None if booking.technician is None else (booking.technician, booking.id))
    found = await snapshot.drivable(request_of(booking), now=desk.now, travel=desk.travel, agreed=sale)
    if found.slot_map is None:
        return []
    names = {person.id: person.name or person.id for person in asking.business.technicians}
    slots = slots_of(found.slot_map, [block.id for block in asking.business.policy.blocks])
    near = sorted(slots, key=lambda slot: (abs(slot.start - start), slot.start))
    options = [
        Nearby(
            start=slot.start,
            end=slot.end,
            technician=option.technician,
            name=names.get(option.technician, option.technician),
            detour_seconds=option.detour_seconds,
        )
        for slot in near[: MOST + 1]
        for option in sorted(slot.options, key=lambda one: (one.technician != technician, one.detour_seconds))[
            :_MOST_OF_ONE_START
        ]
        if (slot.start, option.technician) != (booking.start, booking.technician)
    ]
    return options[:MOST]
