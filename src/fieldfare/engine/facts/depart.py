"""The drive from the depot, and the time that the shift leaves for it."""

from fieldfare.domain.explanations import LegFacts
from fieldfare.engine.columns import NEVER
from fieldfare.engine.facts.candidate import Candidate


def depart(candidate: Candidate) -> LegFacts:
    """Measure the leg from the depot against the shift's free time before the visit (rules F9, T3)."""
    problem, row = candidate.problem, candidate.opening
    openings, shifts = problem.calendar.openings, problem.calendar.shifts
    drive = int(problem.legs.to_place[openings.origin[row]])
    set_out = int(openings.set_out[row])
    asked = set_out != -NEVER
    possible = max(set_out + drive, int(openings.earliest[row]))
    fits = asked and possible + problem.duration <= openings.end[row]
    return LegFacts(
        neighbour=None,
        neighbour_at=candidate.instant(shifts.first[candidate.shift]),
        drive_seconds=drive,
        buffer_seconds=0,
        need_seconds=drive,
        free_seconds=candidate.start - candidate.instant(set_out) if asked else None,
        possible_at=candidate.instant(possible) if fits else None,
    )
