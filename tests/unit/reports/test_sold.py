"""Detour and lead time of what was sold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fieldfare.usecases.reports import detour, lead_time
from tests.unit.reports.ground import MONDAY, asked, at, figures, rows, sold

DAY = 86_400
BEGINS = at(0)
BEFORE = at(9, MONDAY - timedelta(days=1))


def test_detours_have_a_median_a_mean_and_a_distribution() -> None:
    # 2, 5, 9 and 40 minutes: the median is 7, the mean 14. Two of the three that the engine chose were recommended.
    slots = [
        sold(at(9), 1, detour=120, recommended=True),
        sold(at(9), 2, detour=300, recommended=True),
        sold(at(9), 3, detour=540, recommended=False),
        sold(at(9), 4, detour=2_400, overridden=True),
        sold(BEFORE, 5, detour=600, recommended=False),
    ]

    report = detour.compute(asked(), slots, BEGINS)

    assert figures(report) == {
        "Median detour": (7.0, 10.0),
        "Mean detour": (14.0, 10.0),
        "Slots sold": (4, 1),
        "Recommended slots": (66.7, 0.0),
        "Sold against a rule": (25.0, 0.0),
        "Without a known drive": (0, 0),
    }
    assert rows(report, "distribution") == [
        ("under 5", 1, 25.0, 1, 0),
        ("5 to 10", 2, 50.0, 1, 0),
        ("10 to 15", 0, 0.0, 0, 0),
        ("15 to 20", 0, 0.0, 0, 0),
        ("20 to 30", 0, 0.0, 0, 0),
        ("30 to 45", 1, 25.0, 0, 1),
        ("45 to 60", 0, 0.0, 0, 0),
        ("60 and more", 0, 0.0, 0, 0),
    ]


@pytest.mark.parametrize(
    ("seconds", "name"),
    [
        (0, "under 5"),
        (299, "under 5"),
        (300, "5 to 10"),
        (3_599, "45 to 60"),
        (3_600, "60 and more"),
        (90_000, "60 and more"),
    ],
)
def test_the_lower_end_of_a_stretch_is_in_it(seconds: int, name: str) -> None:
    report = detour.compute(asked(), [sold(at(9), detour=seconds)], BEGINS)

    assert [row[0] for row in rows(report, "distribution") if row[1]] == [name]


def test_a_slot_without_a_known_drive_is_sold_and_has_no_detour() -> None:
    report = detour.compute(asked(), [sold(at(9), detour=None), sold(at(9), 1, detour=600)], BEGINS)

    assert figures(report)["Slots sold"] == (2, 0)
    assert figures(report)["Without a known drive"] == (1, 0)
    assert figures(report)["Median detour"] == (10.0, None)
    assert sum(row[1] for row in rows(report, "distribution")) == 1


@pytest.mark.parametrize(
    ("narrowed", "count"), [({}, 3), ({"technician": "bob"}, 1), ({"zone": "south"}, 1), ({"zone": "nowhere"}, 0)]
)
@pytest.mark.parametrize(("report", "name"), [(detour, "Slots sold"), (lead_time, "Bookings")])
def test_one_technician_or_zone_alone(narrowed: dict[str, Any], count: int, report: Any, name: str) -> None:
    slots = [sold(at(9), at(10)), sold(at(9), at(11), technician="bob"), sold(at(9), at(12), zone="south")]

    made = report.compute(asked(**narrowed), slots, BEGINS)

    assert figures(made)[name] == (count, 0)
    assert (made.chart is None) is (count == 0)


def test_lead_times_have_a_median_a_mean_and_a_distribution() -> None:
    # Half a day, exactly one day, and nine days; before, two days.
    now = at(9)
    slots = [
        sold(now, now + DAY // 2),
        sold(now, now + DAY),
        sold(now, now + 9 * DAY),
        sold(BEFORE, BEFORE + 2 * DAY),
    ]

    report = lead_time.compute(asked(), slots, BEGINS)

    assert figures(report) == {"Median lead time": (1.0, 2.0), "Mean lead time": (3.5, 2.0), "Bookings": (3, 1)}
    assert [row for row in rows(report, "distribution") if row[1]] == [
        ("under 1", 1, 33.3),
        ("1 to 2", 1, 33.3),
        ("7 to 14", 1, 33.3),
    ]


def test_a_visit_that_was_entered_afterwards_has_no_lead_time_below_none() -> None:
    report = lead_time.compute(asked(), [sold(at(9), at(7))], BEGINS)

    assert [row[0] for row in rows(report, "distribution") if row[1]] == ["under 1"]
