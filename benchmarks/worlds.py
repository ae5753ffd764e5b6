"""Seeded worlds of any size: a region of towns, a fleet at five visits a day, a request."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fieldfare.domain.clock import HALF_DAY, clock_of
from fieldfare.domain.policy import Block, Lock, Policy
from fieldfare.domain.travel import CrowFlies, crow_flies_seconds
from fieldfare.engine.blocks import Blocks
from fieldfare.engine.commitments import Commitments
from fieldfare.engine.frame import Frame
from fieldfare.engine.points import Points
from fieldfare.engine.problem import Calendar, Demand, Fleet, Legs, Problem
from fieldfare.engine.shifts import Shifts, Windowed
from fieldfare.engine.usage import sum_up

HUBS = 32
HORIZON_DAYS = 30
SHARE_OF_EMPTY_BLOCKS = 0.25
SHARE_WITH_LUNCH = 0.5
WEEKLY_JOBS = 32
DURATION_S = 3_600
NOW = 1_795_438_800  # Monday 2026-11-23, 08:00 in Toronto

POLICY = Policy(
    blocks=(
        Block.stepped(id="AM", start=8 * 60, end=12 * 60, step_minutes=15),
        Block.stepped(id="PM", start=13 * 60, end=17 * 60, step_minutes=15),
    ),
    horizon_days=HORIZON_DAYS,
)
TRAVEL = CrowFlies()
HQ = (43.45, -79.75)


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """A problem, and the columns that it was laid from."""

    problem: Problem
    commitments: Commitments
    points: Points
    hubs: Points


def world(
    technicians: int,
    *,
    seed: int = 1,
    policy: Policy = POLICY,
    with_resource: bool = True,
    share_with_lunch: float = SHARE_WITH_LUNCH,
) -> World:
    """Make a world of qualified technicians who work Monday to Saturday, 08:00 to 17:00, in one region of 40 by 40 km.

    A quarter of the half-days are free; the others are locked to the hub around which their three or four visits of 35
    to 60 minutes lie. Half of the technicians keep half an hour without a place for lunch.
    """
    random = np.random.default_rng(seed)
    frame = Frame.around(clock=clock_of("America/Toronto"), now=NOW, days=HORIZON_DAYS)
    blocks = Blocks.of(frame, policy.blocks)
    hubs = np.array(HQ) + random.uniform(-0.18, 0.18, (HUBS, 2)) * (1.0, 1.37)
    workdays = [n for n in range(HORIZON_DAYS) if frame.date(n).weekday() < 6]
    visits = _visits(random, frame, workdays, technicians, hubs)
    points = np.concatenate(([HQ], [hubs[0] + 0.004], visits.points))
    commitments = _with_lunch(random, frame, workdays, technicians, visits, share_with_lunch)
    rows = [(t, n, *_hours(frame, n, 8, 17), *_hours(frame, n, 8, 17)) for t in range(technicians) for n in workdays]
    shifts = Shifts.from_rows(frame, technicians, rows)
    calendar = Calendar.lay(
        frame=frame,
        policy=policy,
        duration=DURATION_S,
        blocks=blocks,
        shifts=shifts,
        commitments=commitments,
        depots=np.zeros(technicians, dtype=np.int64),
    )
    openings = calendar.openings
    target = points[1:2]
    width = len(str(technicians))
    problem = Problem(
        frame=frame,
        now=NOW - frame.origin,
        notice=4 * 3_600,
        duration=DURATION_S,
        hub=None if policy.lock is Lock.NONE else 0,
        grid=blocks.grid(DURATION_S),
        blocks=blocks,
        zone=Windowed(
            date=np.array(workdays),
            start=np.array([_hours(frame, n, 8, 17)[0] - frame.origin for n in workdays], dtype=np.int32),
            end=np.array([_hours(frame, n, 8, 17)[1] - frame.origin for n in workdays], dtype=np.int32),
        ),
        fleet=Fleet(
            ids=tuple(f"t{n:0{width}}" for n in range(technicians)),
            qualified=np.ones(technicians, dtype=np.bool_),
            weekly_jobs=np.full(technicians, WEEKLY_JOBS, dtype=np.int64),
            weekly_seconds=np.full(technicians, 40 * 3_600, dtype=np.int64),
            depot=np.zeros(technicians, dtype=np.int64),
        ),
        calendar=calendar,
        legs=Legs(
            to_place=crow_flies_seconds(points, target, TRAVEL).astype(np.int32),
            from_place=crow_flies_seconds(target, points, TRAVEL).astype(np.int32),
            direct=crow_flies_seconds(points[openings.origin], points[openings.destination], TRAVEL).astype(np.int32),
        ),
        demands=_lift(random, frame, workdays) if with_resource else (),
    )
    return World(problem, commitments, points, hubs)


@dataclass(frozen=True, slots=True, eq=False)
class _Visits:
    technician: np.ndarray
    start: np.ndarray
    end: np.ndarray
    hub: np.ndarray
    points: np.ndarray


def _visits(
    random: np.random.Generator, frame: Frame, workdays: list[int], technicians: int, hubs: np.ndarray
) -> _Visits:
    """Fill half-days with visits around one hub each, minutes apart."""
    halves = np.array([_hours(frame, n, *hours) for n in workdays for hours in ((8, 12), (13, 17))]) - frame.origin
    technician, half = (grid.ravel() for grid in np.meshgrid(np.arange(technicians), np.arange(len(halves))))
    worked = np.flatnonzero(random.random(len(half)) >= SHARE_OF_EMPTY_BLOCKS)
    technician, half = technician[worked], half[worked]
    count = random.integers(3, 5, len(half))
    hub = random.integers(0, len(hubs), len(half))
    lengths = random.integers(7, 13, (len(half), 4)) * 300
    lengths[count == 3, 3] = 0
    spare = halves[half, 1] - halves[half, 0] - lengths.sum(axis=1)
    shares = random.random((len(half), 5))
    gaps = (shares / shares.sum(axis=1, keepdims=True) * spare[:, None]).astype(np.int64) // 300 * 300
    starts = halves[half, :1] + np.cumsum(gaps[:, :4], axis=1) + np.cumsum(lengths, axis=1) - lengths
    real = lengths > 0
    around = hubs[hub][:, None, :] + random.normal(0, 0.012, (len(half), 4, 2))
    return _Visits(
        technician=np.broadcast_to(technician[:, None], real.shape)[real],
        start=starts[real],
        end=(starts + lengths)[real],
        hub=np.broadcast_to(hub[:, None], real.shape)[real],
        points=around[real],
    )


def _with_lunch(
    random: np.random.Generator, frame: Frame, workdays: list[int], technicians: int, visits: _Visits, share: float
) -> Commitments:
    eaters = np.flatnonzero(random.random(technicians) < share)
    noon = np.array([int(frame.midnights[n]) + HALF_DAY for n in workdays])
    lunches = len(eaters) * len(noon)
    nothing = np.full(lunches, -1)
    count = len(visits.start) + lunches
    start = np.concatenate((visits.start, np.tile(noon, len(eaters))))
    return Commitments(
        technician=np.concatenate((visits.technician, np.repeat(eaters, len(noon)))),
        start=start,
        end=np.concatenate((visits.end, np.tile(noon + 1_800, len(eaters)))),
        is_visit=np.arange(count) < len(visits.start),
        point=np.concatenate((np.arange(len(visits.start)) + 2, nothing)),
        hub=np.concatenate((visits.hub, nothing)),
        rank=np.arange(count),
    )


def _lift(random: np.random.Generator, frame: Frame, workdays: list[int]) -> tuple[Demand, ...]:
    """One of two lifts is out each afternoon, and now and then the other, too."""
    afternoons = np.array([_hours(frame, n, 13, 16) for n in workdays]) - frame.origin
    both = afternoons[random.random(len(afternoons)) < 0.3]
    taken = np.concatenate((afternoons, both))
    usage = sum_up(kind="lift", capacity=2, start=taken[:, 0], end=taken[:, 1], quantity=[1] * len(taken))
    return (Demand(usage, 1),)


def _hours(frame: Frame, number: int, first: int, last: int) -> tuple[int, int]:
    day = frame.date(number)
    return frame.clock.at(day, first * 60).instant, frame.clock.at(day, last * 60).instant
