"""F5: a visit lies inside one merged window of the technician's open time."""

from tests.worlds import FREE, World, table, world

T1 = world().technician("t1")
DAY = T1.shift(("08:00", "17:00"))
SPLIT = T1.shift(("08:00", "12:00"), ("13:00", "17:00"))
NIGHT = T1.shift(("22:00", "06:00"), on="mon")
LATE = T1.blocks(("LATE", "23:00", "00:00", ["23:30"])).lasting(90)

# Saturday 22:00 to Sunday 06:00: 7 hours on 2027-03-14, 9 hours on 2027-11-07.
LONG_BLOCK = ("ALL", "22:00", "00:00", ["22:00"])
SPRING = world("2027-03-13").technician("t1").shift(("22:00", "06:00")).blocks(LONG_BLOCK)
AUTUMN = world("2027-11-06").technician("t1").shift(("22:00", "06:00")).blocks(LONG_BLOCK)

CASES = {
    "starts with the shift": (DAY, "08:00", FREE),
    "starts a quarter before": (DAY, "07:45", "off_shift"),
    # 16:00 + 60 min = 17:00
    "ends with the shift": (DAY, "16:00", FREE),
    "ends a quarter after": (DAY, "16:15", "off_shift"),
    # 17:10 + 50 min = 18:00 (never 17:20)
    "fifty minutes before closing": (T1.shift(("09:00", "18:00")).lasting(50).every(10), "17:10", FREE),
    "forty minutes before closing": (T1.shift(("09:00", "18:00")).lasting(50).every(10), "17:20", "off_shift"),
    "before the break": (SPLIT, "11:00", FREE),
    "into the break": (SPLIT, "11:15", "off_shift"),
    "in the break": (SPLIT, "12:00", "off_shift"),
    "after the break": (SPLIT, "13:00", FREE),
    "longer than either half": (SPLIT.lasting(245), "08:00", "off_shift"),
    "over windows that touch": (T1.shift(("08:00", "12:00"), ("12:00", "17:00")), "11:30", FREE),
    # Monday 22:00 to Tuesday 06:00
    "the night begins": (NIGHT, "mon 22:00", FREE),
    "before the night": (NIGHT, "mon 21:45", "off_shift"),
    "the night ends": (NIGHT, "tue 05:00", FREE),
    "after the night": (NIGHT, "tue 05:15", "off_shift"),
    "the night before was off": (NIGHT, "mon 05:00", "off_shift"),
    # 23:30 + 90 min = 01:00 on Tuesday
    "over midnight in one shift": (LATE.shift(("22:00", "01:00")), "23:30", FREE),
    "over midnight, five minutes short": (LATE.shift(("22:00", "00:55")), "23:30", "off_shift"),
    "over midnight, two dates that touch": (LATE.shift(("12:00", "00:00"), ("00:00", "06:00")), "23:30", FREE),
    # Elapsed time: a visit of 7 hours fills the short night, one of 9 the long one.
    "a night that loses an hour, full": (SPRING.lasting(420), "22:00", FREE),
    "a night that loses an hour, over": (SPRING.lasting(425), "22:00", "off_shift"),
    "a night that wins an hour, full": (AUTUMN.lasting(540), "22:00", FREE),
    "a night that wins an hour, over": (AUTUMN.lasting(545), "22:00", "off_shift"),
    "no schedule": (T1.off(), "10:00", "off_shift"),
    "a schedule in another zone alone": (
        T1.off().zone("z2").schedule("s2", technician="t1", zone="z2", week={"mon": [["08:00", "17:00"]]}),
        "10:00",
        "off_shift",
    ),
}


@table("small, start, reason", CASES)
def test_off_shift(small: World, start: str, reason: str) -> None:
    assert small.reason("t1", start) == reason
