"""Shared equipment is at one place at a time."""

import numpy as np

from fieldfare.engine.columns import NEVER, rows_where
from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def resource(problem: Problem, windows: Windows) -> Windows:
    """Cut out the starts from which the visit would need more of a resource than is left (rule F14)."""
    for demand in problem.demands:
        if demand.quantity > demand.usage.capacity:
            return windows.take(np.zeros(0, dtype=np.int64))
        start, end = demand.usage.taken(demand.quantity)
        # A visit is in the way of a taken interval from `start - duration + 1` until it has ended.
        earliest = np.append(-NEVER, np.clip(end, -NEVER, NEVER))
        latest = np.append(np.clip(start - problem.duration, -NEVER, NEVER), NEVER)
        free = rows_where(earliest <= latest)
        windows = windows.within(earliest[free].astype(np.int32), latest[free].astype(np.int32))
    return windows
