"""What a technician lacks for a product in a zone."""

from fieldfare.domain.explanations import NotQualifiedFacts
from fieldfare.engine.facts.candidate import Candidate


def not_qualified(candidate: Candidate) -> NotQualifiedFacts:
    """Say whether the technician is active and assigned to the zone, and which skills are missing (rule F4)."""
    person, sale = candidate.technician, candidate.sale
    return NotQualifiedFacts(
        active=person.active,
        assigned=sale.zone.id in person.zones,
        missing_skills=tuple(sorted(sale.product.skills - person.skills)),
    )
