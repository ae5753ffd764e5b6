"""One visit is cancelled, or half an hour passes, and the map is brought up to date."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.worlds import DURATION_S, POLICY, TRAVEL, World
from fieldfare.domain.travel import crow_flies_seconds
from fieldfare.engine.commitments import Commitments
from fieldfare.engine.problem import Calendar, Legs, Problem
from fieldfare.engine.refresh import refresh
from fieldfare.engine.shifts import Shifts
from fieldfare.engine.slot_map import SlotMap, build_map

SIZES = (5, 100, 1_000, 10_000)
HALF_AN_HOUR_S = 1_800


@pytest.mark.benchmark(group="refresh")
@pytest.mark.parametrize("fleet", SIZES, indirect=True)
def test_refresh_after_a_cancelled_visit(benchmark: BenchmarkFixture, fleet: World) -> None:
    technician, row = _cancelled(fleet)
    slot_map, part = build_map(fleet.problem), _without(fleet, technician, row)

    refreshed = benchmark(lambda: refresh(slot_map, problem=fleet.problem, changed={technician: part}))

    _same(refreshed, build_map(_laid_anew(fleet, row)))
    benchmark.extra_info["technicians"] = len(fleet.problem.fleet)


@pytest.mark.benchmark(group="laid and refreshed")
@pytest.mark.parametrize("fleet", SIZES, indirect=True)
def test_refresh_with_the_technician_laid_out_anew(benchmark: BenchmarkFixture, fleet: World) -> None:
    technician, row = _cancelled(fleet)
    slot_map = build_map(fleet.problem)

    benchmark(lambda: refresh(slot_map, problem=fleet.problem, changed={technician: _without(fleet, technician, row)}))
    benchmark.extra_info["technicians"] = len(fleet.problem.fleet)


@pytest.mark.benchmark(group="later")
@pytest.mark.parametrize("fleet", SIZES, indirect=True)
def test_refresh_as_the_clock_moves_on(benchmark: BenchmarkFixture, fleet: World) -> None:
    slot_map = build_map(fleet.problem)
    later = fleet.problem.at(fleet.problem.now + fleet.problem.frame.origin + HALF_AN_HOUR_S)

    refreshed = benchmark(lambda: refresh(slot_map, problem=later, changed={}))

    _same(refreshed, build_map(later))
    benchmark.extra_info["technicians"] = len(fleet.problem.fleet)


def _cancelled(fleet: World) -> tuple[int, int]:
    """Choose a visit in the middle of the horizon; returns its technician, and its row in the commitments."""
    technician, commitments = len(fleet.problem.fleet) // 2, fleet.commitments
    rows = np.flatnonzero((commitments.technician == technician) & commitments.is_visit)
    return technician, int(rows[np.argsort(commitments.start[rows])[len(rows) // 2]])


def _without(fleet: World, technician: int, row: int) -> Problem:
    """Lay out one technician's time anew, without a visit, and look up the drives between what is left."""
    problem, commitments = fleet.problem, fleet.commitments
    own = np.flatnonzero(commitments.technician == technician)
    shifts = problem.calendar.shifts.of_technician(technician, problem.frame.days)
    calendar = _lay(problem, shifts, commitments.take(own[own != row]).owned_by(0), people=1)
    return problem.with_technician(technician, calendar=calendar, legs=_legs(fleet, calendar))


def _laid_anew(fleet: World, row: int) -> Problem:
    problem = fleet.problem
    left = fleet.commitments.take(np.arange(len(fleet.commitments)) != row)
    calendar = _lay(problem, problem.calendar.shifts, left, people=len(problem.fleet))
    return replace(problem, calendar=calendar, legs=_legs(fleet, calendar))


def _lay(problem: Problem, shifts: Shifts, commitments: Commitments, *, people: int) -> Calendar:
    return Calendar.lay(
        frame=problem.frame,
        policy=POLICY,
        duration=DURATION_S,
        blocks=problem.blocks,
        shifts=shifts,
        commitments=commitments,
        depots=np.zeros(people, dtype=np.int64),
    )


def _legs(fleet: World, calendar: Calendar) -> Legs:
    points, openings, legs = fleet.points, calendar.openings, fleet.problem.legs
    direct = crow_flies_seconds(points[openings.origin], points[openings.destination], TRAVEL)
    return Legs(legs.to_place, legs.from_place, direct.astype(np.int32))


def _same(refreshed: SlotMap, anew: SlotMap) -> None:
    assert np.array_equal(refreshed.best, anew.best)
    one, other = refreshed.options(), anew.options()
    for column in ("start", "technician", "detour", "before", "after"):
        assert np.array_equal(getattr(one, column), getattr(other, column)), column
