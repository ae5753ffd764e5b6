"""What was counted: searches that came to nothing, and the funnel."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fieldfare.ports.reports import Door, Found, Step, Tally, Wish
from fieldfare.usecases.reports import funnel, missing_slots
from fieldfare.usecases.reports.areas import postal_area
from tests.unit.reports.ground import MONDAY, asked, at, figures, rows

BEFORE = MONDAY - timedelta(days=1)
BEGINS = at(0)


@pytest.mark.parametrize(
    ("code", "area"),
    [
        (None, ""),
        ("", ""),
        ("L6H 1A1", "L6H"),
        ("l6h-1a1", "L6H"),
        ("L6H", "L6H"),
        ("10001", "10001"),
        ("10001-1234", "10001"),
        ("SW1A 1AA", "SW1A"),
        ("sw1a1aa", "SW1A"),
        ("M1 1AE", "M1"),
        ("B338TH", "B33"),
        ("1012 AB", "1012"),
        ("1012AB", "101"),
        ("D02 X285", "D02"),
        ("D02X285", "D02"),
        ("100-0001", "100"),
        ("01310-100", "01310"),
        ("0150", "0150"),
        ("123456", "123"),
        ("=1+1 2", ""),
        ("<b> 1", ""),
        ("A" * 50 + " 1", ""),
    ],
)
def test_of_a_postal_code_only_the_area_is_kept(code: str | None, area: str) -> None:
    assert postal_area(code) == area


def searched(area: str, found: Found, *, day: date = MONDAY, zone: str = "north", product: str = "p") -> Tally:
    return Tally(day=day, step=Step.SEARCHED, area=area, zone=zone, product=product, found=found.value)


def test_searches_by_area_the_worst_first() -> None:
    counted = {
        searched("L6H", Found.TIMES): 8,
        searched("L6H", Found.NO_TIME): 2,
        searched("N0B", Found.NO_TIME): 1,
        searched("N0B", Found.NOT_SERVED, zone=""): 2,
        searched("", Found.TIMES): 1,
        searched("L6H", Found.NO_TIME, product="q"): 1,
        searched("L6H", Found.NO_TIME, day=BEFORE): 1,
        searched("L6H", Found.TIMES, day=BEFORE): 3,
        Tally(day=MONDAY, step=Step.OPENED): 50,
    }

    report = missing_slots.compute(asked(), counted)

    # 3 of 11 are 27.3 per cent; 6 of 15 are 40.
    assert rows(report, "area") == [
        ("L6H", 11, 3, 0, 27.3),
        ("N0B", 3, 1, 2, 100.0),
        ("unknown", 1, 0, 0, 0.0),
    ]
    assert figures(report) == {
        "Searches without a slot": (40.0, 25.0),
        "Without a drivable time": (4, 1),
        "Not served": (2, 0),
        "Searches": (15, 4),
    }


def test_searches_of_one_zone_alone() -> None:
    counted = {searched("L6H", Found.NO_TIME): 2, searched("N0B", Found.NO_TIME, zone="south"): 1}

    assert rows(missing_slots.compute(asked(zone="south"), counted), "area") == [("N0B", 1, 1, 0, 100.0)]


def counted(opened: int, address: int, seen: int, by_api: int, *, day: date = MONDAY) -> dict[Tally, int]:
    return {
        Tally(day=day, step=Step.OPENED): opened,
        Tally(day=day, step=Step.ADDRESS, area="L6H", zone="north"): address,
        Tally(day=day, step=Step.TIMES_SEEN, area="L6H", zone="north"): seen,
        Tally(day=day, step=Step.TIMES_SEEN, door=Door.API, area="L6H", zone="north"): by_api,
    }


def wishes(held: int, booked: int, *, when: int = BEGINS) -> list[Wish]:
    return [Wish(when, "north", number < booked) for number in range(held)]


def test_a_funnel_loses_at_each_step_and_whoever_joins_was_never_lost() -> None:
    report = funnel.compute(asked(), counted(10, 8, 4, 2), wishes(3, 2), BEGINS)

    assert rows(report, "steps") == [
        ("Opened the page", 10, 0, 8, 80.0, 2),
        ("Gave an address", 8, 0, 4, 50.0, 4),
        ("Saw times", 6, 2, 3, 50.0, 3),
        ("Held a time", 3, 0, 2, 66.7, 1),
        ("Booked", 2, 0, None, None, None),
    ]
    assert figures(report)["Booked, of those who saw times"] == (33.3, None)


def test_no_step_goes_on_to_more_than_came_to_it() -> None:
    report = funnel.compute(asked(), counted(1, 2, 3, 0), wishes(5, 5), BEGINS)

    assert [row[3:] for row in rows(report, "steps")][:3] == [(1, 100.0, 0), (2, 100.0, 0), (3, 100.0, 0)]


def test_of_a_zone_everybody_opens_the_page() -> None:
    report = funnel.compute(asked(zone="south"), counted(10, 8, 4, 2), wishes(3, 2), BEGINS)

    assert [row[1] for row in rows(report, "steps")] == [10, 0, 0, 0, 0]


def test_the_period_before_stands_beside() -> None:
    both = counted(10, 8, 4, 0) | counted(5, 4, 4, 0, day=BEFORE)

    found = figures(funnel.compute(asked(), both, [*wishes(2, 1), *wishes(4, 4, when=at(9, BEFORE))], BEGINS))

    wanted = {"Opened the page": (10, 5), "Booked": (1, 4), "Booked, of those who saw times": (25.0, 100.0)}
    assert {name: found[name] for name in wanted} == wanted


def test_without_anything_counted_there_is_no_chart() -> None:
    for made in (missing_slots.compute(asked(), {}), funnel.compute(asked(), {}, [], BEGINS)):
        assert made.chart is None
        assert made.tables[0].rows == ()
