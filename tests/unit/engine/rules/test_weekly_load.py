"""F13: a technician's visits of an ISO week, the new one included, stay within the owner's caps."""

from tests.worlds import EAST, FREE, World, table, world

T1 = world().technician("t1")


def jobs(cap: int) -> World:
    return world().technician("t1", weekly_jobs=cap)


def minutes(cap: int) -> World:
    return world().technician("t1", weekly_minutes=cap)


# The day is Monday 2027-01-04, which begins an ISO week; our visit takes 60 minutes.
ONE = jobs(1)
SUNDAY = world("2027-01-10").technician("t1", weekly_jobs=1)
SPRING = world("2027-03-14").technician("t1", weekly_jobs=1)
AUTUMN = world("2027-11-07").technician("t1", weekly_jobs=1)

CASES = {
    # 1 + 1 = 2
    "the last of two": (jobs(2).visit("c1", "wed 09:00", "wed 10:00"), "12:00", FREE),
    "the third of two": (
        jobs(2).visit("c1", "wed 09:00", "wed 10:00").visit("c2", "fri 09:00", "fri 10:00"),
        "12:00",
        "weekly_load",
    ),
    "none at all": (jobs(0), "12:00", "weekly_load"),
    "no cap": (T1.visit("c1", "wed 09:00", "wed 10:00"), "12:00", FREE),
    # The week is Monday 00:00 to Monday 00:00 on the clock of the business, and a visit counts where it starts.
    "the week's first second": (ONE.visit("c1", "mon 00:00", "mon 00:15"), "12:00", "weekly_load"),
    "the week's last second": (ONE.visit("c1", "sun 23:59:59", "2027-01-11 01:00"), "12:00", "weekly_load"),
    "the next week's first second": (ONE.visit("c1", "2027-01-11 00:00", "2027-01-11 01:00"), "12:00", FREE),
    "from last week into this": (ONE.visit("c1", "2027-01-03 23:59:59", "mon 01:00"), "12:00", FREE),
    # 2027-01-04T04:30Z is Sunday 23:30 in Toronto.
    "the week is a local one": (ONE.visit("c1", "2027-01-04T04:30:00Z", "2027-01-04T05:00:00Z"), "12:00", FREE),
    "earlier in the week counts": (SUNDAY.visit("c1", "mon 09:00", "mon 10:00"), "sun 12:00", "weekly_load"),
    "a Sunday ends its week": (SUNDAY.visit("c1", "2027-01-11 09:00", "2027-01-11 10:00"), "sun 12:00", FREE),
    "a Monday begins another": (SUNDAY.visit("c1", "sat 09:00", "sat 10:00"), "2027-01-11 12:00", FREE),
    # The week of 2027-03-14 ends an hour early, that of 2027-11-07 an hour late: at Monday 00:00 all the same.
    "a short week, before its end": (SPRING.visit("c1", "sun 23:59:59", "2027-03-15 00:30"), "12:00", "weekly_load"),
    "a short week, after its end": (SPRING.visit("c1", "2027-03-15 00:00", "2027-03-15 00:30"), "12:00", FREE),
    "a long week, before its end": (AUTUMN.visit("c1", "sun 23:59:59", "2027-11-08 00:30"), "12:00", "weekly_load"),
    "a long week, after its end": (AUTUMN.visit("c1", "2027-11-08 00:00", "2027-11-08 00:30"), "12:00", FREE),
    # 60 + 60 = 120
    "the last of 120 minutes": (minutes(120).visit("c1", "wed 09:00", "wed 10:00"), "12:00", FREE),
    "one second beyond 120 minutes": (minutes(120).visit("c1", "wed 09:00", "wed 10:00:01"), "12:00", "weekly_load"),
    "one minute beyond 120 minutes": (minutes(119).visit("c1", "wed 09:00", "wed 10:00"), "12:00", "weekly_load"),
    "our own length alone": (minutes(60), "12:00", FREE),
    "our own length is too much": (minutes(59), "12:00", "weekly_load"),
    # 30 min of Sunday's last visit lie in this week, but it started in the last one: 60 + 60 = 120 without it.
    "a visit's length counts where it starts": (
        minutes(120).visit("c0", "2027-01-03 23:30", "mon 00:30").visit("c1", "wed 09:00", "wed 10:00"),
        "12:00",
        FREE,
    ),
    # It starts on Sunday, so that all of its 120 minutes are of this week: 120 + 60 > 179.
    "all of it": (minutes(179).visit("c1", "sun 23:00", "2027-01-11 01:00"), "12:00", "weekly_load"),
    "all of it, met": (minutes(180).visit("c1", "sun 23:00", "2027-01-11 01:00"), "12:00", FREE),
    # 2027-11-07, 00:30 to 03:30 is four hours long: 240 + 60 = 300.
    "elapsed time, met": (
        world("2027-11-07").technician("t1", weekly_minutes=300).visit("c1", "00:30", "03:30"),
        "12:00",
        FREE,
    ),
    "elapsed time, not met": (
        world("2027-11-07").technician("t1", weekly_minutes=299).visit("c1", "00:30", "03:30"),
        "12:00",
        "weekly_load",
    ),
    "both caps, the visits are too many": (
        world().technician("t1", weekly_jobs=1, weekly_minutes=600).visit("c1", "wed 09:00", "wed 10:00"),
        "12:00",
        "weekly_load",
    ),
    "both caps, the minutes are too many": (
        world().technician("t1", weekly_jobs=5, weekly_minutes=119).visit("c1", "wed 09:00", "wed 10:00"),
        "12:00",
        "weekly_load",
    ),
    # Visits count, with or without a place and whether past or to come; busy time does not.
    "busy time": (ONE.busy("c1", "wed 09:00", "wed 10:00", at=EAST), "12:00", FREE),
    "a visit without a place": (ONE.visit("c1", "wed 09:00", "wed 10:00"), "12:00", "weekly_load"),
    "a visit that is over": (SUNDAY.now("sun 11:00").visit("c1", "mon 09:00", "mon 10:00"), "12:00", "weekly_load"),
    "visits that overlap": (
        jobs(2).visit("c1", "wed 09:00", "wed 10:00").visit("c2", "wed 09:00", "wed 10:00"),
        "12:00",
        "weekly_load",
    ),
    "somebody else's visit": (ONE.technician("t2").visit("c1", "wed 09:00", "wed 10:00"), "12:00", FREE),
}


@table("small, start, reason", CASES)
def test_weekly_load(small: World, start: str, reason: str) -> None:
    assert small.reason("t1", start) == reason


def test_an_iso_week_may_reach_into_another_year() -> None:
    # Thursday 2026-12-31 and Sunday 2027-01-03 are of one week, 2026-W53.
    new_year = world("2027-01-03").technician("t1", weekly_jobs=1).visit("c1", "2026-12-31 09:00", "2026-12-31 10:00")
    assert new_year.reason("t1", "12:00") == "weekly_load"
    assert new_year.reason("t1", "2027-01-04 12:00") == FREE
