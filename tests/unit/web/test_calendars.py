"""The month as customers see it: which days are open, and why the others are not."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from fieldfare.domain.customers import Language
from fieldfare.engine.reasons import CODES
from fieldfare.entrypoints.web.calendars import Calendar, calendar_document, read_calendar, why_closed
from fieldfare.entrypoints.web.tongues import tongue_of
from fieldfare.usecases.availability.snapshot import Snapshot
from fieldfare.wiring.engine import travel_times
from tests.worlds import MONDAY, NORTH, World, world

ENGLISH = tongue_of(Language.ENGLISH)
DAY = date.fromisoformat(MONDAY)


def calendar(asked: World) -> Calendar:
    question = asked.question()
    snapshot = Snapshot(business=question.business, commitments=question.commitments)

    async def found() -> dict[str, Any]:
        travel = travel_times(question.business.travel)
        drivable = await snapshot.drivable(question.request, now=question.now, travel=travel)
        return calendar_document(drivable, business=question.business, clock=snapshot.clock)

    return read_calendar(
        asyncio.run(found()),
        business=question.business,
        today=snapshot.clock.date_of(question.now),
        tongue=ENGLISH,
    )


def why(asked: World, day: date) -> str | None:
    month = calendar(asked).month(day.replace(day=1), chosen=None)
    cells = [cell for week in month.weeks for cell in week if cell is not None and cell.day == day]
    return cells[0].why


def test_open_days_have_no_reason_and_their_times() -> None:
    found = calendar(world().technician("amy"))

    assert DAY in found.days
    assert why(world().technician("amy"), DAY) is None
    assert len({time.value for time in found.times}) == len(found.times)


@pytest.mark.parametrize("code", CODES)
def test_every_rule_has_its_words_and_none_shows_its_code(code: str) -> None:
    said = why_closed(code, ENGLISH)

    assert said.endswith(".")
    assert "_" not in said
    assert said != why_closed(code, tongue_of(Language.FRENCH))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            world().technician("amy").policy(min_notice_minutes=2_880),
            "This is too soon for us to plan the drive to you.",
        ),
        (world().technician("amy").hours(("08:00", "17:00"), on="tue"), "We don't work in your area on this day."),
        (world().technician("amy").off(), "Nobody who does this work is on duty on this day."),
        (world(), "Nobody who does this work is on duty on this day."),
        (world().technician("amy").busy("amy", "00:00", "23:59"), "This day is fully booked."),
        (
            world()
            .technician("amy")
            .visit("early", "00:00", "00:05", at=NORTH)
            .visit("late", "23:00", "23:05", at=NORTH)
            .drives(60_000),
            "On this day our technicians are too far away from you.",
        ),
    ],
    ids=["notice", "closed", "off", "nobody", "busy", "far"],
)
def test_a_closed_day_says_what_came_nearest_to_a_time(asked: World, said: str) -> None:
    assert why(asked, DAY) == said


def test_days_that_have_passed_and_days_that_are_too_far() -> None:
    asked = world().policy(horizon_days=3)

    assert why(asked, date(2027, 1, 3)) == "This day has passed."
    assert why(asked, date(2027, 1, 20)) == "Visits can be booked 3 days ahead."


def test_a_month_is_a_grid_of_whole_weeks() -> None:
    month = calendar(world()).month(date(2027, 1, 1), chosen=DAY)

    assert all(len(week) == 7 for week in month.weeks)
    days = [cell.day for week in month.weeks for cell in week if cell]
    assert days == [date(2027, 1, number) for number in range(1, 32)]
    assert [cell.day for week in month.weeks for cell in week if cell and cell.chosen] == [DAY]
    # Weeks begin on Sunday in Canada: 3 January 2027 is one.
    assert month.weeks[1][0] is not None
    assert month.weeks[1][0].day == date(2027, 1, 3)


def test_months_lead_to_those_that_can_be_booked_and_no_further() -> None:
    found = calendar(world().policy(horizon_days=40))
    first = found.month(date(2027, 1, 1), chosen=None)
    second = found.month(date(2027, 2, 1), chosen=None)

    assert (first.previous, first.following) == (None, date(2027, 2, 1))
    assert (second.previous, second.following) == (date(2027, 1, 1), None)


def test_a_day_is_grouped_by_the_parts_of_the_business_s_day() -> None:
    blocks = [
        {"id": "AM", "start": "08:00", "end": "12:00", "step_minutes": 60},
        {"id": "late", "start": "17:00", "end": "20:00", "step_minutes": 60},
    ]
    asked = world().technician("amy").policy(blocks=blocks)
    groups = calendar(asked).of_day(DAY, asked.question().business)

    assert [group.name.replace("\N{NARROW NO-BREAK SPACE}", " ") for group in groups] == [
        "Morning",
        "5:00 p.m. \N{EN DASH} 8:00 p.m.",
    ]
    assert [len(group.times) for group in groups] == [4, 3]
