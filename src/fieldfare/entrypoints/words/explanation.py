"""One paragraph that tells why a start is or isn't offered to a technician."""

from __future__ import annotations

from fieldfare.domain.clock import clock_of
from fieldfare.domain.explanations import (
    BusyFacts,
    Explanation,
    Facts,
    HorizonFacts,
    HubLockFacts,
    LegFacts,
    NoticeFacts,
    NotQualifiedFacts,
    OfferedFacts,
    OffGridFacts,
    OffShiftFacts,
    ResourceFacts,
    SourceStaleFacts,
    WeeklyLoadFacts,
    ZoneClosedFacts,
)
from fieldfare.domain.questions import Question
from fieldfare.engine.reasons import rule_of
from fieldfare.entrypoints.words import dates, legs, people
from fieldfare.entrypoints.words.names import Names
from fieldfare.entrypoints.words.offer import offered
from fieldfare.entrypoints.words.outcomes import unsold
from fieldfare.entrypoints.words.setting import Setting
from fieldfare.entrypoints.words.times import LocalTimes


def paragraph(explanation: Explanation, question: Question) -> str:
    """Tell an explanation, on one line."""
    clock = clock_of(question.business.time_zone)
    setting = Setting(
        explanation=explanation,
        times=LocalTimes(clock, now=question.now, about=explanation.start),
        names=Names(question.business),
        now=question.now,
        time_zone=clock.zone,
    )
    who = setting.names.technician(explanation.technician)
    reason, facts = explanation.reason, explanation.facts
    if facts is None:
        outcome = explanation.resolution.outcome
        return f"Nothing is offered at this place, whoever drives: {unsold(setting, question)} (outcome {outcome})."
    if reason is None:
        return f"{setting.when} is offered with {who}: {_why(facts, setting, reason)}"
    rule = f"rule {rule_of(reason)}, {reason}"
    return f"{who} can't take {setting.when}: {_why(facts, setting, reason)} ({rule})."


def _why(facts: Facts, setting: Setting, reason: str | None) -> str:  # noqa: PLR0911, PLR0912 - one a kind of fact
    match facts:
        case SourceStaleFacts():
            return people.source_stale(facts, setting)
        case NoticeFacts():
            return dates.notice(facts, setting)
        case HorizonFacts():
            return dates.horizon(facts, setting)
        case ZoneClosedFacts():
            return dates.zone_closed(facts, setting)
        case NotQualifiedFacts():
            return people.not_qualified(facts, setting)
        case OffShiftFacts():
            return dates.off_shift(facts, setting)
        case OffGridFacts():
            return dates.off_grid(facts, setting)
        case BusyFacts():
            return people.busy(facts, setting)
        case HubLockFacts():
            return people.hub_lock(facts, setting)
        case LegFacts():
            return legs.refused_leg(facts, setting, before=reason in legs.REFUSED_BEFORE)
        case WeeklyLoadFacts():
            return people.weekly_load(facts, setting)
        case ResourceFacts():
            return people.resource(facts, setting)
        case OfferedFacts():
            return offered(facts, setting)
