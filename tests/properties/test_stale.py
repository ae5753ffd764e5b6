"""Whoever is known too badly is never offered, and for everybody else nothing is another than it would be (B13)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldfare.domain.answers import Answer, Option
from fieldfare.domain.policy import OnStale
from fieldfare.domain.questions import Question
from fieldfare.usecases.availability.find_slots import find_slots
from fieldfare.usecases.availability.snapshot import Snapshot
from fieldfare.wiring.engine import travel_times
from tests.conftest import SEARCH
from tests.questions import question_of
from tests.reading.strategies import worlds


@settings(max_examples=SEARCH or 150)
@given(document=worlds(), seed=st.integers(min_value=0, max_value=2**32 - 1))
def test_nobody_but_the_stale_notices(document: dict[str, Any], seed: int) -> None:
    asyncio.run(_same_but_for_the_stale(question_of(document), Random(seed)))


@settings(max_examples=SEARCH or 100)
@given(document=worlds(), seed=st.integers(min_value=0, max_value=2**32 - 1))
def test_a_snapshot_says_what_is_said_from_scratch(document: dict[str, Any], seed: int) -> None:
    asyncio.run(_turning(question_of(document), Random(seed)))


async def _same_but_for_the_stale(question: Question, random: Random) -> None:
    stale, travel = _some(question, random), travel_times(question.business.travel)
    known = await find_slots(question, travel=travel, explain=True)
    answer = await find_slots(replace(question, stale=stale), travel=travel, explain=True)

    assert _options(answer) == {key: one for key, one in _options(known).items() if key[1] not in stale}
    before = {(one.technician, one.start): one.reason for one in known.refusals or ()}
    after = {(one.technician, one.start): one.reason for one in answer.refusals or ()}
    assert {key: reason for key, reason in after.items() if key[0] not in stale} == {
        key: reason for key, reason in before.items() if key[0] not in stale
    }
    candidates = {(technician, start) for start, technician in _options(known)} | set(before)
    of_the_stale = {key for key in candidates if key[0] in stale}
    assert {key: reason for key, reason in after.items() if key[0] in stale} == dict.fromkeys(
        of_the_stale, "source_stale"
    )


async def _turning(question: Question, random: Random) -> None:
    """Let people become stale and fresh again in one snapshot; what could be asked for is what would be free."""
    business = replace(question.business, policy=replace(question.business.policy, on_stale=OnStale.REQUEST))
    question, travel = replace(question, business=business), travel_times(question.business.travel)
    snapshot = Snapshot(business=business, commitments=question.commitments)
    everything = await find_slots(question, travel=travel, explain=False)
    for _ in range(3):
        stale = _some(question, random)
        snapshot = snapshot.with_stale(stale)
        answer = await snapshot.answer(question.request, now=question.now, travel=travel, explain=True)
        expected = await find_slots(replace(question, stale=stale), travel=travel, explain=True)
        assert replace(answer, to_ask=()) == expected
        bookable, to_ask = {one.start for one in answer.slots}, {one.start for one in answer.to_ask}
        assert not bookable & to_ask
        assert bookable | to_ask == {one.start for one in everything.slots}
        assert {option.technician for slot in answer.to_ask for option in slot.options} <= stale


def _some(question: Question, random: Random) -> frozenset[str]:
    people = [person.id for person in question.business.technicians]
    return frozenset(random.sample(people, random.randint(0, len(people))))


def _options(answer: Answer) -> dict[tuple[int, str], Option]:
    return {(slot.start, option.technician): option for slot in answer.slots for option in slot.options}
