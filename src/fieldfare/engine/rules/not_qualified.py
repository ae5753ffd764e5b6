"""A technician takes a visit only if active, assigned to the zone and skilled for the product."""

from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def not_qualified(problem: Problem, windows: Windows) -> Windows:
    """Hand each window that is everyone's to each technician who qualifies (rule F4)."""
    return windows.of_those(problem.fleet.qualified)
