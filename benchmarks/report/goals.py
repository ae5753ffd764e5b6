"""The goals, beside what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.report.figures import Figures
from benchmarks.report.writing import count, ratio, seconds, table

MAP_S = {5: 0.5e-3, 100: 1e-3, 1_000: 5e-3, 10_000: 60e-3}
REASONS_AT_MOST = 20
REFRESH_AT_MOST = 0.1
REFRESH_FROM = 1_000
TIMES_THE_LOOP = {100: 30, 1_000: 60}
PLACE_S = 20e-6
POLYGONS = 10_000
LOOPS = ("rewalk", "neighbours")
"""The plain loops that the goal means: they look at every start. `skipping` is measured beside them."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal in words, the figure, and whether it is met."""

    what: str
    goal: str
    measured: str
    is_met: bool


def goals_table(figures: Figures) -> str:
    """Write all goals of which there are figures."""
    rows = [(g.what, g.goal, g.measured, "met" if g.is_met else "**missed**") for g in _goals(figures)]
    return table(("what", "goal", "measured", ""), rows)


def _goals(figures: Figures) -> Iterator[Goal]:
    for people, most in MAP_S.items():
        took = figures.the("listed", technicians=people).seconds
        yield Goal(
            f"ranked map, options listed, {count(people)} technicians",
            f"≤ {seconds(most)}",
            seconds(took),
            took <= most,
        )
    for people in MAP_S:
        times = figures.the("explained", technicians=people).seconds / figures.the("listed", technicians=people).seconds
        yield Goal(
            f"with reasons, {count(people)} technicians",
            f"≤ {REASONS_AT_MOST}x the map",
            ratio(times),
            times <= REASONS_AT_MOST,
        )
    for figure in figures.of("refresh"):
        people = int(figure.noted["technicians"])
        if people >= REFRESH_FROM:
            part = figure.seconds / figures.the("map", technicians=people).seconds
            yield Goal(
                f"refresh after one change, {count(people)} technicians",
                f"≤ {REFRESH_AT_MOST}x the map",
                ratio(part),
                part <= REFRESH_AT_MOST,
            )
    for people, least in TIMES_THE_LOOP.items():
        engine = figures.the("contest", technicians=people, contestant="engine").seconds
        fastest = min(figures.the("contest", technicians=people, contestant=loop).seconds for loop in LOOPS)
        yield Goal(
            f"beside the fastest loop over every start, {count(people)} technicians",
            f"≥ {least}x",
            ratio(fastest / engine),
            fastest / engine >= least,
        )
    resolved = figures.the("boundaries", polygons=POLYGONS)
    place = resolved.seconds / int(resolved.noted["places"])
    yield Goal(f"a place among {count(POLYGONS)} polygons", f"≤ {seconds(PLACE_S)}", seconds(place), place <= PLACE_S)
