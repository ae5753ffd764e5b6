"""B13: who is known too badly takes nothing, before any other rule is asked; nobody else notices."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from fieldfare.domain.explanations import SourceStaleFacts
from fieldfare.domain.questions import Question
from fieldfare.engine.draft import draft
from fieldfare.engine.reasons import CODES, REASONS, rule_of
from fieldfare.engine.refresh import refresh
from fieldfare.engine.resolution import resolve_question
from fieldfare.engine.slot_map import build_map
from fieldfare.entrypoints.words.explanation import paragraph
from fieldfare.usecases.availability.explain_slot import explain_slot
from fieldfare.usecases.availability.fetch_drives import with_drives
from fieldfare.usecases.availability.find_slots import find_slots
from fieldfare.usecases.availability.judge_visit import Judged, Judges
from fieldfare.wiring.engine import travel_times
from tests.worlds import World, table, world

ONE = world().technician("t1").policy(horizon_days=2)
TWO = ONE.technician("t2")
WRONG = ONE.now("10:00").policy(min_notice_minutes=60).hours(("12:00", "13:00")).product(skills=["gas"])
BEYOND = "2027-02-10 12:00"

REASON_OF = {
    "a free start": (ONE, {"t1"}, "t1", "12:00", "source_stale"),
    "a free start, and all is known": (ONE, set(), "t1", "12:00", None),
    "before the notice": (WRONG, {"t1"}, "t1", "10:15", "source_stale"),
    "the notice, and all is known": (WRONG, set(), "t1", "10:15", "notice"),
    "before the horizon": (ONE, {"t1"}, "t1", BEYOND, "source_stale"),
    "the horizon, and all is known": (ONE, set(), "t1", BEYOND, "horizon"),
    "before whatever takes the time": (ONE.busy("b", "12:00", "13:00"), {"t1"}, "t1", "12:00", "source_stale"),
    "one of two": (TWO, {"t1"}, "t1", "12:00", "source_stale"),
    "the other of two": (TWO, {"t1"}, "t2", "12:00", None),
    "both of two": (TWO, {"t1", "t2"}, "t2", "12:00", "source_stale"),
    "somebody whom the business hasn't": (ONE, {"t9"}, "t1", "12:00", None),
}


def asked(small: World, stale: set[str]) -> Question:
    return replace(small.question(), stale=frozenset(stale))


def judged(small: World, stale: set[str], technician: str, start: str, *, all_rules: bool) -> Judged:
    question = small.question()
    resolution, sale = resolve_question(question)
    assert sale is not None
    return asyncio.run(
        Judges(question.business)
        .with_stale(frozenset(stale))
        .judge(
            sale=sale,
            place=question.request.place,
            hub=resolution.hub,
            technician=technician,
            start=small.instant(start),
            now=question.now,
            commitments=question.commitments,
            travel=travel_times(question.business.travel),
            all_rules=all_rules,
        )
    )


@table("small, stale, technician, start, reason", REASON_OF)
def test_source_stale(small: World, stale: set[str], technician: str, start: str, reason: str | None) -> None:
    question = asked(small, stale)

    told = asyncio.run(
        explain_slot(
            question,
            technician=technician,
            start=small.instant(start),
            travel=travel_times(question.business.travel),
        )
    )

    assert told.reason == reason


@table("small, stale, technician, start, reason", REASON_OF)
def test_whoever_is_about_to_write_a_visit_hears_the_same(
    small: World, stale: set[str], technician: str, start: str, reason: str | None
) -> None:
    assert judged(small, stale, technician, start, all_rules=False).broken[:1] == (() if reason is None else (reason,))


def test_staff_hear_of_it_beside_all_else_that_is_wrong() -> None:
    found = judged(WRONG, {"t1"}, "t1", "10:15", all_rules=True)

    assert found.broken == ("source_stale", "notice", "zone_closed", "not_qualified")


def test_staff_hear_of_it_outside_the_horizon() -> None:
    assert judged(ONE, {"t1"}, "t1", BEYOND, all_rules=True).broken == ("source_stale", "horizon")


def test_the_others_have_the_same_slots_without_them() -> None:
    question = asked(TWO, {"t1"})
    travel = travel_times(question.business.travel)

    answer = asyncio.run(find_slots(question, travel=travel, explain=True))
    alone = asyncio.run(find_slots(world_of_t2(), travel=travel, explain=False))

    assert answer.slots == alone.slots
    starts = {slot.start for slot in alone.slots}
    assert {(one.technician, one.reason) for one in answer.refusals or ()} == {("t1", "source_stale")}
    assert starts <= {one.start for one in answer.refusals or ()}


def world_of_t2() -> Question:
    return world().technician("t2").policy(horizon_days=2).question()


def test_a_technician_who_is_asked_for_alone() -> None:
    question = asked(TWO.request(technician="t1"), {"t1"})

    answer = asyncio.run(find_slots(question, travel=travel_times(question.business.travel), explain=True))

    assert answer.slots == ()
    assert {one.reason for one in answer.refusals or ()} == {"source_stale"}


def test_the_figures_and_the_words() -> None:
    question = asked(ONE.policy(stale_after_minutes=90), {"t1"})

    told = asyncio.run(
        explain_slot(
            question, technician="t1", start=ONE.instant("12:00"), travel=travel_times(question.business.travel)
        )
    )

    assert told.facts == SourceStaleFacts(allowed_minutes=90)
    assert paragraph(told, question) == (
        "t1 can't take 12:00\N{EN DASH}13:00 on Monday 4 January (America/Toronto): what the CRM says of t1 was "
        "never read, or longer ago than the 90 min that the policy allows (rule B13, source_stale)."
    )


def test_it_is_named_before_the_fourteen() -> None:
    assert ("source_stale", *CODES) == REASONS
    assert [rule_of(code) for code in REASONS] == ["B13", *(f"F{number}" for number in range(1, 15))]


def test_a_map_is_not_refreshed_into_one_of_other_people() -> None:
    question = TWO.question()
    resolution, sale = resolve_question(question)
    assert sale is not None
    travel = travel_times(question.business.travel)
    drafted = draft(question, sale, resolution.hub)
    problem, _ = asyncio.run(with_drives(drafted, travel=travel, settings=question.business.travel))
    stale = replace(problem, fleet=problem.fleet.without_stale({"t1"}))

    with pytest.raises(ValueError, match="people"):
        refresh(build_map(problem), problem=stale, changed={})
