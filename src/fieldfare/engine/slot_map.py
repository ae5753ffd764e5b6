"""The map: every slot of the horizon that some technician can drive, ranked (rules O1 to O4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fieldfare.engine.columns import Mask, Rows, Seconds, SmallRows, rows_where
from fieldfare.engine.pipeline import feasible, open_to_everyone
from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows

RECOMMENDED_SLOTS = 3
RECOMMENDED_DETOUR_S = 900

# A rank is one whole number that sorts as rule O2 does: detour, visits of the week, technician. Fleets, weeks and
# drives are bounded (10,000 technicians, 200,000 commitments, thirty years), so that the three fit 63 bits.
_TECHNICIAN_BITS = 14
_VISIT_BITS = 18
_DETOUR_SHIFT = _TECHNICIAN_BITS + _VISIT_BITS
MOST_TECHNICIANS = 1 << _TECHNICIAN_BITS
MOST_VISITS_A_WEEK = 1 << _VISIT_BITS

NO_OPTION = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """The windows that hold at least one start, laid on the grid: (w,) each, in no order.

    Window i offers the starts `first[i]` to `stop[i] - 1` of the grid; one that a refresh has emptied offers none.
    `before` and `after` are the drives to and from the place, and `rank` orders options: smaller is better.
    """

    technician: Rows
    first: Rows
    stop: Rows
    before: Seconds
    after: Seconds
    rank: Rows

    def __len__(self) -> int:
        """Count the windows."""
        return len(self.rank)

    @classmethod
    def joined(cls, parts: list[Standing]) -> Standing:
        """Put several tables together."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))

    def take(self, rows: Rows) -> Standing:
        """Pick windows by row."""
        return Standing(
            self.technician.take(rows),
            self.first.take(rows),
            self.stop.take(rows),
            self.before.take(rows),
            self.after.take(rows),
            self.rank.take(rows),
        )

    def without(self, rows: Rows) -> Standing:
        """Empty some windows, which then offer nothing; once most are empty, the table is swept.

        Emptying touches one column where taking out would copy all, and a refresh does little else.
        """
        stop = self.stop.copy()
        stop[rows] = self.first[rows]
        left = Standing(self.technician, self.first, stop, self.before, self.after, self.rank)
        is_open = self.first < stop
        return left.take(rows_where(is_open)) if 2 * np.count_nonzero(is_open) < len(self) else left

    def handed_to(self, technician: int) -> Standing:
        """Give the windows of a fleet of one the row that their technician has in the whole fleet."""
        owner = np.full(len(self), technician, dtype=np.int64)
        return Standing(owner, self.first, self.stop, self.before, self.after, self.rank | technician)

    def starts(self) -> SmallRows:
        """List every start of every window, as rows of the grid, window by window."""
        count = self.stop - self.first
        starts: SmallRows = (self.first + count - count.cumsum()).astype(np.int32).repeat(count)
        starts += np.arange(len(starts), dtype=np.int32)
        return starts

    def ranks(self) -> Rows:
        """Give the rank of each of the `starts`."""
        return self.rank.repeat(self.stop - self.first)


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """Every option of every slot, by start and then in the order of rule O2: (o,) each."""

    start: SmallRows
    technician: Rows
    detour: Rows
    before: Seconds
    after: Seconds


@dataclass(frozen=True, slots=True, eq=False)
class SlotMap:
    """What is offered for a problem. `best[k]` is the rank of the first option of grid start k, else NO_OPTION.

    `moment` is what is open to everyone. `apart` holds the problems of technicians, by row, whose commitments have
    changed since the problem of the whole fleet was laid out.
    """

    problem: Problem
    moment: Windows
    standing: Standing
    best: Rows
    apart: Mapping[int, Problem]

    @property
    def offered(self) -> Rows:
        """The starts of the grid that are slots, in order of time."""
        return rows_where(self.best != NO_OPTION)

    def detour(self, starts: Rows) -> Rows:
        """Give the detour of the best option of slots, in seconds."""
        return self.best[starts] >> _DETOUR_SHIFT

    def first_option(self, starts: Rows) -> Rows:
        """Give the technicians to whom dispatch gives slots (rule O4)."""
        return self.best[starts] & (MOST_TECHNICIANS - 1)

    def recommended(self) -> Mask:
        """Tell which of the offered slots are recommended (rule O3), in their order."""
        detour = self.detour(self.offered)
        marks = np.zeros(len(detour), dtype=np.bool_)
        # Slots stand in order of time, so that the earlier wins among equal detours.
        cheap = rows_where(detour <= RECOMMENDED_DETOUR_S)
        marks[cheap[np.argsort(detour[cheap], kind="stable")[:RECOMMENDED_SLOTS]]] = True
        return marks

    def options(self) -> Options:
        """List every technician who can take each slot."""
        # Equal ranks are windows of one technician, which never share a start: any order of them will do.
        ranked = self.standing.take(self.standing.rank.argsort())
        start = ranked.starts()
        order = np.argsort(start.astype(_smallest_dtype(len(self.problem.grid))), kind="stable")
        rows = np.arange(len(ranked)).repeat(ranked.stop - ranked.first).take(order)
        return Options(
            start=start.take(order),
            technician=ranked.technician.take(rows),
            detour=ranked.rank.take(rows) >> _DETOUR_SHIFT,
            before=ranked.before.take(rows),
            after=ranked.after.take(rows),
        )


def build_map(problem: Problem) -> SlotMap:
    """Find and rank all slots; raises `ValueError` for a fleet or a week beyond what a rank holds."""
    if len(problem.fleet) > MOST_TECHNICIANS:
        raise ValueError(f"a fleet of {len(problem.fleet)} is above {MOST_TECHNICIANS} technicians")
    if problem.calendar.load.visits.max(initial=0) >= MOST_VISITS_A_WEEK:
        raise ValueError(f"a week of one technician holds {MOST_VISITS_A_WEEK} visits or more")
    moment = open_to_everyone(problem)
    standing = lay(problem, feasible(problem, moment))
    return SlotMap(
        problem=problem, moment=moment, standing=standing, best=best_of(standing, len(problem.grid)), apart={}
    )


def lay(problem: Problem, windows: Windows) -> Standing:
    """Lay the grid over feasible windows, and rank those that hold a start (rules O1, O2)."""
    first, stop = on_grid(problem, windows)
    rows = rows_where(first < stop)
    opening, technician = windows.openings().take(rows), windows.technician.take(rows)
    openings, legs, load = problem.calendar.openings, problem.legs, problem.calendar.load
    before = legs.to_place.take(openings.origin.take(opening))
    after = legs.from_place.take(openings.destination.take(opening))
    detour = np.maximum(before.astype(np.int64) + after - legs.direct.take(opening), 0)
    week = problem.frame.week_of.take(windows.date.take(rows))
    visits = load.visits.reshape(-1).take(technician * load.visits.shape[1] + week)
    return Standing(
        technician=technician,
        first=first.take(rows),
        stop=stop.take(rows),
        before=before,
        after=after,
        rank=(detour << _DETOUR_SHIFT) | (visits << _TECHNICIAN_BITS) | technician,
    )


def on_grid(problem: Problem, windows: Windows) -> tuple[Rows, Rows]:
    """Find the starts of the grid that each window holds: the first, and the one behind the last."""
    ticks = problem.grid.ticks
    return ticks.before(windows.earliest), ticks.until(windows.latest)


def best_of(standing: Standing, starts: int) -> Rows:
    """Find the best rank at each start of the grid."""
    best = np.full(starts, NO_OPTION, dtype=np.int64)
    np.minimum.at(best, standing.starts(), standing.ranks())
    return best


def _smallest_dtype(count: int) -> type[np.unsignedinteger]:
    # NumPy sorts 16-bit numbers by radix, an order of magnitude faster than wider ones.
    return np.uint16 if count <= np.iinfo(np.uint16).max else np.uint32
