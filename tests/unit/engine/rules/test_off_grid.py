"""F6: a visit starts when a block has a start (G1 to G3)."""

from tests.worlds import FREE, World, table, world

TWO = world().technician("t1").blocks(("AM", "08:00", "12:00", ["08:00", "10:30"]), ("PM", "13:00", "17:00", 120))
UNEQUAL = world().technician("t1").blocks(("AM", "09:00", "12:00", 60), ("PM", "13:00", "18:00", 60))
AUTUMN = world("2027-11-07").technician("t1").every(30)

CASES = {
    "a fixed start": (TWO, "10:30", FREE),
    "between fixed starts": (TWO, "09:00", "off_grid"),
    "a step": (TWO, "15:00", FREE),
    "between steps": (TWO, "14:00", "off_grid"),
    # 13:00 + 2 * 120 min = 17:00 is no start before the end.
    "the block's end": (TWO.lasting(5), "17:00", "off_grid"),
    "one second after a start": (TWO, "10:30:01", "off_grid"),
    "one second before a start": (TWO, "10:29:59", "off_grid"),
    # 10:30 + 90 min = 12:00, 15:00 + 120 min = 17:00
    "ends with its block": (TWO.lasting(90), "10:30", FREE),
    "ends five minutes after its block": (TWO.lasting(95), "10:30", "off_grid"),
    "ends with its stepped block": (TWO.lasting(120), "15:00", FREE),
    "ends after its stepped block": (TWO.lasting(125), "15:00", "off_grid"),
    # Both blocks last 240 minutes: a visit of 240 fits from 08:00, one of 245 fits nowhere and may start at any start.
    "as long as the longest block": (TWO.lasting(240), "08:00", FREE),
    "as long as the longest block, later": (TWO.lasting(240), "10:30", "off_grid"),
    "longer than every block": (TWO.lasting(245), "10:30", FREE),
    "longer than every block, last start": (TWO.lasting(245), "15:00", FREE),
    "longer than every block, no start": (TWO.lasting(245), "14:00", "off_grid"),
    # The longest block is PM with 300 minutes: 240 fit from 13:00 and 14:00, and AM's 180 are no reason for G3.
    "fits the longer block": (UNEQUAL.lasting(240), "14:00", FREE),
    "does not fit the shorter block": (UNEQUAL.lasting(240), "09:00", "off_grid"),
    # 01:00 happens twice on 2027-11-07; the grid has the first.
    "the first of two": (AUTUMN, "2027-11-07T01:00:00-04:00", FREE),
    "the second of two": (AUTUMN, "2027-11-07T01:00:00-05:00", "off_grid"),
}


@table("small, start, reason", CASES)
def test_off_grid(small: World, start: str, reason: str) -> None:
    assert small.reason("t1", start) == reason
