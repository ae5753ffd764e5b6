"""A business in memory: the first answer, one more, and one right after somebody's day has changed."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.rounds import in_rounds
from benchmarks.scenarios import scenario_of
from benchmarks.worlds import HQ, NOW, world
from fieldfare.adapters.travel.crow_flies import CrowFliesTravel
from fieldfare.domain.clock import DAY
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.places import Place
from fieldfare.domain.questions import Question
from fieldfare.domain.travel import CrowFlies
from fieldfare.engine.draft import draft
from fieldfare.engine.resolution import resolve_question
from fieldfare.engine.slot_map import SlotMap, build_map
from fieldfare.entrypoints.scenario.read import read_scenario
from fieldfare.usecases.availability.fetch_drives import with_drives
from fieldfare.usecases.availability.snapshot import Snapshot

SIZES = (5, 50, 500)
SHARE_THAT_STANDS = 0.2
"""Of the world's full calendars: about one commitment a technician and day, 15,000 for 500 technicians."""

TRAVEL = CrowFlies()
ROUNDS = {5: 200, 50: 200, 500: 50}
ROUNDS_FROM_SCRATCH = {5: 20, 50: 10, 500: 5}


@dataclass(slots=True)
class Desk:
    """A snapshot that is asked and changed, and the loop on which it answers."""

    question: Question
    snapshot: Snapshot
    loop: asyncio.AbstractEventLoop
    random: Random

    def somewhere(self) -> Question:
        """Ask for a new place of the region."""
        lat, lng = HQ[0] + self.random.uniform(-0.18, 0.18), HQ[1] + self.random.uniform(-0.25, 0.25)
        return replace(self.question, request=replace(self.question.request, place=Place(lat=lat, lng=lng)))

    def answer(self, question: Question) -> SlotMap:
        """Find the slots of a place in the snapshot."""
        asked = self.snapshot.drivable(question.request, now=question.now, travel=CrowFliesTravel(TRAVEL))
        slot_map = self.loop.run_until_complete(asked).slot_map
        assert slot_map is not None
        return slot_map

    def from_scratch(self, question: Question) -> SlotMap:
        """Find the same slots without a snapshot."""
        resolution, sale = resolve_question(question)
        assert sale is not None
        drafted = with_drives(draft(question, sale, resolution.hub), travel=CrowFliesTravel(TRAVEL), settings=TRAVEL)
        return build_map(self.loop.run_until_complete(drafted)[0])

    def move_something(self) -> tuple[str, list[Commitment]]:
        """Move a visit of one technician to another day; returns whose, and what stands then."""
        moved = self.random.choice([known for known in self.question.commitments if known.technician])
        own = [known for known in self.snapshot.commitments if known.technician == moved.technician]
        row = self.random.randrange(len(own))
        by = self.random.choice((-DAY, DAY))
        own[row] = replace(own[row], start=own[row].start + by, end=own[row].end + by)
        return str(moved.technician), own


@pytest.fixture(scope="module")
def desk(request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Read the world of so many technicians, and take most of its commitments out."""
    random, question = Random(1), read_scenario(scenario_of(world(request.param)))
    stands = tuple(c for c in question.commitments if c.technician is None or random.random() < SHARE_THAT_STANDS)
    question = replace(question, commitments=stands, now=NOW)
    with asyncio.Runner() as runner:
        snapshot = Snapshot(business=question.business, commitments=stands)
        yield Desk(question, snapshot, runner.get_loop(), random)


@pytest.mark.benchmark(group="snapshot: from scratch")
@pytest.mark.parametrize("desk", SIZES, indirect=True)
def test_an_answer_from_scratch(benchmark: BenchmarkFixture, desk: Desk) -> None:
    in_rounds(benchmark, lambda: desk.from_scratch(desk.somewhere()), _rounds(ROUNDS_FROM_SCRATCH, desk), warmups=1)
    _describe(benchmark, desk)


@pytest.mark.benchmark(group="snapshot: first")
@pytest.mark.parametrize("desk", SIZES, indirect=True)
def test_the_first_answer(benchmark: BenchmarkFixture, desk: Desk) -> None:
    def first() -> SlotMap:
        desk.snapshot = Snapshot(business=desk.question.business, commitments=desk.question.commitments)
        return desk.answer(desk.somewhere())

    in_rounds(benchmark, first, _rounds(ROUNDS_FROM_SCRATCH, desk), warmups=1)
    _describe(benchmark, desk)


@pytest.mark.benchmark(group="snapshot: warm")
@pytest.mark.parametrize("desk", SIZES, indirect=True)
def test_a_warm_answer(benchmark: BenchmarkFixture, desk: Desk) -> None:
    in_rounds(benchmark, lambda: desk.answer(desk.somewhere()), _rounds(ROUNDS, desk), warmups=1)

    _same(desk)
    _describe(benchmark, desk)
    benchmark.extra_info["slots"] = len(desk.answer(desk.question).offered)


@pytest.mark.benchmark(group="snapshot: changed")
@pytest.mark.parametrize("desk", SIZES, indirect=True)
def test_an_answer_after_a_technician_s_change(benchmark: BenchmarkFixture, desk: Desk) -> None:
    desk.answer(desk.question)
    changes: list[tuple[str, list[Commitment]]] = []

    def change_and_answer() -> SlotMap:
        technician, own = changes.pop()
        desk.snapshot = desk.snapshot.with_commitments_of({technician}, own)
        return desk.answer(desk.somewhere())

    benchmark.pedantic(  # type: ignore[no-untyped-call]
        change_and_answer, setup=lambda: changes.append(desk.move_something()), rounds=_rounds(ROUNDS, desk)
    )

    _same(desk)
    _describe(benchmark, desk)


@pytest.mark.benchmark(group="snapshot: memory")
@pytest.mark.parametrize("desk", SIZES, indirect=True)
def test_the_memory_of_a_snapshot(benchmark: BenchmarkFixture, desk: Desk) -> None:
    """Measure what is kept beside the business and the commitments themselves, and those."""
    gc.collect()
    tracemalloc.start()
    try:
        commitments = tuple(
            replace(known, place=known.place and replace(known.place)) for known in desk.question.commitments
        )
        records = tracemalloc.get_traced_memory()[0]
        desk.snapshot = Snapshot(business=desk.question.business, commitments=commitments)
        in_rounds(benchmark, lambda: desk.answer(desk.question), 1)
        gc.collect()
        kept = tracemalloc.get_traced_memory()[0] - records
    finally:
        tracemalloc.stop()
    _describe(benchmark, desk)
    benchmark.extra_info |= {"records_bytes": records, "kept_bytes": kept}


def _same(desk: Desk) -> None:
    question = replace(desk.somewhere(), commitments=desk.snapshot.commitments)
    warm, scratch = desk.answer(question), desk.from_scratch(question)
    assert warm.best.tolist() == scratch.best.tolist()


def _rounds(rounds: dict[int, int], desk: Desk) -> int:
    return rounds[len(desk.question.business.technicians)]


def _describe(benchmark: BenchmarkFixture, desk: Desk) -> None:
    benchmark.extra_info |= {
        "technicians": len(desk.question.business.technicians),
        "commitments": len(desk.question.commitments),
    }
