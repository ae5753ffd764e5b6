"""O1 to O4: the detour, the order of options, and what is recommended."""

from tests.worlds import EAST, HERE, HQ, NORTH, WEST, World, table, world

# The shift is 08:00 to 17:00; drives are seconds from and to HERE.
T1 = world().technician("t1").shift(("08:00", "17:00"))
EMPTY = T1.drive(HQ, HERE, 300).drive(HERE, HQ, 400)
STOPS = (
    EMPTY.drive(EAST, HERE, 50)
    .drive(HERE, WEST, 60)
    .drive(EAST, WEST, 70)
    .drive(EAST, HQ, 20)
    .drive(HQ, WEST, 30)
    .visit("p", "08:00", "09:00", at=EAST)
    .visit("n", "15:00", "16:00", at=WEST)
)

# start, detour, drive to the place, drive on from it
DETOURS = {
    # From the depot and back: 300 + 400 - 0
    "an empty day": (EMPTY, "10:00", 700, 300, 400),
    # From EAST to WEST: 50 + 60 - 70
    "between two stops": (STOPS, "10:00", 40, 50, 60),
    # From EAST to the depot: 50 + 400 - 20
    "behind the last stop": (STOPS.without("n"), "10:00", 430, 50, 400),
    # From the depot to WEST: 300 + 60 - 30
    "before the first stop": (STOPS.without("p"), "10:00", 330, 300, 60),
    # 50 + 60 - 1,000 would be a gain: it counts as none.
    "never below 0": (STOPS.drive(EAST, WEST, 1_000), "10:00", 0, 50, 60),
    "exactly 0": (STOPS.drive(EAST, WEST, 110), "10:00", 0, 50, 60),
    # p ends at 08:00 sharp, as the shift begins: the day starts at the depot. A second later it starts at p.
    "p ends as the shift begins": (
        STOPS.without("p").visit("p", "07:00", "08:00", at=EAST),
        "10:00",
        330,
        300,
        60,
    ),
    "p ends a second into the shift": (
        STOPS.without("p").visit("p", "07:00", "08:00:01", at=EAST),
        "10:00",
        40,
        50,
        60,
    ),
    # n starts at 17:00 sharp, as the shift ends: the day ends at the depot.
    "n starts as the shift ends": (
        STOPS.without("n").visit("n", "17:00", "18:00", at=WEST),
        "10:00",
        430,
        50,
        400,
    ),
    "n starts a second before": (
        STOPS.without("n").visit("n", "16:59:59", "18:00", at=WEST),
        "10:00",
        40,
        50,
        60,
    ),
    # Busy time at a place is a stop as well; without one it is none.
    "busy time at a place": (STOPS.without("p").busy("p", "08:00", "09:00", at=EAST), "10:00", 40, 50, 60),
    "busy time without a place": (STOPS.busy("lunch", "12:00", "13:00"), "10:00", 40, 50, 60),
    # S5: the afternoon is of the shift that began at 08:00, so that p counts.
    "p before the break of a split shift": (STOPS.shift(("08:00", "12:00"), ("13:00", "17:00")), "13:00", 40, 50, 60),
    "an own depot": (
        T1.technician("t2", depot=NORTH).drive(NORTH, HERE, 11).drive(HERE, NORTH, 12),
        "10:00",
        # t1, from HQ, drives no time at all
        0,
        0,
        0,
    ),
    # The buffer is time to keep free, not time to drive.
    "no buffer": (STOPS.policy(travel_buffer_minutes=30), "10:00", 40, 50, 60),
}


@table("small, start, detour, before, after", DETOURS)
def test_o1_the_detour(small: World, start: str, detour: int, before: int, after: int) -> None:
    slot = small.slot(start)
    option = slot.options[0]
    assert (option.detour_seconds, option.before_seconds, option.after_seconds) == (detour, before, after)
    assert slot.detour_seconds == detour


def test_o1_the_way_from_an_own_depot_and_back() -> None:
    # 11 + 12 - 0
    small = T1.technician("t2", depot=NORTH).drive(NORTH, HERE, 11).drive(HERE, NORTH, 12)
    assert small.detour("t2", "10:00") == 23


# Three technicians who start from the east, the west and the north: 100, 200 and 300 s, there and back.
FLEET = (
    world()
    .technician("c", depot=EAST)
    .technician("b", depot=WEST)
    .technician("a", depot=NORTH)
    .drive(EAST, HERE, 100)
    .drive(WEST, HERE, 200)
    .drive(NORTH, HERE, 300)
)
LEVEL = FLEET.drives(0).drive(EAST, HERE, 0).drive(WEST, HERE, 0).drive(NORTH, HERE, 0)

ORDERS = {
    "by detour": (FLEET, ["c", "b", "a"]),
    # Visits of the week without a place change no detour. Wednesday is of the week, and so is Sunday.
    "detour outranks the visits of the week": (FLEET.visit("v", "wed 09:00", "wed 10:00", of="c"), ["c", "b", "a"]),
    "then by the visits of the week": (
        LEVEL.visit("v", "wed 09:00", "wed 10:00", of="a")
        .visit("w", "sun 09:00", "sun 10:00", of="a")
        .visit("x", "thu 09:00", "thu 10:00", of="b"),
        ["c", "b", "a"],
    ),
    "visits of another week": (LEVEL.visit("v", "2027-01-11 09:00", "2027-01-11 10:00", of="a"), ["a", "b", "c"]),
    "busy time is no visit": (LEVEL.busy("v", "wed 09:00", "wed 10:00", of="a"), ["a", "b", "c"]),
    "the length of visits does not matter": (
        LEVEL.visit("v", "wed 09:00", "wed 18:00", of="a").visit("w", "wed 09:00", "wed 09:05", of="b"),
        ["c", "a", "b"],
    ),
    "then by id": (LEVEL, ["a", "b", "c"]),
    # "B" < "a", "t10" < "t9"
    "ids are texts": (
        world().technician("t9").technician("t10").technician("B").technician("a"),
        ["B", "a", "t10", "t9"],
    ),
}


@table("small, technicians", ORDERS)
def test_o2_the_order_of_options(small: World, technicians: list[str]) -> None:
    assert small.options("10:00") == technicians


def test_o2_the_week_is_that_of_the_slot() -> None:
    # A visit in the week of the 4th moves `a` back on Sunday the 10th, and not on Monday the 11th.
    level = world("2027-01-10").technician("a").technician("b").visit("v", "mon 09:00", "mon 10:00", of="a")
    assert level.options("sun 10:00") == ["b", "a"]
    assert level.options("2027-01-11 10:00") == ["a", "b"]


def test_o3_slots_stand_in_the_order_of_time_with_their_best_detour() -> None:
    # Only the farthest is there at 08:00, the nearest comes at 09:00.
    shifts = (
        world()
        .technician("far", depot=NORTH)
        .shift(("08:00", "11:00"))
        .technician("near", depot=EAST)
        .shift(("09:00", "11:00"))
    )
    slots = shifts.every(60).drive(NORTH, HERE, 300).drive(EAST, HERE, 100).answer().slots
    day = [slot for slot in slots if slot.start < shifts.instant("tue 00:00")]
    assert [slot.detour_seconds for slot in day] == [300, 100, 100]
    assert [slot.start for slot in slots] == sorted(slot.start for slot in slots)


# One start an hour, and a stop at 09:00 that makes the starts behind it cheaper, or dearer, than those before it.
HOURS = world().policy(horizon_days=1).blocks(("A", "08:00", "14:00", 60)).technician("t1").shift(("08:00", "14:00"))


def detours(before: int, after: int) -> World:
    """Make the detour of 08:00 and 09:00 `before`, and that of 11:00, 12:00 and 13:00 `after`, with a stop between."""
    stop = HOURS.visit("p", "10:00", "11:00", at=EAST)
    # HQ, HERE, EAST: before; EAST, HERE, HQ: after. All other drives take no time.
    return stop.drive(HQ, HERE, before).drive(HERE, HQ, after)


RECOMMENDED = {
    "the first three by time, if all are equal": (HOURS, ["08:00", "09:00", "10:00"]),
    # 11:00, 12:00 and 13:00 cost 5 s, the others 10 s.
    "the cheapest three": (detours(10, 5), ["11:00", "12:00", "13:00"]),
    # 08:00 and 09:00 cost 5 s, then 11:00 is the first of those that cost 10 s.
    "the earlier among equals": (detours(5, 10), ["08:00", "09:00", "11:00"]),
    # 900 s are few enough, 901 s are not.
    "at most a quarter of an hour, met": (detours(0, 900), ["08:00", "09:00", "11:00"]),
    "at most a quarter of an hour, not met": (detours(0, 901), ["08:00", "09:00"]),
    "none": (detours(901, 901), []),
    "fewer than three slots": (HOURS.shift(("08:00", "09:00")), ["08:00"]),
}


@table("small, starts", RECOMMENDED)
def test_o3_recommended_slots(small: World, starts: list[str]) -> None:
    assert small.recommended() == starts


def test_o3_the_first_three_are_of_the_whole_map() -> None:
    # Monday costs 600 s, Tuesday, behind a stop of its own, nothing: all three are Tuesday's.
    both = world().blocks(("A", "10:00", "14:00", 60)).technician("t1").drive(HQ, HERE, 600)
    tuesday = both.shift(("08:00", "17:00")).visit("p", "tue 08:30", "tue 09:00", at=EAST)
    recommended = [slot.start for slot in tuesday.answer().slots if slot.recommended]
    assert recommended == [tuesday.instant(f"tue {hour}:00") for hour in (10, 11, 12)]


def test_o4_the_first_option_is_the_one_to_dispatch() -> None:
    slot = FLEET.slot("10:00")
    assert (slot.options[0].technician, slot.options[0].detour_seconds) == ("c", slot.detour_seconds)
