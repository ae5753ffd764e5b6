"""The wall clock: local times to instants and back, where clocks change (rules.md, section 1)."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldfare.domain.clock import UnknownTimeZoneError, clock_of, monday_of, seconds_since_epoch
from tests.worlds import table


def instant(text: str) -> int:
    """Give the instant of a time with an offset, by the standard library alone."""
    return int(datetime.fromisoformat(text).timestamp())


# zone, wall-clock time, instant, whether it is skipped
READINGS = {
    "Toronto in winter": ("America/Toronto", "2027-01-04T08:00", "2027-01-04T08:00-05:00", False),
    "Toronto in summer": ("America/Toronto", "2027-07-05T08:00", "2027-07-05T08:00-04:00", False),
    # 2027-03-14: 02:00 EST is 03:00 EDT.
    "before a gap": ("America/Toronto", "2027-03-14T01:59:59", "2027-03-14T01:59:59-05:00", False),
    "the gap's first second": ("America/Toronto", "2027-03-14T02:00", "2027-03-14T03:00-04:00", True),
    "inside a gap": ("America/Toronto", "2027-03-14T02:30", "2027-03-14T03:00-04:00", True),
    "the gap's last second": ("America/Toronto", "2027-03-14T02:59:59", "2027-03-14T03:00-04:00", True),
    "behind a gap": ("America/Toronto", "2027-03-14T03:00", "2027-03-14T03:00-04:00", False),
    # 2027-11-07: 02:00 EDT is 01:00 EST.
    "before a fold": ("America/Toronto", "2027-11-07T00:59:59", "2027-11-07T00:59:59-04:00", False),
    "the fold's first second": ("America/Toronto", "2027-11-07T01:00", "2027-11-07T01:00-04:00", False),
    "the fold's last second": ("America/Toronto", "2027-11-07T01:59:59", "2027-11-07T01:59:59-04:00", False),
    "behind a fold": ("America/Toronto", "2027-11-07T02:00", "2027-11-07T02:00-05:00", False),
    # Lord Howe Island changes by half an hour: 02:00 +10:30 is 02:30 +11.
    "half an hour's gap": ("Australia/Lord_Howe", "2027-10-03T02:00", "2027-10-03T02:30+11:00", True),
    "half an hour's gap, later": ("Australia/Lord_Howe", "2027-10-03T02:29", "2027-10-03T02:30+11:00", True),
    "behind half an hour's gap": ("Australia/Lord_Howe", "2027-10-03T02:30", "2027-10-03T02:30+11:00", False),
    "half an hour's fold": ("Australia/Lord_Howe", "2027-04-04T01:45", "2027-04-04T01:45+11:00", False),
    "behind half an hour's fold": ("Australia/Lord_Howe", "2027-04-04T02:00", "2027-04-04T02:00+10:30", False),
    "Kolkata never changes": ("Asia/Kolkata", "2027-03-28T01:30", "2027-03-28T01:30+05:30", False),
    "London's gap": ("Europe/London", "2027-03-28T01:30", "2027-03-28T02:00+01:00", True),
    "London's fold": ("Europe/London", "2027-10-31T01:30", "2027-10-31T01:30+01:00", False),
    "St John's gap": ("America/St_Johns", "2027-03-14T02:15", "2027-03-14T03:00-02:30", True),
    "St John's winter": ("America/St_Johns", "2027-01-04T08:00", "2027-01-04T08:00-03:30", False),
    # On Samoa 2011-12-30 is not there at all.
    "inside a gap of a day": ("Pacific/Apia", "2011-12-30T12:00", "2011-12-31T00:00+14:00", True),
    # Paris changes with all of Europe, at 01:00 UTC.
    "Paris' gap": ("Europe/Paris", "2027-03-28T02:30", "2027-03-28T03:00+02:00", True),
    "UTC": ("UTC", "2027-03-28T02:30", "2027-03-28T02:30+00:00", False),
}


@table("zone, wall, expected, skipped", READINGS)
def test_a_wall_clock_time_is_read(zone: str, wall: str, expected: str, skipped: bool) -> None:
    read = clock_of(zone).read(datetime.fromisoformat(wall))
    assert (read.instant, read.skipped) == (instant(expected), skipped)


@table("zone, wall, expected, skipped", READINGS)
def test_minutes_of_a_date_mean_the_same(zone: str, wall: str, expected: str, skipped: bool) -> None:
    moment = datetime.fromisoformat(wall)
    if moment.second == 0:
        read = clock_of(zone).at(moment.date(), moment.hour * 60 + moment.minute)
        assert (read.instant, read.skipped) == (instant(expected), skipped)


def test_the_second_of_two_equal_times_is_never_read() -> None:
    clock = clock_of("America/Toronto")
    assert clock.read(datetime(2027, 11, 7, 1, 30, fold=1)) == clock.read(datetime(2027, 11, 7, 1, 30))  # noqa: DTZ001


# zone, date, the instant at which it begins, its length in seconds
DATES = {
    "an ordinary date": ("America/Toronto", "2027-01-04", "2027-01-04T00:00-05:00", 24 * 3_600),
    "23 hours": ("America/Toronto", "2027-03-14", "2027-03-14T00:00-05:00", 23 * 3_600),
    "25 hours": ("America/Toronto", "2027-11-07", "2027-11-07T00:00-04:00", 25 * 3_600),
    "23.5 hours": ("Australia/Lord_Howe", "2027-10-03", "2027-10-03T00:00+10:30", 84_600),
    "24.5 hours": ("Australia/Lord_Howe", "2027-04-04", "2027-04-04T00:00+11:00", 88_200),
    # The clock goes from 00:00 to 01:00: the date begins at 01:00, and it is the one that loses the hour.
    "a skipped midnight in São Paulo": ("America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00-02:00", 23 * 3_600),
    "before a skipped midnight": ("America/Sao_Paulo", "2018-11-03", "2018-11-03T00:00-03:00", 24 * 3_600),
    "a skipped midnight in Beirut": ("Asia/Beirut", "2027-03-28", "2027-03-28T01:00+03:00", 23 * 3_600),
    # The clock goes from 24:00 to 23:00: the date before wins the hour.
    "an hour before midnight twice": ("America/Sao_Paulo", "2018-02-17", "2018-02-17T00:00-02:00", 25 * 3_600),
    "the date behind it": ("America/Sao_Paulo", "2018-02-18", "2018-02-18T00:00-03:00", 24 * 3_600),
    # The clock went from 00:01 to 23:01 of the day before: midnight came twice, and the first begins the date.
    "midnight twice in St John's": ("America/St_Johns", "2010-11-07", "2010-11-07T00:00-02:30", 25 * 3_600),
    # Havana turns its clocks back at 01:00, to 00:00: midnight comes twice, and the first begins the date.
    "midnight twice in Havana": ("America/Havana", "2027-11-07", "2027-11-07T00:00-04:00", 25 * 3_600),
    "a date that is not there": ("Pacific/Apia", "2011-12-30", "2011-12-31T00:00+14:00", 0),
    "the date behind it in Apia": ("Pacific/Apia", "2011-12-31", "2011-12-31T00:00+14:00", 24 * 3_600),
}


@table("zone, day, begins, seconds", DATES)
def test_a_date_begins_and_lasts(zone: str, day: str, begins: str, seconds: int) -> None:
    clock, on = clock_of(zone), date.fromisoformat(day)
    assert clock.midnight(on) == instant(begins)
    assert clock.midnight(on + timedelta(days=1)) - clock.midnight(on) == seconds
    assert clock.at(on, 1_440).instant == clock.midnight(on + timedelta(days=1))


def test_an_instant_has_a_local_date_and_is_written_with_its_own_offset() -> None:
    clock = clock_of("America/Toronto")
    assert clock.date_of(instant("2027-01-04T04:59:59+00:00")) == date(2027, 1, 3)
    assert clock.date_of(instant("2027-01-04T05:00:00+00:00")) == date(2027, 1, 4)
    assert clock.iso(instant("2027-11-07T05:30:00+00:00")) == "2027-11-07T01:30:00-04:00"
    assert clock.iso(instant("2027-11-07T06:30:00+00:00")) == "2027-11-07T01:30:00-05:00"
    assert clock_of("UTC").iso(0) == "1970-01-01T00:00:00+00:00"


def test_two_hours_after_half_past_one_on_the_short_day_is_half_past_four() -> None:
    clock = clock_of("America/Toronto")
    begins = clock.read(datetime.fromisoformat("2027-03-14T01:30")).instant
    assert clock.iso(begins + 2 * 3_600) == "2027-03-14T04:30:00-04:00"


def test_an_instant_of_any_year_is_whole() -> None:
    assert seconds_since_epoch(datetime.fromisoformat("1970-01-01T00:00:00+00:00")) == 0
    # Floating point would round the seconds of far years.
    assert seconds_since_epoch(datetime.fromisoformat("0001-01-01T00:00:01+00:00")) == -62_135_596_799
    assert seconds_since_epoch(datetime.fromisoformat("9999-12-31T23:59:59-23:59")) == 253_402_300_799 + 86_340


@pytest.mark.parametrize(
    "zone", ["", "Nowhere/Land", "../../etc/passwd", "/etc/passwd", "America/Toronto\0", "x" * 5_000]
)
def test_a_name_that_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownTimeZoneError):
        clock_of(zone)


def test_a_week_begins_on_monday() -> None:
    assert monday_of(date(2027, 1, 4)) == date(2027, 1, 4)
    assert monday_of(date(2027, 1, 3)) == date(2026, 12, 28)


ZONES = ("America/Toronto", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut", "Europe/London", "Pacific/Apia")


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    day=st.dates(date(2005, 1, 1), date(2030, 12, 31)),
    first=st.integers(0, 1_440),
    second=st.integers(0, 1_440),
)
def test_later_on_the_wall_is_never_earlier_in_time(zone: str, day: date, first: int, second: int) -> None:
    clock = clock_of(zone)
    early, late = sorted((first, second))
    assert clock.at(day, early).instant <= clock.at(day, late).instant


@settings(max_examples=60, deadline=None)
@given(zone=st.sampled_from(ZONES), moment=st.datetimes(datetime(2005, 1, 1), datetime(2030, 12, 31)))  # noqa: DTZ001
def test_a_time_that_is_not_skipped_reads_back_as_itself(zone: str, moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    read = clock_of(zone).read(moment)
    back = clock_of(zone).local(read.instant).replace(tzinfo=None, fold=0)
    assert (back == moment) != read.skipped
