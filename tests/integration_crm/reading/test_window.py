"""Which time is read: whole ISO weeks on the business's clock, and half a day around."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from fieldfare.domain.business import Business
from fieldfare.domain.places import Place
from fieldfare.domain.policy import Policy
from fieldfare.usecases.integrations.window import near_window, whole_window


@dataclass(frozen=True)
class Case:
    """A moment, and the first and last instant of the whole and of the near window, by the wall clock."""

    about: str
    zone: str
    now: str
    horizon: int
    whole: tuple[str, str]
    near: tuple[str, str]


CASES = [
    Case(
        "a Wednesday",
        "America/New_York",
        "2026-09-16 10:00",
        30,
        ("2026-09-13 12:00", "2026-10-19 12:00"),
        ("2026-09-13 12:00", "2026-09-28 12:00"),
    ),
    Case(
        "a Monday at midnight",
        "America/New_York",
        "2026-09-14 00:00",
        30,
        ("2026-09-13 12:00", "2026-10-19 12:00"),
        ("2026-09-13 12:00", "2026-09-28 12:00"),
    ),
    Case(
        "a Sunday, the horizon ending on a Monday",
        "America/New_York",
        "2026-09-20 23:59",
        30,
        ("2026-09-13 12:00", "2026-10-26 12:00"),
        ("2026-09-13 12:00", "2026-09-28 12:00"),
    ),
    Case(
        "a Sunday of a horizon that ends the day before a Monday",
        "America/New_York",
        "2026-09-20 23:59",
        29,
        ("2026-09-13 12:00", "2026-10-19 12:00"),
        ("2026-09-13 12:00", "2026-09-28 12:00"),
    ),
    Case(
        "a horizon of today alone",
        "America/New_York",
        "2026-09-16 10:00",
        1,
        ("2026-09-13 12:00", "2026-09-21 12:00"),
        ("2026-09-13 12:00", "2026-09-21 12:00"),
    ),
    Case(
        "a week whose Sunday loses an hour",
        "America/New_York",
        "2027-03-10 10:00",
        3,
        ("2027-03-07 12:00", "2027-03-15 12:00"),
        ("2027-03-07 12:00", "2027-03-15 12:00"),
    ),
    Case(
        "a Monday whose half day before has an hour more",
        "America/New_York",
        "2026-11-02 10:00",
        3,
        ("2026-11-01 12:00", "2026-11-09 12:00"),
        ("2026-11-01 12:00", "2026-11-09 12:00"),
    ),
    Case(
        "a zone half an hour off, at the turn of the year",
        "Asia/Kolkata",
        "2026-12-31 23:30",
        30,
        ("2026-12-27 12:00", "2027-02-01 12:00"),
        ("2026-12-27 12:00", "2027-01-11 12:00"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.about)
def test_the_window(case: Case) -> None:
    zone = ZoneInfo(case.zone)

    def instant(wall: str) -> int:
        return int(datetime.fromisoformat(wall).replace(tzinfo=zone).timestamp())

    business = Business(
        id="b",
        name="B",
        time_zone=case.zone,
        hq=Place(lat=0, lng=0),
        policy=replace(Policy(blocks=()), horizon_days=case.horizon),
    )
    now = instant(case.now)

    whole, near = whole_window(business, now=now), near_window(business, now=now)

    assert (whole.since, whole.until) == (instant(case.whole[0]), instant(case.whole[1]))
    assert (near.since, near.until) == (instant(case.near[0]), instant(case.near[1]))
    assert whole.holds(near)
