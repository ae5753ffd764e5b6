"""Explanations of random starts in random worlds: the reason is the right one, and the figures bear it out."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from random import Random
from typing import Any

import pytest

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
from fieldfare.engine.facts import FACTS
from fieldfare.engine.reasons import CODES
from fieldfare.entrypoints.scenario.read import read_scenario
from fieldfare.entrypoints.scenario.write import render_json
from fieldfare.entrypoints.scenario.write_explanation import write_explanation
from fieldfare.entrypoints.words.explanation import paragraph
from fieldfare.usecases.availability.explain_slot import explain_slot
from fieldfare.wiring.engine import travel_times
from tests.conftest import SEARCH
from tests.reading.answer import answer, verdict
from tests.reading.world_starts import asked
from tests.reading.worlds import world

SEEDS = SEARCH or 100
CHUNK = 10
STARTS = 8


def test_every_reason_has_its_figures() -> None:
    assert set(FACTS) == {None, *CODES}


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_explanations_of_seeded_worlds(first: int) -> None:
    for seed in range(first, first + CHUNK):
        document = world(seed)
        question = read_scenario(json.dumps(document))
        told = answer(document, explain=True)
        for technician, start in _starts(seed, document, told):
            explanation = _explain(question, technician, start)
            where = f"world({seed}), {technician!r}, {start}"
            assert paragraph(explanation, question).isprintable(), where
            assert json.loads(render_json(write_explanation(explanation, clock_of(question.business.time_zone))))
            if told["quote"] is None:
                assert (explanation.facts, explanation.offered) == (None, False), where
                continue
            assert explanation.reason == verdict(document, technician, start), where
            assert explanation.facts is not None, where
            assert _bears_out(explanation.facts, explanation), where
            if isinstance(explanation.facts, OfferedFacts):
                _compare(explanation, explanation.facts, told, question, where)


def _starts(seed: int, document: dict[str, Any], told: dict[str, Any]) -> list[tuple[str, int]]:
    """Choose starts beside the edges where rules turn, some that are offered, and one refused for each reason."""
    rng = Random(seed)
    offered = [(option["technician"], slot["start"]) for slot in told["slots"] for option in slot["options"]]
    refused = {row["reason"]: (row["technician"], row["start"]) for row in told["refusals"]}
    chosen = [*rng.sample(offered, min(2, len(offered))), *refused.values()]
    beside: list[tuple[str, int]] = asked(rng, document, STARTS)
    return beside + [(technician, _instant(start)) for technician, start in chosen]


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def _explain(question: Question, technician: str, start: int) -> Explanation:
    travel = travel_times(question.business.travel)
    return asyncio.run(explain_slot(question, technician=technician, start=start, travel=travel))


def _compare(
    explanation: Explanation, facts: OfferedFacts, told: dict[str, Any], question: Question, where: str
) -> None:
    """Find the offer in the answer, if it is not limited to somebody else."""
    if facts.request_technician is not None:
        return
    slot = next(slot for slot in told["slots"] if _instant(slot["start"]) == explanation.start)
    option = slot["options"][facts.position - 1]
    assert option == {
        "technician": explanation.technician,
        "detour_seconds": facts.detour_seconds,
        "before_seconds": facts.before.drive_seconds,
        "after_seconds": facts.after.drive_seconds,
    }, where
    assert (slot["block"], slot["recommended"], len(slot["options"])) == (
        facts.block,
        facts.recommended,
        facts.options,
    ), where


def _bears_out(facts: Facts, explanation: Explanation) -> bool:  # noqa: PLR0911 - one a kind of fact
    """Tell whether the figures alone lead to the verdict."""
    start, end = explanation.start, explanation.end or 0
    match facts:
        case SourceStaleFacts():
            return False  # a file has no live source (rule B13)
        case NoticeFacts():
            return start < facts.bookable_at
        case HorizonFacts():
            return facts.first <= facts.last
        case ZoneClosedFacts() | OffShiftFacts():
            return not any(window.start <= start and end <= window.end for window in facts.windows)
        case NotQualifiedFacts():
            return not (facts.active and facts.assigned and not facts.missing_skills)
        case OffGridFacts():
            return (facts.earlier_at or start - 1) < start < (facts.later_at or start + 1)
        case BusyFacts():
            return bool(facts.commitments) and all(c.start < end and start < c.end for c in facts.commitments)
        case HubLockFacts():
            locked = [{locking.hub for locking in block.locked_by} for block in facts.blocks]
            return bool(locked) and all(hubs and facts.hub not in hubs for hubs in locked)
        case LegFacts():
            return facts.free_seconds is not None and _lacks(facts, facts.free_seconds, start)
        case WeeklyLoadFacts():
            too_many = facts.most_visits is not None and facts.visits >= facts.most_visits
            seconds = facts.visits_seconds + facts.added_seconds
            return too_many or (facts.most_minutes is not None and seconds > facts.most_minutes * 60)
        case ResourceFacts():
            return bool(facts.shortages) and all(
                s.needed + s.held > s.capacity
                and s.held == sum(holder.pieces for holder in s.held_by)
                and start <= s.worst_at < end
                for s in facts.shortages
            )
        case OfferedFacts():
            legs = (facts.before, facts.after)
            return all(leg.free_seconds is None or leg.free_seconds >= leg.need_seconds for leg in legs)


def _lacks(facts: LegFacts, free: int, start: int) -> bool:
    """Tell whether less is free than needed, and the other start that is named is off by just as much."""
    short = facts.need_seconds - free
    return short > 0 and facts.possible_at in {None, start + short, start - short}
