"""Where the shift begins at the depot, the drive to the first stop is part of it."""

from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def depart(problem: Problem, windows: Windows) -> Windows:
    """Put off the starts until the technician can be there from the depot (rules F9, T3)."""
    openings, opening = problem.calendar.openings, windows.openings()
    return windows.from_(openings.set_out.take(opening) + problem.legs.to_place.take(openings.origin.take(opening)))
