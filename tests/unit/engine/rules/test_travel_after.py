"""F11: between the visit and the stop after there is time for the drive, and for the buffer before a visit (T2)."""

from tests.worlds import EAST, FREE, HERE, HQ, NOBODY, WEST, World, table, world

T1 = world().technician("t1")
BUFFER = T1.policy(travel_buffer_minutes=15)

# A visit in the east from 12:00, to which the drive takes a quarter of an hour; ours takes 60 minutes.
VISIT = T1.visit("c1", "12:00", "13:00", at=EAST)
DRIVE = VISIT.drive(HERE, EAST, 900)
# One in the west and one in the east; to the west the drive takes an hour.
BOTH = T1.drive(HERE, WEST, 3_600)
# A drive of 14 hours, longer than the 12 in which a neighbour is looked for; a visit that ends with Monday
FAR = T1.drive(HERE, EAST, 50_400)
SPRING = world("2027-03-13").technician("t1").drive(HERE, EAST, 50_400)
AUTUMN = world("2027-11-06").technician("t1").drive(HERE, EAST, 50_400)

CASES = {
    # 10:45 + 60 min + 900 s = 12:00
    "just in time": (DRIVE, "10:45", FREE),
    "a quarter too late": (DRIVE, "11:00", "travel_after"),
    "the drive one second longer": (VISIT.drive(HERE, EAST, 901), "10:45", "travel_after"),
    "the visit starts one second earlier": (
        DRIVE.without("c1").visit("c1", "11:59:59", "13:00", at=EAST),
        "10:45",
        "travel_after",
    ),
    "the way back is another": (VISIT.drive(EAST, HERE, 7_200), "11:00", FREE),
    # max(900, 600) = 900, max(900, 901) = 901
    "the buffer, exactly": (BUFFER.visit("c1", "12:00", "13:00", at=EAST).drive(HERE, EAST, 600), "10:45", FREE),
    "the buffer, a second short": (
        BUFFER.visit("c1", "11:59:59", "13:00", at=EAST).drive(HERE, EAST, 600),
        "10:45",
        "travel_after",
    ),
    "the buffer next door": (BUFFER.visit("c1", "12:00", "13:00", at=HERE), "11:00", "travel_after"),
    "no buffer next door": (T1.visit("c1", "12:00", "13:00", at=HERE), "11:00", FREE),
    "a drive longer than the buffer": (
        BUFFER.visit("c1", "12:00", "13:00", at=EAST).drive(HERE, EAST, 901),
        "10:45",
        "travel_after",
    ),
    "busy time has no buffer": (BUFFER.busy("c1", "12:00", "13:00", at=HERE), "11:00", FREE),
    "busy time has a drive": (
        BUFFER.busy("c1", "12:00", "13:00", at=EAST).drive(HERE, EAST, 1),
        "11:00",
        "travel_after",
    ),
    # Lunch from 11:30 leaves 11:30 - 11:15 = 900 s for a visit that ends at 11:15.
    "placeless time alone": (BUFFER.busy("c1", "12:00", "13:00"), "11:00", FREE),
    "a placeless visit alone": (BUFFER.visit("c1", "12:00", "13:00"), "11:00", FREE),
    "lunch on the way, just in time": (DRIVE.busy("c2", "11:30", "12:00"), "10:15", FREE),
    "lunch on the way, too late": (DRIVE.busy("c2", "11:30", "12:00"), "10:30", "travel_after"),
    "lunch on the way, one second longer": (DRIVE.busy("c2", "11:29:59", "12:00"), "10:15", "travel_after"),
    # 11:50 to 12:00 of the lunch counts: 11:50 - 900 s = 11:35, less 60 minutes = 10:35.
    "lunch that ends during the visit": (DRIVE.every(5).busy("c2", "11:50", "12:30"), "10:35", FREE),
    "lunch that ends during the visit, late": (DRIVE.every(5).busy("c2", "11:50", "12:30"), "10:40", "travel_after"),
    "lunch at a place is a stop": (DRIVE.busy("c2", "11:30", "12:00", at=HERE), "10:30", FREE),
    # n is the first stop that has not begun.
    "the first of two": (
        BOTH.visit("c1", "13:00", "14:00", at=WEST).visit("c2", "12:00", "13:00", at=EAST),
        "11:00",
        FREE,
    ),
    "the earlier start": (
        BOTH.visit("c1", "12:00", "14:00", at=WEST).visit("c2", "12:30", "13:00", at=EAST),
        "10:15",
        "travel_after",
    ),
    "one start, the earlier end": (
        BOTH.visit("c2", "12:00", "13:00", at=WEST).visit("c1", "12:00", "14:00", at=EAST),
        "10:15",
        "travel_after",
    ),
    "one start, the earlier end, other ids": (
        BOTH.visit("c1", "12:00", "14:00", at=WEST).visit("c2", "12:00", "13:00", at=EAST),
        "11:00",
        FREE,
    ),
    "one time, the smaller id": (
        BOTH.visit("c1", "12:00", "13:00", at=WEST).visit("c2", "12:00", "13:00", at=EAST),
        "10:15",
        "travel_after",
    ),
    "one time, the smaller id is near": (
        BOTH.visit("c2", "12:00", "13:00", at=WEST).visit("c1", "12:00", "13:00", at=EAST),
        "11:00",
        FREE,
    ),
    "one time, ids are texts": (
        BOTH.visit("c10", "12:00", "13:00", at=WEST).visit("c9", "12:00", "13:00", at=EAST),
        "10:15",
        "travel_after",
    ),
    "somebody else's visit": (BOTH.technician("t2").visit("c1", "12:00", "13:00", at=WEST), "11:00", FREE),
    "nobody's busy time": (BOTH.busy("c1", "12:00", "13:00", at=WEST, of=NOBODY), "11:00", FREE),
    "after the shift": (DRIVE.shift(("08:00", "12:00")), "11:00", "travel_after"),
    # t's day reaches until noon of the day after: a stop at 12:00:00 is out of sight, one a second earlier is not.
    "tomorrow noon": (FAR.visit("c1", "tue 12:00:00", "tue 13:00", at=EAST), "23:00", FREE),
    "a second before noon": (FAR.visit("c1", "tue 11:59:59", "tue 13:00", at=EAST), "23:00", "travel_after"),
    # 11:59:59 - 14 h - 60 min = 20:59:59
    "a second before noon, earlier": (FAR.visit("c1", "tue 11:59:59", "tue 13:00", at=EAST), "21:00", "travel_after"),
    "a second before noon, much earlier": (FAR.visit("c1", "tue 11:59:59", "tue 13:00", at=EAST), "20:45", FREE),
    # The next day loses or wins an hour at 02:00: 12 hours after midnight it is 13:00 or 11:00.
    "twelve hours into a short day": (
        SPRING.visit("c1", "2027-03-14 13:00", "2027-03-14 14:00", at=EAST),
        "23:00",
        FREE,
    ),
    "a second less": (SPRING.visit("c1", "2027-03-14 12:59:59", "2027-03-14 14:00", at=EAST), "23:00", "travel_after"),
    "twelve hours into a long day": (
        AUTUMN.visit("c1", "2027-11-07 11:00", "2027-11-07 12:00", at=EAST),
        "23:00",
        FREE,
    ),
    "a second less as well": (
        AUTUMN.visit("c1", "2027-11-07 10:59:59", "2027-11-07 12:00", at=EAST),
        "23:00",
        "travel_after",
    ),
    # The date of the visit may itself be the short or the long one: noon of the next date is the border all the same.
    "noon after a short day": (
        SPRING.now("2027-03-14 00:00").visit("c1", "2027-03-15 12:00", "2027-03-15 13:00", at=EAST),
        "2027-03-14 23:00",
        FREE,
    ),
    "a second before noon after a short day": (
        SPRING.now("2027-03-14 00:00").visit("c1", "2027-03-15 11:59:59", "2027-03-15 13:00", at=EAST),
        "2027-03-14 23:00",
        "travel_after",
    ),
    "noon after a long day": (
        AUTUMN.now("2027-11-07 00:00").visit("c1", "2027-11-08 12:00", "2027-11-08 13:00", at=EAST),
        "2027-11-07 23:00",
        FREE,
    ),
    "a second before noon after a long day": (
        AUTUMN.now("2027-11-07 00:00").visit("c1", "2027-11-08 11:59:59", "2027-11-08 13:00", at=EAST),
        "2027-11-07 23:00",
        "travel_after",
    ),
    # 23:00 + 60 min to 11:00 are 11 h; a second of them is taken.
    "free time has no such border": (
        T1.drive(HERE, EAST, 39_600)
        .visit("c1", "tue 11:00", "tue 12:00", at=EAST)
        .busy("c2", "tue 09:00", "tue 09:00:01"),
        "23:00",
        "travel_after",
    ),
}


@table("small, start, reason", CASES)
def test_travel_after(small: World, start: str, reason: str) -> None:
    assert small.reason("t1", start) == reason


def test_the_depot_is_no_stop() -> None:
    # With `after_shift` nobody asks how far HQ is.
    assert BUFFER.drive(HERE, HQ, 36_000).shift(("08:00", "17:00")).reason("t1", "16:00") == FREE
