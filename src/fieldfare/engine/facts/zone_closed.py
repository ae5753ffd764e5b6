"""When the zone is open."""

import numpy as np

from fieldfare.domain.explanations import OpenWindow, ZoneClosedFacts
from fieldfare.engine.facts.candidate import Candidate


def zone_closed(candidate: Candidate) -> ZoneClosedFacts:
    """Give the merged windows of the zone on the start's date, and into the next if the visit lasts so long (F3)."""
    zone, midnights, date = candidate.problem.zone, candidate.problem.frame.midnights, candidate.date
    until = max(int(midnights[date + 1]), candidate.end - candidate.problem.frame.origin)
    rows = np.flatnonzero((zone.date == date) & (zone.end > midnights[date]) & (zone.start < until))
    return ZoneClosedFacts(
        windows=tuple(
            OpenWindow(start=candidate.instant(start), end=candidate.instant(end))
            for start, end in zip(zone.start[rows], zone.end[rows], strict=True)
        )
    )
