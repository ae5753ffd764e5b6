"""F12: where the shift ends at the depot, the drive back from the last stop is part of it (T4)."""

from tests.worlds import EAST, FREE, HERE, HQ, WEST, World, table, world

# The shift is 08:00 to 17:00, the visit takes 60 minutes, and the drive to HQ a quarter of an hour.
T1 = world().technician("t1").shift(("08:00", "17:00")).policy(return_="by_shift_end")
DRIVE = T1.drive(HERE, HQ, 900)
SPLIT = DRIVE.shift(("08:00", "12:00"), ("13:00", "17:00"))
NIGHT = T1.shift(("22:00", "06:00")).drive(HERE, HQ, 7_200)

CASES = {
    # 15:45 + 60 min + 900 s = 17:00
    "just in time": (DRIVE, "15:45", FREE),
    "a quarter too late": (DRIVE, "16:00", "return"),
    "one second short": (T1.drive(HERE, HQ, 901), "15:45", "return"),
    "one second to spare": (T1.drive(HERE, HQ, 899), "15:45", FREE),
    "next door": (T1, "16:00", FREE),
    "the owner lets them return after": (DRIVE.policy(return_="after_shift"), "16:00", FREE),
    "an own depot": (
        T1.technician("t2", depot=WEST).shift(("08:00", "17:00")).drive(HERE, WEST, 901),
        "15:45",
        "return",
    ),
    "the way out is another": (T1.drive(HQ, HERE, 7_200), "16:00", FREE),
    "no buffer": (DRIVE.policy(travel_buffer_minutes=60), "15:45", FREE),
    # A stop that starts as the shift ends, or later, leaves the day to end at the depot: T4 asks.
    "a stop that starts with the end of the shift": (DRIVE.visit("c1", "17:00", "18:00", at=EAST), "16:00", "return"),
    "a stop that starts a second before it": (DRIVE.visit("c1", "16:59:59", "18:00", at=EAST), "15:45", FREE),
    "a stop within the shift, drive unasked": (
        T1.drive(HERE, HQ, 7_200).visit("c1", "16:30", "17:00", at=EAST),
        "15:30",
        FREE,
    ),
    # Time without a place is not free: 16:30 to 17:00 leaves 16:30 - 16:15 = 900 s.
    "placeless time, just in time": (DRIVE.busy("c1", "16:30", "17:00"), "15:15", FREE),
    "placeless time, too late": (DRIVE.busy("c1", "16:30", "17:00"), "15:30", "return"),
    "placeless time, one second short": (DRIVE.busy("c1", "16:29:59", "17:00"), "15:15", "return"),
    "placeless times that overlap": (DRIVE.busy("c1", "16:40", "17:00").busy("c2", "16:30", "16:50"), "15:15", FREE),
    # 16:45 to 17:30 takes 15 minutes of the shift: a visit until 16:30 leaves 15, one until 16:45 none.
    "placeless time over the end": (DRIVE.busy("c1", "16:45", "17:30"), "15:30", FREE),
    "placeless time over the end, too late": (DRIVE.busy("c1", "16:45", "17:30"), "15:45", "return"),
    "placeless time after the shift": (DRIVE.busy("c1", "17:00", "18:00"), "15:45", FREE),
    # S5: the morning belongs to the shift that ends at 17:00.
    "the first half of a split shift": (SPLIT, "11:00", FREE),
    "the second half of a split shift": (SPLIT, "16:00", "return"),
    "a split shift that is taken": (SPLIT.busy("c1", "12:00", "16:45:01"), "11:00", "return"),
    "a split shift that is nearly taken": (SPLIT.busy("c1", "12:00", "16:45"), "11:00", FREE),
    # Tuesday 06:00 - 2 h - 60 min = 03:00
    "over midnight, just in time": (NIGHT, "tue 03:00", FREE),
    "over midnight, too late": (NIGHT, "tue 03:15", "return"),
    "over midnight, from the day before": (NIGHT, "mon 22:00", FREE),
}


@table("small, start, reason", CASES)
def test_return(small: World, start: str, reason: str) -> None:
    technician = small.document["business"]["technicians"][-1]["id"]
    assert small.reason(technician, start) == reason
