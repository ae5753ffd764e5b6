"""Timing what is too slow to be repeated for a whole second."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pytest_benchmark.fixture import BenchmarkFixture

Result = TypeVar("Result")


def in_rounds(benchmark: BenchmarkFixture, work: Callable[[], Result], rounds: int, *, warmups: int = 0) -> Result:
    """Run a piece of work so many times; returns what the last one gave."""
    result: Result = benchmark.pedantic(work, rounds=rounds, warmup_rounds=warmups)  # type: ignore[no-untyped-call]
    return result
