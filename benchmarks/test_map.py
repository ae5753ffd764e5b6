"""The full ranked map of thirty days from a ready problem, all rules on, with its growth and its memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.rounds import in_rounds
from benchmarks.steps import timed_steps
from benchmarks.worlds import World
from fieldfare.engine.reasons import OFFERED, explain_map
from fieldfare.engine.slot_map import build_map

SIZES = (5, 100, 1_000, 10_000)
DOUBLINGS = (625, 1_250, 2_500, 5_000, 10_000)


@pytest.mark.benchmark(group="map")
@pytest.mark.parametrize("fleet", SIZES, indirect=True)
def test_map(benchmark: BenchmarkFixture, fleet: World) -> None:
    slot_map = benchmark(build_map, fleet.problem)

    benchmark.extra_info |= {
        "technicians": len(fleet.problem.fleet),
        "commitments": len(fleet.commitments),
        "gaps": len(fleet.problem.calendar.openings),
        "slots": len(slot_map.offered),
        "options": len(slot_map.options().start),
        "closed": _share_of_closed_blocks(fleet),
        "full": _share_of_full_weeks(fleet),
        "peak": peak_of(lambda: build_map(fleet.problem).options()),
        "gap_bytes": _bytes_of_gaps(fleet),
    }


@pytest.mark.benchmark(group="listed")
@pytest.mark.parametrize("fleet", SIZES, indirect=True)
def test_map_with_options_listed(benchmark: BenchmarkFixture, fleet: World) -> None:
    benchmark(lambda: build_map(fleet.problem).options())
    benchmark.extra_info["technicians"] = len(fleet.problem.fleet)


@pytest.mark.benchmark(group="explained")
@pytest.mark.parametrize("fleet", SIZES, indirect=True)
def test_map_with_reasons(benchmark: BenchmarkFixture, fleet: World) -> None:
    def explained() -> int:
        options = build_map(fleet.problem).options()
        reasons = explain_map(fleet.problem)
        return len(options.start) - int(np.count_nonzero(reasons.code == OFFERED))

    surplus = benchmark(explained)

    assert surplus == 0
    benchmark.extra_info |= {"technicians": len(fleet.problem.fleet), "peak": peak_of(explained)}


@pytest.mark.benchmark(group="steps")
@pytest.mark.parametrize("fleet", SIZES, indirect=True)
def test_where_the_time_goes(benchmark: BenchmarkFixture, fleet: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = max(10, 2_000 // len(fleet.problem.fleet))
    with timed_steps(monkeypatch) as steps:

        def one_map() -> None:
            build_map(fleet.problem)
            steps.end_map()

        in_rounds(benchmark, one_map, rounds, warmups=1)
    benchmark.extra_info |= {"technicians": len(fleet.problem.fleet), "steps": steps.medians()}


@pytest.mark.benchmark(group="floor")
@pytest.mark.parametrize("fleet", SIZES, indirect=True)
def test_one_pass_over_the_gaps(benchmark: BenchmarkFixture, fleet: World) -> None:
    openings = fleet.problem.calendar.openings
    benchmark(lambda: np.flatnonzero(openings.leave + fleet.problem.duration <= openings.arrive))
    benchmark.extra_info |= {"technicians": len(fleet.problem.fleet)}


@pytest.mark.benchmark(group="bandwidth")
def test_reading_memory(benchmark: BenchmarkFixture) -> None:
    far_beyond_the_caches = np.zeros(1 << 26, dtype=np.int32)
    far_beyond_the_caches += 1
    benchmark(far_beyond_the_caches.max)
    benchmark.extra_info["bytes"] = far_beyond_the_caches.nbytes


@pytest.mark.benchmark(group="growth")
@pytest.mark.parametrize("fleet", DOUBLINGS, indirect=True)
def test_growth(benchmark: BenchmarkFixture, fleet: World) -> None:
    benchmark(build_map, fleet.problem)
    benchmark.extra_info |= {
        "technicians": len(fleet.problem.fleet),
        "peak": peak_of(lambda: build_map(fleet.problem).options()),
    }


def peak_of(work: Callable[[], object]) -> int:
    """Measure the most memory that a piece of work holds beyond what was there before, in bytes.

    `tracemalloc` sees all of it, since NumPy reports its arrays.
    """
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _share_of_closed_blocks(fleet: World) -> float:
    """Give the share of worked blocks that are locked to other hubs."""
    shifts, problem = fleet.problem.calendar.shifts, fleet.problem
    closed = problem.calendar.locks.closed_to(problem.hub or 0)
    return float(np.count_nonzero(closed) / (len(shifts) * len(problem.blocks.start) / (problem.frame.days + 2)))


def _share_of_full_weeks(fleet: World) -> float:
    """Give the share of technicians' weeks that have no room for one more visit."""
    load, people, duration = fleet.problem.calendar.load, fleet.problem.fleet, fleet.problem.duration
    full = (load.visits >= people.weekly_jobs[:, None]) | (load.seconds + duration > people.weekly_seconds[:, None])
    return float(full.mean())


def _bytes_of_gaps(fleet: World) -> int:
    openings = fleet.problem.calendar.openings
    return sum(getattr(openings, field.name).nbytes for field in fields(openings))
