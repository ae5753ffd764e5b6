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
    """Seconds by the name of the step, for the map at hand and for each one before."""

    running: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    maps: list[dict[str, float]] = field(default_factory=list)

    def end_map(self) -> None:
        """Begin another map; a step may have run several times for the last one."""
        self.maps.append(dict(self.running))
        self.running.clear()

    def medians(self) -> dict[str, float]:
        """Give the middle figure of each step."""
        return {name: median(seconds[name] for seconds in self.maps) for name in self.maps[0]}


@contextmanager
def timed_steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Steps]:
    """Put a clock around each rule, around laying the grid, and around finding each start's best option."""
    steps = Steps()
    named: list[tuple[ModuleType, str]] = [(pipeline, rule.__name__) for rule in RULES]
    named += [(slot_map, "lay"), (slot_map, "best_of")]
    with monkeypatch.context() as patched:
        for module, name in named:
            if hasattr(module, name):
                patched.setattr(module, name, _timed(getattr(module, name), name, steps.running))
        yield steps


def _timed(step: Callable[..., Any], name: str, running: dict[str, float]) -> Callable[..., Any]:
    def timed(*arguments: Any) -> Any:
        before = time.process_time()
        answer = step(*arguments)
        running[name] += time.process_time() - before
        return answer

    return timed
