"""Choosing a slot's technician from what is in memory, before anything is locked (rules O2, O4)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fieldfare.domain.answers import Option, Resolution
from fieldfare.domain.business import Request
from fieldfare.engine.resolution import Sale
from fieldfare.engine.slot_map import SlotMap
from fieldfare.usecases.availability.snapshot import Snapshot
from fieldfare.usecases.bookings.acting import Desk
from fieldfare.usecases.bookings.refusals import NotSoldError, OnlyByRequestError, SlotTakenError


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A slot's first option, and what is worth remembering of the choice (rule B5)."""

    resolution: Resolution
    sale: Sale
    option: Option
    options: int
    recommended: bool
    travel_source: str


def resolve(desk: Desk, request: Request, *, agreed: Sale | None = None) -> tuple[Resolution, Sale]:
    """Find the zone and the sale of a request, or take what was agreed; raises `NotSoldError`."""
    resolution, sale = desk.current.snapshot.resolve(request, now=desk.now)
    sale = agreed or sale
    if sale is None:
        raise NotSoldError(resolution)
    return resolution, sale


async def choose(
    desk: Desk,
    request: Request,
    start: int,
    *,
    without: tuple[str | None, str] | None = None,
    agreed: Sale | None = None,
) -> Chosen:
    """Choose the first option of a slot, of one technician where the request names one.

    `without` names a visit that is not to be seen, the one that is moved, and `agreed` what was sold to it. Raises
    `NotSoldError`, `SlotTakenError` and `OnlyByRequestError`.
    """
    snapshot = snapshot_without(desk, without)
    found = await snapshot.drivable(request, now=desk.now, travel=desk.travel, agreed=agreed)
    if found.sale is None or found.slot_map is None:
        raise NotSoldError(found.resolution)
    options = options_at(found.slot_map, start)
    if not options:
        asked_for = without is None and found.to_ask is not None and options_at(found.to_ask, start)
        refusal = OnlyByRequestError if asked_for else SlotTakenError
        raise refusal(request, start, without=without, found=found)
    return Chosen(
        resolution=found.resolution,
        sale=found.sale,
        option=options[0],
        options=len(options),
        recommended=is_recommended(found.slot_map, start),
        travel_source=found.travel_source,
    )


def snapshot_without(desk: Desk, visit: tuple[str | None, str] | None) -> Snapshot:
    """Give the business in memory, without a visit."""
    snapshot = desk.current.snapshot
    return snapshot if visit is None else snapshot.without(*visit)


def options_at(slot_map: SlotMap, start: int) -> tuple[Option, ...]:
    """List who can take one start, an instant, in the order of rule O2."""
    problem = slot_map.problem
    row = int(np.searchsorted(problem.grid.start, start - problem.frame.origin))
    options = slot_map.options()
    first, stop = np.searchsorted(options.start, [row, row + 1])
    if row >= len(problem.grid) or int(problem.grid.start[row]) + problem.frame.origin != start:
        return ()
    return tuple(
        Option(
            technician=problem.fleet.ids[int(options.technician[at])],
            detour_seconds=int(options.detour[at]),
            before_seconds=int(options.before[at]),
            after_seconds=int(options.after[at]),
        )
        for at in range(int(first), int(stop))
    )


def is_recommended(slot_map: SlotMap, start: int) -> bool:
    """Tell whether a slot is one of the map's recommended ones (rule O3)."""
    offered = slot_map.problem.grid.start[slot_map.offered] + slot_map.problem.frame.origin
    return bool(slot_map.recommended()[offered == start].any())


def with_technician(request: Request, technician: str | None) -> Request:
    """Limit a request to one technician."""
    return request if technician is None else replace(request, technician=technician)
