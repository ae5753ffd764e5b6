"""Moments: with an offset, without one, across clock changes, and at the ends of the calendar."""

from __future__ import annotations

import pytest

from fieldfare.domain.clock import Clock
from fieldfare.entrypoints.scenario.read import read_scenario
from fieldfare.entrypoints.scenario.times import read_instant
from tests.unit.scenario.documents import changed, put

TORONTO = Clock("America/Toronto")
HOUR = 3_600
MAR_8 = 1_772_928_000  # 2026-03-08T00:00:00Z, the day on which 02:00 EST becomes 03:00 EDT
NOV_1 = 1_793_491_200  # 2026-11-01T00:00:00Z, the day on which 02:00 EDT becomes 01:00 EST
YEAR_1 = -62_135_596_800  # 0001-01-01T00:00:00Z
YEAR_10000 = 253_402_300_800


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-08T00:00:00Z", MAR_8),
        ("2026-03-08T00:00Z", MAR_8),
        ("2026-03-08T00:00:00.000Z", MAR_8),
        ("2026-03-08T00:00:00.0000000000Z", MAR_8),
        ("2026-03-07T19:00:00-05:00", MAR_8),
        ("2026-03-08T05:45:00+05:45", MAR_8),
        ("2026-03-08T00:00:59-00:00", MAR_8 + 59),
        ("2026-03-08T01:59:59", MAR_8 + 7 * HOUR - 1),  # the last second of EST, -05:00
        ("2026-03-08T02:00", MAR_8 + 7 * HOUR),  # skipped: the first instant after the gap
        ("2026-03-08T02:59:59", MAR_8 + 7 * HOUR),
        ("2026-03-08T03:00:00.0", MAR_8 + 7 * HOUR),  # the same, as people there call it
        ("2026-11-01T00:59", NOV_1 + 4 * HOUR + 59 * 60),
        ("2026-11-01T01:30", NOV_1 + 5 * HOUR + 30 * 60),  # twice: the first, -04:00
        ("2026-11-01T02:00", NOV_1 + 7 * HOUR),
        ("0001-01-01T00:00:00Z", YEAR_1),
        ("0001-01-01T00:00:00+14:00", YEAR_1 - 14 * HOUR),
        ("9999-12-31T23:59:59Z", YEAR_10000 - 1),
        ("9999-12-31T23:59:59-14:00", YEAR_10000 - 1 + 14 * HOUR),
        ("9999-12-31T23:59:59", YEAR_10000 - 1 + 5 * HOUR),
        ("0001-01-01T00:00", YEAR_1 + 5 * HOUR + 17 * 60 + 32),  # Toronto's own mean time, -05:17:32
    ],
)
def test_moment(text: str, instant: int) -> None:
    assert read_instant(text, TORONTO) == instant


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-02-29T00:00:00Z", "is not a moment of the calendar"),
        ("0000-01-01T00:00:00Z", "is not a moment of the calendar"),
        ("2026-03-08T00:00:00.001Z", "has a fraction of a second"),
        ("2026-03-08T00:00:00.00000000001Z", "has a fraction of a second"),
    ],
)
def test_no_moment(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_instant(text, TORONTO)


def test_naive_times_of_a_scenario_stand_on_the_business_clock() -> None:
    question = read_scenario(
        changed(
            put("now", "2026-03-08T02:30"),
            put("commitments[0].start", "2026-11-01T01:30:00"),
            put("commitments[0].end", "2026-11-01T02:00"),
        )
    )

    assert question.now == MAR_8 + 7 * HOUR
    # The first 01:30 is EDT, 02:00 is EST: an hour and a half lies between them.
    assert question.commitments[0].end - question.commitments[0].start == 1.5 * HOUR


def test_commitments_may_lie_at_the_ends_of_the_calendar() -> None:
    question = read_scenario(
        changed(
            put("commitments[0].start", "0001-01-01T00:00:00+14:00"),
            put("commitments[0].end", "9999-12-31T23:59:59-14:00"),
        )
    )

    assert question.commitments[0].start == YEAR_1 - 14 * HOUR


def test_now_leaves_room_for_the_horizon() -> None:
    # 366 days and the margin of 15 end on the calendar's last day but one.
    read_scenario(changed(put("now", "9998-12-15T12:00:00Z"), put("business.policy.horizon_days", 366)))
    read_scenario(changed(put("now", "0001-01-20T12:00:00Z")))
