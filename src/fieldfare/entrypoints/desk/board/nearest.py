"""Where else a visit could go: the nearest times that can be driven, with what each adds to somebody's day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fieldfare.domain.answers import Option
from fieldfare.domain.bookings import Booking
from fieldfare.engine.slot_map import SlotMap
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.board.data import desk_of
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
    own = (booking.start, booking.technician)
    near = [
        Nearby(
            start=at,
            end=at + booking.duration,
            technician=option.technician,
            name=names.get(option.technician, option.technician),
            detour_seconds=option.detour_seconds,
        )
        for at, options in _around(found.slot_map, start)
        for option in sorted(options, key=lambda one: one.technician != technician)[:_MOST_OF_ONE_START]
        if (at, option.technician) != own
    ]
    return near[:MOST]


def _around(slot_map: SlotMap, wish: int) -> Iterator[tuple[int, list[Option]]]:
    """Give the slots that lie nearest to a wish, an instant, each with its options in the order of rule O2."""
    problem, options, offered = slot_map.problem, slot_map.options(), slot_map.offered
    starts = problem.grid.start[offered].astype(np.int64) + problem.frame.origin
    for at in np.lexsort((starts, abs(starts - wish)))[: MOST + 1].tolist():
        first, stop = np.searchsorted(options.start, [offered[at], offered[at] + 1]).tolist()
        yield (
            int(starts[at]),
            [
                Option(
                    technician=problem.fleet.ids[int(options.technician[row])],
                    detour_seconds=int(options.detour[row]),
                    before_seconds=int(options.before[row]),
                    after_seconds=int(options.after[row]),
                )
                for row in range(first, stop)
            ],
        )
