"""A technician takes a visit only if active, assigned to the zone and skilled for the product."""

import numpy as np

from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def not_qualified(problem: Problem, windows: Windows) -> Windows:
    """Hand each window, until now everyone's, to each technician who qualifies (rule F4)."""
    people = np.flatnonzero(problem.fleet.qualified)
    return Windows(
        technician=np.repeat(people, len(windows)),
        date=np.tile(windows.date, len(people)),
        earliest=np.tile(windows.earliest, len(people)),
        latest=np.tile(windows.latest, len(people)),
    )
