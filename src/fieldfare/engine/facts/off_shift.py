"""When a technician works."""

import numpy as np

from fieldfare.domain.explanations import OffShiftFacts, OpenWindow
from fieldfare.engine.facts.candidate import Candidate


def off_shift(candidate: Candidate) -> OffShiftFacts:
    """Give the technician's merged windows that reach into the start's date (rule F5)."""
    shifts = candidate.problem.calendar.shifts
    rows = np.flatnonzero(shifts.date == candidate.date)
    return OffShiftFacts(
        windows=tuple(
            OpenWindow(start=candidate.instant(start), end=candidate.instant(end))
            for start, end in zip(shifts.start[rows], shifts.end[rows], strict=True)
        )
    )
