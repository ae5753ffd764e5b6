"""How the vendor's times are read, and which make no sense."""

from __future__ import annotations

import pytest

from fieldfare.adapters.crms.ghl.moments import Fault, Span, read_instant, read_span
from fieldfare.domain.clock import clock_of

NEW_YORK = clock_of("America/New_York")
LOS_ANGELES = clock_of("America/Los_Angeles")
SANTIAGO = clock_of("America/Santiago")

# 2026-10-06T09:00-04:00 is 13:00Z.
TENTH_SIXTH_NINE = 1_791_291_600
# Midnights of New York: in summer 04:00Z, in winter 05:00Z.
OCT_6, OCT_7, OCT_9 = 1_791_259_200, 1_791_345_600, 1_791_518_400
NOV_1, NOV_2 = 1_793_505_600, 1_793_595_600  # 25 hours apart
MAR_8, MAR_9 = 1_772_946_000, 1_773_028_800  # 23 hours apart


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("2026-10-06T09:00:00-04:00", TENTH_SIXTH_NINE),
        ("2026-10-06T09:00:00-0400", TENTH_SIXTH_NINE),
        ("2026-10-06T18:30:00+05:30", TENTH_SIXTH_NINE),
        ("2026-10-06T13:00:00Z", TENTH_SIXTH_NINE),
        ("2026-10-06T13:00:00.000Z", TENTH_SIXTH_NINE),
        ("2026-10-06T13:00:00.999Z", TENTH_SIXTH_NINE),
        ("2026-10-06t13:00:00z", TENTH_SIXTH_NINE),
        ("2026-10-06 09:00:00", TENTH_SIXTH_NINE),  # naive: the account's zone
        ("2026-10-06T09:00", TENTH_SIXTH_NINE),
        pytest.param(TENTH_SIXTH_NINE * 1_000, TENTH_SIXTH_NINE, id="milliseconds"),
        pytest.param(str(TENTH_SIXTH_NINE * 1_000), TENTH_SIXTH_NINE, id="milliseconds as text"),
        (TENTH_SIXTH_NINE * 1_000 + 0.5, TENTH_SIXTH_NINE),
        (TENTH_SIXTH_NINE, TENTH_SIXTH_NINE),  # seconds
        ("2026-10-06", OCT_6),
        ("2026-11-01 01:30:00", NOV_1 + 5_400),  # happens twice: the first
        ("2026-03-08 02:30:00", MAR_8 + 7_200),  # is skipped: the first instant after the gap
    ],
)
def test_times_are_read_however_they_are_written(said: object, instant: int) -> None:
    assert read_instant(said, NEW_YORK) == instant


@pytest.mark.parametrize(
    "said",
    [
        *(None, "", "  ", "soon", 0, -5, True, {}, [], 10**40, "1e30", "Tue Oct 06 2026"),
        *("2026-13-01T00:00:00Z", "2026-10-06T25:00:00Z", "1970-01-01T00:00:00Z"),
        *("0001-01-01 00:00:00", "9999-12-31T23:59:59Z"),
    ],
)
def test_what_is_no_time_is_none(said: object) -> None:
    assert read_instant(said, NEW_YORK) is None


@pytest.mark.parametrize(
    ("start", "end", "fault"),
    [
        (None, "2026-10-06T10:00:00Z", Fault.NO_START),
        ("", "", Fault.NO_START),
        ("2026-10-06T10:00:00Z", None, Fault.NO_END),
        ("2026-10-06T10:00:00Z", "  ", Fault.NO_END),
        ("noon", "2026-10-06T10:00:00Z", Fault.BAD_START),
        ("2026-10-06T10:00:00Z", "later", Fault.BAD_END),
        ("2026-10-06T10:00:00Z", "2026-10-06T10:00:00Z", Fault.ENDS_BEFORE_IT_STARTS),
        ("2026-10-06T10:00:00Z", "2026-10-06T09:00:00Z", Fault.ENDS_BEFORE_IT_STARTS),
    ],
)
def test_times_that_make_no_sense(start: object, end: object, fault: Fault) -> None:
    assert read_span(start, end, NEW_YORK) is fault


@pytest.mark.parametrize(
    ("start", "end", "full_day", "span"),
    [
        # By the flag: the local day, whatever the times.
        ("2026-10-06T00:00:00-04:00", "2026-10-07T00:00:00-04:00", True, (OCT_6, OCT_7)),
        ("2026-10-06T00:00:00-04:00", "2026-10-06T23:59:59-04:00", True, (OCT_6, OCT_7)),
        ("2026-10-06T09:00:00-04:00", "2026-10-06T17:00:00-04:00", True, (OCT_6, OCT_7)),
        ("2026-10-06T04:00:00.000Z", "2026-10-07T03:59:00.000Z", True, (OCT_6, OCT_7)),
        ("2026-10-06T00:00:00-04:00", None, True, (OCT_6, OCT_7)),
        ("2026-10-06", "2026-10-06", True, (OCT_6, OCT_7)),
        (OCT_6 * 1_000, OCT_7 * 1_000, True, (OCT_6, OCT_7)),
        # By midnights, in whichever zone they are written: dates are meant (S5).
        ("2026-10-06T00:00:00Z", "2026-10-07T00:00:00Z", False, (OCT_6, OCT_7)),
        ("2026-10-06 00:00:00", "2026-10-09 00:00:00", False, (OCT_6, OCT_9)),
        ("2026-10-06T00:00:00-07:00", "2026-10-07T00:00:00-07:00", False, (OCT_6, OCT_7)),
        ("2026-10-06", "2026-10-07", False, (OCT_6, OCT_7)),
        ("2026-10-06T00:00:00Z", "2026-10-06T00:00:00Z", False, (OCT_6, OCT_7)),
        # 2026-10-06T00:00Z and the midnight after it as bare numbers.
        (1_791_244_800_000, 1_791_331_200_000, False, (OCT_6, OCT_7)),
        # Across a change of the clock the day is as long as it is.
        ("2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00", True, (NOV_1, NOV_2)),
        ("2026-11-01T00:00:00-04:00", "2026-11-01T23:00:00-05:00", True, (NOV_1, NOV_2)),
        ("2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-04:00", False, (NOV_1, NOV_2)),
        ("2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00", False, (MAR_8, MAR_9)),
        ("2026-03-08T00:00:00-05:00", "2026-03-09T01:00:00-04:00", True, (MAR_8, MAR_9 + 86_400)),
        # A visit that merely begins or ends at midnight is none.
        ("2026-10-06T00:00:00-04:00", "2026-10-06T02:00:00-04:00", False, (OCT_6, OCT_6 + 7_200)),
    ],
)
def test_all_day_is_local_midnight_to_local_midnight(
    start: object, end: object, full_day: bool, span: tuple[int, int]
) -> None:
    read = read_span(start, end, NEW_YORK, full_day=full_day)

    assert read == Span(start=span[0], end=span[1])


def test_an_all_day_block_leaks_into_no_other_day_of_a_western_zone() -> None:
    # 2026-10-06 in Los Angeles: 07:00Z to 07:00Z.
    read = read_span("2026-10-06T00:00:00Z", "2026-10-07T00:00:00Z", LOS_ANGELES, full_day=True)

    assert read == Span(start=OCT_6 + 3 * 3_600, end=OCT_7 + 3 * 3_600)


def test_a_day_whose_midnight_is_skipped_begins_after_the_gap() -> None:
    # In Santiago the clock goes from 2026-09-05 24:00 (-04:00) to 01:00 (-03:00).
    read = read_span("2026-09-06", "2026-09-07", SANTIAGO)

    assert isinstance(read, Span)
    assert SANTIAGO.iso(read.start) == "2026-09-06T01:00:00-03:00"
    assert read.end - read.start == 23 * 3_600
