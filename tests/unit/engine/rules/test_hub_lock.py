"""F8: the visits that stand in a block lock their technician to their hubs for that block."""

from tests.worlds import EAST, FREE, HERE, WEST, World, table, world

# HERE belongs to H01, EAST to H02. The working day is 08:00 to 12:00 and 13:00 to 17:00.
T1 = (
    world()
    .hub("H01", HERE)
    .hub("H02", EAST)
    .technician("t1")
    .blocks(("AM", "08:00", "12:00", 30), ("PM", "13:00", "17:00", 30))
)
EAST_AM = T1.visit("c1", "08:00", "09:00", at=EAST)
NO_PLACE = {"start": "08:00", "end": "09:00"}

# The evening's last block and the night's first touch at midnight.
NIGHT = T1.blocks(("NIGHT", "00:00", "04:00", 60), ("EVE", "20:00", "00:00", 60)).visit(
    "c1", "mon 22:00", "tue 00:00", at=EAST
)
TOUCHING = T1.blocks(("AM", "08:00", "12:00", 60), ("PM", "12:00", "16:00", 60))


def titled(title: str) -> World:
    """Give a world with a morning visit that has nothing but a title."""
    return T1.visit("c1", "08:00", "09:00", title=title)


CASES = {
    "another hub's visit in the block": (EAST_AM, "10:00", "hub_lock"),
    "another hub's visit in the other block": (EAST_AM, "13:00", FREE),
    "the same hub's visit": (T1.visit("c1", "08:00", "09:00", at=HERE), "10:00", FREE),
    "no visit": (T1, "10:00", FREE),
    "visits of both hubs": (EAST_AM.visit("c2", "09:00", "09:30", at=HERE), "10:00", FREE),
    "busy time at the other hub": (T1.busy("c1", "08:00", "09:00", at=EAST), "10:00", FREE),
    "somebody else's visit": (T1.technician("t2").visit("c1", "08:00", "09:00", at=EAST), "10:00", FREE),
    # Whose hub: the one it carries, else the tag that opens its title, else that of its place.
    "a visit that carries the other hub": (T1.visit("c1", "08:00", "09:00", hub="H02"), "10:00", "hub_lock"),
    "what it carries outranks the title": (
        T1.visit("c1", "08:00", "09:00", hub="H01", title="[H02] Furnace"),
        "10:00",
        FREE,
    ),
    "what it carries outranks the place": (T1.visit("c1", "08:00", "09:00", hub="H02", at=HERE), "10:00", "hub_lock"),
    "the title outranks the place": (T1.visit("c1", "08:00", "09:00", at=EAST, title="[H01] Furnace"), "10:00", FREE),
    "an unknown tag leaves it to the place": (
        T1.visit("c1", "08:00", "09:00", at=EAST, title="[H09] Furnace"),
        "10:00",
        "hub_lock",
    ),
    "a tag": (titled("[H02] Furnace"), "10:00", "hub_lock"),
    "a tag and nothing more": (titled("[H02]"), "10:00", "hub_lock"),
    "a tag without a space behind it": (titled("[H02]Furnace"), "10:00", "hub_lock"),
    "a tag that does not open the title": (titled("Furnace [H02]"), "10:00", FREE),
    "a tag behind a space": (titled(" [H02] Furnace"), "10:00", FREE),
    "a tag in small letters": (titled("[h02] Furnace"), "10:00", FREE),
    "a tag with a space inside": (titled("[H02 ] Furnace"), "10:00", FREE),
    "no place, no tag, no hub": (titled("Furnace"), "10:00", FREE),
    # What overlaps a block: 11:00 to 12:00 touches the break, 11:30 to 13:30 spans both blocks.
    "a visit in the break": (T1.visit("c1", "12:00", "13:00", at=EAST), "10:00", FREE),
    "a visit in the break, afterwards": (T1.visit("c1", "12:00", "13:00", at=EAST), "13:00", FREE),
    "one second into the morning": (T1.visit("c1", "11:59:59", "13:00", at=EAST), "10:00", "hub_lock"),
    "one second into the afternoon": (T1.visit("c1", "12:00", "13:00:01", at=EAST), "15:00", "hub_lock"),
    "a visit that spans both, morning": (T1.visit("c1", "11:30", "13:30", at=EAST), "10:00", "hub_lock"),
    "a visit that spans both, afternoon": (T1.visit("c1", "11:30", "13:30", at=EAST), "15:00", "hub_lock"),
    # 16:00 to 16:55 is a visit of the afternoon. A candidate of 250 minutes is longer than either block (240).
    "a candidate that spans both, one is locked": (
        T1.visit("c1", "16:00", "16:55", at=EAST).lasting(250),
        "10:00",
        "hub_lock",
    ),
    "a candidate that spans both, none is locked": (T1.lasting(250), "10:00", FREE),
    "a candidate that spans both, ours and theirs": (
        T1.visit("c0", "08:00", "08:30", at=HERE).visit("c1", "16:00", "16:55", at=EAST).lasting(250),
        "10:00",
        "hub_lock",
    ),
    # 08:00 + 240 min = 12:00: the afternoon, locked, is touched and not overlapped.
    "a candidate that touches a locked block": (
        TOUCHING.visit("c1", "14:00", "15:00", at=EAST).lasting(240),
        "08:00",
        FREE,
    ),
    "starts as a locked block ends": (TOUCHING.visit("c1", "08:00", "09:00", at=EAST), "12:00", FREE),
    "starts an hour before": (TOUCHING.visit("c1", "08:00", "09:00", at=EAST), "11:00", "hub_lock"),
    # Blocks of whatever date: the visit ends with Monday, so that Tuesday's first block is free, until a second later.
    "yesterday's evening": (NIGHT, "tue 01:00", FREE),
    "a second of yesterday's evening": (
        NIGHT.without("c1").visit("c1", "mon 22:00", "tue 00:00:01", at=EAST),
        "tue 01:00",
        "hub_lock",
    ),
    # 23:00 + 300 min = 04:00: longer than every block (240), from Monday's evening into Tuesday's night.
    "a candidate that runs into a locked date": (
        NIGHT.without("c1")
        .visit("c1", "tue 05:00", "tue 06:00", at=HERE)
        .visit("c2", "tue 04:00", "tue 04:05", at=EAST)
        .lasting(300),
        "mon 23:00",
        FREE,
    ),
    "a candidate that runs into a locked block of the next date": (
        NIGHT.without("c1").visit("c2", "tue 03:59", "tue 04:05", at=EAST).lasting(295),
        "mon 23:00",
        "hub_lock",
    ),
    "no lock": (EAST_AM.policy(lock="none"), "10:00", FREE),
    "no hubs": (
        world().technician("t1").blocks(("AM", "08:00", "12:00", 30)).visit("c1", "08:00", "09:00", at=EAST),
        "10:00",
        FREE,
    ),
}


@table("small, start, reason", CASES)
def test_hub_lock(small: World, start: str, reason: str) -> None:
    assert small.reason("t1", start) == reason


def test_a_place_as_near_to_two_hubs_belongs_to_the_smaller_id() -> None:
    # WEST and EAST lie as far from HERE: it belongs to H01, wherever that is.
    halfway = world().technician("t1").blocks(("AM", "08:00", "12:00", 30))
    west_first = halfway.hub("H02", EAST).hub("H01", WEST)
    assert west_first.visit("c1", "08:00", "09:00", at=WEST).reason("t1", "10:00") == FREE
    assert west_first.visit("c1", "08:00", "09:00", at=EAST).reason("t1", "10:00") == "hub_lock"
    east_first = halfway.hub("H01", EAST).hub("H02", WEST)
    assert east_first.visit("c1", "08:00", "09:00", at=WEST).reason("t1", "10:00") == "hub_lock"
    assert east_first.visit("c1", "08:00", "09:00", at=EAST).reason("t1", "10:00") == FREE
