"""F10: between the stop before and the visit there is time for the drive, and for the buffer after a visit (T2)."""

from tests.worlds import EAST, FREE, HERE, HQ, NOBODY, WEST, World, table, world

T1 = world().technician("t1")
BUFFER = T1.policy(travel_buffer_minutes=15)

# A visit in the east until 10:00, from where the drive takes a quarter of an hour.
VISIT = T1.visit("c1", "09:00", "10:00", at=EAST)
DRIVE = VISIT.drive(EAST, HERE, 900)
# One in the west and one in the east; from the west the drive takes an hour.
BOTH = T1.drive(WEST, HERE, 3_600)
# A drive of 14 hours, longer than the 12 in which a neighbour is looked for
FAR = T1.drive(EAST, HERE, 50_400)
SPRING = world("2027-03-15").technician("t1").drive(EAST, HERE, 50_400)
AUTUMN = world("2027-11-08").technician("t1").drive(EAST, HERE, 50_400)

CASES = {
    # 10:00 + 900 s = 10:15
    "just in time": (DRIVE, "10:15", FREE),
    "a quarter too early": (DRIVE, "10:00", "travel_before"),
    "the drive one second longer": (VISIT.drive(EAST, HERE, 901), "10:15", "travel_before"),
    "the visit ends one second later": (
        DRIVE.without("c1").visit("c1", "09:00", "10:00:01", at=EAST),
        "10:15",
        "travel_before",
    ),
    "the way there is another": (VISIT.drive(HERE, EAST, 7_200), "10:00", FREE),
    # The buffer is a floor, not a sum: max(900, 600) = 900, max(900, 901) = 901.
    "the buffer, exactly": (BUFFER.visit("c1", "09:00", "10:00", at=EAST).drive(EAST, HERE, 600), "10:15", FREE),
    "the buffer, a second short": (
        BUFFER.visit("c1", "09:00", "10:00:01", at=EAST).drive(EAST, HERE, 600),
        "10:15",
        "travel_before",
    ),
    "the buffer next door": (BUFFER.visit("c1", "09:00", "10:00", at=HERE), "10:00", "travel_before"),
    "no buffer next door": (T1.visit("c1", "09:00", "10:00", at=HERE), "10:00", FREE),
    "a drive longer than the buffer": (
        BUFFER.visit("c1", "09:00", "10:00", at=EAST).drive(EAST, HERE, 901),
        "10:15",
        "travel_before",
    ),
    # After busy time the drive is all that is needed.
    "busy time has no buffer": (BUFFER.busy("c1", "09:00", "10:00", at=HERE), "10:00", FREE),
    "busy time has a drive": (
        BUFFER.busy("c1", "09:00", "10:00", at=EAST).drive(EAST, HERE, 1),
        "10:00",
        "travel_before",
    ),
    # Without a place there is neither, but the time is not free: 10:00 to 10:30 and then 900 s = 10:45.
    "placeless time alone": (BUFFER.busy("c1", "09:00", "10:00"), "10:00", FREE),
    "a placeless visit alone": (BUFFER.visit("c1", "09:00", "10:00"), "10:00", FREE),
    "lunch on the way, just in time": (DRIVE.busy("c2", "10:00", "10:30"), "10:45", FREE),
    "lunch on the way, too early": (DRIVE.busy("c2", "10:00", "10:30"), "10:30", "travel_before"),
    "lunch on the way, one second longer": (DRIVE.busy("c2", "10:00", "10:30:01"), "10:45", "travel_before"),
    # 10:00 to 10:10 of the lunch counts: 10:10 + 900 s = 10:25.
    "lunch that began during the visit": (DRIVE.every(5).busy("c2", "09:30", "10:10"), "10:25", FREE),
    "lunch that began during the visit, early": (DRIVE.every(5).busy("c2", "09:30", "10:10"), "10:20", "travel_before"),
    "lunch at a place is a stop": (DRIVE.busy("c2", "10:00", "10:30", at=HERE), "10:30", FREE),
    # p is the last stop that has ended. Commitments may overlap one another.
    "the last of two": (
        BOTH.visit("c1", "08:00", "09:00", at=WEST).visit("c2", "09:00", "10:00", at=EAST),
        "10:00",
        FREE,
    ),
    "the later end": (
        BOTH.visit("c1", "08:00", "10:00", at=WEST).visit("c2", "09:00", "09:30", at=EAST),
        "10:45",
        "travel_before",
    ),
    "one end, the later start": (
        BOTH.visit("c1", "09:00", "10:00", at=WEST).visit("c2", "08:00", "10:00", at=EAST),
        "10:45",
        "travel_before",
    ),
    "one end, the later start, other ids": (
        BOTH.visit("c2", "08:00", "10:00", at=WEST).visit("c1", "09:00", "10:00", at=EAST),
        "10:00",
        FREE,
    ),
    "one time, the larger id": (
        BOTH.visit("c2", "09:00", "10:00", at=WEST).visit("c1", "09:00", "10:00", at=EAST),
        "10:45",
        "travel_before",
    ),
    "one time, the larger id is near": (
        BOTH.visit("c1", "09:00", "10:00", at=WEST).visit("c2", "09:00", "10:00", at=EAST),
        "10:00",
        FREE,
    ),
    # Ids are compared by code point: "c9" is larger than "c10".
    "one time, ids are texts": (
        BOTH.visit("c9", "09:00", "10:00", at=WEST).visit("c10", "09:00", "10:00", at=EAST),
        "10:45",
        "travel_before",
    ),
    "somebody else's visit": (
        BOTH.technician("t2").visit("c1", "09:00", "10:00", at=WEST),
        "10:00",
        FREE,
    ),
    "nobody's busy time": (BOTH.busy("c1", "09:00", "10:00", at=WEST, of=NOBODY), "10:00", FREE),
    "before the shift": (DRIVE.shift(("10:00", "17:00")), "10:00", "travel_before"),
    # t's day reaches back 12 hours from the midnight that begins it: until noon, and not a second less.
    "yesterday noon": (FAR.visit("c1", "2027-01-03 11:00", "2027-01-03 12:00:00", at=EAST), "00:00", FREE),
    "a second after noon": (
        FAR.visit("c1", "2027-01-03 11:00", "2027-01-03 12:00:01", at=EAST),
        "00:00",
        "travel_before",
    ),
    # 12:00:01 + 14 h = 02:00:01 on Monday
    "a second after noon, later": (
        FAR.visit("c1", "2027-01-03 11:00", "2027-01-03 12:00:01", at=EAST),
        "02:00",
        "travel_before",
    ),
    "a second after noon, much later": (
        FAR.visit("c1", "2027-01-03 11:00", "2027-01-03 12:00:01", at=EAST),
        "02:15",
        FREE,
    ),
    # The clock changed at 02:00 the day before, so that noon is 12 hours before midnight all the same.
    "noon after a lost hour": (SPRING.visit("c1", "2027-03-14 08:00", "2027-03-14 12:00", at=EAST), "00:00", FREE),
    "a second after that noon": (
        SPRING.visit("c1", "2027-03-14 08:00", "2027-03-14 12:00:01", at=EAST),
        "00:00",
        "travel_before",
    ),
    "noon after a won hour": (AUTUMN.visit("c1", "2027-11-07 08:00", "2027-11-07 12:00", at=EAST), "00:00", FREE),
    "a second after that noon as well": (
        AUTUMN.visit("c1", "2027-11-07 08:00", "2027-11-07 12:00:01", at=EAST),
        "00:00",
        "travel_before",
    ),
    # A lunch of the day before that last covered the way counts, wherever t's day begins.
    "free time has no such border": (
        T1.drive(EAST, HERE, 36_000)
        .visit("c1", "2027-01-03 13:00", "2027-01-03 14:00", at=EAST)
        .busy("c2", "2027-01-03 15:00", "2027-01-03 15:00:01"),
        "00:00",
        "travel_before",
    ),
}


@table("small, start, reason", CASES)
def test_travel_before(small: World, start: str, reason: str) -> None:
    assert small.reason("t1", start) == reason


def test_the_depot_is_no_stop() -> None:
    # With `before_shift` nobody asks how far HQ is.
    assert BUFFER.drive(HQ, HERE, 36_000).shift(("08:00", "17:00")).reason("t1", "08:00") == FREE
