"""A map kept up to date: what a change can't have touched is kept, the rest goes through the same rules again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from fieldfare.engine.columns import Mask, Rows, rows_where
from fieldfare.engine.pipeline import feasible, open_to_everyone
from fieldfare.engine.problem import Problem
from fieldfare.engine.slot_map import NO_OPTION, SlotMap, Standing, lay
from fieldfare.engine.windows import Windows


def refresh(slot_map: SlotMap, *, problem: Problem, changed: Mapping[int, Problem]) -> SlotMap:
    """Bring a map up to date with a later moment, other use of equipment, and other commitments of some technicians.

    `problem` is the same request with its new `now` and `demands`. `changed` holds, by row in the fleet, the problem
    of each technician whose commitments are others, as a fleet of one; the map keeps them apart from the calendar of
    the whole fleet, for the refreshes to come. A technician's change touches all of their windows (the load of a week
    ranks them, rule O2); a change of the moment or the equipment touches everyone's, on the dates on which other
    starts are open to everyone.

    Raises `ValueError` for another frame or length of visit, and where others are stale (rule B13): a new local date is
    a new map.
    """
    before = slot_map.problem
    if (problem.frame.today, problem.frame.days, problem.duration) != (
        before.frame.today,
        before.frame.days,
        before.duration,
    ):
        raise ValueError("a map of another local date, horizon or product is built anew")
    if not np.array_equal(_fresh(problem), _fresh(before)):
        raise ValueError("a map of other people, now that some are stale or fresh, is built anew")
    apart = {**slot_map.apart, **changed}
    if problem.now == before.now and problem.demands is before.demands:
        moment, dates, touched = slot_map.moment, np.zeros(0, dtype=np.int64), changed
    else:
        moment = open_to_everyone(problem)
        dates, touched = _dates_that_differ(slot_map.moment, moment), apart

    standing = slot_map.standing
    gone = np.zeros(len(standing), dtype=np.bool_)
    added = []
    for technician, part in touched.items():
        gone |= standing.technician == technician
        added.append(lay(part, feasible(part, moment)).handed_to(technician))
    if len(dates):
        gone |= np.isin(problem.grid.date[standing.first], dates)
        added.append(_everyone_else(problem, moment, dates, apart))
    rows = rows_where(gone)
    kept, removed = standing.without(rows), standing.take(rows)
    best = _best_after(slot_map.best, removed=removed, kept=kept, added=added)
    return SlotMap(problem=problem, moment=moment, standing=Standing.joined([kept, *added]), best=best, apart=apart)


def _fresh(problem: Problem) -> Mask:
    fresh = problem.fleet.fresh
    return np.ones(len(problem.fleet), dtype=np.bool_) if fresh is None else fresh


def _dates_that_differ(old: Windows, new: Windows) -> Rows:
    def rows(windows: Windows) -> set[tuple[int, int, int]]:
        return set(zip(windows.date.tolist(), windows.earliest.tolist(), windows.latest.tolist(), strict=True))

    return np.array(sorted({date for date, _, _ in rows(old) ^ rows(new)}), dtype=np.int64)


def _everyone_else(problem: Problem, moment: Windows, dates: Rows, apart: Mapping[int, Problem]) -> Standing:
    """Judge some dates anew for all technicians but those who are judged apart."""
    qualified = problem.fleet.qualified.copy()
    qualified[list(apart)] = False
    others = replace(problem, fleet=replace(problem.fleet, qualified=qualified))
    return lay(others, feasible(others, moment.take(rows_where(np.isin(moment.date, dates)))))


def _best_after(best: Rows, *, removed: Standing, kept: Standing, added: list[Standing]) -> Rows:
    """Find the best rank of each start again, looking through what is kept only where the best was lost."""
    best = best.copy()
    start = removed.starts()
    lost = start[best[start] == removed.ranks()]
    was = best[lost]
    best[lost] = NO_OPTION
    for standing in added:
        np.minimum.at(best, standing.starts(), standing.ranks())
    open_ = np.zeros(len(best), dtype=np.bool_)
    open_[lost[best[lost] > was]] = True
    if open_.any():
        count = np.concatenate(([0], np.cumsum(open_)))
        holds = kept.take(rows_where(count[kept.stop] > count[kept.first]))
        start = holds.starts()
        wanted = rows_where(open_[start])
        np.minimum.at(best, start[wanted], holds.ranks()[wanted])
    return best
