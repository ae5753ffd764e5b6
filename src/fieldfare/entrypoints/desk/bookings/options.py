"""The times that can be offered on the phone, ranked: the shortest detours, the soonest, and every day in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from fieldfare.domain.answers import Slot
from fieldfare.domain.business import Request as Asked
from fieldfare.entrypoints.desk.asking import Asking
from fieldfare.entrypoints.desk.bookings.facts import technician_name
from fieldfare.usecases.availability.drivable import Drivable, slots_of
from fieldfare.usecases.bookings.hold import price_of

_MOST_BEST = 6
_MOST_SOONEST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A start with a technician who can drive it; `others` are those who could as well, the next best first."""

    start: int
    end: int
    technician: str
    name: str
    detour_seconds: int
    before_seconds: int | None
    after_seconds: int | None
    price: int
    recommended: bool
    others: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """All that can be offered."""

    best: tuple[Choice, ...]
    soonest: tuple[Choice, ...]
    days: tuple[tuple[date, int], ...]
    """Each day with a drivable start, and how many it has."""
    shown: date | None
    of_day: tuple[Choice, ...]


async def find_drivable(asking: Asking, asked: Asked) -> Drivable:
    """Find what can be driven for a request."""
    travel = asking.rooms.travel(asking.business.travel)
    return await asking.current.snapshot.drivable(asked, now=asking.now, travel=travel)


def choices_of(asking: Asking, found: Drivable, *, day: date | None) -> Choices:
    """Rank what can be driven; `day` is the one whose times are listed, the first that has some by itself."""
    slots: Sequence[Slot] = ()
    if found.slot_map is not None:
        slots = slots_of(found.slot_map, [block.id for block in asking.business.policy.blocks])
    counted: dict[date, int] = {}
    for slot in slots:
        on = asking.clock.date_of(slot.start)
        counted[on] = counted.get(on, 0) + 1
    shown = day if day in counted else next(iter(counted), None)
    ranked = sorted(slots, key=lambda slot: (slot.detour_seconds, slot.start))
    return Choices(
        best=tuple(_choice(asking, found, slot) for slot in ranked[:_MOST_BEST]),
        soonest=tuple(_choice(asking, found, slot) for slot in slots[:_MOST_SOONEST]),
        days=tuple(counted.items()),
        shown=shown,
        of_day=tuple(_choice(asking, found, slot) for slot in slots if asking.clock.date_of(slot.start) == shown),
    )


def _choice(asking: Asking, found: Drivable, slot: Slot) -> Choice:
    every = [
        Choice(
            start=slot.start,
            end=slot.end,
            technician=option.technician,
            name=technician_name(asking, option.technician),
            detour_seconds=option.detour_seconds,
            before_seconds=option.before_seconds,
            after_seconds=option.after_seconds,
            price=price_at(asking, found, recommended=slot.recommended),
            recommended=slot.recommended,
        )
        for option in slot.options
    ]
    return replace(every[0], others=tuple(every[1:]))


def price_at(asking: Asking, found: Drivable, *, recommended: bool) -> int:
    """Give the price of a slot (rule B14)."""
    if found.sale is None:
        return 0
    return price_of(found.sale, asking.business.policy, recommended=recommended).price
