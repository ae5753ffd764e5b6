"""What is said of a start that is offered, and of a place where nothing is."""

from __future__ import annotations

from tests.unit.cli.telling import fields, told
from tests.worlds import EAST, HERE, HQ, NORTH, WEST, Spot, World, box, polygon, world

OTTAWA = Spot(45.42, -75.69)


def sam() -> World:
    noon = world().now("2027-01-03 12:00").policy(horizon_days=3).blocks(("AM", "08:00", "12:00", ["08:00", "10:00"]))
    return noon.technician("t1", name="Sam")


def test_offered_between_two_stops() -> None:
    # From 09:00 to 10:00 is 60 min for a drive of 18, from 11:00 to 11:15 is 15 min for a drive of 4 and a buffer of
    # 15. The detour is 18 + 4 - 10 min; without the visit c1 to c2 is 10 min.
    between = (
        sam()
        .policy(travel_buffer_minutes=15)
        .visit("c1", "08:00", "09:00", at=EAST, title="Furnace")
        .visit("c2", "11:15", "12:00", at=WEST)
        .drive(EAST, HERE, 1_080)
        .drive(HERE, WEST, 240)
        .drive(EAST, WEST, 600)
    )
    assert told(between, "2027-01-04T10:00") == (
        "10:00-11:00 on Monday 4 January (America/Toronto) is offered with Sam (t1): "
        'the drive from "Furnace" (c1, ends 09:00) takes 18 min and 60 min are free; '
        "the drive to the visit c2 (starts 11:15) takes 4 min, 15 min are kept between visits and 15 min are free. "
        "The visit adds 12 min of driving to Sam's day; Sam is the only option for this slot, "
        "which lies in block AM and is recommended."
    )


def test_offered_from_the_depot_and_back() -> None:
    # 07:00 to 08:00 is 60 min for 30 min from the depot; nobody asks about the way home. 30 + 20 min are the detour.
    day = sam().policy(depart="on_shift").shift(("07:00", "15:00")).drive(HQ, HERE, 1_800).drive(HERE, HQ, 1_200)
    assert (
        "the drive from the depot (the shift starts 07:00) takes 30 min and 60 min are free; "
        "the drive to the depot (the shift ends 15:00) takes 20 min, after the shift. "
        "The visit adds 50 min of driving to Sam's day"
    ) in told(day, "2027-01-04T08:00")


def test_offered_without_a_reason_to_recommend_it() -> None:
    # 901 s of detour are one too many.
    far = sam().drive(HQ, HERE, 901)
    assert "The visit adds 15 min 1 s of driving" in told(far, "2027-01-04T08:00")
    assert told(far, "2027-01-04T08:00").endswith("which lies in block AM and is not recommended.")


def test_offered_among_others() -> None:
    # From and to its own depot, t2 drives 5 min each way, and t1 nothing.
    two = sam().technician("t2", name="Kim", depot=NORTH).drive(NORTH, HERE, 300).drive(HERE, NORTH, 300)
    first, second = told(two, "2027-01-04T08:00"), told(two, "2027-01-04T08:00", "t2")
    assert "The visit adds no driving to Sam's day; Sam is option 1 of 2 for this slot" in first
    assert "The visit adds 10 min of driving to Kim's day; Kim is option 2 of 2 for this slot" in second


def test_offered_though_the_request_asks_for_somebody_else() -> None:
    asked = sam().technician("t2", name="Kim").request(technician="t2")
    assert "option 1 of 2" in told(asked, "2027-01-04T08:00")
    assert told(asked, "2027-01-04T08:00").endswith("The request itself asks for Kim (t2) alone.")
    assert "Kim is the only option" in told(asked, "2027-01-04T08:00", "t2")


def test_a_stop_before_the_shift_is_not_where_the_day_begins() -> None:
    # c1 ends at 07:00, when the shift starts, so that the day starts at the depot (rule O1).
    early = sam().shift(("07:00", "15:00")).visit("c1", "06:00", "07:00", at=EAST)
    assert "the drive from the depot (the shift starts 07:00) takes 0 min, before the shift;" in told(
        early, "2027-01-04T08:00"
    )


def test_the_figures_of_an_offer_as_fields() -> None:
    day = sam().policy(return_="by_shift_end").shift(("07:00", "15:00")).drive(HERE, HQ, 1_200)
    document = fields(day, "2027-01-04T08:00")
    assert (document["technician"], document["start"], document["end"], document["reason"]) == (
        "t1",
        "2027-01-04T08:00:00-05:00",
        "2027-01-04T09:00:00-05:00",
        None,
    )
    assert document["resolution"]["outcome"] == "zone"
    assert document["quote"]["price"] == 14_900
    # 15:00 - 09:00 = 6 h; back at 15:00 after 20 min, the visit may start at 13:40.
    assert document["facts"]["after"] == {
        "neighbour": None,
        "neighbour_at": "2027-01-04T15:00:00-05:00",
        "drive_seconds": 1_200,
        "buffer_seconds": 0,
        "need_seconds": 1_200,
        "free_seconds": 21_600,
        "possible_at": "2027-01-04T13:40:00-05:00",
    }
    assert document["facts"]["before"]["free_seconds"] is None
    assert (document["facts"]["position"], document["facts"]["options"]) == (1, 1)


def nothing(why: str) -> str:
    return f"Nothing is offered at this place, whoever drives: {why}."


def test_blocked() -> None:
    closed = sam().zone("z2", name="Island", boundaries=["around"], negative=True)
    assert told(closed, "2027-01-04T08:00") == nothing(
        "it lies in the negative zone Island (z2), where the business doesn't service anybody (outcome blocked)"
    )


def test_out_of_area() -> None:
    assert told(sam().at(OTTAWA), "2027-01-04T08:00") == nothing(
        "no zone holds it, and there is no default zone (outcome out_of_area)"
    )


def test_no_services() -> None:
    assert told(sam().industry("hvac", active=False), "2027-01-04T08:00") == nothing(
        "the zone z1 has no active industry (outcome no_services)"
    )


def test_product_unavailable() -> None:
    ended = " (outcome product_unavailable)"
    inactive = sam().product(name="Tune-up", active=False)
    assert told(inactive, "2027-01-04T08:00") == nothing(f"the zone z1 doesn't sell Tune-up (tune-up){ended}")
    unknown = sam().request(product="drain")
    assert told(unknown, "2027-01-04T08:00") == nothing(f'the business has no product "drain"{ended}')


def test_an_outcome_as_fields() -> None:
    document = fields(sam().at(OTTAWA), "2027-01-04T08:00")
    assert document["resolution"]["outcome"] == "out_of_area"
    assert (document["end"], document["quote"], document["reason"], document["facts"]) == (None, None, None, None)


def test_a_default_zone_sells() -> None:
    elsewhere = sam().boundary("around", **polygon(box(-81, 43, -80, 43.1))).zone("z1", default=True)
    assert "is offered with Sam (t1)" in told(elsewhere, "2027-01-04T08:00")
