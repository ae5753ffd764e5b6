"""A visit is booked with at least the notice that the owner set."""

from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def notice(problem: Problem, windows: Windows) -> Windows:
    """Cut off the starts that come too soon (rule F1)."""
    return windows.from_(problem.now + problem.notice).without_empty()
