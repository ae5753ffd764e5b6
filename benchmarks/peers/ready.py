"""A problem as the lists and tuples that a plain Python loop likes best, made ready outside the measured time.

The loops may take for granted what holds in these worlds: one shift a date, commitments that lie inside it and don't
overlap, and drives far shorter than a night.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.worlds import TRAVEL, World
from fieldfare.domain.clock import MINUTE
from fieldfare.domain.policy import Depart, Policy, Return
from fieldfare.domain.travel import crow_flies_seconds
from fieldfare.engine.openings import Openings
from fieldfare.engine.slot_map import RECOMMENDED_DETOUR_S, RECOMMENDED_SLOTS, SlotMap

Interval = tuple[int, int]
Stop = tuple[int, int, int, bool]
"""Start, end, point (-1 without a place), and whether it is a visit."""

Gap = tuple[int, int, int, int, int, int, int, int, int, int, int, int]
"""End; leave, its buffer and point; arrive, its buffer and point; set out, turn home; origin, destination, direct."""


@dataclass(frozen=True, slots=True)
class Start:
    """A start of the grid: its row, instant and date, the end of the visit, and the blocks that the visit overlaps."""

    row: int
    at: int
    date: int
    end: int
    blocks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shift:
    """A technician's date: the hours, and what lies in them."""

    start: int
    end: int
    depot: int
    stops: tuple[Stop, ...]
    driven: int
    gap_starts: tuple[int, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A technician: shifts by date, the hubs to which blocks are locked, and the load of each week."""

    qualified: bool
    shifts: dict[int, Shift]
    locks: dict[int, frozenset[int]]
    visits: tuple[int, ...]
    seconds: tuple[int, ...]
    most_visits: int
    most_seconds: int


@dataclass(frozen=True, slots=True)
class Equipment:
    """A resource kind over time, and how much of it the product needs."""

    time: tuple[int, ...]
    held: tuple[int, ...]
    capacity: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Ready:
    """A problem in lists. `direct` holds the drives between the stops that follow one another."""

    earliest: int
    duration: int
    hub: int | None
    buffer: int
    departs_on_shift: bool
    returns_by_shift_end: bool
    days: int
    weeks: tuple[int, ...]
    zone: dict[int, tuple[Interval, ...]]
    starts: tuple[Start, ...]
    people: tuple[Person, ...]
    equipment: tuple[Equipment, ...]
    to_place: list[int]
    from_place: list[int]
    direct: dict[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Answer:
    """The slots by row of the grid, each one's options in order as (detour, technician), and what is recommended."""

    options: dict[int, list[tuple[int, int]]]
    recommended: list[int]


def key_of(detour: int, visits: int, technician: int) -> int:
    """Put what orders options (rule O2) into one number, which sorts faster than a tuple."""
    return detour << 48 | visits << 24 | technician


def ranked(options: dict[int, list[int]]) -> tuple[dict[int, list[int]], list[int]]:
    """Order the options of each slot, and pick the slots to recommend (rules O2, O3)."""
    for keys in options.values():
        keys.sort()
    best = sorted((keys[0] >> 48, row) for row, keys in options.items())
    return options, sorted(row for detour, row in best[:RECOMMENDED_SLOTS] if detour <= RECOMMENDED_DETOUR_S)


def answer_of_keys(options: dict[int, list[int]], recommended: list[int]) -> Answer:
    """Read a loop's keys."""
    return Answer(
        {row: [(key >> 48, key & 0xFFFFFF) for key in keys] for row, keys in sorted(options.items())}, recommended
    )


def answer_of_map(slot_map: SlotMap) -> Answer:
    """Read the engine's columns."""
    listed = slot_map.options()
    options: dict[int, list[tuple[int, int]]] = {}
    for row, detour, technician in zip(
        listed.start.tolist(), listed.detour.tolist(), listed.technician.tolist(), strict=True
    ):
        options.setdefault(row, []).append((detour, technician))
    return Answer(options, slot_map.offered[slot_map.recommended()].tolist())


def make_ready(world: World, policy: Policy) -> Ready:
    """Lay a world out in lists."""
    problem = world.problem
    frame, fleet, load = problem.frame, problem.fleet, problem.calendar.load
    direct = _direct_drives(world)
    shifts = _shifts(world, direct)
    locks = _locks(world)
    zone: dict[int, list[Interval]] = defaultdict(list)
    for date, *window in zip(
        problem.zone.date.tolist(), problem.zone.start.tolist(), problem.zone.end.tolist(), strict=True
    ):
        zone[date].append((window[0], window[1]))
    return Ready(
        earliest=problem.now + problem.notice,
        duration=problem.duration,
        hub=problem.hub,
        buffer=policy.travel_buffer_minutes * MINUTE,
        departs_on_shift=policy.depart is Depart.ON_SHIFT,
        returns_by_shift_end=policy.return_ is Return.BY_SHIFT_END,
        days=frame.days,
        weeks=tuple(frame.week_of.tolist()),
        zone={date: tuple(windows) for date, windows in zone.items()},
        starts=_starts(world),
        people=tuple(
            Person(
                qualified=bool(fleet.qualified[t]),
                shifts=shifts[t],
                locks=locks[t],
                visits=tuple(load.visits[t].tolist()),
                seconds=tuple(load.seconds[t].tolist()),
                most_visits=int(fleet.weekly_jobs[t]),
                most_seconds=int(fleet.weekly_seconds[t]),
            )
            for t in range(len(fleet))
        ),
        equipment=tuple(
            Equipment(
                tuple(demand.usage.time.tolist()),
                tuple(demand.usage.held.tolist()),
                demand.usage.capacity,
                demand.quantity,
            )
            for demand in problem.demands
        ),
        to_place=problem.legs.to_place.tolist(),
        from_place=problem.legs.from_place.tolist(),
        direct=direct,
    )


def _starts(world: World) -> tuple[Start, ...]:
    problem = world.problem
    blocks = list(zip(problem.blocks.start.tolist(), problem.blocks.end.tolist(), strict=True))
    return tuple(
        Start(
            row,
            at,
            date,
            at + problem.duration,
            tuple(b for b, (start, end) in enumerate(blocks) if start < at + problem.duration and at < end),
        )
        for row, (at, date) in enumerate(zip(problem.grid.start.tolist(), problem.grid.date.tolist(), strict=True))
    )


def _locks(world: World) -> list[dict[int, frozenset[int]]]:
    locks, people, blocks = world.problem.calendar.locks, len(world.problem.fleet), len(world.problem.blocks.start)
    hubs: list[dict[int, set[int]]] = [defaultdict(set) for _ in range(people)]
    for cell, hub in zip(locks.cell.tolist(), locks.hub.tolist(), strict=True):
        hubs[cell // blocks][cell % blocks].add(hub)
    return [{block: frozenset(found) for block, found in own.items()} for own in hubs]


def _stops(world: World) -> dict[tuple[int, int], list[Stop]]:
    """List each technician-date's commitments in order."""
    commitments = world.commitments
    date = np.searchsorted(world.problem.frame.midnights, commitments.start, side="right") - 1
    stops: dict[tuple[int, int], list[Stop]] = defaultdict(list)
    for technician, day, *stop in zip(
        commitments.technician.tolist(),
        date.tolist(),
        commitments.start.tolist(),
        commitments.end.tolist(),
        commitments.point.tolist(),
        commitments.is_visit.tolist(),
        strict=True,
    ):
        stops[technician, day].append((stop[0], stop[1], stop[2], stop[3]))
    for found in stops.values():
        found.sort()
    return stops


def _direct_drives(world: World) -> dict[tuple[int, int], int]:
    """Give the drives between the places that follow one another on some day, the depot at both ends."""
    depots = world.problem.fleet.depot.tolist()
    pairs: set[tuple[int, int]] = {(depot, depot) for depot in depots}
    for (technician, _), stops in _stops(world).items():
        points = [depots[technician], *(point for _, _, point, _ in stops if point >= 0), depots[technician]]
        pairs.update(pairwise(points))
    listed = sorted(pairs)
    rows = np.array(listed)
    seconds = crow_flies_seconds(world.points[rows[:, 0]], world.points[rows[:, 1]], TRAVEL)
    return dict(zip(listed, seconds.tolist(), strict=True))


def _shifts(world: World, direct: dict[tuple[int, int], int]) -> list[dict[int, Shift]]:
    problem, stops_of = world.problem, _stops(world)
    table, openings = problem.calendar.shifts, problem.calendar.openings
    gaps = _gaps(openings, problem.legs.direct.tolist())
    first = np.searchsorted(openings.shift, np.arange(len(table) + 1)).tolist()
    begins = openings.earliest.tolist()
    shifts: list[dict[int, Shift]] = [{} for _ in range(len(problem.fleet))]
    for row, (technician, date, start, end) in enumerate(
        zip(table.technician.tolist(), table.date.tolist(), table.start.tolist(), table.end.tolist(), strict=True)
    ):
        depot = int(problem.fleet.depot[technician])
        stops = tuple(stops_of.get((technician, date), ()))
        points = [depot, *(point for _, _, point, _ in stops if point >= 0), depot]
        own = slice(first[row], first[row + 1])
        shifts[technician][date] = Shift(
            start=start,
            end=end,
            depot=depot,
            stops=stops,
            driven=sum(direct[leg] for leg in pairwise(points)),
            gap_starts=tuple(begins[own]),
            gaps=tuple(gaps[own]),
        )
    return shifts


def _gaps(openings: Openings, direct: list[int]) -> list[Gap]:
    columns = (
        openings.end,
        openings.leave,
        openings.leave_buffer,
        openings.before,
        openings.arrive,
        openings.arrive_buffer,
        openings.after,
        openings.set_out,
        openings.turn_home,
        openings.origin,
        openings.destination,
    )
    return list(zip(*(column.tolist() for column in columns), direct, strict=True))
