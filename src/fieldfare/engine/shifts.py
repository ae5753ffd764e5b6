"""Shifts: the merged windows of each technician's dates, and the shift that each belongs to (rules S4, S5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from fieldfare.domain.intervals import Interval
from fieldfare.domain.schedules import OpenTime, shifts_on
from fieldfare.engine.columns import Mask, Rows, Seconds, spread, starts_of_runs
from fieldfare.engine.frame import Frame

_ShiftsOf = Callable[[tuple[Interval, ...]], tuple[tuple[Interval, Interval], ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Windowed:
    """Merged windows by date, sorted by date and time: (w,) each."""

    date: Rows
    start: Seconds
    end: Seconds

    @classmethod
    def of(cls, frame: Frame, open_time: OpenTime) -> Windowed:
        """Read an owner's open time on each date of the horizon."""
        rows = [(n, start, end) for n in range(frame.days) for start, end in open_time.on(frame.date(n))]
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        times = (table[:, 1:] - frame.origin).astype(np.int32)
        return cls(date=table[:, 0].copy(), start=times[:, 0].copy(), end=times[:, 1].copy())


@dataclass(frozen=True, slots=True, eq=False)
class Shifts:
    """One row for each technician, date and merged window that holds starts of the date, sorted so: (s,) each.

    `start` and `end` are the window's, `first` and `last` the shift's. `offsets` says where the rows of technician t
    and date d begin, at `t * days + d`.
    """

    technician: Rows
    date: Rows
    start: Seconds
    end: Seconds
    first: Seconds
    last: Seconds
    offsets: Rows

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.technician)

    @classmethod
    def of(cls, frame: Frame, people: Sequence[OpenTime | None]) -> Shifts:
        """Read the open time of every technician; None for one whose time nobody asks for."""
        tables = [np.zeros((0, 6), dtype=np.int64)]
        read: dict[OpenTime, Rows] = {}
        shifts_of = cache(partial(shifts_on, clock=frame.clock))  # of people who differ, most dates are alike
        for technician, open_time in enumerate(people):
            if open_time is None:
                continue
            if open_time not in read:
                read[open_time] = _table_of(frame, open_time, shifts_of)
            owner = np.full((len(read[open_time]), 1), technician)
            tables.append(np.concatenate((owner, read[open_time]), axis=1))
        return cls._of_table(frame, len(people), np.concatenate(tables))

    @classmethod
    def from_rows(cls, frame: Frame, people: int, rows: Iterable[tuple[int, int, int, int, int, int]]) -> Shifts:
        """Make the table of sorted rows: technician, date number, then window and shift as instants."""
        return cls._of_table(frame, people, np.array(list(rows), dtype=np.int64).reshape(-1, 6))

    @classmethod
    def _of_table(cls, frame: Frame, people: int, table: Rows) -> Shifts:
        times = (table[:, 2:] - frame.origin).astype(np.int32)
        technician, date = table[:, 0].copy(), table[:, 1].copy()
        holds = (times[:, 1] > frame.midnights[date]) & (times[:, 0] < frame.midnights[date + 1])
        technician, date, times = technician[holds], date[holds], times[holds]
        return cls(
            technician=technician,
            date=date,
            start=times[:, 0].copy(),
            end=times[:, 1].copy(),
            first=times[:, 2].copy(),
            last=times[:, 3].copy(),
            offsets=starts_of_runs(technician * frame.days + date, people * frame.days),
        )

    def rows_of(self, technicians: Rows, days: int) -> Rows:
        """List the rows of some technicians."""
        first = self.offsets[technicians * days]
        return spread(first, self.offsets[(technicians + 1) * days] - first)[1]

    def of_technicians(self, technicians: Rows, days: int) -> Shifts:
        """Cut out some technicians' rows, as those of a fleet of their own."""
        number = np.full((len(self.offsets) - 1) // days, -1, dtype=np.int64)
        number[technicians] = np.arange(len(technicians))
        rows = self.rows_of(technicians, days)
        return self._taken(rows, technician=number[self.technician[rows]], people=len(technicians), days=days)

    def of_those(self, wanted: Mask, days: int) -> Shifts:
        """Leave out the rows of the technicians who aren't wanted."""
        rows = np.flatnonzero(wanted[self.technician])
        return self._taken(rows, technician=self.technician[rows], people=len(wanted), days=days)

    def _taken(self, rows: Rows, *, technician: Rows, people: int, days: int) -> Shifts:
        date = self.date[rows]
        return Shifts(
            technician=technician,
            date=date,
            start=self.start[rows],
            end=self.end[rows],
            first=self.first[rows],
            last=self.last[rows],
            offsets=starts_of_runs(technician * days + date, people * days),
        )

    def of_technician(self, technician: int, days: int) -> Shifts:
        """Cut out one technician's rows, as those of a fleet of one."""
        offsets = self.offsets[technician * days : (technician + 1) * days + 1]
        cut = slice(offsets[0], offsets[-1])
        return Shifts(
            technician=np.zeros(int(offsets[-1] - offsets[0]), dtype=np.int64),
            date=self.date[cut],
            start=self.start[cut],
            end=self.end[cut],
            first=self.first[cut],
            last=self.last[cut],
            offsets=offsets - offsets[0],
        )


def _table_of(frame: Frame, open_time: OpenTime, shifts_of: _ShiftsOf) -> Rows:
    """Give the date number, the window and the shift of each window of each date: (w, 5), as instants."""
    rows = [
        (number, *window, *shift)
        for number in range(frame.days)
        for window, shift in shifts_of(open_time.on(frame.date(number)))
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 5)
