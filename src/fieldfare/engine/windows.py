"""Windows of feasible starts, which the rules narrow, split and drop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fieldfare.engine.columns import Mask, Rows, Seconds, rows_where, spread

EVERYONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Starts from `earliest` to `latest`, both included, in seconds after the frame's origin: (w,) each.

    A window lies within one `date` and belongs to one `technician`, or to everyone until a rule about people has
    run. Its rows in the shifts and openings are known once the rules about those have run, until then None. A window
    whose latest lies before its earliest holds nothing.
    """

    technician: Rows
    date: Rows
    earliest: Seconds
    latest: Seconds
    shift: Rows | None = None
    opening: Rows | None = None

    def __len__(self) -> int:
        """Count the windows."""
        return len(self.date)

    def take(self, rows: Rows) -> Windows:
        """Pick windows by row; a row may occur more than once."""
        return Windows(
            self.technician.take(rows),
            self.date.take(rows),
            self.earliest.take(rows),
            self.latest.take(rows),
            None if self.shift is None else self.shift.take(rows),
            None if self.opening is None else self.opening.take(rows),
        )

    def runs(self, length: int) -> list[Windows]:
        """Cut the windows into runs of at most so many, at least one."""
        if len(self) <= length:
            return [self]
        return [self.take(np.arange(at, min(at + length, len(self)))) for at in range(0, len(self), length)]

    def openings(self) -> Rows:
        """Give the openings' rows; raises `ValueError` before the rule about gaps has found them."""
        if self.opening is None:
            raise ValueError("the rule about gaps runs before those that look at neighbours")
        return self.opening

    def from_(self, earliest: Seconds | int) -> Windows:
        """Raise the earliest starts."""
        raised = np.maximum(self.earliest, earliest)
        return Windows(self.technician, self.date, raised, self.latest, self.shift, self.opening)

    def until(self, latest: Seconds | int) -> Windows:
        """Lower the latest starts."""
        lowered = np.minimum(self.latest, latest)
        return Windows(self.technician, self.date, self.earliest, lowered, self.shift, self.opening)

    def on_shift(self, shift: Rows) -> Windows:
        """Say which row of the shifts each window lies in."""
        return Windows(self.technician, self.date, self.earliest, self.latest, shift, self.opening)

    def in_opening(self, opening: Rows) -> Windows:
        """Say which opening each window lies in."""
        return Windows(self.technician, self.date, self.earliest, self.latest, self.shift, opening)

    def of_those(self, people: Mask) -> Windows:
        """Keep the windows of some technicians, (t,); those that are everyone's are handed to each of them."""
        if len(self) and self.technician[0] != EVERYONE:
            return self.take(rows_where(people.take(self.technician)))
        who = rows_where(people)
        each, all_ = len(self), len(who)
        return Windows(
            technician=who.repeat(each),
            date=self.date[None].repeat(all_, axis=0).reshape(-1),
            earliest=self.earliest[None].repeat(all_, axis=0).reshape(-1),
            latest=self.latest[None].repeat(all_, axis=0).reshape(-1),
        )

    def without_empty(self) -> Windows:
        """Drop the windows that hold no start."""
        rows = rows_where(self.earliest <= self.latest)
        return self if len(rows) == len(self) else self.take(rows)

    def within(self, earliest: Seconds, latest: Seconds) -> Windows:
        """Cut the windows down to the given intervals of starts, both ends included, disjoint and in order: (i,) each.

        A window that spans several intervals is split.
        """
        first = latest.searchsorted(self.earliest, side="left")
        beyond = earliest.searchsorted(self.latest, side="right")
        rows, intervals = spread(first, np.maximum(beyond - first, 0))
        return self.take(rows).from_(earliest[intervals]).until(latest[intervals]).without_empty()


def joined(parts: list[Windows]) -> Windows:
    """Put windows together that have been through the same rules."""
    return Windows(
        np.concatenate([part.technician for part in parts]),
        np.concatenate([part.date for part in parts]),
        np.concatenate([part.earliest for part in parts]),
        np.concatenate([part.latest for part in parts]),
        _joined_rows([part.shift for part in parts]),
        _joined_rows([part.opening for part in parts]),
    )


def _joined_rows(columns: list[Rows | None]) -> Rows | None:
    known = [column for column in columns if column is not None]
    if known and len(known) < len(columns):
        raise ValueError("windows that have been through different rules don't join")
    return np.concatenate(known) if known else None
