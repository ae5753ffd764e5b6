"""The map beside plain Python loops over every start, on the same worlds and with equal answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.peers.neighbours import neighbours
from benchmarks.peers.ready import Answer, Ready, answer_of_keys, answer_of_map, make_ready
from benchmarks.peers.rewalk import rewalk
from benchmarks.peers.skipping import skipping
from benchmarks.rounds import in_rounds
from benchmarks.worlds import POLICY, World, world
from fieldfare.domain.policy import Depart, Lock, Return
from fieldfare.engine.slot_map import build_map

Loop = Callable[[Ready], tuple[dict[int, list[int]], list[int]]]

SIZES = (5, 100, 1_000)
ROUNDS = {5: 50, 100: 10, 1_000: 3}
OTHERS = (
    POLICY,
    replace(POLICY, lock=Lock.NONE),
    replace(POLICY, return_=Return.BY_SHIFT_END),
    replace(POLICY, depart=Depart.BEFORE_SHIFT, min_notice_minutes=24 * 60, travel_buffer_minutes=40),
)


@dataclass(frozen=True, slots=True)
class Contest:
    """A world for both sides, and the answer that all must give."""

    world: World
    ready: Ready
    answer: Answer


@pytest.fixture(scope="module", params=SIZES)
def contest(request: pytest.FixtureRequest) -> Contest:
    made = world(request.param)
    return Contest(made, make_ready(made, POLICY), answer_of_map(build_map(made.problem)))


@pytest.mark.benchmark(group="contest")
def test_engine(benchmark: BenchmarkFixture, contest: Contest) -> None:
    def whole_answer() -> None:
        slot_map = build_map(contest.world.problem)
        slot_map.options()
        slot_map.recommended()

    benchmark(whole_answer)
    benchmark.extra_info |= {"contestant": "engine", "technicians": len(contest.ready.people)}


@pytest.mark.benchmark(group="contest")
@pytest.mark.parametrize("loop", [skipping, neighbours, rewalk])
def test_plain_loop(benchmark: BenchmarkFixture, contest: Contest, loop: Loop) -> None:
    people = len(contest.ready.people)

    keys = in_rounds(benchmark, lambda: loop(contest.ready), ROUNDS[people], warmups=1)

    assert answer_of_keys(*keys) == contest.answer
    benchmark.extra_info |= {"contestant": loop.__name__, "technicians": people}


@pytest.mark.benchmark(group="agreement")
@pytest.mark.parametrize("loop", [skipping, neighbours, rewalk])
def test_agreement_in_other_worlds(benchmark: BenchmarkFixture, loop: Loop) -> None:
    def slots_agreed() -> int:
        return sum(len(_agreed(loop, made, ready).options) for made, ready in _other_worlds())

    slots = in_rounds(benchmark, slots_agreed, 1)

    assert slots > 0
    benchmark.extra_info |= {"contestant": loop.__name__, "slots": slots}


def _other_worlds() -> Iterator[tuple[World, Ready]]:
    for seed in range(2, 7):
        for policy in OTHERS:
            for equipped in (False, True):
                made = world(5, seed=seed, policy=policy, with_resource=equipped)
                yield made, make_ready(made, policy)


def _agreed(loop: Loop, made: World, ready: Ready) -> Answer:
    expected = answer_of_map(build_map(made.problem))
    assert answer_of_keys(*loop(ready)) == expected
    return expected
