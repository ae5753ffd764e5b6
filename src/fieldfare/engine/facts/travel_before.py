"""The drive from the stop before, and the time there is for it."""

from fieldfare.domain.explanations import LegFacts
from fieldfare.engine.facts.candidate import Candidate, cite


def travel_before(candidate: Candidate) -> LegFacts:
    """Measure the leg from the neighbour before the visit, buffer included, against the free time (rules F10, T2)."""
    problem, row = candidate.problem, candidate.opening
    openings = problem.calendar.openings
    previous = candidate.own[openings.previous[row]]
    drive, buffer = int(problem.legs.to_place[openings.before[row]]), int(openings.leave_buffer[row])
    need, leave = max(buffer, drive), int(openings.leave[row])
    possible = max(leave + need, int(openings.earliest[row]))
    fits = possible + problem.duration <= openings.end[row]
    return LegFacts(
        neighbour=cite(previous),
        neighbour_at=previous.end,
        drive_seconds=drive,
        buffer_seconds=buffer,
        need_seconds=need,
        free_seconds=candidate.start - candidate.instant(leave),
        possible_at=candidate.instant(possible) if fits else None,
    )
