"""A zone sells visits only within its own open time."""

import numpy as np

from fieldfare.engine.columns import rows_where
from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def zone_closed(problem: Problem, windows: Windows) -> Windows:
    """Keep the starts from which the visit lies inside one merged window of the zone on its date (rules F3, S4)."""
    zone, midnights = problem.zone, problem.frame.midnights
    earliest = np.maximum(zone.start, midnights[zone.date])
    latest = np.minimum(zone.end - problem.duration, midnights[zone.date + 1] - 1)
    holds = rows_where(earliest <= latest)
    return windows.within(earliest[holds], latest[holds])
