"""Utilisation: how a shift of eight hours is divided."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fieldfare.domain.policy import Depart, Return
from fieldfare.ports.reports import Stop
from fieldfare.usecases.reports.days import days_of
from fieldfare.usecases.reports.figures import Report
from fieldfare.usecases.reports.utilisation import compute
from tests.unit.reports.ground import (
    BUSINESS,
    EAST,
    HQ,
    MONDAY,
    NORTH,
    asked,
    at,
    figures,
    rows,
    visit,
    with_policy,
)

DRIVES = {(HQ, NORTH): 1_800, (NORTH, HQ): 1_800, (NORTH, EAST): 3_600, (EAST, HQ): 900, (NORTH, NORTH): 0}
ALONE = replace(BUSINESS, technicians=BUSINESS.technicians[:1])


def made(stops: list[Stop], **narrowed: Any) -> Report:
    question = asked(**{"business": ALONE, **narrowed})
    days = days_of(question, stops, question.period)
    return compute(question, days, days_of(question, stops, question.period.before), DRIVES)


@pytest.mark.parametrize(
    ("stops", "work", "drive", "idle", "blocked", "share"),
    [
        # Half an hour out; the way home is after the shift. 2 / (2 + 0.5 + 5.5).
        pytest.param([visit("ann", at(9), 2)], 2.0, 0.5, 5.5, 0.0, 25.0, id="one visit"),
        # An hour of lunch counts neither for nor against: 2 / (2 + 0.5 + 4.5) = 28.57.
        pytest.param(
            [visit("ann", at(9), 2), visit("ann", at(12), 1, real=False, point=None)],
            2.0,
            0.5,
            4.5,
            1.0,
            28.6,
            id="lunch",
        ),
        # What lies before the shift is no work on shift, nor is the drive there: of 7 to 10 two hours are.
        pytest.param([visit("ann", at(7), 3)], 2.0, 0.0, 6.0, 0.0, 25.0, id="before the shift"),
        # Half of the half hour before 8:15 lies in the shift.
        pytest.param([visit("ann", at(8.25), 2)], 2.0, 0.2, 5.8, 0.0, 25.0, id="departing early"),
        # An hour's drive has half an hour between the two.
        pytest.param(
            [visit("ann", at(9)), visit("ann", at(10.5), point=EAST)], 2.0, 1.0, 5.0, 0.0, 25.0, id="a tight leg"
        ),
        # Two entries of the same time are one time: 9 to 11 and 10 to 12 are three hours.
        pytest.param([visit("ann", at(9), 2), visit("ann", at(10), 2)], 3.0, 0.5, 4.5, 0.0, 37.5, id="overlapping"),
        # A visit during blocked time is work: 8 to 16 is blocked but for it.
        pytest.param(
            [visit("ann", at(9), 2), visit("ann", at(8), 8, real=False, point=None)],
            2.0,
            0.0,
            0.0,
            6.0,
            100.0,
            id="blocked",
        ),
        # Between north and east lies an hour.
        pytest.param(
            [visit("ann", at(9)), visit("ann", at(12), point=EAST)], 2.0, 1.5, 4.5, 0.0, 25.0, id="a leg between"
        ),
    ],
)
def test_a_shift_of_eight_hours(
    stops: list[Stop], work: float, drive: float, idle: float, blocked: float, share: float
) -> None:
    report = made(stops)

    assert rows(report, "technician") == [("2026-11-23", "Ann", work, drive, idle, blocked, share)]
    assert figures(report)["Utilisation"] == (share, None)


@pytest.mark.parametrize(
    ("depart", "back", "drive"),
    [
        (Depart.ON_SHIFT, Return.AFTER_SHIFT, 0.5),
        (Depart.BEFORE_SHIFT, Return.AFTER_SHIFT, 0.0),
        (Depart.ON_SHIFT, Return.BY_SHIFT_END, 1.0),
    ],
)
def test_the_policy_says_which_drives_are_the_shifts(depart: Depart, back: Return, drive: float) -> None:
    business = replace(with_policy(depart=depart, return_=back), technicians=ALONE.technicians)

    report = made([visit("ann", at(9), 2)], business=business)

    assert rows(report, "technician") == [
        ("2026-11-23", "Ann", 2.0, drive, 6.0 - drive, 0.0, 25.0),
    ]


def test_weeks_begin_on_monday_and_count_the_days_of_the_period() -> None:
    # From Friday to Monday: a shift of the first week, and one of the second.
    friday = MONDAY - timedelta(days=3)

    report = made([visit("ann", at(9, friday), 4), visit("ann", at(9), 2)], first=friday, last=MONDAY)

    assert rows(report, "week") == [
        ("2026-11-16", 4.0, 0.5, 3.5, 0.0, 50.0, 6.2, 43.8),
        ("2026-11-23", 2.0, 0.5, 5.5, 0.0, 25.0, 6.2, 68.8),
    ]


def test_who_has_nothing_to_do_is_idle_and_an_entry_out_of_hours_is_in_no_shift() -> None:
    report = made([visit("ann", at(9), 2), visit("bob", at(20))], business=BUSINESS)

    assert rows(report, "technician") == [
        ("2026-11-23", "Ann", 2.0, 0.5, 5.5, 0.0, 25.0),
        ("2026-11-23", "Bob", 0.0, 0.0, 8.0, 0.0, 0.0),
    ]


def test_time_off_over_several_days_is_blocked_on_each_of_them() -> None:
    off = visit("ann", at(0), 48, real=False, point=None)
    last = MONDAY + timedelta(days=2)

    report = made([off, visit("ann", at(9, last), 4)], first=MONDAY, last=last)

    assert rows(report, "week") == [("2026-11-23", 4.0, 0.5, 3.5, 16.0, 50.0, 6.2, 43.8)]


def test_without_work_there_is_no_chart() -> None:
    report = made([])

    assert report.chart is None
    assert rows(report, "week") == rows(report, "technician") == []
