"""F1: a visit is booked with at least the notice that the owner set."""

from tests.worlds import FREE, World, table, world

# It is Monday, 08:00, and the owner wants four hours.
FOUR_HOURS = world().technician("t1").policy(min_notice_minutes=240).now("08:00")

# 2027-03-14 has no 02:00 to 03:00, 2027-11-07 has 01:00 to 02:00 twice.
SPRING = world("2027-03-14").technician("t1").policy(min_notice_minutes=240).now("00:30")
AUTUMN = world("2027-11-07").technician("t1").policy(min_notice_minutes=240).now("00:30")

CASES = {
    # 08:00:00 + 4:00:00 = 12:00:00
    "exactly the notice": (FOUR_HOURS, "12:00", FREE),
    "a quarter of an hour less": (FOUR_HOURS, "11:45", "notice"),
    # 08:00:01 + 4:00:00 = 12:00:01
    "one second less": (FOUR_HOURS.now("08:00:01"), "12:00", "notice"),
    "one second less, next start": (FOUR_HOURS.now("08:00:01"), "12:15", FREE),
    "one second more": (FOUR_HOURS.now("07:59:59"), "12:00", FREE),
    # Without notice a visit may start right now, but not a second ago.
    "no notice, now": (FOUR_HOURS.policy(min_notice_minutes=0), "08:00", FREE),
    "no notice, a second ago": (FOUR_HOURS.policy(min_notice_minutes=0).now("08:00:01"), "08:00", "notice"),
    "yesterday": (FOUR_HOURS.policy(min_notice_minutes=0), "2027-01-03 12:00", "notice"),
    # 08:00 + 24 h + 15 min is Tuesday, 08:15.
    "over midnight, met": (FOUR_HOURS.policy(min_notice_minutes=1_455), "tue 08:15", FREE),
    "over midnight, not met": (FOUR_HOURS.policy(min_notice_minutes=1_455), "tue 08:00", "notice"),
    # Notice is elapsed time: 00:30 EST + 4 h = 05:30 EDT, and 00:30 EDT + 4 h = 03:30 EST.
    "an hour is lost, met": (SPRING, "05:30", FREE),
    "an hour is lost, not met": (SPRING, "05:15", "notice"),
    "an hour is won, met": (AUTUMN, "03:30", FREE),
    "an hour is won, not met": (AUTUMN, "03:15", "notice"),
    # 10 days of notice in a horizon of 2
    "longer than the horizon": (FOUR_HOURS.policy(min_notice_minutes=14_400), "tue 23:00", "notice"),
    # 2 ** 53, the largest number that a scenario can hold
    "longer than time": (FOUR_HOURS.policy(min_notice_minutes=2**53), "tue 23:00", "notice"),
}


@table("small, start, reason", CASES)
def test_notice(small: World, start: str, reason: str) -> None:
    assert small.reason("t1", start) == reason


def test_now_may_be_written_in_any_offset() -> None:
    # 13:00Z is 08:00 in Toronto.
    assert FOUR_HOURS.now("2027-01-04T13:00:00Z").reason("t1", "12:00") == FREE
    assert FOUR_HOURS.now("2027-01-04T13:00:01Z").reason("t1", "12:00") == "notice"
