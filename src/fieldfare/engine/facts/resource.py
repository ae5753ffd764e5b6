"""Which equipment runs short, when most, and who holds it then."""

import numpy as np

from fieldfare.domain.explanations import Holder, ResourceFacts, Shortage
from fieldfare.engine.facts.candidate import Candidate, cite
from fieldfare.engine.problem import Demand


def resource(candidate: Candidate) -> ResourceFacts:
    """List the kinds of which the visit needs more than is left at some instant, each at its worst (rule F14)."""
    worst = ((demand, *_worst(candidate, demand)) for demand in candidate.problem.demands)
    return ResourceFacts(
        shortages=tuple(
            Shortage(
                kind=demand.usage.kind,
                needed=demand.quantity,
                capacity=demand.usage.capacity,
                held=held,
                worst_at=at,
                held_by=_holders(candidate, demand.usage.kind, at),
            )
            for demand, held, at in worst
            if demand.quantity + held > demand.usage.capacity
        )
    )


def _worst(candidate: Candidate, demand: Demand) -> tuple[int, int]:
    """Find how many pieces are held when most are, and the first such instant of the visit."""
    usage, origin = demand.usage, candidate.problem.frame.origin
    last = int(np.searchsorted(usage.time, candidate.start - origin, side="right")) - 1
    beyond = int(np.searchsorted(usage.time, candidate.end - origin, side="left"))
    held = [0 if row < 0 else int(usage.held[row]) for row in range(last, max(beyond, last + 1))]
    step = held.index(max(held))
    return held[step], candidate.start if step == 0 else candidate.instant(usage.time[last + step])


def _holders(candidate: Candidate, kind: str, at: int) -> tuple[Holder, ...]:
    holding = (c for c in candidate.question.commitments if c.resources.get(kind) and c.start <= at < c.end)
    return tuple(
        Holder(commitment=cite(c), pieces=c.resources[kind]) for c in sorted(holding, key=lambda c: (c.start, c.id))
    )
