"""The ledger: what people have to do in a frame, in columns of which a change touches only some people's rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.engine.columns import Rows, Splice, spread, starts_of_runs
from fieldfare.engine.commitments import Commitments
from fieldfare.engine.day import Day

Own = tuple[Commitment, ...]
"""The commitments of one technician."""


def by_technician(commitments: Iterable[Commitment]) -> dict[str | None, Own]:
    """Sort commitments by whose they are; those of nobody, which only hold equipment, by None."""
    found: defaultdict[str | None, list[Commitment]] = defaultdict(list)
    for commitment in commitments:
        found[commitment.technician].append(commitment)
    return {technician: tuple(own) for technician, own in found.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Everybody's commitments, `own` as records and `columns` in the same order: technician t's begin at `offsets[t]`.

    What lies outside the frame is left out.
    """

    own: tuple[Own, ...]
    columns: Commitments
    offsets: Rows

    @classmethod
    def of(cls, day: Day, own: Iterable[Sequence[Commitment]]) -> Ledger:
        """Put the commitments of each of the day's people into columns."""
        begin, end = day.frame.origin, day.frame.origin + day.frame.span
        within = tuple(tuple(c for c in of_one if c.end > begin and c.start < end) for of_one in own)
        columns = _in_columns(day, within)
        return cls(own=within, columns=columns, offsets=starts_of_runs(columns.technician, len(within)))

    def of_technicians(self, technicians: Rows) -> Commitments:
        """Cut out some technicians' commitments, as those of a fleet of their own."""
        first = self.offsets[technicians]
        owner, rows = spread(first, self.offsets[technicians + 1] - first)
        return self.columns.take(rows).handed_to(owner)

    def after(self, day: Day, changed: Mapping[int, Sequence[Commitment]]) -> Ledger:
        """Replace the commitments of some technicians, by row."""
        part = Ledger.of(day, changed.values())
        owners = np.array(list(changed), dtype=np.int64)
        splice = Splice.of(self.offsets, owners=owners, new=part.offsets)
        renamed = part.columns.handed_to(owners[part.columns.technician])
        own = list(self.own)
        for row, of_one in zip(changed, part.own, strict=True):
            own[row] = of_one
        spliced = (
            splice.column(getattr(self.columns, column.name), getattr(renamed, column.name))
            for column in fields(Commitments)
        )
        return Ledger(own=tuple(own), columns=Commitments(*spliced), offsets=splice.offsets)


def _in_columns(day: Day, own: Sequence[Own]) -> Commitments:
    records = [commitment for of_one in own for commitment in of_one]
    rank = np.empty(len(records), dtype=np.int64)
    rank[sorted(range(len(records)), key=lambda row: records[row].id)] = np.arange(len(records))

    def column(value: Callable[[Commitment], int]) -> Rows:
        return np.fromiter(map(value, records), dtype=np.int64, count=len(records))

    points = day.points
    point = column(lambda c: -1 if c.place is None else points.row(c.place))
    return Commitments(
        technician=np.arange(len(own)).repeat([len(of_one) for of_one in own]),
        start=column(lambda c: c.start) - day.frame.origin,
        end=column(lambda c: c.end) - day.frame.origin,
        is_visit=column(lambda c: c.kind is CommitmentKind.VISIT).astype(np.bool_),
        point=point,
        hub=day.hubs.fill_in(column(day.hubs.of_commitment), point, points),
        rank=rank,
    )
