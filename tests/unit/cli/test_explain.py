"""Each reason in a world of a few lines, told with the figures that decide it.

Monday is 4 January 2027, and it is noon on the Sunday before; the horizon has three dates. A visit takes an hour and
may start every five minutes, and a drive that isn't named takes no time.
"""

from __future__ import annotations

from typing import Any

from tests.unit.cli.telling import told
from tests.worlds import EAST, HERE, HQ, NOBODY, NORTH, WEST, World, world


def sam(**fields: Any) -> World:
    noon = world().now("2027-01-03 12:00").policy(horizon_days=3).every(5)
    return noon.technician("t1", name="Sam", **fields)


def refused(span: str, why: str, rule: str) -> str:
    return f"Sam (t1) can't take {span} on Monday 4 January (America/Toronto): {why} ({rule})."


def test_notice() -> None:
    # Sunday 12:00 + 24 h = Monday 12:00.
    assert told(sam().policy(min_notice_minutes=1_440), "2027-01-04T11:59") == refused(
        "11:59-12:59",
        "a visit is booked at least 24 h ahead, and it is 12:00 on Sunday 3 January now, "
        "so that the earliest start is 12:00",
        "rule F1, notice",
    )


def test_notice_of_none() -> None:
    assert "it is 12:00 already (rule F1, notice)" in told(sam(), "2027-01-03T11:59:59")


def test_horizon() -> None:
    # Three dates: the 3rd, 4th and 5th.
    why = "only the 3 days from Sunday 3 January to Tuesday 5 January can be booked (rule F2, horizon)"
    assert why in told(sam(), "2027-01-06T00:00")
    assert "only today, Sunday 3 January, can be booked" in told(sam().policy(horizon_days=1), "2027-01-04T00:00")


def test_zone_closed() -> None:
    # 16:30 + 60 min = 17:30.
    town = sam().zone("z1", name="Halton").hours(("08:00", "17:00"))
    why = "the zone Halton (z1) is open 08:00-17:00, and the whole visit must lie inside"
    assert told(town, "2027-01-04T16:30") == refused("16:30-17:30", why, "rule F3, zone_closed")


def test_zone_closed_all_day() -> None:
    assert "the zone z1 is closed on that date" in told(sam().hours(("08:00", "17:00"), on="tue"), "2027-01-04T09:00")


def test_not_qualified() -> None:
    one = sam(active=False, zones=[]).product(name="Tune-up", skills=["gas", "electric"])
    why = "Sam isn't active, isn't assigned to the zone z1 and lacks the skills electric and gas that Tune-up needs"
    assert told(one, "2027-01-04T09:00") == refused("09:00-10:00", why, "rule F4, not_qualified")
    other = sam(skills=["gas"]).product(skills=["gas", "electric"])
    assert ": Sam lacks the skill electric that tune-up needs (" in told(other, "2027-01-04T09:00")


def test_off_shift() -> None:
    # 11:30 + 60 min = 12:30.
    split = sam().shift(("08:00", "12:00"), ("13:00", "17:00"))
    why = "Sam works 08:00-12:00 and 13:00-17:00, and the whole visit must lie inside one of these"
    assert told(split, "2027-01-04T11:30") == refused("11:30-12:30", why, "rule F5, off_shift")


def test_off_shift_at_night() -> None:
    why = "Sam works 20:00 on Sunday 3 January to 04:00 and 20:00 to 04:00 on Tuesday 5 January, and"
    assert why in told(sam().shift(("20:00", "04:00")), "2027-01-04T19:30")


def test_off_shift_all_day() -> None:
    assert "Sam doesn't work on that date (rule F5, off_shift)" in told(sam().off(), "2027-01-04T09:00")


def test_off_grid() -> None:
    blocks = sam().blocks(("AM", "08:00", "12:00", ["08:00", "10:30"]))
    no_start = "the blocks have no start for a visit of 60 min then; the nearest on that date"
    assert told(blocks, "2027-01-04T09:15") == refused(
        "09:15-10:15", f"{no_start} are 08:00 before it and 10:30 after it", "rule F6, off_grid"
    )
    assert f"{no_start} is 08:00 after it (" in told(blocks, "2027-01-04T07:00")
    assert f"{no_start} is 10:30 before it (" in told(blocks, "2027-01-04T11:00")


def test_off_grid_on_a_date_without_starts() -> None:
    # 10:30 + 200 min = 13:50, past the block's end; but the block is long enough (240 min), so that G3 lends no start.
    blocks = sam().blocks(("AM", "08:00", "12:00", ["10:30"])).lasting(200)
    why = "the blocks of that date have no start for a visit of 3 h 20 min (rule F6, off_grid)"
    assert why in told(blocks, "2027-01-04T10:30")


def test_busy() -> None:
    taken = sam().visit("c1", "09:00", "10:00", at=HERE, title="[H01] Furnace repair").busy("c2", "10:00", "10:30")
    why = 'that time is taken by "[H01] Furnace repair" (c1, 09:00-10:00) and busy time c2 (10:00-10:30)'
    assert told(taken, "2027-01-04T09:30") == refused("09:30-10:30", why, "rule F7, busy")


def test_busy_with_a_lot() -> None:
    taken = sam()
    for number in range(1, 7):
        taken = taken.busy(f"c{number}", "09:00", f"09:0{number}")
    why = "busy time c1 (09:00-09:01), busy time c2 (09:00-09:02), busy time c3 (09:00-09:03) and 3 more (rule F7"
    assert why in told(taken, "2027-01-04T09:00")


def hubs() -> World:
    return sam().hub("H01", HERE).hub("H02", NORTH).hub("H03", EAST)


def test_hub_lock() -> None:
    locked = (
        hubs()
        .blocks(("AM", "08:00", "12:00", 30), ("PM", "13:00", "17:00", 30))
        .visit("c1", "08:00", "09:00", at=NORTH, title="Furnace")
    )
    why = 'the place belongs to hub H01, but block AM (08:00-12:00) is locked to hub H02 by "Furnace" (c1, 08:00-09:00)'
    assert told(locked, "2027-01-04T10:30") == refused("10:30-11:30", why, "rule F8, hub_lock")


def test_hub_lock_of_two_blocks_and_two_hubs() -> None:
    # A visit of 5 h fits no block of 4 h, so it may begin at any start (G3) and overlaps both: 10:00 to 15:00.
    locked = (
        hubs()
        .blocks(("AM", "08:00", "12:00", 30), ("PM", "12:00", "16:00", 30))
        .lasting(300)
        .visit("c1", "08:00", "09:00", title="[H02] Furnace")
        .visit("c2", "09:00", "09:30", hub="H03")
        .busy("c3", "09:30", "10:00", at=NORTH)
        .visit("c4", "15:00", "16:00", at=NORTH)
    )
    assert (
        "block AM (08:00-12:00) is locked to hub H02 and hub H03 by "
        '"[H02] Furnace" (c1, 08:00-09:00) for H02 and the visit c2 (09:00-09:30) for H03 '
        "and block PM (12:00-16:00) is locked to hub H02 by the visit c4 (15:00-16:00) (rule F8"
    ) in told(locked, "2027-01-04T10:00")


def test_depart() -> None:
    # 08:00 + 18 min = 08:18; 08:15 is 3 min too early.
    shift = sam().policy(depart="on_shift").shift(("08:00", "17:00")).drive(HQ, HERE, 1_080)
    why = (
        "the drive from the depot (the shift starts 08:00) takes 18 min, and only 15 min are free before 08:15. "
        "The earliest start after it would be 08:18"
    )
    assert told(shift, "2027-01-04T08:15") == refused("08:15-09:15", why, "rule F9, depart")


def test_depart_without_a_minute() -> None:
    shift = sam().policy(depart="on_shift").shift(("08:00", "17:00")).drive(HQ, HERE, 1_080)
    assert "takes 18 min, and no time is free before 08:00. The earliest start after it would be 08:18 (" in told(
        shift, "2027-01-04T08:00"
    )


def test_travel_before() -> None:
    # 09:00 + 18 min = 09:18.
    after_c1 = sam().visit("c1", "08:00", "09:00", at=EAST, title="[H01] Furnace repair").drive(EAST, HERE, 1_080)
    why = (
        'the drive from "[H01] Furnace repair" (c1, ends 09:00) takes 18 min, and only 15 min are free before 09:15. '
        "The earliest start after it would be 09:18"
    )
    assert told(after_c1, "2027-01-04T09:15") == refused("09:15-10:15", why, "rule F10, travel_before")


def test_travel_before_one_second_short_of_the_buffer() -> None:
    # 09:15:00 - 09:00:01 = 14 min 59 s, and max(15 min, 4 min 2 s) = 15 min.
    after_c1 = sam().policy(travel_buffer_minutes=15).visit("c1", "08:00", "09:00:01", at=EAST).drive(EAST, HERE, 242)
    assert (
        "the drive from the visit c1 (ends 09:00:01) takes 4 min 2 s and at least 15 min are kept between visits, "
        "and only 14 min 59 s are free before 09:15. The earliest start after it would be 09:15:01 (rule F10"
    ) in told(after_c1, "2027-01-04T09:15")


def test_travel_before_far_from_enough() -> None:
    # 1 h 0 min 1 s is rounded up, 15 min 59 s down; 09:00 + 3601 s = 10:00:01.
    after_c1 = sam().visit("c1", "08:00", "08:59:01", at=EAST).drive(EAST, HERE, 3_601)
    assert (
        "takes 61 min, and only 15 min are free before 09:15. The earliest start after it would be 09:59:02 (rule F10"
    ) in told(after_c1, "2027-01-04T09:15")


def test_travel_before_around_time_without_a_place() -> None:
    # 08:00 to 09:15 is 75 min, of which c2 takes 50: 25 are free for 26. One minute later is enough.
    around = sam().visit("c1", "07:00", "08:00", at=EAST).busy("c2", "08:10", "09:00").drive(EAST, HERE, 1_560)
    assert (
        "takes 26 min, and only 25 min are free before 09:15, for other commitments take 50 min of the time between. "
        "The earliest start after it would be 09:16 (rule F10"
    ) in told(around, "2027-01-04T09:15")


def test_travel_before_in_a_gap_that_is_too_short() -> None:
    # 09:00 + 18 min + 60 min = 10:18, after c2 has begun.
    between = (
        sam().visit("c1", "08:00", "09:00", at=EAST).visit("c2", "10:10", "11:00", at=HERE).drive(EAST, HERE, 1_080)
    )
    why = "only 5 min are free before 09:05. No other start in that gap leaves enough time, either (rule F10"
    assert why in told(between, "2027-01-04T09:05")


def test_travel_after() -> None:
    # 12:00 - 18 min - 60 min = 10:42.
    before_c1 = sam().busy("c1", "12:00", "13:00", at=WEST, title="Dentist").drive(HERE, WEST, 1_080)
    why = (
        'the drive to "Dentist" (c1, starts 12:00) takes 18 min, and only 5 min are free after 11:55. '
        "The latest start before it would be 10:42"
    )
    assert told(before_c1, "2027-01-04T10:55") == refused("10:55-11:55", why, "rule F11, travel_after")


def test_return() -> None:
    # 17:00 - 18 min - 60 min = 15:42.
    shift = sam().policy(return_="by_shift_end").shift(("08:00", "17:00")).drive(HERE, HQ, 1_080)
    why = (
        "the drive to the depot (the shift ends 17:00) takes 18 min, and only 15 min are free after 16:45. "
        "The latest start before it would be 15:42"
    )
    assert told(shift, "2027-01-04T15:45") == refused("15:45-16:45", why, "rule F12, return")


def test_weekly_load_in_visits() -> None:
    full = (
        sam(weekly_jobs=2)
        .visit("c1", "tue 09:00", "tue 10:00")
        .visit("c2", "08:00", "08:30")
        .busy("c3", "07:00", "08:00")
    )
    why = "in the week of Monday 4 January Sam already has 2 visits of at most 2"
    assert told(full, "2027-01-04T09:00") == refused("09:00-10:00", why, "rule F13, weekly_load")


def test_weekly_load_in_minutes() -> None:
    # 30 min 1 s + 60 min is 1 s above 90 min.
    full = sam(weekly_minutes=90).visit("c1", "08:00", "08:30:01")
    why = "already has 30 min 1 s of visits, to which this one would add 60 min, of at most 90 min (rule F13"
    assert why in told(full, "2027-01-04T09:00")


def lifts(capacity: int) -> World:
    return sam().resource("lift", capacity).product(resources={"lift": 2})


def test_resource() -> None:
    # From 09:30 to 10:00 c1 and c2 hold 1 + 2 = 3 of 4, and 2 more are needed.
    held = (
        lifts(4)
        .technician("t2", name="Kim")
        .visit("c1", "08:00", "10:00", title="Furnace", resources={"lift": 1})
        .busy("c2", "09:30", "10:30", of=NOBODY, resources={"lift": 2})
        .busy("c3", "10:30", "11:30", of=NOBODY, resources={"lift": 4})
    )
    why = (
        "the visit needs 2 of the resource lift, and at 09:30 3 of 4 are held by "
        '"Furnace" (c1, Kim (t2), 08:00-10:00) and busy time c2 (09:30-10:30, holds 2)'
    )
    assert told(held, "2027-01-04T09:00") == refused("09:00-10:00", why, "rule F14, resource")


def test_resource_that_the_business_lacks() -> None:
    why = "the visit needs 2 of the resource lift, and the business has 1 (rule F14, resource)"
    assert why in told(lifts(1), "2027-01-04T09:00")
