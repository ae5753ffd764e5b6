"""Where the shift ends at the depot, the drive back from the last stop is part of it."""

from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def return_(problem: Problem, windows: Windows) -> Windows:
    """Bring the starts forward until the technician can be back at the depot in time (rules F12, T4)."""
    openings, opening = problem.calendar.openings, windows.openings()
    drive = problem.legs.from_place.take(openings.destination.take(opening))
    return windows.until(openings.turn_home.take(opening) - drive - problem.duration)
