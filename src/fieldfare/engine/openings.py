"""Openings: the gaps between a technician's commitments, cut by shift and date, each with its neighbours.

This is the table that the rules of travel read. Of the request it knows only how long the visit is, so it is laid
once for each length that is sold, and kept until the technician's commitments change.

All technicians' time is laid end to end on one line (technician t's second s stands at `t * span + s`), so that one
sort and one binary search serve them all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fieldfare.domain.clock import HALF_DAY, MINUTE
from fieldfare.domain.policy import Depart, Policy, Return
from fieldfare.domain.travel import LONGEST_DRIVE_S
from fieldfare.engine.columns import NEVER, Rows, Seconds, SmallRows, Splice, rows_where, spread, starts_of_runs
from fieldfare.engine.commitments import Commitments
from fieldfare.engine.frame import Frame
from fieldfare.engine.shifts import Shifts

Line = NDArray[np.int64]
"""Points on the line of all technicians' time."""


@dataclass(frozen=True, slots=True, eq=False)
class Openings:
    """One row for each gap in each row of the shifts, in that order: (g,) each, times in seconds after the origin.

    Only gaps that are long enough for the visit are here: of a full calendar, a quarter. Those of shift i are the rows
    `offsets[i]` to `offsets[i + 1] - 1`, and `shift` says the same the other way round.

    A visit may start at `earliest` and must end by `end`. It may not start before `leave` plus the need from `before`,
    where `leave` is the end of the commitment before (p of rule T2) put off by the time without place since then,
    `before` the row of p's point, and `leave_buffer` the least that the need may be. `arrive`, `after` and
    `arrive_buffer` are the same for the one after (n). `set_out` and `turn_home` are the shift's edges moved likewise,
    for the drives from and to the depot (T3, T4). What isn't asked is at -NEVER or NEVER. `origin` and `destination`
    are the points of p' and n' (rule O1); `previous` and `next` the numbers of p and n among the technician's own
    commitments, -1 for none.
    """

    offsets: Rows
    shift: Rows
    earliest: Seconds
    end: Seconds
    leave: Seconds
    leave_buffer: Seconds
    before: SmallRows
    arrive: Seconds
    arrive_buffer: Seconds
    after: SmallRows
    set_out: Seconds
    turn_home: Seconds
    origin: SmallRows
    destination: SmallRows
    previous: SmallRows
    next: SmallRows

    def __len__(self) -> int:
        """Count the openings."""
        return len(self.earliest)

    def of_shifts(self, first: int, stop: int) -> Openings:
        """Cut out the openings of a run of shifts."""
        offsets = self.offsets[first : stop + 1]
        rows = slice(offsets[0], offsets[-1])
        columns = (getattr(self, name)[rows] for name in self.__slots__[2:])
        return Openings(offsets - offsets[0], self.shift[rows] - first, *columns)

    def spliced(self, splice: Splice, part: Openings) -> Openings:
        """Replace the openings of some shifts."""
        columns = (splice.column(getattr(self, name), getattr(part, name)) for name in self.__slots__[2:])
        shift = np.arange(len(splice.offsets) - 1).repeat(np.diff(splice.offsets))
        return Openings(splice.offsets, shift, *columns)

    def stops(self, points: int) -> Rows:
        """List the points, of so many, between which and a visit somebody may have to drive."""
        needed = np.zeros(points, dtype=np.bool_)
        needed[self.before[self.previous >= 0]] = True
        needed[self.after[self.next >= 0]] = True
        needed[self.origin] = True
        needed[self.destination] = True
        return rows_where(needed)


@dataclass(frozen=True, slots=True, eq=False)
class _Gaps:
    """The time that no commitment takes, on the line, in order."""

    start: Line
    end: Line


@dataclass(frozen=True, slots=True, eq=False)
class _Placeless:
    """The time that commitments without a place cover, merged, on the line: how much of it lies before a point?"""

    start: Line
    end: Line
    before: Line

    def until(self, points: Line) -> Line:
        """Measure the covered time from the beginning of the line to each point, in seconds."""
        if not len(self.start):
            return np.zeros(len(points), dtype=np.int64)
        last = np.searchsorted(self.start, points, side="right") - 1
        known = np.maximum(last, 0)
        partly = np.minimum(points, self.end[known]) - self.start[known]
        return np.where(last < 0, 0, self.before[known] + partly)


def lay_openings(
    *, frame: Frame, policy: Policy, duration: int, shifts: Shifts, commitments: Commitments, depots: Rows
) -> Openings:
    """Lay out the openings of a fleet for visits of so many seconds.

    `depots` holds the row of each technician's depot in the points.
    """
    span = frame.span
    line = commitments.technician * span
    start = line + np.clip(commitments.start, 0, span)
    end = line + np.clip(commitments.end, 0, span)
    gaps = _gaps(start, end, technicians=len(depots), span=span)
    placed = np.flatnonzero(commitments.point >= 0)
    placeless = _placeless(np.delete(start, placed), np.delete(end, placed))

    midnight = frame.midnights[shifts.date].astype(np.int64)
    next_midnight = frame.midnights[shifts.date + 1].astype(np.int64)
    base = shifts.technician * span
    first = np.searchsorted(gaps.end, base + np.maximum(shifts.start, midnight), side="right")
    beyond = np.searchsorted(gaps.start, base + np.minimum(shifts.end, next_midnight), side="left")
    shift, gap = spread(first, np.maximum(beyond - first, 0))
    earliest = np.maximum(gaps.start[gap], (base + np.maximum(shifts.start, midnight))[shift])
    latest_end = np.minimum(gaps.end[gap], (base + shifts.end)[shift])
    roomy = np.flatnonzero(latest_end - earliest >= duration)
    shift, gap, earliest, latest_end = shift[roomy], gap[roomy], earliest[roomy], latest_end[roomy]
    base, midnight, next_midnight = base[shift], midnight[shift], next_midnight[shift]
    gap_start, gap_end = gaps.start[gap], gaps.end[gap]

    by_end = placed[np.lexsort((commitments.rank[placed], commitments.start[placed], end[placed]))]
    by_start = placed[np.lexsort((commitments.rank[placed], commitments.end[placed], start[placed]))]
    previous = _last_before(by_end, end[by_end], gap_start, not_before=base + np.maximum(midnight - HALF_DAY, 0) + 1)
    following = _first_after(by_start, start[by_start], gap_end, before=base + next_midnight + HALF_DAY)

    cover = placeless.until(gap_start)
    shift_start, shift_end = shifts.first[shift].astype(np.int64), shifts.last[shift].astype(np.int64)
    has_previous, has_next = previous >= 0, following >= 0
    p, n = np.maximum(previous, 0), np.maximum(following, 0)
    numbers = commitments.numbers()
    if not len(commitments):
        numbers = np.zeros(1, dtype=np.int64)
        commitments, start, end = _nothing(), np.zeros(1, np.int64), np.zeros(1, np.int64)
    p_end, n_start = end[p] - base, start[n] - base
    leave = p_end + cover - placeless.until(end[p])
    arrive = n_start - placeless.until(start[n]) + cover
    from_depot = ~has_previous | (p_end <= shift_start)
    to_depot = ~has_next | (n_start >= shift_end)
    asks_depart = from_depot & (policy.depart is Depart.ON_SHIFT)
    asks_return = to_depot & (policy.return_ is Return.BY_SHIFT_END)
    depot = depots[shifts.technician[shift]]
    buffer = min(policy.travel_buffer_minutes * MINUTE, LONGEST_DRIVE_S)
    return Openings(
        offsets=starts_of_runs(shift, len(shifts)),
        shift=shift,
        earliest=(earliest - base).astype(np.int32),
        end=(latest_end - base).astype(np.int32),
        leave=np.where(has_previous, leave, -NEVER).astype(np.int32),
        leave_buffer=np.where(has_previous & commitments.is_visit[p], buffer, 0).astype(np.int32),
        before=np.where(has_previous, commitments.point[p], 0).astype(np.int32),
        arrive=np.where(has_next, arrive, NEVER).astype(np.int32),
        arrive_buffer=np.where(has_next & commitments.is_visit[n], buffer, 0).astype(np.int32),
        after=np.where(has_next, commitments.point[n], 0).astype(np.int32),
        set_out=np.where(asks_depart, shift_start + cover - placeless.until(base + shift_start), -NEVER).astype(
            np.int32
        ),
        turn_home=np.where(asks_return, shift_end - placeless.until(base + shift_end) + cover, NEVER).astype(np.int32),
        origin=np.where(from_depot, depot, commitments.point[p]).astype(np.int32),
        destination=np.where(to_depot, depot, commitments.point[n]).astype(np.int32),
        previous=np.where(has_previous, numbers[p], -1).astype(np.int32),
        next=np.where(has_next, numbers[n], -1).astype(np.int32),
    )


def _nothing() -> Commitments:
    """Give one commitment to look up where there is none, so that a row 0 always exists."""
    zero = np.zeros(1, dtype=np.int64)
    return Commitments(zero, zero, zero, zero.astype(np.bool_), zero, zero, zero)


def _gaps(start: Line, end: Line, *, technicians: int, span: int) -> _Gaps:
    """Find the gaps between commitments that may overlap one another, from end to end of each technician's frame."""
    edges = np.arange(technicians + 1, dtype=np.int64) * span
    starts = np.concatenate((edges, start))
    order = np.argsort(starts, kind="stable")
    # A commitment that reaches on hides those that end before it; none reaches past its technician's frame.
    reach = np.maximum.accumulate(np.concatenate((edges, end))[order])
    gap_start, gap_end = reach[:-1], starts[order][1:]
    real = np.flatnonzero(gap_start < gap_end)
    return _Gaps(gap_start[real], gap_end[real])


def _placeless(start: Line, end: Line) -> _Placeless:
    """Merge intervals on the line, which may overlap or touch."""
    order = np.argsort(start, kind="stable")
    start, reach = start[order], np.maximum.accumulate(end[order]) if len(end) else end
    opens = np.flatnonzero(np.concatenate((np.ones(min(len(start), 1), np.bool_), start[1:] > reach[:-1])))
    merged_start = start[opens]
    merged_end = reach[np.append(opens[1:], len(start)) - 1] if len(opens) else reach
    length = merged_end - merged_start
    return _Placeless(merged_start, merged_end, np.cumsum(length) - length)


def _last_before(rows: Rows, ends: Line, points: Line, *, not_before: Line) -> Rows:
    """Find the row with the last end at or before each point, -1 if that end lies before `not_before`."""
    if not len(rows):
        return np.full(len(points), -1, dtype=np.int64)
    last = np.searchsorted(ends, points, side="right") - 1
    known = np.maximum(last, 0)
    return np.where((last >= 0) & (ends[known] >= not_before), rows[known], -1)


def _first_after(rows: Rows, starts: Line, points: Line, *, before: Line) -> Rows:
    """Find the row with the first start at or after each point, -1 if that start lies at or after `before`."""
    if not len(rows):
        return np.full(len(points), -1, dtype=np.int64)
    first = np.searchsorted(starts, points, side="left")
    known = np.minimum(first, len(rows) - 1)
    return np.where((first < len(rows)) & (starts[known] < before), rows[known], -1)
