"""NumPy columns: their types, the two ends of time, and the join that every table here uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.int32]
"""Seconds after the frame's origin, or lengths of time."""

Rows = NDArray[np.int64]
"""Row numbers of a table, or counts of rows."""

SmallRows = NDArray[np.int32]
"""Row numbers in a long table, where half the width is half the memory."""

Mask = NDArray[np.bool_]

NEVER = 1 << 30
"""Later than any instant of a frame, by more than the longest drive; its negative is earlier than any."""


def spread(first: Rows, count: Rows) -> tuple[Rows, Rows]:
    """Join rows to runs of items: row i goes with the items `first[i]` to `first[i] + count[i] - 1`.

    Returns the row and the item of each match, in the order of the rows.
    """
    rows = np.arange(len(count)).repeat(count)
    items = (first + count - count.cumsum()).repeat(count)
    items += np.arange(len(rows))
    return rows, items


def rows_where(mask: Mask) -> Rows:
    """List the rows at which a mask is true.

    Like the other calls here a method of the array: NumPy's function of the same meaning costs 2 µs more, which a
    small fleet's map would pay a hundred times.
    """
    rows: Rows = mask.nonzero()[0]
    return rows


def starts_of_runs(keys: Rows, runs: int) -> Rows:
    """Find where each key begins in a table sorted by keys 0 to `runs - 1`; (runs + 1,), the end included."""
    offsets = np.zeros(runs + 1, dtype=np.int64)
    np.cumsum(np.bincount(keys, minlength=runs), out=offsets[1:])
    return offsets


@dataclass(frozen=True, slots=True, eq=False)
class Splice:
    """How some owners' runs of rows in a table give way to others.

    `index` are the rows that stand then, new ones counted on behind the old table; `offsets` say where each owner's
    run begins, the end included.
    """

    index: Rows
    offsets: Rows

    @classmethod
    def of(cls, offsets: Rows, *, owners: Rows, new: Rows) -> Splice:
        """Replace the runs of some owners by those that begin at the `new` offsets of another table."""
        first, count = offsets[:-1].copy(), np.diff(offsets)
        first[owners] = offsets[-1] + new[:-1]
        count[owners] = np.diff(new)
        starts = np.zeros(len(offsets), dtype=np.int64)
        np.cumsum(count, out=starts[1:])
        return cls(index=spread(first, count)[1], offsets=starts)

    def column(self, old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """Make one column of the table from what it was and what is new."""
        return np.concatenate((old, new)).take(self.index)
