"""How the benchmarks run: on one core, in processor time, and with a report at the end."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from benchmarks import report
from benchmarks.worlds import World, world

LATEST = Path(".benchmarks") / "latest.json"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    # A small machine is seldom idle: the time that the process itself was on the core says more than the clock.
    config.option.benchmark_timer = "time.process_time"
    config.option.benchmark_disable_gc = True
    if config.option.benchmark_json is None:
        LATEST.parent.mkdir(exist_ok=True)
        config.option.benchmark_json = LATEST
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    """Write the figures of a whole run into the documentation; part of a run has no ratios to give."""
    if report.is_whole(output_json):
        report.rewrite(config.rootpath / "docs" / "performance.md", output_json)


@lru_cache(maxsize=1)
def _world_of(technicians: int) -> World:
    return world(technicians)


@pytest.fixture(scope="module")
def fleet(request: pytest.FixtureRequest) -> World:
    """Make the world of so many technicians, once for all tests of a file that ask for the same size."""
    return _world_of(request.param)
