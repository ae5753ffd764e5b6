"""Which starts the blocks have instead."""

import numpy as np

from fieldfare.domain.explanations import OffGridFacts
from fieldfare.engine.facts.candidate import Candidate


def off_grid(candidate: Candidate) -> OffGridFacts:
    """Find the nearest starts of the grid on the start's date, before and after it (rule F6)."""
    grid = candidate.problem.grid
    starts = grid.start[np.flatnonzero(grid.date == candidate.date)]
    row = int(np.searchsorted(starts, candidate.start - candidate.problem.frame.origin))
    return OffGridFacts(
        earlier_at=candidate.instant(starts[row - 1]) if row > 0 else None,
        later_at=candidate.instant(starts[row]) if row < len(starts) else None,
    )
