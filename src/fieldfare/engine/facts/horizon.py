"""Which dates can be booked."""

from fieldfare.domain.explanations import HorizonFacts
from fieldfare.engine.facts.candidate import Candidate


def horizon(candidate: Candidate) -> HorizonFacts:
    """Give the first and the last date of the horizon (rule F2)."""
    frame = candidate.problem.frame
    return HorizonFacts(first=frame.today, last=frame.date(frame.days - 1))
