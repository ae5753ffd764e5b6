"""What a snapshot keeps, and what it lays out anew."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from fieldfare.domain.answers import Answer
from fieldfare.domain.places import Place
from fieldfare.domain.travel import CrowFlies
from fieldfare.wiring.engine import travel_times
from tests.unit.availability.asking import Live, Watched
from tests.worlds import EAST, HERE, HQ, NOBODY, NORTH, WEEKDAYS, WEST, World, box, polygon, world

ELSEWHERE = HERE._replace(lat=43.53125)
ONE = world().technician("t1").shift(("08:00", "17:00")).drives(600)
BUSY = ONE.visit("c1", "09:00", "10:00", at=NORTH).visit("c2", "14:00", "15:00", at=EAST)
TWO = BUSY.technician("t2").shift(("08:00", "17:00")).visit("c3", "09:00", "10:00", at=WEST)
LIFT = ONE.resource("lift", 1).product(resources={"lift": 1})


def starts(answer: Answer, technician: str = "t1") -> int:
    """Count the starts that a technician can take."""
    return sum(any(option.technician == technician for option in slot.options) for slot in answer.slots)


# Drives


def test_drives_between_neighbours_are_asked_for_once() -> None:
    live = Live.of(BUSY.crow_flies())
    live.answer()
    live.answer(at=ELSEWHERE)
    first, second = live.travel.asked
    assert len(first.pairs) > 0
    assert len(second.pairs) == 0


def test_a_place_is_not_asked_for_again_where_it_is_a_stop_already() -> None:
    live = Live.of(BUSY.crow_flies())
    live.answer(at=NORTH)
    (request,) = live.travel.asked
    points = [tuple(point) for point in request.points.tolist()]
    assert points[request.target] == NORTH
    assert len(points) == len(set(points))


def test_after_a_change_only_the_drives_of_that_technician_are_new() -> None:
    live = Live.of(TWO.crow_flies())
    live.answer()
    live.change(TWO.crow_flies().without("c1"), "t1")
    live.answer()
    points = live.travel.asked[-1].points
    drives = {(tuple(points[a].tolist()), tuple(points[b].tolist())) for a, b in live.travel.asked[-1].pairs.tolist()}
    assert drives == {(HQ, HQ), (HQ, EAST), (EAST, HQ)}


def test_a_place_that_nobody_goes_to_any_more_is_no_stop() -> None:
    live = Live.of(BUSY.crow_flies())
    live.answer()
    live.change(BUSY.crow_flies().without("c1"), "t1")
    live.answer()
    request = live.travel.asked[-1]
    assert NORTH not in {tuple(point) for point in request.points[request.origins].tolist()}


def test_only_who_is_asked_for_has_stops() -> None:
    live = Live.of(world().technician("t1", depot=EAST).technician("t2", depot=WEST).crow_flies())
    live.answer(technician="t2")
    (request,) = live.travel.asked
    assert [tuple(point) for point in request.points[request.origins].tolist()] == [WEST]


def test_another_model_is_asked_for_all_drives() -> None:
    live = Live.of(BUSY)
    first = live.answer()
    live.travel = Watched(travel_times(CrowFlies()))
    second = live.answer()
    assert (first.travel_source, second.travel_source) == ("matrix", "crow_flies")
    assert len(live.travel.asked[0].pairs) > 0


def test_all_drives_of_an_answer_are_of_one_model() -> None:
    live = Live.of(BUSY)
    assert live.answer().travel_source == "matrix"
    live.travel.down = True
    assert live.answer().travel_source == "crow_flies_fallback"
    live.travel.down = False
    assert live.answer().travel_source == "matrix"


def test_what_stood_in_is_not_kept_for_the_model() -> None:
    live = Live.of(BUSY)
    live.travel.down = True
    live.answer()
    live.travel.down = False
    live.answer()
    assert len(live.travel.asked[0].pairs) == len(live.travel.asked[1].pairs) > 0


def test_a_place_that_the_table_of_drives_lacks_is_reckoned_as_the_crow_flies() -> None:
    assert Live.of(BUSY).answer(at=ELSEWHERE).travel_source == "crow_flies_fallback"


def test_a_new_stop_that_the_table_of_drives_lacks_is_reckoned_as_the_crow_flies() -> None:
    live, question = Live.of(BUSY), BUSY.question()
    live.answer()
    place = Place(lat=ELSEWHERE.lat, lng=ELSEWHERE.lng)
    moved = live.snapshot.with_commitments_of({"t1"}, [replace(known, place=place) for known in question.commitments])
    found = asyncio.run(moved.drivable(question.request, now=question.now, travel=live.travel))
    assert found.travel_source == "crow_flies_fallback"


# Changes


def test_a_change_shows_in_the_next_answer() -> None:
    live = Live.of(BUSY)
    before = starts(live.answer())
    live.change(BUSY.without("c1"), "t1")
    assert starts(live.answer()) > before


def test_what_stood_before_a_change_still_answers_as_it_did() -> None:
    live = Live.of(TWO)
    before = live.answer()
    old = Live(live.world, live.snapshot, live.travel)
    live.change(TWO.without("c1").without("c3"), "t1", "t2")
    live.answer()
    assert old.answer() == before


def test_several_changes_before_anybody_asks() -> None:
    live = Live.of(TWO)
    live.answer()
    live.change(TWO.without("c1"), "t1")
    live.change(TWO.without("c1").without("c3"), "t2")
    live.change(TWO.without("c1").without("c2").without("c3"), "t1")
    assert starts(live.answer(), "t1") == starts(live.answer(), "t2")


def test_a_visit_that_changes_hands() -> None:
    live = Live.of(TWO)
    live.answer()
    given = TWO.without("c1").visit("c1", "11:00", "12:00", at=NORTH, of="t2")
    live.change(given, "t1", "t2")
    live.answer()


def test_somebody_who_had_nothing_to_do() -> None:
    live = Live.of(ONE)
    live.answer()
    live.change(BUSY, "t1")
    live.answer()
    live.change(ONE, "t1")
    live.answer()


def test_a_change_of_somebody_who_does_not_qualify() -> None:
    apprentice = TWO.product(skills=["gas"]).technician("t1", skills=["gas"])
    live = Live.of(apprentice)
    live.answer()
    live.change(apprentice.without("c3"), "t2")
    live.answer()


@pytest.mark.parametrize("of", ["t1", NOBODY])
def test_equipment_that_somebody_takes(of: str | None) -> None:
    live = Live.of(LIFT)
    live.answer()
    taken = LIFT.busy("c1", "09:00", "16:00", of=of, resources={"lift": 1})
    live.change(taken, of)
    assert starts(live.answer()) < starts(Live.of(LIFT).answer())
    live.change(LIFT, of)
    assert starts(live.answer()) == starts(Live.of(LIFT).answer())


def test_equipment_is_summed_up_for_each_state_of_its_own() -> None:
    old = Live.of(LIFT)
    old.answer(product="no-such")
    new = Live(old.world, old.snapshot, old.travel)
    new.change(LIFT.busy("c1", "09:00", "16:00", of=NOBODY, resources={"lift": 1}), NOBODY)
    assert starts(old.answer()) > starts(new.answer())


# Other days, other products


def test_another_moment_of_the_day_and_the_next_day() -> None:
    live = Live.of(TWO.policy(min_notice_minutes=60))
    moments = ("00:00", "12:00", "tue 00:00", "tue 12:00", "00:00")
    morning, noon, next_morning, next_noon, again = (len(live.answer(now=moment).slots) for moment in moments)
    assert noon < morning == again
    assert next_noon < next_morning


def test_products_of_one_length_for_different_people() -> None:
    small = TWO.technician("t2", skills=["gas"])
    products = small.document["business"]["products"]
    skilled = small.business(products=[*products, {**products[0], "id": "gas", "skills": ["gas"]}])
    live = Live.of(skilled)
    assert starts(live.answer(product="tune-up"), "t1") > 0
    assert starts(live.answer(product="gas"), "t1") == 0
    assert starts(live.answer(product="gas"), "t2") > 0


def test_products_of_different_lengths() -> None:
    products = TWO.document["business"]["products"]
    live = Live.of(TWO.business(products=[*products, {**products[0], "id": "long", "duration_minutes": 240}]))
    assert starts(live.answer(product="tune-up")) > starts(live.answer(product="long")) > 0


def test_hours_and_people_that_differ_by_zone() -> None:
    live = Live.of(_two_zones())
    east, west = live.answer(at=EAST), live.answer(at=WEST)
    assert starts(east) > starts(west) > 0
    assert starts(east, "t2") > starts(west, "t2") == 0


def test_one_technician_alone() -> None:
    live = Live.of(TWO)
    assert starts(live.answer(technician="t1"), "t2") == 0
    assert live.answer(technician="no-such").slots == ()
    live.change(TWO.without("c1"), "t1")
    live.answer(technician="t1")


def test_nothing_is_sold_out_of_area() -> None:
    live = Live.of(TWO)
    answer = live.answer(at=HERE._replace(lat=50.0))
    assert (answer.quote, answer.slots, answer.refusals) == (None, (), ())


def test_what_a_place_can_buy() -> None:
    live, question = Live.of(TWO), TWO.question()
    found = live.snapshot.offer(question.request.place, now=question.now)
    assert found.resolution.zone == "z1"
    assert [quote.product for shelf in found.shelves for quote in shelf.quotes] == ["tune-up"]


def test_the_question_holds_all_that_stands() -> None:
    live = Live.of(TWO)
    live.change(TWO.without("c1"), "t1")
    held = live.snapshot.question(TWO.question().request, now=TWO.question().now).commitments
    assert sorted(known.id for known in held) == ["c2", "c3"]


def _two_zones() -> World:
    """Cut the ground in two at HERE. The western half is open in the morning, and t2 doesn't work there."""
    small = TWO
    for name, west, east, opens in (("west", -81, -79.625, "08:00"), ("east", -79.625, -79, "00:00")):
        closes = "12:00" if name == "west" else "00:00"
        small = small.boundary(name, **polygon(box(west, 43, east, 44)))
        small = small.zone(name, boundaries=[name], industries=[{"industry": "hvac"}], priority=90)
        small = small.schedule(name, zone=name, week={day: [[opens, closes]] for day in WEEKDAYS})
    return small.technician("t1", zones=["z1", "west", "east"]).technician("t2", zones=["z1", "east"])


def test_a_technician_s_hours_that_differ_by_zone() -> None:
    small = _two_zones().hours(("00:00", "00:00"))
    small = small.schedule("west", zone="west", week={day: [["00:00", "00:00"]] for day in WEEKDAYS})
    short = {day: [["08:00", "10:00"]] for day in WEEKDAYS}
    live = Live.of(small.schedule("t1-west", technician="t1", zone="west", week=short))
    assert starts(live.answer(at=EAST)) > starts(live.answer(at=WEST)) > 0
