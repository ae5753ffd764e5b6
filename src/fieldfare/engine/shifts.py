"""Shifts: the merged windows of each technician's dates, and the shift that each belongs to (rules S4, S5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from fieldfare.domain.schedules import OpenTime, shifts_on
from fieldfare.engine.columns import Rows, Seconds, starts_of_runs
from fieldfare.engine.frame import Frame


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
        rows: list[tuple[int, int, int, int, int, int]] = []
        known: dict[tuple[tuple[int, int], ...], tuple[tuple[int, int, int, int], ...]] = {}
        for technician, open_time in enumerate(people):
            if open_time is None:
                continue
            for number in range(frame.days):
                windows = open_time.on(frame.date(number))
                found = known.get(windows)
                if found is None:
                    found = known[windows] = tuple(
                        (*window, *shift) for window, shift in shifts_on(windows, frame.clock)
                    )
                rows += [(technician, number, *times) for times in found]
        return cls.from_rows(frame, len(people), rows)

    @classmethod
    def from_rows(cls, frame: Frame, people: int, rows: Iterable[tuple[int, int, int, int, int, int]]) -> Shifts:
        """Make the table of sorted rows: technician, date number, then window and shift as instants."""
        table = np.array(list(rows), dtype=np.int64).reshape(-1, 6)
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
