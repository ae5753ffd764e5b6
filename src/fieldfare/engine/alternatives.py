"""What to offer instead of a slot that isn't free (rule O5)."""

from __future__ import annotations

import numpy as np

from fieldfare.engine.columns import Rows
from fieldfare.engine.slot_map import SlotMap

MOST_ALTERNATIVES = 5


def alternatives(slot_map: SlotMap, start: int) -> Rows:
    """Find up to five slots to offer instead of a start that isn't free: those of its date first, then the nearest.

    The start is an instant. Returns rows of the grid in the order in which they are offered; of two that are as near,
    the earlier comes first.
    """
    problem = slot_map.problem
    offered = slot_map.offered
    wanted = start - problem.frame.origin
    date = problem.frame.date_number(start)
    # Whoever asks for the year 9999 is offered what is nearest to it.
    distance = np.abs(problem.grid.start[offered].astype(np.int64) - wanted)
    other_date = problem.grid.date[offered] != (-1 if date is None else date)
    order = np.lexsort((offered, distance, other_date))
    nearest: Rows = offered[order][:MOST_ALTERNATIVES]
    return nearest
