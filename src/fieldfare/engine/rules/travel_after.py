"""A technician drives from the visit to the stop after."""

import numpy as np

from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def travel_after(problem: Problem, windows: Windows) -> Windows:
    """Bring the starts forward until the technician can be at the stop after, buffer included (rules F11, T2)."""
    openings, opening = problem.calendar.openings, windows.openings()
    drive = problem.legs.from_place.take(openings.after.take(opening))
    need = np.maximum(openings.arrive_buffer.take(opening), drive)
    return windows.until(openings.arrive.take(opening) - need - problem.duration)
