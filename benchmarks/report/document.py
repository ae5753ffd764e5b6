"""The tables' place in the documentation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.report import goals, tables
from benchmarks.report.figures import Figures

Table = Callable[[Figures], str]

TABLES: dict[str, Table] = {
    "goals": goals.goals_table,
    "worlds": tables.worlds_table,
    "map": tables.map_table,
    "growth": tables.growth_table,
    "refresh": tables.refresh_table,
    "contest": tables.contest_table,
    "solvers": tables.solvers_table,
    "boundaries": tables.boundaries_table,
    "scenarios": tables.scenarios_table,
    "batch": tables.batch_table,
    "steps": tables.steps_table,
    "floor": tables.floor_table,
}

NEEDED = frozenset(
    {"map", "listed", "explained", "growth", "contest", "solvers", "boundaries", "boundary scan", "boundary building"}
    | {"refresh", "laid and refreshed", "later", "reading", "problem", "batch", "steps", "floor", "bandwidth"}
)


def is_whole(run: dict[str, Any]) -> bool:
    """Tell whether everything was measured in one run."""
    return Figures(run).groups() >= NEEDED


def rewrite(page: Path, run: dict[str, Any]) -> None:
    """Put each table between its marks, `<!-- name -->` and `<!-- /name -->`; the prose around them stays.

    Raises `ValueError` where the page has lost a mark.
    """
    figures, text = Figures(run), page.read_text(encoding="utf-8")
    for name, write in TABLES.items():
        text = _replace(text, name, write(figures))
    page.write_text(text, encoding="utf-8")


def _replace(text: str, name: str, written: str) -> str:
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the page has no place for the table of {name}: {begin} and {end}")
    return f"{before}{begin}\n{written}\n{end}{after}"
