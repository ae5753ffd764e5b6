"""A visit is booked for one of the coming dates, as many as the owner opens."""

from fieldfare.engine.columns import rows_where
from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def horizon(problem: Problem, windows: Windows) -> Windows:
    """Drop the windows of dates outside the horizon, which begins with today (rule F2)."""
    if not len(windows):
        return windows
    inside = (windows.date >= 0) & (windows.date < problem.frame.days)
    return windows.take(rows_where(inside))
