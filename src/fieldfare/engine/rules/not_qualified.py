"""A technician takes a visit only if active, assigned to the zone and skilled for the product."""

from fieldfare.engine.columns import rows_where
from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def not_qualified(problem: Problem, windows: Windows) -> Windows:
    """Hand each window, until now everyone's, to each technician who qualifies (rule F4)."""
    people = rows_where(problem.fleet.qualified)
    each, all_ = len(windows), len(people)
    return Windows(
        technician=people.repeat(each),
        date=windows.date[None].repeat(all_, axis=0).reshape(-1),
        earliest=windows.earliest[None].repeat(all_, axis=0).reshape(-1),
        latest=windows.latest[None].repeat(all_, axis=0).reshape(-1),
    )
