"""Reschedules and cancellations: who, how late, and how many for every hundred visits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fieldfare.ports.reports import Altered, Deed, Who
from fieldfare.usecases.reports.changes import compute
from tests.unit.reports.ground import MONDAY, asked, at, figures, rows, sold

BEGINS = at(0)
BEFORE = MONDAY - timedelta(days=1)


def change(
    hour: float,
    deed: Deed,
    who: Who = Who.CUSTOMER,
    *,
    notice: float = 48,
    zone: str = "north",
    technician: str = "ann",
) -> Altered:
    now = at(hour)
    return Altered(now, deed, who, now + round(notice * 3_600), technician, zone)


def test_who_did_what_for_every_hundred_visits() -> None:
    changes = [
        change(9, Deed.MOVED),
        change(10, Deed.MOVED, Who.STAFF),
        change(11, Deed.CANCELLED, Who.SYSTEM),
        change(12, Deed.CANCELLED),
    ]
    visits = [sold(0, at(hour)) for hour in (8, 9, 10, 11, 12, 13, 14, 15)]  # one of eight is 12.5 per cent

    report = compute(asked(), changes, visits, BEGINS)

    assert rows(report, "who") == [
        ("Customer", 1, 12.5, 1, 12.5),
        ("Staff", 1, 12.5, 0, 0.0),
        ("System", 0, 0.0, 1, 12.5),
    ]
    assert rows(report, "week") == [("2026-11-23", 8, 2, 25.0, 2, 25.0)]
    assert figures(report)["Rescheduled"] == (25.0, None)


@pytest.mark.parametrize(
    ("hours", "name"),
    [
        (-1, "after the start"),
        (0, "under 4 hours"),
        (3.9, "under 4 hours"),
        (4, "4 to 24 hours"),
        (24, "1 to 2 days"),
        (47.9, "1 to 2 days"),
        (48, "2 to 7 days"),
        (168, "7 days and more"),
    ],
)
def test_the_notice_of_a_cancellation(hours: float, name: str) -> None:
    report = compute(asked(), [change(9, Deed.CANCELLED, notice=hours), change(9, Deed.MOVED, notice=1)], [], BEGINS)

    assert [row[:2] for row in rows(report, "notice") if row[1]] == [(name, 1)]
    assert figures(report)["Median notice of a cancellation"] == (float(hours), None)


def test_the_period_before_has_its_own_visits() -> None:
    earlier = at(9, BEFORE)
    changes = [
        change(9, Deed.CANCELLED, notice=10),
        Altered(earlier, Deed.CANCELLED, Who.STAFF, earlier + 7_200, "ann", "north"),
    ]
    visits = [sold(0, at(9)), sold(0, at(10)), sold(0, at(9, BEFORE))]

    found = figures(compute(asked(), changes, visits, BEGINS))

    assert found["Cancelled"] == (50.0, 100.0)
    assert found["Median notice of a cancellation"] == (10.0, 2.0)
    assert found["Visits"] == (2, 1)


def test_one_technician_or_zone_alone() -> None:
    changes = [change(9, Deed.MOVED), change(9, Deed.MOVED, zone="south", technician="bob")]
    visits = [sold(0, at(9)), sold(0, at(10), zone="south", technician="bob")]

    for narrowed in (asked(zone="south"), asked(technician="bob")):
        report = compute(narrowed, changes, visits, BEGINS)
        assert rows(report, "who")[0] == ("Customer", 1, 100.0, 0, 0.0)


def test_without_a_change_there_is_no_chart() -> None:
    report = compute(asked(), [], [sold(0, at(9))], BEGINS)

    assert report.chart is None
    assert [len(one.rows) for one in report.tables] == [0, 0, 0]
