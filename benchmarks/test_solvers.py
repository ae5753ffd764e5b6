"""The engine beside routing solvers: which technician-days have room for one more visit, and at which detour?

Only on what the solvers can say: commitments, travel, departure and return (F7, F9 to F12), any start within the shift.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.peers.ortools_insert import ortools_insert
from benchmarks.peers.ready import make_ready
from benchmarks.peers.technician_days import Detours, TechnicianDay, technician_days
from benchmarks.peers.vroom_insert import vroom_insert
from benchmarks.rounds import in_rounds
from benchmarks.worlds import POLICY, world
from fieldfare.domain.policy import Lock, Return
from fieldfare.engine.columns import Rows
from fieldfare.engine.pipeline import feasible, open_to_everyone
from fieldfare.engine.problem import NO_CAP, Problem

BARE = replace(POLICY, lock=Lock.NONE, return_=Return.BY_SHIFT_END)
SIZES = (5, 100)
ROUNDS = {5: 5, 100: 1}
NO_ROOM = np.iinfo(np.int64).max

Solver = Callable[[list[TechnicianDay]], Detours]


@dataclass(frozen=True, slots=True)
class Contest:
    """A world for both sides, and the answer that all must give."""

    problem: Problem
    days: list[TechnicianDay]
    detours: Detours


@pytest.fixture(scope="module", params=SIZES)
def contest(request: pytest.FixtureRequest) -> Contest:
    made = world(request.param, policy=BARE, with_resource=False, share_with_lunch=0)
    no_caps = np.full(request.param, NO_CAP)
    fleet = replace(made.problem.fleet, weekly_jobs=no_caps, weekly_seconds=no_caps)
    problem = replace(made.problem, notice=0, fleet=fleet)
    return Contest(problem, list(technician_days(make_ready(made, BARE))), _as_dict(least_detours(problem)))


@pytest.mark.benchmark(group="solvers")
def test_engine(benchmark: BenchmarkFixture, contest: Contest) -> None:
    benchmark(least_detours, contest.problem)
    benchmark.extra_info |= _info("engine", contest)


@pytest.mark.benchmark(group="solvers")
@pytest.mark.parametrize("solver", [vroom_insert, ortools_insert])
def test_solver(benchmark: BenchmarkFixture, contest: Contest, solver: Solver) -> None:
    detours = in_rounds(benchmark, lambda: solver(contest.days), ROUNDS[len(contest.problem.fleet)])

    assert detours == contest.detours
    benchmark.extra_info |= _info(solver.__name__, contest)


def least_detours(problem: Problem) -> Rows:
    """Find the least detour of each technician-day, NO_ROOM without one: (technicians, days)."""
    windows = feasible(problem, open_to_everyone(problem))
    openings, legs, opening = problem.calendar.openings, problem.legs, windows.openings()
    driven = legs.to_place[openings.origin[opening]].astype(np.int64) + legs.from_place[openings.destination[opening]]
    least = np.full((len(problem.fleet), problem.frame.days), NO_ROOM)
    np.minimum.at(least, (windows.technician, windows.date), np.maximum(driven - legs.direct[opening], 0))
    return least


def _as_dict(least: Rows) -> Detours:
    technicians, dates = np.nonzero(least != NO_ROOM)
    return {
        (technician, date): int(least[technician, date])
        for technician, date in zip(technicians.tolist(), dates.tolist(), strict=True)
    }


def _info(contestant: str, contest: Contest) -> dict[str, object]:
    return {
        "contestant": contestant,
        "technicians": len(contest.problem.fleet),
        "days": len(contest.days),
        "with_room": len(contest.detours),
    }
