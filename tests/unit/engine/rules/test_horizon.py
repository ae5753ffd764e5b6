"""F2: a visit is booked for one of the coming local dates, as many as the owner opens, today included."""

from tests.worlds import FREE, World, table, world

# It is Sunday 2027-01-03, noon: three dates are Sunday, Monday and Tuesday 2027-01-05.
THREE = world().technician("t1").now("2027-01-03 12:00").policy(horizon_days=3)
ONE = THREE.policy(horizon_days=1)

# One block, shorter than the visit: it may begin at 23:30 and run into the next date (G3).
LATE = THREE.blocks(("LATE", "23:00", "00:00", ["23:30"])).lasting(120)

CASES = {
    "the last hour of the last date": (THREE, "tue 23:00", FREE),
    "the midnight that ends it": (THREE, "2027-01-06 00:00", "horizon"),
    "a visit may end after the horizon": (LATE, "tue 23:30", FREE),
    "a visit may not begin after it": (LATE, "wed 23:30", "horizon"),
    "today alone": (ONE, "2027-01-03 23:00", FREE),
    "today alone, tomorrow": (ONE, "mon 00:00", "horizon"),
    # A second before midnight today is still Sunday; at midnight it is Monday.
    "today's last second": (THREE.policy(horizon_days=2).now("2027-01-03 23:59:59"), "tue 00:00", "horizon"),
    "tomorrow's first second": (THREE.policy(horizon_days=2).now("mon 00:00:00"), "tue 00:00", FREE),
    # 02:00Z on the 4th is 21:00 on the 3rd in Toronto: the date is the local one.
    "today is a local date": (ONE.now("2027-01-04T02:00:00Z"), "2027-01-03 22:00", FREE),
    "and so is tomorrow": (ONE.now("2027-01-04T02:00:00Z"), "mon 00:00", "horizon"),
    # Three dates from Friday the 12th end with the 14th (23 hours), from Friday the 5th with the 7th (25 hours).
    "the last date loses an hour": (THREE.now("2027-03-12 12:00"), "2027-03-14 23:00", FREE),
    "after a date that lost an hour": (THREE.now("2027-03-12 12:00"), "2027-03-15 00:00", "horizon"),
    "the last date wins an hour": (THREE.now("2027-11-05 12:00"), "2027-11-07 23:00", FREE),
    "after a date that won an hour": (THREE.now("2027-11-05 12:00"), "2027-11-08 00:00", "horizon"),
    # 366 dates from 2027-01-03: 365 days later is 2028-01-03.
    "a year and a day": (THREE.policy(horizon_days=366).every(720), "2028-01-03 12:00", FREE),
    "and a day more": (THREE.policy(horizon_days=366).every(720), "2028-01-04 12:00", "horizon"),
    "in the far future": (THREE, "2400-01-01 12:00", "horizon"),
}


@table("small, start, reason", CASES)
def test_horizon(small: World, start: str, reason: str) -> None:
    assert small.reason("t1", start) == reason


def test_every_date_of_the_horizon_is_offered_and_no_other() -> None:
    assert THREE.days() == ["2027-01-03", "2027-01-04", "2027-01-05"]
