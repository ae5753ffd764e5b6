"""F9: where the shift begins at the depot, the drive to the first stop is part of it (T3)."""

from tests.worlds import EAST, FREE, HERE, HQ, WEST, World, table, world

# The shift is 08:00 to 17:00, and the drive from HQ takes a quarter of an hour.
T1 = world().technician("t1").shift(("08:00", "17:00")).policy(depart="on_shift")
DRIVE = T1.drive(HQ, HERE, 900)
SPLIT = DRIVE.shift(("08:00", "12:00"), ("13:00", "17:00"))
NIGHT = T1.shift(("22:00", "06:00")).drive(HQ, HERE, 7_200)
LATE_NIGHT = T1.shift(("00:30", "06:00")).drive(HQ, HERE, 900)

CASES = {
    # 08:00 + 900 s = 08:15
    "just in time": (DRIVE, "08:15", FREE),
    "a quarter too early": (DRIVE, "08:00", "depart"),
    "one second short": (T1.drive(HQ, HERE, 901), "08:15", "depart"),
    "one second to spare": (T1.drive(HQ, HERE, 899), "08:15", FREE),
    "next door": (T1, "08:00", FREE),
    "the owner lets them leave before": (DRIVE.policy(depart="before_shift"), "08:00", FREE),
    # The depot is the technician's own, if there is one; only the drive out counts, and no buffer does.
    "an own depot": (
        T1.technician("t2", depot=WEST).shift(("08:00", "17:00")).drive(WEST, HERE, 901),
        "08:15",
        "depart",
    ),
    "the way back is another": (T1.drive(HERE, HQ, 7_200), "08:00", FREE),
    "no buffer": (DRIVE.policy(travel_buffer_minutes=60), "08:15", FREE),
    # A stop that ends as the shift begins, or before, leaves the day to begin at the depot: T3 asks.
    "a stop that ends with the beginning of the shift": (
        DRIVE.visit("c1", "07:00", "08:00", at=EAST),
        "08:00",
        "depart",
    ),
    "a stop that ends a second into the shift": (DRIVE.visit("c1", "07:00", "08:00:01", at=EAST), "08:15", FREE),
    "a stop within the shift, drive unasked": (
        T1.drive(HQ, HERE, 7_200).visit("c1", "08:00", "08:30", at=EAST),
        "08:30",
        FREE,
    ),
    # Time without a place is not free: 08:00 to 08:30 leaves 08:45 - 08:30 = 900 s, and 08:30 none.
    "placeless time, just in time": (DRIVE.busy("c1", "08:00", "08:30"), "08:45", FREE),
    "placeless time, too early": (DRIVE.busy("c1", "08:00", "08:30"), "08:30", "depart"),
    "placeless time, one second short": (DRIVE.busy("c1", "08:00", "08:30:01"), "08:45", "depart"),
    "a placeless visit": (DRIVE.visit("c1", "08:00", "08:30"), "08:30", "depart"),
    # 08:00 to 08:20 and 08:10 to 08:30 cover 30 minutes, not 40: 08:45 leaves 15.
    "placeless times that overlap": (DRIVE.busy("c1", "08:00", "08:20").busy("c2", "08:10", "08:30"), "08:45", FREE),
    # 07:30 to 08:15 takes 15 minutes of the shift: 08:15 leaves none, 08:30 leaves 15.
    "placeless time from before the shift": (DRIVE.busy("c1", "07:30", "08:15"), "08:30", FREE),
    "placeless time from before the shift, too early": (DRIVE.busy("c1", "07:30", "08:15"), "08:15", "depart"),
    "placeless time before the shift": (DRIVE.busy("c1", "07:00", "08:00"), "08:15", FREE),
    # S5: the afternoon belongs to the shift that begins at 08:00, five hours before.
    "the second half of a split shift": (SPLIT, "13:00", FREE),
    "the first half of a split shift": (SPLIT, "08:00", "depart"),
    # 08:00 to 13:00 is taken but for 10 minutes and a second: 610 s are too few, 13:05 would do.
    "a split shift that is taken": (SPLIT.busy("c1", "08:10:10", "13:00"), "13:00", "depart"),
    "a split shift that is nearly taken": (SPLIT.busy("c1", "08:15", "13:00"), "13:00", FREE),
    # Monday 22:00 + 2 h is Tuesday 00:00: the shift is that of the window, on whatever date it began.
    "over midnight, just in time": (NIGHT, "tue 00:00", FREE),
    "over midnight, too early": (NIGHT, "mon 23:00", "depart"),
    "over midnight, one second short": (NIGHT.drive(HQ, HERE, 7_201), "tue 00:00", "depart"),
    # The neighbour is out of sight (more than 12 hours before midnight), but the depot is asked all the same.
    "last week's visit": (DRIVE.visit("c1", "2027-01-01 08:00", "2027-01-01 09:00", at=EAST), "08:00", "depart"),
    # 00:30 + 900 s = 00:45; the evening before has a stop at HERE, which ends before the shift.
    "a stop of the evening before": (
        LATE_NIGHT.visit("c1", "2027-01-03 20:00", "2027-01-03 21:00", at=HERE),
        "00:30",
        "depart",
    ),
}


@table("small, start, reason", CASES)
def test_depart(small: World, start: str, reason: str) -> None:
    technician = small.document["business"]["technicians"][-1]["id"]
    assert small.reason(technician, start) == reason
