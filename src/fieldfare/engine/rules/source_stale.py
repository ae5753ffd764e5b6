"""What is known of a technician's time must not be older than the owner allows."""

from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def source_stale(problem: Problem, windows: Windows) -> Windows:
    """Drop the windows of those of whom a source outside was read too long ago (rule B13)."""
    fresh = problem.fleet.fresh
    return windows if fresh is None else windows.of_those(fresh)
