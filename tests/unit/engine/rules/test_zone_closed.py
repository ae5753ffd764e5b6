"""F3: a visit lies inside one merged window of the zone's open time."""

from tests.worlds import FREE, World, table, world

ANY = world().technician("t1")
DAY = ANY.hours(("08:00", "12:00"))
NIGHT = ANY.hours(("20:00", "02:00"), on="mon")

# A visit that is longer than its block may run over the block's end, here midnight (G3).
LATE = ANY.blocks(("LATE", "23:00", "00:00", ["23:30"])).lasting(90)

# 00:00 to 04:00 is three hours long on 2027-03-14, and five on 2027-11-07.
SPRING = world("2027-03-14").technician("t1").hours(("00:00", "04:00"))
AUTUMN = world("2027-11-07").technician("t1").hours(("00:00", "04:00"))

CASES = {
    "starts as the zone opens": (DAY, "08:00", FREE),
    "starts a quarter before": (DAY, "07:45", "zone_closed"),
    # 11:00 + 60 min = 12:00
    "ends as the zone closes": (DAY, "11:00", FREE),
    "ends a quarter after": (DAY, "11:15", "zone_closed"),
    "longer than the window": (DAY.lasting(245), "08:00", "zone_closed"),
    "as long as the window": (DAY.lasting(240), "08:00", FREE),
    # Windows that touch or overlap are one (S4); a gap of a quarter parts them.
    "over windows that touch": (ANY.hours(("08:00", "12:00"), ("12:00", "17:00")), "11:30", FREE),
    "over windows that overlap": (ANY.hours(("10:00", "17:00"), ("08:00", "10:15")), "09:30", FREE),
    "over windows with a gap": (ANY.hours(("08:00", "12:00"), ("12:15", "17:00")), "11:30", "zone_closed"),
    # Monday 20:00 to Tuesday 02:00
    "the night's first part": (NIGHT, "mon 20:00", FREE),
    "the night's part after midnight": (NIGHT, "tue 01:00", FREE),
    "the night is over": (NIGHT, "tue 01:15", "zone_closed"),
    "Sunday had no night": (NIGHT, "mon 01:00", "zone_closed"),
    # 23:30 + 90 min = 01:00
    "days that touch at midnight": (LATE, "23:30", FREE),
    "a day that ends at midnight": (LATE.hours(("00:00", "00:00"), on="mon"), "23:30", "zone_closed"),
    "no schedule": (ANY.schedule("z1", zone="z1", active=False), "08:00", "zone_closed"),
    "no window on the day": (ANY.hours(("08:00", "17:00"), on="tue"), "mon 08:00", "zone_closed"),
    # Elapsed time: three hours fit, and then five; five minutes more do not.
    "a window that loses an hour, full": (SPRING.lasting(180), "00:00", FREE),
    "a window that loses an hour, over": (SPRING.lasting(185), "00:00", "zone_closed"),
    "a window that wins an hour, full": (AUTUMN.lasting(300), "00:00", FREE),
    "a window that wins an hour, over": (AUTUMN.lasting(305), "00:00", "zone_closed"),
}


@table("small, start, reason", CASES)
def test_zone_closed(small: World, start: str, reason: str) -> None:
    assert small.reason("t1", start) == reason


def test_the_zone_that_serves_the_place_is_asked_and_no_other() -> None:
    elsewhere = DAY.zone("z2", priority=10, boundaries=["around"], industries=[{"industry": "hvac"}])
    assert elsewhere.schedule("z2", zone="z2", week={"mon": [["13:00", "17:00"]]}).starts()[-1] == "11:00"
