"""Chapter A: time. Clock changes, midnight, months and years, the horizon."""

from tests.behavior.town import town
from tests.worlds import FREE, World

SPRING, AUTUMN = "2027-03-14", "2027-11-07"
"""Sundays on which Toronto loses the hour from 02:00, and has the hour from 01:00 twice."""

AT_NINE = [f"{hour:02}:{minute:02}" for hour in (9, 10, 11, 12, 13, 14, 15, 16) for minute in (0, 30)][:-1]
"""09:00 to 16:00 every half hour: an hour's visit fits in from 09:00 to 17:00."""


def nine_to_five(day: str, **where: str) -> World:
    """Give a town that works from 09:00 to 17:00 without a break, and next door."""
    return town(day, **where).drives(0).blocks(("DAY", "09:00", "17:00", 30)).shift(("09:00", "17:00"))


def night(day: str) -> World:
    """Give a town that works around midnight, 22:00 to 06:00, with a start every hour."""
    small = town(day).drives(0).policy(lock="none", min_notice_minutes=0).shift(("22:00", "06:00"))
    return small.blocks(("NIGHT", "00:00", "06:00", 60), ("EVE", "22:00", "00:00", 60))


def test_a01_a_customer_sees_nine_o_clock_as_nine_o_clock_all_year() -> None:
    # Asked on the eve of the day before, of, and after each clock change
    for day in ("2027-03-13", SPRING, "2027-03-15", "2027-11-06", AUTUMN, "2027-11-08"):
        assert nine_to_five(day).starts() == AT_NINE, day


def test_a02_a_summer_day_looked_up_in_winter_opens_at_nine_as_well() -> None:
    # From 2027-02-20, 40 days reach to 2027-03-31.
    winter = nine_to_five("2027-02-20").policy(horizon_days=40)
    for day in ("2027-03-13", SPRING, "2027-03-15"):
        assert winter.starts(day) == AT_NINE, day


def test_a03_on_the_day_that_loses_an_hour_nothing_starts_within_it() -> None:
    # 00:00 to 06:00: 02:00 is not there.
    assert night(SPRING).starts() == ["00:00", "01:00", "03:00", "04:00", "05:00", "22:00", "23:00"]


def test_a04_on_the_day_that_wins_an_hour_it_is_offered_once() -> None:
    # 01:00 comes twice, and the customer is offered the first one.
    twice = night(AUTUMN)
    assert twice.starts() == ["00:00", "01:00", "02:00", "03:00", "04:00", "05:00", "22:00", "23:00"]
    assert twice.slot("01:00").start == twice.instant("2027-11-07T01:00-04:00")
    assert twice.reason("sam", "2027-11-07T01:00-05:00") == "off_grid"


def test_a05_an_hour_is_an_hour_of_elapsed_time_over_a_clock_change() -> None:
    # 01:00 EST + 60 min is 03:00 EDT; the first 01:00 of autumn + 60 min is 01:00 again.
    slot = night(SPRING).slot("01:00")
    assert slot.end == night(SPRING).instant("2027-03-14T03:00-04:00")
    slot = night(AUTUMN).slot("01:00")
    assert slot.end == night(AUTUMN).instant("2027-11-07T01:00-05:00")


def test_a06_a_shift_over_midnight_serves_both_dates() -> None:
    # Only Monday's night: from Monday 22:00 until Tuesday 06:00.
    monday = night("2027-01-04").shift(("22:00", "06:00"), on="mon")
    assert monday.starts("mon") == ["22:00", "23:00"]
    assert monday.starts("tue") == ["00:00", "01:00", "02:00", "03:00", "04:00", "05:00"]


def test_a07_a_night_shift_lasts_seven_hours_in_spring_and_nine_in_autumn() -> None:
    # From 22:00 on the eve to 06:00: a visit that is longer than all blocks may run on until the shift ends.
    def longest(day: str) -> int:
        small = night(day).blocks(("EVE", "22:00", "00:00", ["22:00"]))
        return max(
            m for m in (419, 420, 421, 480, 481, 539, 540, 541) if small.lasting(m).reason("sam", "22:00") == FREE
        )

    assert longest("2027-03-13") == 420
    assert longest("2027-11-06") == 540
    assert longest("2027-01-04") == 480


def test_a08_a_visit_that_crosses_midnight_is_offered_once_on_the_date_of_its_start() -> None:
    # 23:30 to 00:30, in a shift from 22:30 to 02:00
    late = night("2027-01-04").shift(("22:30", "02:00"), on="mon").blocks(("LATE", "22:30", "00:00", 30)).lasting(100)
    assert [late.starts("mon"), late.starts("tue")] == [["22:30", "23:00", "23:30"], []]


def test_a09_the_first_day_of_a_month_and_of_a_year_is_a_day_like_others() -> None:
    for day in ("2027-01-01", "2027-02-01", "2027-03-01", "2028-03-01", "2027-05-01"):
        small = nine_to_five(day)
        assert small.starts() == AT_NINE
        assert small.days()[1] == day


def test_a10_a_leap_day_is_there() -> None:
    assert nine_to_five("2028-02-29").days() == ["2028-02-28", "2028-02-29", "2028-03-01"]


def test_a11_the_horizon_counts_local_dates_and_begins_with_today() -> None:
    # Noon on Sunday, four hours of notice: from 16:00, the last start of the day.
    small = nine_to_five("2027-01-04")
    assert small.days() == ["2027-01-03", "2027-01-04", "2027-01-05"]
    assert small.starts("2027-01-03") == ["16:00"]
    assert small.reason("sam", "2027-01-06 09:00") == "horizon"


def test_a12_a_horizon_may_end_with_a_clock_change() -> None:
    # Three dates from Friday on; the last, the Sunday of the change, is whole.
    for eve, last, next_day in (("2027-03-13", SPRING, "2027-03-15"), ("2027-11-06", AUTUMN, "2027-11-08")):
        small = nine_to_five(eve)
        assert small.days()[-1] == last
        assert small.starts(last) == AT_NINE
        assert small.reason("sam", f"{next_day} 09:00") == "horizon"


def test_a13_late_in_the_evening_today_is_still_today() -> None:
    # 23:59:59 on Sunday in Toronto is 04:59:59 on Monday in UTC.
    last_second = nine_to_five("2027-01-04").policy(horizon_days=1, min_notice_minutes=0)
    assert last_second.now("2027-01-04T04:59:59Z").days() == []
    assert last_second.now("2027-01-04T05:00:00Z").days() == ["2027-01-04"]


def test_a14_notice_is_time_to_the_second() -> None:
    # 09:00 + 4 h = 13:00; a second later it is too late for 13:00.
    small = nine_to_five("2027-01-04")
    assert small.now("09:00:00").starts()[0] == "13:00"
    assert small.now("09:00:01").starts()[0] == "13:30"


def test_a15_notice_over_a_clock_change_is_elapsed_time() -> None:
    # Saturday 21:00 and 12 h of notice: 10:00 in spring, 08:00 in autumn, 09:00 on any other Sunday.
    def first(eve: str, day: str) -> str:
        small = nine_to_five(day).now(f"{eve} 21:00").policy(min_notice_minutes=720)
        return small.blocks(("DAY", "07:00", "17:00", 60)).shift(("07:00", "17:00")).starts()[0]

    assert first("2027-03-13", SPRING) == "10:00"
    assert first("2027-11-06", AUTUMN) == "08:00"
    assert first("2027-01-09", "2027-01-10") == "09:00"


def test_a16_where_clocks_change_by_half_an_hour_starts_keep_to_the_clock() -> None:
    # Lord Howe Island skips 02:00 to 02:30.
    small = night("2027-01-04").blocks(("NIGHT", "01:00", "04:00", 30)).lasting(30)
    there = small.business(time_zone="Australia/Lord_Howe").now("2027-10-02 12:00")
    assert there.starts("2027-10-03") == ["01:00", "01:30", "02:30", "03:00", "03:30"]


def test_a17_where_midnight_is_skipped_the_day_begins_at_one() -> None:
    # São Paulo, 2018-11-04: 00:00 is 01:00. The night shift goes on, an hour shorter.
    small = town("2018-11-04", time_zone="America/Sao_Paulo").drives(0).policy(min_notice_minutes=0)
    nights = small.shift(("22:00", "06:00")).blocks(("NIGHT", "00:00", "06:00", 60))
    assert nights.starts() == ["01:00", "02:00", "03:00", "04:00", "05:00"]


def test_a18_where_clocks_never_change_nothing_is_different() -> None:
    for day in ("2027-03-28", "2027-10-31"):
        assert nine_to_five(day, time_zone="Asia/Kolkata").starts() == AT_NINE


def test_a19_a_whole_day_is_as_long_as_it_is() -> None:
    # Open day and night, a start every hour: 23, 24 or 25 hours less the one that comes twice and is offered once.
    def count(day: str) -> int:
        small = town(day).drives(0).policy(lock="none").shift(("00:00", "00:00"))
        return len(small.blocks(("DAY", "00:00", "00:00", 60)).starts())

    assert [count(day) for day in ("2027-01-04", SPRING, AUTUMN)] == [24, 23, 24]


def test_a20_a_whole_day_of_25_hours_can_hold_a_visit_a_minute_longer_than_24() -> None:
    # The longest visit takes 24 hours: on a day of 24 it starts at midnight only, on one of 25 at 00:00 and the
    # first 01:00, and on one of 23 it is longer than the block and may start whenever the shift lets it (G3).
    def starts(day: str) -> list[str]:
        small = town(day).drives(0).shift(("00:00", "00:00")).blocks(("DAY", "00:00", "00:00", 60))
        return small.policy(horizon_days=2).lasting(1_440).starts()

    assert starts("2027-01-04") == ["00:00"]
    assert starts(AUTUMN) == ["00:00", "01:00"]
    assert len(starts(SPRING)) == 23
