"""F7: no commitment of the technician overlaps the visit; intervals are half open."""

from tests.worlds import EAST, FREE, NOBODY, World, table, world

T1 = world().technician("t1")
NINE = T1.visit("c1", "09:00", "10:00")
ALL_DAY = T1.busy("c1", "tue 00:00", "wed 00:00")

CASES = {
    "starts as the visit ends": (NINE, "10:00", FREE),
    "starts a quarter before it ends": (NINE, "09:45", "busy"),
    # 08:00 + 60 min = 09:00
    "ends as the visit starts": (NINE, "08:00", FREE),
    "ends a quarter after it starts": (NINE, "08:15", "busy"),
    "the visit ends a second later": (T1.visit("c1", "09:00", "10:00:01"), "10:00", "busy"),
    "the visit starts a second earlier": (T1.visit("c1", "08:59:59", "10:00"), "08:00", "busy"),
    "the same time": (NINE, "09:00", "busy"),
    "one second in the middle": (T1.busy("c1", "10:30", "10:30:01"), "10:00", "busy"),
    "all around": (T1.busy("c1", "08:00", "18:00"), "12:00", "busy"),
    "busy time": (T1.busy("c1", "09:00", "10:00"), "09:30", "busy"),
    "busy time at a place": (T1.busy("c1", "09:00", "10:00", at=EAST), "09:30", "busy"),
    # A gap of exactly the visit's length, and of one second less
    "a gap that fits": (NINE.visit("c2", "11:00", "12:00"), "10:00", FREE),
    "a gap one second short": (NINE.visit("c2", "10:59:59", "12:00"), "10:00", "busy"),
    # Commitments may overlap one another: 09:00 to 12:00 hides the end of 09:30 to 10:00.
    "inside a longer one": (T1.visit("c1", "09:00", "12:00").visit("c2", "09:30", "10:00"), "10:00", "busy"),
    "after the longer one": (T1.visit("c1", "09:00", "12:00").visit("c2", "09:30", "10:00"), "12:00", FREE),
    # An all-day event covers local midnight to local midnight.
    "the evening before an all-day event": (ALL_DAY, "mon 23:00", FREE),
    "the first minute of an all-day event": (ALL_DAY, "tue 00:00", "busy"),
    "the last hour of an all-day event": (ALL_DAY, "tue 23:00", "busy"),
    "the morning after an all-day event": (ALL_DAY.policy(horizon_days=3), "wed 00:00", FREE),
    "years around": (T1.busy("c1", "2020-01-01 00:00", "2040-01-01 00:00"), "10:00", "busy"),
    "from last night": (T1.visit("c1", "2027-01-03 22:00", "mon 02:00"), "01:45", "busy"),
    "last night is over": (T1.visit("c1", "2027-01-03 22:00", "mon 02:00"), "02:00", FREE),
    "somebody else's visit": (T1.technician("t2").visit("c1", "09:00", "10:00"), "09:00", FREE),
    "nobody's busy time": (T1.busy("c1", "09:00", "10:00", of=NOBODY), "09:00", FREE),
}


@table("small, start, reason", CASES)
def test_busy(small: World, start: str, reason: str) -> None:
    assert small.reason("t1", start) == reason
