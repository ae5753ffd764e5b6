"""Drive minutes per visit: which legs there are, whose they are, and what lies in the shift."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fieldfare.domain.fleet import Technician
from fieldfare.domain.places import Place
from fieldfare.domain.policy import Depart, Return
from fieldfare.domain.schedules import Owner, Schedule
from fieldfare.ports.reports import Stop
from fieldfare.usecases.reports.days import days_of
from fieldfare.usecases.reports.drive_minutes import compute
from fieldfare.usecases.reports.figures import Report
from tests.unit.reports.ground import (
    BUSINESS,
    EAST,
    HQ,
    MONDAY,
    NORTH,
    TUESDAY,
    asked,
    at,
    figures,
    rows,
    visit,
    with_policy,
)

DRIVES = {
    (HQ, NORTH): 600,
    (NORTH, HQ): 660,
    (HQ, EAST): 1_200,
    (EAST, HQ): 1_260,
    (NORTH, EAST): 900,
    (EAST, NORTH): 960,
    (NORTH, NORTH): 0,
}


def made(stops: list[Stop], **narrowed: Any) -> Report:
    question = asked(**narrowed)
    both = question.period.before
    days = days_of(question, stops, question.period)
    return compute(question, days, days_of(question, stops, both), DRIVES)


def test_a_day_of_two_visits() -> None:
    # HQ to north 10 min, north to east 15, east to HQ 21: 46 min for two visits.
    report = made([visit("ann", at(9)), visit("ann", at(12), point=EAST)])

    assert rows(report, "day") == [("2026-11-23", 2, 5.0, 7.5, 10.5, 23.0, 46.0)]
    assert rows(report, "technician") == [("Ann", 2, 5.0, 7.5, 10.5, 23.0, 46.0)]


def test_stops_are_driven_to_in_the_order_of_their_starts() -> None:
    # HQ to east 20, east to north 16, north to HQ 11.
    report = made([visit("ann", at(12)), visit("ann", at(9), point=EAST)])

    assert rows(report, "day") == [("2026-11-23", 2, 10.0, 8.0, 5.5, 23.5, 47.0)]


def test_busy_time_with_a_place_is_a_stop_and_no_visit_and_without_one_it_is_neither() -> None:
    report = made(
        [
            visit("ann", at(9)),
            visit("ann", at(10), real=False, point=None, zone=None),
            visit("ann", at(12), real=False, point=EAST, zone=None),
        ]
    )

    assert rows(report, "day") == [("2026-11-23", 1, 10.0, 15.0, 21.0, 46.0, 46.0)]


@pytest.mark.parametrize(
    ("depart", "back", "in_shift"),
    [
        # Between are 15 min, the first leg 10, the last 21; of two visits each has the half.
        (Depart.ON_SHIFT, Return.AFTER_SHIFT, 12.5),
        (Depart.BEFORE_SHIFT, Return.AFTER_SHIFT, 7.5),
        (Depart.BEFORE_SHIFT, Return.BY_SHIFT_END, 18.0),
        (Depart.ON_SHIFT, Return.BY_SHIFT_END, 23.0),
    ],
)
def test_the_policy_says_which_legs_lie_in_the_shift(depart: Depart, back: Return, in_shift: float) -> None:
    stops = [visit("ann", at(9)), visit("ann", at(12), point=EAST)]

    found = figures(made(stops, business=with_policy(depart=depart, return_=back)))

    assert found["Drive per visit that lies in the shift"] == (in_shift, None)
    assert found["Drive per visit"] == (23.0, None)


def test_a_leg_counts_to_the_zone_of_the_stop_that_it_leads_to_and_the_last_to_that_which_it_leaves() -> None:
    stops = [visit("ann", at(9), zone="north"), visit("ann", at(12), point=EAST, zone="south")]

    assert rows(made(stops, zone="north"), "day") == [("2026-11-23", 1, 10.0, 0.0, 0.0, 10.0, 10.0)]
    assert rows(made(stops, zone="south"), "day") == [("2026-11-23", 1, 0.0, 15.0, 21.0, 36.0, 36.0)]


def test_one_technician_alone() -> None:
    stops = [visit("ann", at(9)), visit("bob", at(9), point=EAST)]

    assert rows(made(stops, technician="bob"), "technician") == [("Bob", 1, 20.0, 0.0, 21.0, 41.0, 41.0)]


def test_a_depot_of_ones_own() -> None:
    people = (replace(BUSINESS.technicians[0], depot=Place(lat=NORTH[0], lng=NORTH[1])),)

    report = made([visit("ann", at(9), point=EAST)], business=replace(BUSINESS, technicians=people))

    assert rows(report, "day") == [("2026-11-23", 1, 15.0, 0.0, 16.0, 31.0, 31.0)]


def test_who_is_gone_drives_from_the_headquarters_and_is_called_by_the_id() -> None:
    assert rows(made([visit("zed", at(9))]), "technician") == [("zed", 1, 10.0, 0.0, 11.0, 21.0, 21.0)]


def test_a_night_shift_belongs_to_the_date_on_which_it_begins() -> None:
    nights = Schedule(id="n", owner=Owner(technician="ann"), week={0: ((20 * 60, 4 * 60),)})
    person = Technician(id="ann", zones=frozenset({"north"}))
    business = replace(BUSINESS, technicians=(person,), schedules=(nights,))
    stops = [visit("ann", at(22)), visit("ann", at(1, TUESDAY), point=EAST)]

    assert rows(made(stops, business=business), "day") == [("2026-11-23", 2, 5.0, 7.5, 10.5, 23.0, 46.0)]
    assert rows(made(stops, business=business, first=TUESDAY, last=TUESDAY), "day") == []


def test_who_is_always_on_duty_has_a_shift_on_each_date() -> None:
    always = Schedule(id="a", owner=Owner(technician="ann"), week=dict.fromkeys(range(7), ((0, 0),)))
    business = replace(BUSINESS, schedules=(always,))
    stops = [visit("ann", at(1)), visit("ann", at(23, TUESDAY), point=EAST)]

    assert rows(made(stops, business=business, last=TUESDAY), "day") == [
        ("2026-11-23", 1, 10.0, 0.0, 11.0, 21.0, 21.0),
        ("2026-11-24", 1, 20.0, 0.0, 21.0, 41.0, 41.0),
    ]


def test_the_period_before_is_as_long() -> None:
    before = MONDAY - timedelta(days=3)

    report = made([visit("ann", at(9)), visit("ann", at(9, before), point=EAST)], last=MONDAY + timedelta(days=6))

    assert figures(report)["Drive per visit"] == (21.0, 41.0)
    assert figures(report)["Visits"] == (1, 1)


def test_without_visits_there_is_no_chart() -> None:
    report = made([])

    assert report.chart is None
    assert rows(report, "day") == []
    assert figures(report)["Drive per visit"] == (None, None)
