"""What speaks for a start that is offered."""

from dataclasses import dataclass

import numpy as np

from fieldfare.domain.explanations import LegFacts, OfferedFacts
from fieldfare.engine.facts.candidate import Candidate
from fieldfare.engine.facts.depart import depart
from fieldfare.engine.facts.return_ import return_
from fieldfare.engine.facts.travel_after import travel_after
from fieldfare.engine.facts.travel_before import travel_before
from fieldfare.engine.slot_map import build_map


def offered(candidate: Candidate) -> OfferedFacts:
    """Give the legs and the detour of rule O1, and where the option stands among the slot's (rules O2, O3).

    That takes the map of everyone who is asked.
    """
    grid, asked = candidate.whole.grid, candidate.question.request.technician
    start = int(np.searchsorted(grid.start, candidate.start - candidate.whole.frame.origin))
    standing = _stand(candidate, start)
    return OfferedFacts(
        block=candidate.question.business.policy.blocks[int(grid.block[start])].id,
        before=_before(candidate),
        after=_after(candidate),
        detour_seconds=standing.detour,
        position=standing.position,
        options=standing.options,
        recommended=standing.recommended,
        request_technician=None if asked in {None, candidate.technician.id} else asked,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    detour: int
    position: int
    options: int
    recommended: bool


def _stand(candidate: Candidate, start: int) -> _Standing:
    slot_map = build_map(candidate.whole)
    options = slot_map.options()
    rows = np.flatnonzero(options.start == start)
    place = int(np.flatnonzero(options.technician[rows] == candidate.row)[0])
    slot = int(np.searchsorted(slot_map.offered, start))
    return _Standing(
        detour=int(options.detour[rows[place]]),
        position=place + 1,
        options=len(rows),
        recommended=bool(slot_map.recommended()[slot]),
    )


def _before(candidate: Candidate) -> LegFacts:
    """Measure the leg from the neighbour before, or from the depot if there is none since the shift began."""
    openings, shifts = candidate.problem.calendar.openings, candidate.problem.calendar.shifts
    previous = int(openings.previous[candidate.opening])
    shift_start = candidate.instant(shifts.first[candidate.shift])
    driven = previous >= 0 and candidate.own[previous].end > shift_start
    return travel_before(candidate) if driven else depart(candidate)


def _after(candidate: Candidate) -> LegFacts:
    """Measure the leg to the neighbour after, or to the depot if there is none before the shift ends."""
    openings, shifts = candidate.problem.calendar.openings, candidate.problem.calendar.shifts
    following = int(openings.next[candidate.opening])
    shift_end = candidate.instant(shifts.last[candidate.shift])
    driven = following >= 0 and candidate.own[following].start < shift_end
    return travel_after(candidate) if driven else return_(candidate)
