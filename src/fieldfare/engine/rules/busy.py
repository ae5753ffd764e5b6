"""A technician does one thing at a time."""

import numpy as np

from fieldfare.engine.columns import spread
from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def busy(problem: Problem, windows: Windows) -> Windows:
    """Split the windows into the gaps between commitments that are long enough for the visit (rule F7)."""
    if windows.shift is None:
        raise ValueError("the rule about shifts runs before the one about gaps")
    openings = problem.calendar.openings
    # Most gaps are too short: what is left is found in one pass, and joined to its shift by counting.
    roomy = np.flatnonzero(openings.room >= problem.duration)
    count = np.bincount(openings.shift[roomy], minlength=len(problem.calendar.shifts))
    first = np.cumsum(count) - count
    rows, found = spread(first[windows.shift], count[windows.shift])
    opening = roomy[found]
    return (
        windows.take(rows)
        .in_opening(opening)
        .from_(openings.earliest[opening])
        .until(openings.end[opening] - problem.duration)
        .without_empty()
    )
