"""Chapter E: slots. Commitments, all-day events, long visits, equipment, weekly load."""

from tests.behavior.town import EAST, HERE, town
from tests.worlds import FREE, NOBODY

LIFT = {"lift": 1}


def test_e01_a_commitment_that_touches_the_visit_is_not_in_the_way() -> None:
    # Lunch from 10:00 to 11:00 has no place, and asks for nothing but its time.
    lunch = town().busy("lunch", "10:00", "11:00")
    assert lunch.reason("sam", "09:00") == FREE
    assert lunch.reason("sam", "09:30") == "busy"
    assert lunch.reason("sam", "10:30") == "busy"
    assert lunch.reason("sam", "11:00") == FREE


def test_e02_one_second_of_overlap_is_too_much() -> None:
    assert town().busy("lunch", "09:59:59", "11:00").reason("sam", "09:00") == "busy"
    assert town().busy("lunch", "10:00", "11:00:01").reason("sam", "11:00") == "busy"


def test_e03_an_all_day_event_takes_the_local_day_and_no_more() -> None:
    # Open day and night, a start every hour: Sunday's last is at 23:00, Tuesday's first at 00:00.
    nights = town().drives(0).shift(("00:00", "00:00")).blocks(("DAY", "00:00", "00:00", 60))
    day_off = nights.busy("off", "mon 00:00", "tue 00:00")
    assert day_off.starts("2027-01-03")[-1] == "23:00"
    assert day_off.starts("mon") == []
    assert day_off.starts("tue") == nights.starts("tue")
    assert day_off.starts("tue")[0] == "00:00"


def test_e04_an_all_day_event_takes_all_23_or_25_hours() -> None:
    for day, next_day in (("2027-03-14", "2027-03-15"), ("2027-11-07", "2027-11-08")):
        nights = town(day).drives(0).shift(("00:00", "00:00")).blocks(("DAY", "00:00", "00:00", 60))
        off = nights.busy("off", f"{day} 00:00", f"{next_day} 00:00")
        assert off.starts() == []
        assert off.starts(next_day)[0] == "00:00"


def test_e05_a_visit_of_the_morning_leaves_the_afternoon() -> None:
    # The visit ends at 12:00; a quarter of an hour later Sam could be there, but the afternoon begins at 13:00.
    small = town().visit("c1", "08:30", "12:00", at=EAST)
    assert small.starts() == ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00"]


def test_e06_a_visit_that_spans_morning_and_afternoon_takes_from_both() -> None:
    # 11:00 to 14:00, with a quarter of an hour on either side: up to 10:45, and from 14:15.
    small = town().visit("c1", "11:00", "14:00", at=EAST)
    assert small.starts() == ["08:30", "09:00", "09:30", "14:30", "15:00", "15:30", "16:00"]


def test_e07_a_long_visit_may_run_over_lunch() -> None:
    # Five hours fit in no block (four hours each): any start will do, as long as the shift (17:00) holds the visit.
    assert town().lasting(300).starts() == ["08:30", "09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    # Four hours fit exactly, but Sam can't be there at 08:00; the afternoon can.
    assert town().lasting(240).starts() == ["13:00"]


def test_e08_people_may_write_commitments_over_one_another() -> None:
    # 09:00 to 12:00 and, inside it, 09:30 to 10:00: what counts is 12:00.
    small = town().busy("training", "09:00", "12:00").visit("c1", "09:30", "10:00", at=EAST)
    assert [start for start in small.starts() if start < "13:00"] == []
    assert small.reason("sam", "13:00") == FREE


def test_e09_equipment_that_somebody_else_holds_is_not_offered() -> None:
    small = town().resource("lift", 1).product(resources=LIFT).technician("kim").shift(("08:00", "17:00"))
    held = small.visit("c1", "09:00", "10:00", at=EAST, of="kim", resources=LIFT)
    assert held.reason("sam", "09:30") == "resource"
    assert held.reason("sam", "10:00") == FREE


def test_e10_equipment_that_nobody_holds_may_be_taken_all_the_same() -> None:
    # The lift is in the workshop until 10:00; the busy time is of no technician.
    workshop = (
        town()
        .resource("lift", 1)
        .product(resources=LIFT)
        .busy("service", "mon 00:00", "mon 10:00", of=NOBODY, resources=LIFT)
    )
    assert workshop.reason("sam", "09:30") == "resource"
    assert workshop.reason("sam", "10:00") == FREE
    assert workshop.product(resources={}).reason("sam", "09:30") == FREE


def test_e11_two_lifts_serve_two_at_once_and_not_three() -> None:
    small = town().resource("lift", 2).product(resources=LIFT)
    one = small.busy("a", "09:00", "11:00", of=NOBODY, resources=LIFT)
    assert one.reason("sam", "09:30") == FREE
    assert one.busy("b", "10:00", "10:30", of=NOBODY, resources=LIFT).reason("sam", "09:30") == "resource"


def test_e12_the_owner_s_weekly_cap_holds_for_the_iso_week() -> None:
    # Two visits a week. Wednesday's and Sunday's fill the week of Monday the 4th; that of the 11th is empty.
    small = town().technician("sam", weekly_jobs=2)
    full = small.visit("c1", "wed 09:00", "wed 10:00").visit("c2", "sun 09:00", "sun 10:00")
    assert full.starts("mon") == []
    assert full.reason("sam", "10:00") == "weekly_load"
    assert full.without("c2").reason("sam", "10:00") == FREE
    assert full.policy(horizon_days=10).reason("sam", "2027-01-11 10:00") == FREE


def test_e13_a_technician_who_cannot_do_the_work_is_not_offered() -> None:
    gas = town().product(skills=["gas"]).technician("kim", skills=["gas"]).shift(("08:00", "17:00"))
    assert gas.options("10:00") == ["kim"]


def test_e14_a_customer_may_ask_for_one_technician() -> None:
    both = town().technician("kim").shift(("08:00", "12:00"))
    assert both.options("10:00") == ["kim", "sam"]
    assert both.request(technician="sam").options("10:00") == ["sam"]
    assert both.request(technician="kim").starts()[-1] == "11:00"


def test_e15_a_slot_is_gone_with_the_last_technician_who_could_take_it() -> None:
    both = town().technician("kim").shift(("08:00", "17:00")).busy("k", "10:00", "11:00", of="kim")
    assert both.options("10:00") == ["sam"]
    assert "10:00" not in both.busy("s", "10:00", "11:00", of="sam").starts()


def test_e16_a_visit_at_the_customer_s_own_address_still_keeps_the_buffer() -> None:
    # The drive is 0 s, the buffer 15 minutes: from 10:00 on, 10:30 is the first start.
    small = town().visit("c1", "09:00", "10:00", at=HERE)
    assert small.reason("sam", "10:00") == "travel_before"
    assert small.reason("sam", "10:30") == FREE
