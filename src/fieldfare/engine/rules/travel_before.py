"""A technician drives from the stop before to the visit."""

import numpy as np

from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def travel_before(problem: Problem, windows: Windows) -> Windows:
    """Put off the starts until the technician can be there from the stop before, buffer included (rules F10, T2)."""
    openings, opening = problem.calendar.openings, windows.openings()
    drive = problem.legs.to_place.take(openings.before.take(opening))
    return windows.from_(openings.leave.take(opening) + np.maximum(openings.leave_buffer.take(opening), drive))
