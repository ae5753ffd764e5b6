"""From a scenario's text to a ready problem, and many scenarios through the command line."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.peers.ready import answer_of_map
from benchmarks.rounds import in_rounds
from benchmarks.scenarios import scenario_of
from benchmarks.worlds import World
from fieldfare.adapters.travel.crow_flies import CrowFliesTravel
from fieldfare.domain.questions import Question
from fieldfare.domain.travel import CrowFlies
from fieldfare.engine.draft import draft
from fieldfare.engine.problem import Problem
from fieldfare.engine.resolution import resolve_question
from fieldfare.engine.slot_map import build_map
from fieldfare.entrypoints.scenario.read import read_scenario
from fieldfare.usecases.availability.fetch_drives import with_drives

SIZES = (5, 100, 1_000)
LINES = {5: 100, 100: 10}
EXAMPLES = Path(__file__).parents[1] / "examples" / "northern-comfort" / "scenarios"
ROUNDS = {5: 50, 100: 10, 1_000: 3}


def time_of_children() -> float:
    """Give the processor time of the processes that have been run."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    with asyncio.Runner() as runner:
        yield runner.get_loop()


@pytest.mark.benchmark(group="reading")
@pytest.mark.parametrize("fleet", SIZES, indirect=True)
def test_reading(benchmark: BenchmarkFixture, fleet: World) -> None:
    text, people = scenario_of(fleet), len(fleet.problem.fleet)
    in_rounds(benchmark, lambda: read_scenario(text), ROUNDS[people], warmups=1)
    benchmark.extra_info |= {"technicians": people, "bytes": len(text)}


@pytest.mark.benchmark(group="problem")
@pytest.mark.parametrize("fleet", SIZES, indirect=True)
def test_building_the_problem(benchmark: BenchmarkFixture, fleet: World, loop: asyncio.AbstractEventLoop) -> None:
    question, people = read_scenario(scenario_of(fleet)), len(fleet.problem.fleet)

    problem = in_rounds(benchmark, lambda: loop.run_until_complete(problem_of(question)), ROUNDS[people], warmups=1)

    assert answer_of_map(build_map(problem)) == answer_of_map(build_map(fleet.problem))
    benchmark.extra_info |= {"technicians": people, "commitments": len(question.commitments)}


@pytest.mark.benchmark(group="batch", timer=time_of_children)
@pytest.mark.parametrize("fleet", sorted(LINES), indirect=True)
def test_batch(benchmark: BenchmarkFixture, fleet: World, tmp_path: Path) -> None:
    people = len(fleet.problem.fleet)
    _time_batch(benchmark, [scenario_of(fleet)] * LINES[people], tmp_path / "scenarios.jsonl")
    benchmark.extra_info["of"] = f"the seeded world of {people} technicians"


@pytest.mark.benchmark(group="batch", timer=time_of_children)
def test_batch_of_examples(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    examples = [json.dumps(json.loads(path.read_bytes())) for path in sorted(EXAMPLES.glob("*.json"))]
    _time_batch(benchmark, examples * 10, tmp_path / "scenarios.jsonl")
    benchmark.extra_info["of"] = "the example, Northern Comfort"


@pytest.mark.benchmark(group="batch", timer=time_of_children)
def test_batch_of_none(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    _time_batch(benchmark, [], tmp_path / "scenarios.jsonl")
    benchmark.extra_info["of"] = "nothing: starting and stopping"


def _time_batch(benchmark: BenchmarkFixture, scenarios: list[str], file: Path) -> None:
    file.write_text("".join(f"{scenario}\n" for scenario in scenarios))
    command = [sys.executable, "-m", "fieldfare", "slots", "--batch", str(file)]

    done = in_rounds(benchmark, lambda: subprocess.run(command, capture_output=True, check=True), 3)

    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(scenarios)
    assert all("error" not in answer for answer in answers)
    benchmark.extra_info["lines"] = len(scenarios)


async def problem_of(question: Question) -> Problem:
    """Resolve a question and lay out its problem, as the use case does."""
    settings = question.business.travel
    assert isinstance(settings, CrowFlies)
    resolution, sale = resolve_question(question)
    assert sale is not None
    drafted = draft(question, sale, resolution.hub)
    problem, _ = await with_drives(drafted, travel=CrowFliesTravel(settings), settings=settings)
    return problem
