"""What takes the technician's time."""

from fieldfare.domain.explanations import BusyFacts
from fieldfare.engine.facts.candidate import Candidate, cite


def busy(candidate: Candidate) -> BusyFacts:
    """Find the technician's commitments that overlap the visit, in order of time (rule F7)."""
    person = candidate.technician.id
    inside = (c for c in candidate.own if c.technician == person and candidate.overlaps(c.start, c.end))
    return BusyFacts(commitments=tuple(cite(c) for c in sorted(inside, key=lambda c: (c.start, c.end, c.id))))
