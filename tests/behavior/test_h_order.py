"""Chapter H: order. Slots and technicians, what is recommended, alternatives."""

from tests.behavior.town import EAST, HERE, HQ, town
from tests.worlds import WEST

KIM = town().technician("kim", depot=EAST).shift(("08:00", "17:00"))


def test_h01_a_customer_reads_slots_in_the_order_of_time() -> None:
    starts = [slot.start for slot in KIM.answer().slots]
    assert starts == sorted(set(starts))


def test_h02_the_technician_who_drives_least_comes_first() -> None:
    # Sam drives 600 + 600 s from HQ and back; Kim, from the east, 600 + 300 s.
    closer = KIM.drive(HERE, EAST, 300)
    assert closer.options("10:00") == ["kim", "sam"]
    assert closer.detour("kim", "10:00") == 900
    assert closer.detour("sam", "10:00") == 1_200
    farther = KIM.drive(HERE, EAST, 700)
    assert farther.options("10:00") == ["sam", "kim"]


def test_h03_of_equals_the_one_with_less_to_do_this_week_comes_first() -> None:
    assert KIM.options("10:00") == ["kim", "sam"]
    busier = KIM.visit("c1", "wed 09:00", "wed 10:00", of="kim")
    assert busier.options("10:00") == ["sam", "kim"]


def test_h04_a_slot_next_to_a_visit_nearby_is_recommended() -> None:
    # The visit in the east takes 600 s to reach and to leave anyway: 600 + 600 - 600 = 600 s instead of 1,200.
    small = town().visit("c1", "11:00", "12:00", at=EAST)
    assert small.detour("sam", "09:00") == 600
    assert small.detour("sam", "tue 09:00") == 1_200
    # Sunday's 16:00, the first slot of all, costs 1,200 s; Monday's cost 600 s, and the first three are recommended.
    assert small.recommended() == ["08:30", "09:00", "09:30"]


def test_h05_nothing_is_recommended_that_costs_more_than_a_quarter_of_an_hour() -> None:
    # 600 + 600 s on an empty day are more than 900 s; 450 + 450 s are not.
    assert town().recommended() == []
    assert len(town().drives(450).recommended()) == 3
    assert town().drive(HQ, HERE, 450).drive(HERE, HQ, 451).recommended() == []


def test_h06_a_detour_is_never_less_than_nothing() -> None:
    # From EAST to WEST it takes an hour, and by HERE twenty minutes.
    shortcut = (
        town().visit("c1", "08:30", "09:00", at=EAST).visit("c2", "15:00", "16:00", at=WEST).drive(EAST, WEST, 3_600)
    )
    assert shortcut.detour("sam", "10:00") == 0


def test_h07_a_taken_slot_comes_with_five_others_of_the_same_day_first() -> None:
    # 10:00 is taken until 11:00; 09:30 would run into it, 09:00 ends with it.
    taken = town().busy("c1", "10:00", "11:00")
    day = "2027-01-04"
    # From 10:00: 09:00 and 11:00 an hour, 08:30 an hour and a half, 13:00 and 13:30 three and more.
    assert taken.instead_of("10:00") == [f"{day} {start}" for start in ("09:00", "11:00", "08:30", "13:00", "13:30")]


def test_h08_with_a_full_day_the_nearest_days_are_offered() -> None:
    full = town().busy("c1", "mon 00:00", "tue 00:00")
    # From Monday 10:00: Sunday 16:00 is 18 h away; Tuesday 08:30 22.5 h, then every half hour.
    assert full.instead_of("10:00") == [
        "2027-01-03 16:00",
        "2027-01-05 08:30",
        "2027-01-05 09:00",
        "2027-01-05 09:30",
        "2027-01-05 10:00",
    ]


def test_h09_the_first_option_is_whom_dispatch_sends() -> None:
    slot = KIM.drive(HERE, EAST, 300).slot("10:00")
    assert slot.options[0].technician == "kim"
    assert slot.detour_seconds == slot.options[0].detour_seconds


def test_h10_the_same_question_gets_the_same_answer() -> None:
    assert KIM.answer(explain=True) == KIM.answer(explain=True)


def test_h11_the_order_in_which_things_are_written_down_changes_nothing() -> None:
    small = (
        KIM.visit("c1", "09:00", "10:00", at=EAST)
        .visit("c2", "09:00", "10:00", at=WEST, of="sam")
        .busy("c3", "12:00", "13:00")
    )
    document = small.document
    turned = small.scenario(commitments=document["commitments"][::-1]).business(
        technicians=document["business"]["technicians"][::-1], schedules=document["business"]["schedules"][::-1]
    )
    assert turned.answer(explain=True) == small.answer(explain=True)


def test_h12_the_least_detour_is_recommended_though_it_is_late() -> None:
    small = town().drives(450).visit("c1", "14:30", "15:00", at=EAST).drive(EAST, HERE, 100)
    # Morning: 450 + 450 - 450 = 450 s. 15:30 and 16:00, behind the visit: 100 + 450 - 450 = 100 s.
    assert small.recommended() == ["08:30", "15:30", "16:00"]


def test_h13_the_same_day_comes_first_though_another_is_nearer() -> None:
    # Midnight begins Tuesday: Monday's last start, 23:00, is an hour away, Tuesday's first three are nine and more.
    late = (
        town()
        .shift(("23:00", "00:00"), ("09:00", "12:00"))
        .blocks(("AM", "09:00", "12:00", 60), ("EVE", "23:00", "00:00", 60))
    )
    asked = late.drives(0).policy(horizon_days=3).instead_of("tue 00:00")
    assert asked == [f"2027-01-05 {start}" for start in ("09:00", "10:00", "11:00", "23:00")] + ["2027-01-04 23:00"]
