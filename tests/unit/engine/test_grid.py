"""G1 to G3: which starts there are on a date."""

from tests.worlds import World, table, world

T1 = world().technician("t1")
SPRING = world("2027-03-14").technician("t1")
AUTUMN = world("2027-11-07").technician("t1")
LORD_HOWE = world("2027-10-03", time_zone="Australia/Lord_Howe").technician("t1")
LORD_HOWE_BACK = world("2027-04-04", time_zone="Australia/Lord_Howe").technician("t1")
SAO_PAULO = world("2018-11-04", time_zone="America/Sao_Paulo").technician("t1")


def quarters(first: int, last: int) -> list[str]:
    """List the quarters of an hour from one hour until before another."""
    return [f"{hour:02}:{minute:02}" for hour in range(first, last) for minute in (0, 15, 30, 45)]


CASES = {
    "steps from the block's start": (T1.blocks(("A", "08:10", "12:00", 50)), ["08:10", "09:00", "09:50", "10:40"]),
    # 11:00 + 60 min = 12:00 is inside; 11:30 is not.
    "the last step lies inside": (T1.blocks(("A", "10:00", "12:00", 30)), ["10:00", "10:30", "11:00"]),
    "a step longer than the block": (T1.blocks(("A", "10:00", "12:00", 1_440)), ["10:00"]),
    "fixed starts": (T1.blocks(("A", "08:00", "12:00", ["08:00", "10:30"])), ["08:00", "10:30"]),
    "fixed starts, unsorted": (T1.blocks(("A", "08:00", "12:00", ["10:30", "08:00"])), ["08:00", "10:30"]),
    "no fixed start": (T1.blocks(("A", "08:00", "12:00", []), ("B", "13:00", "15:00", 60)), ["13:00", "14:00"]),
    # 08:00 to 12:00 and 12:30 to 17:30: each block counts from its own start.
    "two blocks": (
        T1.blocks(("A", "08:00", "10:00", 60), ("B", "12:30", "14:30", 60)),
        ["08:00", "09:00", "12:30", "13:30"],
    ),
    "two blocks that touch": (
        T1.blocks(("B", "10:00", "12:00", 60), ("A", "08:00", "10:00", 60)),
        ["08:00", "09:00", "10:00", "11:00"],
    ),
    "until midnight": (T1.blocks(("A", "22:00", "00:00", 30)), ["22:00", "22:30", "23:00"]),
    # G2: from 11:00 a visit of 61 minutes would end at 12:01; minutes count, not steps.
    "one minute too long": (T1.blocks(("A", "10:00", "12:00", 30)).lasting(61), ["10:00", "10:30"]),
    "as long as the block": (T1.blocks(("A", "10:00", "12:00", 30)).lasting(120), ["10:00"]),
    # G3: longer than every block of the date: every start, even one five minutes before the end.
    "longer than the block": (
        T1.blocks(("A", "10:00", "12:00", 30)).lasting(121),
        ["10:00", "10:30", "11:00", "11:30"],
    ),
    "longer than all blocks": (
        T1.blocks(("A", "08:00", "09:00", 30), ("B", "10:00", "12:00", 60)).lasting(125),
        ["08:00", "08:30", "10:00", "11:00"],
    ),
    "longer than one of two": (
        T1.blocks(("A", "08:00", "09:00", 30), ("B", "10:00", "12:00", 60)).lasting(65),
        ["10:00"],
    ),
    # 02:00 to 03:00 is skipped: no start there, and 01:30 EST + 30 min ends at 03:00 EDT.
    "a gap": (SPRING.blocks(("A", "01:00", "04:00", 30)).lasting(30), ["01:00", "01:30", "03:00", "03:30"]),
    "fixed starts in a gap": (SPRING.blocks(("A", "01:00", "05:00", ["02:00", "02:30", "03:00"])), ["03:00"]),
    # The wall clock counts: 00:30, 01:30, (02:30), 03:30.
    "steps over a gap": (SPRING.blocks(("A", "00:30", "05:00", 60)), ["00:30", "01:30", "03:30"]),
    # The block begins at 03:00, but its first start would be at 02:30.
    "a block that begins in a gap": (SPRING.blocks(("A", "02:30", "06:00", 60)), ["03:30", "04:30"]),
    "a block that ends in a gap": (SPRING.blocks(("A", "00:00", "02:30", 60)), ["00:00", "01:00"]),
    "a block that is all gap": (
        SPRING.blocks(("A", "02:00", "03:00", 15), ("B", "08:00", "10:00", 60)),
        ["08:00", "09:00"],
    ),
    # 00:00 to 04:00 is three hours long here: 200 minutes are longer, so that every start is one.
    "longer than a shortened block": (
        SPRING.blocks(("A", "00:00", "04:00", 60)).lasting(200),
        ["00:00", "01:00", "03:00"],
    ),
    # 01:00 to 02:00 comes twice, and the first is meant: 00:00 to 03:00 is four hours long.
    "a fold": (
        AUTUMN.blocks(("A", "00:00", "03:00", 30)).lasting(30),
        ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30"],
    ),
    "as long as a lengthened block": (AUTUMN.blocks(("A", "00:00", "03:00", 60)).lasting(240), ["00:00"]),
    # From the first 01:00 to 03:00 it is three hours.
    "a long visit from a fold": (AUTUMN.blocks(("A", "00:00", "03:00", 60)).lasting(180), ["00:00", "01:00"]),
    # Half an hour is skipped, 02:00 to 02:30: the starts keep to the quarters of the local clock.
    "a gap of half an hour": (
        LORD_HOWE.blocks(("A", "01:00", "04:00", 15)).lasting(15),
        [*quarters(1, 2), "02:30", "02:45", *quarters(3, 4)],
    ),
    "a fold of half an hour": (LORD_HOWE_BACK.blocks(("A", "01:00", "03:00", 15)).lasting(15), quarters(1, 3)),
    "a skipped midnight": (
        SAO_PAULO.blocks(("A", "00:00", "03:00", 30)).lasting(30),
        ["01:00", "01:30", "02:00", "02:30"],
    ),
}


@table("small, starts", CASES)
def test_the_starts_of_a_date(small: World, starts: list[str]) -> None:
    assert small.starts() == starts


def test_a_date_of_23_hours_has_ten_half_hours_before_six_o_clock() -> None:
    # 12 half hours less the two from 02:00 to 03:00; each visit is exactly half an hour of elapsed time.
    early = world("2027-03-14", time_zone="America/New_York").technician("t1").shift(("00:00", "06:00"))
    slots = early.every(30).lasting(30).answer().slots
    first_day = [slot for slot in slots if slot.start < early.instant("2027-03-14 12:00")]
    assert len(first_day) == 10
    assert {slot.end - slot.start for slot in first_day} == {1_800}


def test_a_slot_names_its_block() -> None:
    # Blocks that touch: noon belongs to the second one.
    blocks = T1.blocks(("AM", "08:00", "12:00", 60), ("PM", "12:00", "16:00", 60))
    assert [blocks.slot(start).block for start in ("08:00", "11:00", "12:00", "15:00")] == ["AM", "AM", "PM", "PM"]


def test_the_longest_block_is_that_of_the_date() -> None:
    # On 2027-03-14 the block lasts 180 minutes, on the 15th 240: 200 minutes are longer than it only on the 14th.
    both = SPRING.blocks(("A", "00:00", "04:00", 60)).lasting(200)
    assert both.starts("2027-03-14") == ["00:00", "01:00", "03:00"]
    assert both.starts("2027-03-15") == ["00:00"]
