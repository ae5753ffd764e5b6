"""A technician works only within the open time of the shift."""

from fieldfare.engine.columns import spread
from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def off_shift(problem: Problem, windows: Windows) -> Windows:
    """Keep the starts from which the visit lies inside one merged window of the technician's date (rules F5, S4)."""
    shifts = problem.calendar.shifts
    day = windows.technician * problem.frame.days + windows.date
    first = shifts.offsets.take(day)
    rows, found = spread(first, shifts.offsets.take(day + 1) - first)
    return (
        windows.take(rows)
        .on_shift(found)
        .from_(shifts.start.take(found))
        .until(shifts.end.take(found) - problem.duration)
        .without_empty()
    )
