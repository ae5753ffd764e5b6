"""How old what is known of a technician's time may be."""

from fieldfare.domain.explanations import SourceStaleFacts
from fieldfare.engine.facts.candidate import Candidate


def source_stale(candidate: Candidate) -> SourceStaleFacts:
    """Give the age that the policy allows (rule B13)."""
    return SourceStaleFacts(allowed_minutes=candidate.question.business.policy.stale_after_minutes)
