"""A map that is refreshed after random changes, and as the clock moves on, equals one built anew."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldfare.domain.clock import DAY, clock_of
from fieldfare.domain.commitments import Commitment, CommitmentKind
from fieldfare.domain.questions import Question
from fieldfare.engine.refresh import refresh
from fieldfare.engine.slot_map import SlotMap, build_map
from tests.conftest import SEARCH
from tests.questions import problem_of, question_of
from tests.reading.strategies import worlds

STEPS = 4


@settings(max_examples=SEARCH or 150)
@given(document=worlds(), seed=st.integers(min_value=0, max_value=2**32 - 1))
def test_a_refreshed_map_equals_one_built_anew(document: dict[str, Any], seed: int) -> None:
    random = Random(seed)
    question = question_of(document)
    problem = problem_of(question)
    if problem is None:
        return
    slot_map = build_map(problem)
    for _ in range(STEPS):
        question, touched = _changed(random, question)
        problem = problem_of(question)
        assert problem is not None
        rows = [problem.fleet.ids.index(id_) for id_ in touched if id_ in problem.fleet.ids]
        # Nobody lays out the whole fleet's calendar anew: the refreshed map keeps the changed technicians apart.
        stale = replace(slot_map.problem, now=problem.now, demands=problem.demands)

        slot_map = refresh(slot_map, problem=stale, changed={row: problem.only(row) for row in rows})

        _same(slot_map, build_map(problem))


@settings(max_examples=SEARCH or 30)
@given(document=worlds())
def test_another_date_is_another_map(document: dict[str, Any]) -> None:
    question = question_of(document)
    problem = problem_of(question)
    later = problem_of(replace(question, now=question.now + 2 * DAY))
    if problem is None or later is None:
        return

    with pytest.raises(ValueError, match="built anew"):
        refresh(build_map(problem), problem=later, changed={})


def _changed(random: Random, question: Question) -> tuple[Question, set[str]]:
    """Let some minutes pass, and take away, move or add a few commitments; returns whose."""
    commitments = list(question.commitments)
    touched: set[str] = set()
    for number in range(random.randint(0, 2)):
        touched |= _change_one(random, question, commitments, number)
    later = question.now + random.choice((0, 0, 60, 1_799, 7_200))
    clock = clock_of(question.business.time_zone)
    now = later if clock.date_of(later) == clock.date_of(question.now) else question.now
    return replace(question, now=now, commitments=tuple(commitments)), touched


def _change_one(random: Random, question: Question, commitments: list[Commitment], number: int) -> set[str]:
    what = random.choice(("take away", "move", "add"))
    if what == "add" or not commitments:
        people = question.business.technicians
        if not people:
            return set()
        start = question.now + random.randrange(0, question.business.policy.horizon_days * DAY, 300)
        template = random.choice(commitments) if commitments else None
        added = Commitment(
            id=f"added-{number}-{random.random()}",
            technician=random.choice(people).id,
            kind=random.choice(list(CommitmentKind)),
            start=start,
            end=start + random.randrange(600, 20_000, 300),
            place=template.place if template else question.request.place,
            resources=template.resources if template else {},
        )
        commitments.append(added)
        return {str(added.technician)}
    row = random.randrange(len(commitments))
    old = commitments.pop(row)
    if what == "move":
        by = random.randrange(-DAY, DAY, 300)
        commitments.insert(row, replace(old, start=old.start + by, end=old.end + by))
    return {old.technician} if old.technician else set()


def _same(refreshed: SlotMap, anew: SlotMap) -> None:
    assert np.array_equal(refreshed.best, anew.best)
    assert np.array_equal(refreshed.recommended(), anew.recommended())
    one, other = refreshed.options(), anew.options()
    first = np.searchsorted(other.start, anew.offered)
    assert np.array_equal(refreshed.first_option(refreshed.offered), other.technician[first])
    for column in ("start", "technician", "detour", "before", "after"):
        assert np.array_equal(getattr(one, column), getattr(other, column)), column
