"""How soon a visit can be booked."""

from fieldfare.domain.clock import MINUTE
from fieldfare.domain.explanations import NoticeFacts
from fieldfare.engine.facts.candidate import Candidate


def notice(candidate: Candidate) -> NoticeFacts:
    """Give the notice and the earliest instant that it leaves (rule F1)."""
    minutes = candidate.question.business.policy.min_notice_minutes
    # The problem holds a notice of many years to what its columns can carry; the instant here is the rule's own.
    return NoticeFacts(notice_minutes=minutes, bookable_at=candidate.question.now + minutes * MINUTE)
