"""How long each step of the map takes, measured while the map is built."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from types import ModuleType
from typing import Any

import pytest

from fieldfare.engine import pipeline, slot_map
from fieldfare.engine.rules import RULES


@dataclass(frozen=True, slots=True)
class Steps:
    """Seconds of each call, by the name of the step."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def medians(self) -> dict[str, float]:
        """Give the middle figure of each step, in the order in which they ran."""
        return {name: median(seconds) for name, seconds in self.seconds.items()}


@contextmanager
def timed_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    """Put a clock around each rule, around laying the grid, and around finding each start's best option."""
    steps = Steps()
    named: list[tuple[ModuleType, str]] = [(pipeline, rule.__name__) for rule in RULES]
    named += [(slot_map, "lay"), (slot_map, "best_of")]
    with monkeypatch.context() as patched:
        for module, name in named:
            if hasattr(module, name):
                patched.setattr(module, name, _timed(getattr(module, name), steps.seconds[name]))
        yield steps


def _timed(step: Callable[..., Any], seconds: list[float]) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        before = time.perf_counter()
        answer = step(*arguments)
        seconds.append(time.perf_counter() - before)
        return answer

    return timed
