"""The drive to the stop after, and the time there is for it."""

from fieldfare.domain.explanations import LegFacts
from fieldfare.engine.facts.candidate import Candidate, cite


def travel_after(candidate: Candidate) -> LegFacts:
    """Measure the leg to the neighbour after the visit, buffer included, against the free time (rules F11, T2)."""
    problem, row = candidate.problem, candidate.opening
    openings = problem.calendar.openings
    following = candidate.own[openings.next[row]]
    drive, buffer = int(problem.legs.from_place[openings.after[row]]), int(openings.arrive_buffer[row])
    need, arrive = max(buffer, drive), int(openings.arrive[row])
    possible = min(arrive - need, int(openings.end[row])) - problem.duration
    fits = possible >= openings.earliest[row]
    return LegFacts(
        neighbour=cite(following),
        neighbour_at=following.start,
        drive_seconds=drive,
        buffer_seconds=buffer,
        need_seconds=need,
        free_seconds=candidate.instant(arrive) - candidate.end,
        possible_at=candidate.instant(possible) if fits else None,
    )
