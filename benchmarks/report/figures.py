"""The figures of one run, as pytest-benchmark writes them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured once: the middle figure in seconds, and what the benchmark noted beside it."""

    group: str
    seconds: float
    noted: dict[str, Any]


class Figures:
    """All that was measured in one run."""

    def __init__(self, run: dict[str, Any]) -> None:
        """Read pytest-benchmark's document."""
        self._figures = [
            Figure(one["group"], one["stats"]["median"], one["extra_info"]) for one in run["benchmarks"] if one["group"]
        ]
        self.machine: dict[str, Any] = run["machine_info"]

    def groups(self) -> set[str]:
        """Name the groups of which something was measured."""
        return {figure.group for figure in self._figures}

    def of(self, group: str, **noted: object) -> Iterator[Figure]:
        """List the figures of a group that carry these notes."""
        for figure in self._figures:
            if figure.group == group and all(figure.noted.get(name) == value for name, value in noted.items()):
                yield figure

    def the(self, group: str, **noted: object) -> Figure:
        """Give the one figure of a group that carries these notes."""
        (figure,) = self.of(group, **noted)
        return figure

    def sizes(self, group: str, note: str = "technicians") -> list[int]:
        """List the sizes at which a group was measured."""
        return sorted({int(figure.noted[note]) for figure in self.of(group)})
