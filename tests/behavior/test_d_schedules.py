"""Chapter D: schedules. Hours, exceptions, zone-scoped days, nights."""

from tests.behavior.town import town
from tests.worlds import ALWAYS, FREE, World

MORNING = ["08:30", "09:00", "09:30", "10:00", "10:30", "11:00"]
"""Sam is there from 08:10 on, and an hour's visit must end by 12:00."""

AFTERNOON = ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00"]
DAY = [["08:00", "17:00"]]


def closed(small: World, day: str = "") -> bool:
    return small.starts(day) == []


def test_d01_a_customer_is_offered_the_hours_in_which_the_zone_sells_and_somebody_works() -> None:
    assert town().starts() == [*MORNING, *AFTERNOON]
    assert town().hours(("10:00", "15:00")).starts() == ["10:00", "10:30", "11:00", "13:00", "13:30", "14:00"]
    assert town().shift(("10:00", "15:00")).starts() == ["10:30", "11:00", "13:00", "13:30", "14:00"]


def test_d02_a_holiday_closes_a_single_date() -> None:
    holiday = town().schedule("z1", zone="z1", week=ALWAYS, exceptions={"2027-01-04": []})
    assert closed(holiday, "mon")
    assert holiday.starts("tue") == town().starts("tue")


def test_d03_an_exception_opens_a_date_that_is_closed_else() -> None:
    saturdays = town("2027-01-09").shift(("08:00", "17:00"), on="mon")
    assert closed(saturdays)
    once = saturdays.schedule("sam", technician="sam", exceptions={"2027-01-09": [["13:00", "15:00"]]})
    assert once.starts() == ["13:30", "14:00"]


def test_d04_a_change_of_tuesday_leaves_wednesday_as_it_is() -> None:
    morning = [["08:00", "12:00"]]
    week = town("2027-01-05").schedule("sam", technician="sam", week={"mon": morning, "tue": DAY, "wed": morning})
    assert week.starts("tue") == [*MORNING, *AFTERNOON]
    assert week.starts("wed") == MORNING


def test_d05_a_summer_schedule_of_higher_priority_replaces_the_usual_one_while_it_lasts() -> None:
    summer = town().schedule(
        "summer",
        technician="sam",
        priority=1,
        effective_from="2027-01-04",
        effective_to="2027-01-05",
        week={"mon": [["13:00", "17:00"]]},
    )
    assert summer.starts("mon") == ["13:30", *AFTERNOON[2:]]
    assert summer.starts("tue") == [*MORNING, *AFTERNOON]


def test_d06_of_equal_schedules_the_one_that_began_later_counts() -> None:
    small = town().off().schedule("old", technician="sam", week={"mon": [["08:00", "12:00"]]})
    new = small.schedule("new", technician="sam", effective_from="2026-06-01", week={"mon": [["13:00", "17:00"]]})
    assert new.starts("mon")[0] == "13:30"


def test_d07_a_zone_of_its_own_replaces_the_technician_s_usual_day() -> None:
    scoped = town().schedule("in-z1", technician="sam", zone="z1", week={"mon": [["13:00", "17:00"]]})
    assert scoped.starts("mon")[0] == "13:30"
    # In effect, it also rules the days that it doesn't name: there Sam is off.
    assert closed(scoped, "tue")


def test_d08_a_zone_s_own_schedule_closes_a_day_that_is_open_else() -> None:
    away = town().schedule("in-z1", technician="sam", zone="z1", week={})
    assert closed(away, "mon")
    assert away.reason("sam", "10:00") == "off_shift"
    # In another zone the usual day still counts.
    other = away.zone("z1", active=False).zone("z2", boundaries=["around"], industries=[{"industry": "hvac"}])
    other = other.schedule("z2", zone="z2", week=ALWAYS).schedule("in-z1", zone="z1", technician="sam")
    assert other.technician("sam", zones=["z2"]).starts("mon") == [*MORNING, *AFTERNOON]


def test_d09_a_break_parts_a_shift_and_hours_that_touch_do_not() -> None:
    blocks = ("DAY", "08:00", "17:00", 30)
    parted = town().blocks(blocks).shift(("08:00", "12:00"), ("13:00", "17:00"))
    assert parted.reason("sam", "11:30") == "off_shift"
    assert parted.reason("sam", "12:30") == "off_shift"
    whole = town().blocks(blocks).shift(("08:00", "12:00"), ("12:00", "17:00"))
    assert whole.reason("sam", "11:30") == FREE


def test_d10_nobody_without_a_schedule_is_offered() -> None:
    assert closed(town().off())
    assert closed(town().schedule("z1", zone="z1", active=False))


def test_d11_a_night_shift_that_touches_the_next_morning_s_is_one() -> None:
    # 20:00 to 08:00, and then 08:00 to 12:00: a visit from 07:30 to 08:30 lies inside.
    small = town().blocks(("DAY", "05:00", "12:00", 30)).policy(depart="before_shift")
    night = small.schedule("sam", technician="sam", week={"sun": [["20:00", "08:00"]], "mon": [["08:00", "12:00"]]})
    assert night.reason("sam", "07:30") == FREE
    parted = small.schedule("sam", technician="sam", week={"sun": [["20:00", "07:59"]], "mon": [["08:00", "12:00"]]})
    assert parted.reason("sam", "07:30") == "off_shift"


def test_d12_the_zone_may_close_while_a_technician_still_works() -> None:
    small = town().hours(("08:00", "16:00"))
    assert small.starts()[-1] == "15:00"
    assert small.reason("sam", "15:30") == "zone_closed"
