"""A technician does one thing at a time."""

from fieldfare.engine.columns import spread
from fieldfare.engine.problem import Problem
from fieldfare.engine.windows import Windows


def busy(problem: Problem, windows: Windows) -> Windows:
    """Split the windows into the gaps between commitments that are long enough for the visit (rule F7)."""
    if windows.shift is None:
        raise ValueError("the rule about shifts runs before the one about gaps")
    openings = problem.calendar.openings
    first = openings.offsets.take(windows.shift)
    rows, opening = spread(first, openings.offsets.take(windows.shift + 1) - first)
    return (
        windows.take(rows)
        .in_opening(opening)
        .from_(openings.earliest.take(opening))
        .until(openings.end.take(opening) - problem.duration)
        .without_empty()
    )
