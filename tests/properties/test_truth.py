"""The engine against the slow reading of the rules: every candidate of random worlds, field by field."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldfare.engine.reasons import OFFERED, explain_map
from fieldfare.engine.slot_map import build_map
from fieldfare.engine.verdict import judge
from tests.conftest import SEARCH
from tests.questions import answer_of, problem_of, question_of
from tests.reading.answer import answer, verdict
from tests.reading.strategies import starts_by_name, worlds
from tests.reading.worlds import world

SEEDS = 600
CHUNK = 25


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_answers_of_seeded_worlds(first: int) -> None:
    for seed in range(first, first + CHUNK):
        document = world(seed)
        assert answer_of(document) == answer(document, explain=True), f"world({seed})"


@settings(max_examples=SEARCH or 150)
@given(document=worlds())
def test_answers_of_drawn_worlds(document: dict[str, Any]) -> None:
    assert answer_of(document) == answer(document, explain=True)


@settings(max_examples=SEARCH or 100)
@given(document=worlds())
def test_offered_plus_refused_is_every_candidate(document: dict[str, Any]) -> None:
    problem = problem_of(question_of(document))
    if problem is None:
        return

    options, code = build_map(problem).options(), explain_map(problem).code

    assert code.shape == (len(problem.fleet), len(problem.grid))
    offered = np.zeros(code.shape, dtype=np.bool_)
    offered[options.technician, options.start] = True
    assert ((code == OFFERED) == offered).all()
    assert (code <= OFFERED).all()


@settings(max_examples=SEARCH or 100)
@given(data=st.data(), document=worlds())
def test_a_start_asked_for_by_name_fails_for_the_same_first_reason(
    data: st.DataObject, document: dict[str, Any]
) -> None:
    problem = problem_of(question_of(document))
    if problem is None:
        return
    for technician, start in data.draw(starts_by_name(document)):
        if technician not in problem.fleet.ids:
            continue
        one = problem.only(problem.fleet.ids.index(technician))
        assert judge(one, start).reason == verdict(document, technician, start), (technician, start)
