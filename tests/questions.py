"""Scenario documents on their way into the engine."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fieldfare.domain.clock import clock_of
from fieldfare.domain.questions import Question
from fieldfare.engine.draft import draft
from fieldfare.engine.problem import Problem
from fieldfare.engine.resolution import resolve_question
from fieldfare.entrypoints.scenario.read import read_scenario
from fieldfare.entrypoints.scenario.write import write_answer
from fieldfare.usecases.availability.fetch_drives import with_drives
from fieldfare.usecases.availability.find_slots import find_slots
from fieldfare.wiring.engine import travel_times

Document = dict[str, Any]


def question_of(document: Document) -> Question:
    """Read a document that is known to be valid."""
    return read_scenario(json.dumps(document))


def answer_of(document: Document) -> Document:
    """Answer a document as `fieldfare slots --explain` does."""
    question = question_of(document)
    travel = travel_times(question.business.travel)
    answer = asyncio.run(find_slots(question, travel=travel, explain=True))
    written: Document = json.loads(json.dumps(write_answer(answer, clock_of(question.business.time_zone))))
    return written


def problem_of(question: Question) -> Problem | None:
    """Complete the problem of a question; None where nothing is sold."""
    resolution, sale = resolve_question(question)
    if sale is None:
        return None
    drafted = draft(question, sale, resolution.hub)
    settings = question.business.travel
    problem, _ = asyncio.run(with_drives(drafted, travel=travel_times(settings), settings=settings))
    return problem
