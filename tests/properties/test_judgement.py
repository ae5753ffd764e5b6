"""What is offered is judged fine and the other way round (rule B1), and every rule that breaks is told (rule B9)."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldfare.domain.clock import MINUTE
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.questions import Question
from fieldfare.engine.resolution import resolve_question
from fieldfare.usecases.availability.find_slots import find_slots
from fieldfare.usecases.availability.judge_visit import Judged, Judges
from fieldfare.wiring.engine import travel_times
from tests.conftest import SEARCH
from tests.questions import question_of
from tests.reading.answer import every_failure
from tests.reading.strategies import starts_by_name, worlds
from tests.reading.world_starts import asked
from tests.reading.worlds import world

SEEDS = 300
CHUNK = 25
FAR_REACHING = (1487, 1903, 2133, 2751)
"""Worlds in which commitments more than twelve hours away from the start's date and week decide."""

MOST_OF_A_MAP = 40
BEYOND = {"notice", "horizon"}
"""All that is judged outside the horizon."""


class Court:
    """The judges of a question, who see of its commitments only what a booking reads inside its transaction."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.resolution, self.sale = resolve_question(question)
        self._judges = Judges(question.business)
        self._travel = travel_times(question.business.travel)

    async def judge(self, technician: str, start: int, *, all_rules: bool) -> Judged:
        assert self.sale is not None
        return await self._judges.judge(
            sale=self.sale,
            place=self.question.request.place,
            hub=self.resolution.hub,
            technician=technician,
            start=start,
            now=self.question.now,
            commitments=[known for known in self.question.commitments if self._matters(known, technician, start)],
            travel=self._travel,
            all_rules=all_rules,
        )

    def _matters(self, known: Commitment, technician: str, start: int) -> bool:
        assert self.sale is not None
        since, until = self._judges.reach(start)
        end = start + self.sale.quote.duration_minutes * MINUTE
        if known.technician == technician and known.start < until and known.end > since:
            return True
        return bool(known.resources) and known.start < end and known.end > start


@settings(max_examples=SEARCH or 150)
@given(document=worlds(), seed=st.integers(min_value=0, max_value=2**32 - 1))
def test_offered_is_judged_fine_and_refused_is_not(document: dict[str, Any], seed: int) -> None:
    asyncio.run(_agree_with_the_map(Random(seed), question_of(document)))


@settings(max_examples=SEARCH or 150)
@given(data=st.data(), document=worlds())
def test_every_broken_rule_is_told(data: st.DataObject, document: dict[str, Any]) -> None:
    court = Court(question_of(document))
    if court.sale is not None:
        asyncio.run(_agree_with_the_reading(court, document, data.draw(starts_by_name(document))))


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_every_broken_rule_of_seeded_worlds(first: int) -> None:
    for seed in range(first, first + CHUNK):
        _agree_in_a_seeded_world(seed)


@pytest.mark.parametrize("seed", FAR_REACHING)
def test_what_is_far_away_may_decide(seed: int) -> None:
    _agree_in_a_seeded_world(seed)


def _agree_in_a_seeded_world(seed: int) -> None:
    document = world(seed)
    court = Court(question_of(document))
    if court.sale is not None:
        asyncio.run(_agree_with_the_reading(court, document, asked(Random(seed), document, 12)))


async def _agree_with_the_map(random: Random, question: Question) -> None:
    """Judge some of what the whole map, which sees all commitments, offers and refuses."""
    court, travel = Court(question), travel_times(question.business.travel)
    answer = await find_slots(question, travel=travel, explain=True)
    offered = [(slot.start, option) for slot in answer.slots for option in slot.options]
    for start, option in random.sample(offered, min(len(offered), MOST_OF_A_MAP)):
        judged = await court.judge(option.technician, start, all_rules=random.random() < 0.5)
        assert judged == Judged(broken=(), option=option, travel_source=answer.travel_source)
    refused = answer.refusals or ()
    for refusal in random.sample(refused, min(len(refused), MOST_OF_A_MAP)):
        first = await court.judge(refusal.technician, refusal.start, all_rules=False)
        every = await court.judge(refusal.technician, refusal.start, all_rules=True)
        assert first.broken == (refusal.reason,)
        assert every.broken[:1] == first.broken


async def _agree_with_the_reading(court: Court, document: dict[str, Any], starts: list[tuple[str, int]]) -> None:
    for technician, start in starts:
        expected = every_failure(document, technician, start)
        if "horizon" in expected:
            expected = [code for code in expected if code in BEYOND]
        judged = await court.judge(technician, start, all_rules=True)
        assert list(judged.broken) == expected, (technician, start)
        assert judged.fits == (not expected)
        assert (judged.option is None) == ("horizon" in expected)
