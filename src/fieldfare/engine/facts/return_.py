"""The drive back to the depot, and the time that the shift leaves for it."""

from fieldfare.domain.explanations import LegFacts
from fieldfare.engine.columns import NEVER
from fieldfare.engine.facts.candidate import Candidate


def return_(candidate: Candidate) -> LegFacts:
    """Measure the leg back to the depot against the shift's free time after the visit (rules F12, T4)."""
    problem, row = candidate.problem, candidate.opening
    openings, shifts = problem.calendar.openings, problem.calendar.shifts
    drive = int(problem.legs.from_place[openings.destination[row]])
    turn_home = int(openings.turn_home[row])
    asked = turn_home != NEVER
    possible = min(turn_home - drive, int(openings.end[row])) - problem.duration
    fits = asked and possible >= openings.earliest[row]
    return LegFacts(
        neighbour=None,
        neighbour_at=candidate.instant(shifts.last[candidate.shift]),
        drive_seconds=drive,
        buffer_seconds=0,
        need_seconds=drive,
        free_seconds=candidate.instant(turn_home) - candidate.end if asked else None,
        possible_at=candidate.instant(possible) if fits else None,
    )
