"""Which visits have locked the blocks that a visit would overlap, and to which hubs."""

from datetime import timedelta

import numpy as np

from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.explanations import HubLockFacts, LockedBlock, Locking
from fieldfare.domain.places import nearest_hub
from fieldfare.engine.facts.candidate import Candidate, cite


def hub_lock(candidate: Candidate) -> HubLockFacts:
    """List the blocks in the way with the visits that lock them (rule F8); raises `ValueError` where nothing locks."""
    problem = candidate.problem
    if problem.hub is None or candidate.hub is None:
        raise ValueError("without a hub nothing is locked")
    blocks, closed = problem.blocks, problem.calendar.locks.closed_to(problem.hub)[0]
    begin = candidate.start - problem.frame.origin
    hit = np.flatnonzero(closed & (blocks.start < begin + problem.duration) & (blocks.end > begin))
    spans = [(candidate.instant(blocks.start[row]), candidate.instant(blocks.end[row])) for row in hit]
    return HubLockFacts(hub=candidate.hub, blocks=tuple(_locked(candidate, start, end) for start, end in spans))


def _locked(candidate: Candidate, start: int, end: int) -> LockedBlock:
    person = candidate.technician.id
    visits = (
        (c, hub)
        for c in sorted(candidate.own, key=lambda c: (c.start, c.end, c.id))
        if c.technician == person and c.start < end and start < c.end
        if (hub := _hub_of(candidate, c)) is not None
    )
    return LockedBlock(
        block=_name_of(candidate, start, end),
        start=start,
        end=end,
        locked_by=tuple(Locking(visit=cite(visit), hub=hub) for visit, hub in visits),
    )


def _hub_of(candidate: Candidate, commitment: Commitment) -> str | None:
    """Give the hub that a commitment locks: its own, its title's or its place's; busy time locks none."""
    hubs = candidate.question.business.hubs
    named = commitment.named_hub([hub.id for hub in hubs])
    if named is not None or commitment.kind is not CommitmentKind.VISIT or commitment.place is None:
        return named
    return nearest_hub(commitment.place.point, hubs)


def _name_of(candidate: Candidate, start: int, end: int) -> str:
    """Find the block of the policy that was read as this interval; its start may have moved past a skipped midnight."""
    clock = candidate.problem.frame.clock
    day = clock.date_of(start)
    return next(
        block.id
        for date in (day, day - timedelta(days=1))
        for block in candidate.question.business.policy.blocks
        if (clock.at(date, block.start).instant, clock.at(date, block.end).instant) == (start, end)
    )
