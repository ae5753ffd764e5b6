"""What isn't known of a technician, or they lack, do already, or have too much of (B13, F4, F7, F8, F13, F14)."""

from __future__ import annotations

from fieldfare.domain.clock import MINUTE
from fieldfare.domain.explanations import (
    BusyFacts,
    Cited,
    Holder,
    HubLockFacts,
    LockedBlock,
    NotQualifiedFacts,
    ResourceFacts,
    Shortage,
    SourceStaleFacts,
    WeeklyLoadFacts,
)
from fieldfare.entrypoints.words.amounts import counted, first_few, in_minutes, joined, length
from fieldfare.entrypoints.words.names import cited
from fieldfare.entrypoints.words.setting import Setting, product


def source_stale(facts: SourceStaleFacts, setting: Setting) -> str:
    """Say that too little is known."""
    allowed = length(facts.allowed_minutes * MINUTE)
    return f"what the CRM says of {setting.who} was never read, or longer ago than the {allowed} that the policy allows"


def not_qualified(facts: NotQualifiedFacts, setting: Setting) -> str:
    """Say what the technician lacks."""
    quote, lacks = setting.explanation.quote, []
    if not facts.active:
        lacks.append("isn't active")
    if not facts.assigned:
        lacks.append(f"isn't assigned to the zone {setting.zone}")
    if facts.missing_skills:
        noun = "the skill" if len(facts.missing_skills) == 1 else "the skills"
        what = "the product" if quote is None else product(quote)
        lacks.append(f"lacks {noun} {joined(facts.missing_skills)} that {what} needs")
    return f"{setting.who} {joined(lacks)}"


def busy(facts: BusyFacts, setting: Setting) -> str:
    """Say what takes the time."""
    return f"that time is taken by {first_few([_spanned(c, setting) for c in facts.commitments])}"


def hub_lock(facts: HubLockFacts, setting: Setting) -> str:
    """Say which visits lock which blocks to which hubs."""
    blocks = joined([_locked(block, setting) for block in facts.blocks])
    return f"the place belongs to hub {setting.names.hub(facts.hub)}, but {blocks}"


def _locked(block: LockedBlock, setting: Setting) -> str:
    hubs = sorted({locking.hub for locking in block.locked_by})
    names = joined([f"hub {setting.names.hub(hub)}" for hub in hubs])
    if len(hubs) == 1:
        visits = [_spanned(locking.visit, setting) for locking in block.locked_by]
    else:
        visits = [f"{_spanned(locking.visit, setting)} for {locking.hub}" for locking in block.locked_by]
    span = setting.times.span(block.start, block.end)
    return f"block {block.block} ({span}) is locked to {names} by {first_few(visits)}"


def weekly_load(facts: WeeklyLoadFacts, setting: Setting) -> str:
    """Say what the week holds, and what it may hold."""
    over = []
    if facts.most_visits is not None and facts.visits + 1 > facts.most_visits:
        over.append(f"{counted(facts.visits, 'visit')} of at most {facts.most_visits:,}")
    if facts.most_minutes is not None and facts.visits_seconds + facts.added_seconds > facts.most_minutes * 60:
        over.append(
            f"{in_minutes(facts.visits_seconds)} of visits, to which this one would add "
            f"{in_minutes(facts.added_seconds)}, of at most {facts.most_minutes:,} min"
        )
    week = setting.times.day(facts.monday)
    return f"in the week of {week} {setting.who} already has {joined(over)}"


def resource(facts: ResourceFacts, setting: Setting) -> str:
    """Say what equipment runs short, and who holds it."""
    return joined([_short(shortage, setting) for shortage in facts.shortages])


def _short(shortage: Shortage, setting: Setting) -> str:
    needs = f"the visit needs {shortage.needed:,} of the resource {shortage.kind}"
    if shortage.needed > shortage.capacity:
        return f"{needs}, and the business has {shortage.capacity:,}"
    holders = first_few([_holding(holder, setting) for holder in shortage.held_by])
    at = setting.times.moment(shortage.worst_at)
    return f"{needs}, and at {at} {shortage.held:,} of {shortage.capacity:,} are held by {holders}"


def _holding(holder: Holder, setting: Setting) -> str:
    commitment = holder.commitment
    pieces = "" if holder.pieces == 1 else f", holds {holder.pieces:,}"
    whose = "" if commitment.technician is None else f"{setting.names.technician(commitment.technician)}, "
    return cited(commitment, f"{whose}{setting.times.span(commitment.start, commitment.end)}{pieces}")


def _spanned(commitment: Cited, setting: Setting) -> str:
    return cited(commitment, setting.times.span(commitment.start, commitment.end))
