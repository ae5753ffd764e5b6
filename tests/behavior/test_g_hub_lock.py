"""Chapter G: the hub lock. Patches of ground, and how a block is freed."""

from tests.behavior.town import EAST, HERE, WEST, town
from tests.worlds import FREE

HUBS = town().hub("H01", HERE).hub("H02", EAST).hub("H03", WEST)
"""The customer belongs to H01."""

EAST_AM = HUBS.visit("c1", "08:30", "09:30", at=EAST)
MORNING = ["08:30", "09:00", "09:30", "10:00", "10:30", "11:00"]
AFTERNOON = ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00"]


def test_g01_the_first_visit_of_a_block_keeps_its_technician_in_that_patch() -> None:
    assert EAST_AM.starts() == AFTERNOON
    assert EAST_AM.reason("sam", "10:30") == "hub_lock"


def test_g02_in_the_same_patch_the_block_goes_on_selling() -> None:
    # 09:30 + 15 min is before 10:00.
    assert HUBS.visit("c1", "08:30", "09:30", at=HERE).starts() == ["10:00", "10:30", "11:00", *AFTERNOON]


def test_g03_when_the_last_visit_goes_the_block_is_free_again() -> None:
    two = EAST_AM.visit("c2", "10:00", "11:00", at=EAST)
    assert two.starts() == AFTERNOON
    assert two.without("c1").starts() == AFTERNOON
    assert two.without("c1").without("c2").starts() == [*MORNING, *AFTERNOON]


def test_g04_when_the_last_visit_moves_the_block_moves_with_it() -> None:
    moved = EAST_AM.without("c1").visit("c1", "13:30", "14:30", at=EAST)
    assert moved.starts() == MORNING


def test_g05_nobody_is_sent_to_and_fro() -> None:
    # East, here, east would be no way to spend a morning, though every drive takes ten minutes and every gap is wide.
    zigzag = HUBS.visit("c1", "08:15", "08:30", at=EAST).visit("c2", "11:45", "12:00", at=EAST)
    assert [start for start in zigzag.starts() if start < "12:00"] == []
    assert "10:00" in zigzag.policy(lock="none").starts()


def test_g06_the_next_block_may_be_elsewhere_as_long_as_it_can_be_driven() -> None:
    # The morning ends in the east at 12:00, two hours away: the afternoon starts at 14:00.
    far = HUBS.visit("c1", "11:00", "12:00", at=EAST).drive(EAST, HERE, 7_200)
    assert far.starts() == ["14:00", "14:30", "15:00", "15:30", "16:00"]


def test_g07_a_visit_that_spans_morning_and_afternoon_locks_both() -> None:
    assert HUBS.visit("c1", "11:45", "13:15", at=EAST).starts() == []
    # At noon and at one it only touches them.
    assert HUBS.visit("c1", "12:00", "13:00", at=EAST).starts() == [
        "08:30",
        "09:00",
        "09:30",
        "10:00",
        "10:30",
        *AFTERNOON[1:],
    ]


def test_g08_a_long_visit_needs_every_block_that_it_runs_through() -> None:
    # Five hours run into the afternoon, where Sam is in the east from 16:30 on.
    long = HUBS.lasting(300)
    assert long.reason("sam", "08:30") == FREE
    assert long.visit("c1", "16:30", "17:00", at=EAST).reason("sam", "08:30") == "hub_lock"
    # At 10:30 it would end at 15:30; the morning's visit in the east ends long before, and still locks the morning.
    assert long.visit("c1", "08:00", "08:30", at=EAST).reason("sam", "10:30") == "hub_lock"


def test_g09_the_tag_that_opens_a_title_names_the_patch() -> None:
    # The place is in the east, but the dispatcher wrote that it counts as the customer's patch.
    assert HUBS.visit("c1", "08:30", "09:30", at=EAST, title="[H01] Furnace").reason("sam", "10:30") == FREE
    assert HUBS.visit("c1", "08:30", "09:30", at=EAST, title="Furnace [H01]").reason("sam", "10:30") == "hub_lock"


def test_g10_time_that_is_no_visit_locks_nothing() -> None:
    assert HUBS.busy("dentist", "08:30", "09:30", at=EAST).reason("sam", "10:30") == FREE


def test_g11_a_visit_that_nobody_can_place_locks_nothing() -> None:
    assert HUBS.visit("c1", "08:30", "09:30").reason("sam", "10:30") == FREE


def test_g12_a_block_with_visits_of_two_patches_is_open_to_both() -> None:
    both = EAST_AM.visit("c2", "10:00", "10:15", at=HERE)
    assert both.reason("sam", "11:00") == FREE
    assert both.at(WEST).reason("sam", "11:00") == "hub_lock"
    assert both.at(EAST).reason("sam", "11:00") == FREE


def test_g13_one_technician_s_lock_is_not_another_s() -> None:
    both = EAST_AM.technician("kim").shift(("08:00", "17:00"))
    assert both.options("10:30") == ["kim"]
    # In the afternoon Sam comes from the east, 600 + 600 - 600 s; Kim drives out from HQ and back, 1,200 s.
    assert both.options("13:00") == ["sam", "kim"]


def test_g14_an_owner_can_do_without_the_lock_or_without_hubs() -> None:
    assert EAST_AM.policy(lock="none").reason("sam", "10:30") == FREE
    assert town().visit("c1", "08:30", "09:30", at=EAST).reason("sam", "10:30") == FREE


def test_g15_a_night_s_last_block_and_the_next_date_s_first_are_two() -> None:
    night = (
        HUBS.shift(("20:00", "06:00"))
        .policy(depart="before_shift")
        .blocks(("NIGHT", "00:00", "06:00", 60), ("EVE", "20:00", "00:00", 60))
    )
    until_midnight = night.visit("c1", "mon 22:00", "tue 00:00", at=EAST)
    assert until_midnight.reason("sam", "mon 20:00") == "hub_lock"
    assert until_midnight.reason("sam", "tue 01:00") == FREE
    a_second_more = night.visit("c1", "mon 22:00", "tue 00:00:01", at=EAST)
    assert a_second_more.reason("sam", "tue 01:00") == "hub_lock"
