"""T1 and T6: where drives come from, and what happens if they don't."""

import math

import pytest

from fieldfare.ports.travel import DriveRequest, Drives, TravelUnavailableError
from tests.worlds import EAST, HERE, HQ, NORTH, World, world

# An eighth of a degree of latitude on a meridian: pi / 180 / 8 * 6,371,008.8 m = 13,899.385 m from HQ to HERE
EIGHTH_M = math.pi / 180 / 8 * 6_371_008.8
T1 = world().technician("t1").shift(("08:00", "17:00"))


class NoTravel:
    """A travel model that is down."""

    source = "roads"

    async def drives(self, request: DriveRequest) -> Drives:
        raise TravelUnavailableError("the router does not answer")


def drive_out(small: World) -> int:
    """Give the drive from HQ to HERE that the answer tells."""
    return small.slot("12:00").options[0].before_seconds


def fallen_back(small: World) -> tuple[str, int]:
    answer = small.answer(travel=NoTravel())
    return answer.travel_source, answer.slots[0].options[0].before_seconds


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        # 13,899.385 * 1.3 / 12.5 m/s = 1,445.54 s
        ({}, 1_446),
        # 13,899.385 * 1.0 / 12.5 = 1,111.95 s
        ({"circuity": 1}, 1_112),
        # 13,899.385 * 1.3 / 25 = 722.77 s
        ({"speed_kmh": 90}, 723),
        # 13,899.385 * 2 / 10 = 2,779.88 s
        ({"circuity": 2, "speed_kmh": 36}, 2_780),
    ],
)
def test_t6_the_crow_flies_model(fields: dict[str, float], seconds: int) -> None:
    small = T1.crow_flies(**fields)
    assert drive_out(small) == seconds
    assert small.answer().travel_source == "crow_flies"


def test_t6_seconds_are_rounded_up() -> None:
    # At this speed the drive takes 1,000 s, and at one a little lower a little more than that.
    exact = EIGHTH_M / 1_000 * 3.6
    assert drive_out(T1.crow_flies(circuity=1, speed_kmh=exact * 1.000_000_1)) == 1_000
    assert drive_out(T1.crow_flies(circuity=1, speed_kmh=exact * 0.999_999_9)) == 1_001


def test_t1_a_place_is_no_drive_from_itself() -> None:
    # p is at HERE: nothing to drive, and nothing but the buffer to wait.
    small = T1.crow_flies().policy(travel_buffer_minutes=15).visit("p", "08:00", "09:00", at=HERE)
    assert small.slot("09:15").options[0].before_seconds == 0
    assert small.reason("t1", "09:00") == "travel_before"


def test_t1_a_drive_need_not_be_symmetric() -> None:
    small = T1.drive(HQ, HERE, 100).drive(HERE, HQ, 200)
    assert small.slot("12:00").options[0].before_seconds == 100
    assert small.slot("12:00").options[0].after_seconds == 200


def test_t6_a_model_that_fails_falls_back_to_crow_flies_and_says_so() -> None:
    # 13,899.385 * 1.3 / 12.5 * 1.5 = 2,168.30 s
    assert fallen_back(T1.crow_flies()) == ("crow_flies_fallback", 2_169)


def test_t6_the_fallback_keeps_the_business_s_own_settings() -> None:
    # 13,899.385 * 2 / 10 * 1.5 = 4,169.82 s
    assert fallen_back(T1.crow_flies(circuity=2, speed_kmh=36)) == ("crow_flies_fallback", 4_170)


def test_t6_a_business_with_another_model_falls_back_to_the_defaults() -> None:
    # The table of drives says nothing any more: 1.3 and 45 km/h, times 1.5.
    assert fallen_back(T1.drives(60)) == ("crow_flies_fallback", 2_169)


def test_t6_all_drives_of_an_answer_are_of_one_model() -> None:
    # HQ to HERE 2,169 s, HERE to EAST and HQ to EAST by the same rule: none of the table's 60 s is left.
    small = T1.drives(60).visit("n", "16:00", "17:00", at=EAST)
    option = small.answer(travel=NoTravel()).slots[0].options[0]
    assert option.before_seconds == 2_169
    assert option.after_seconds > 60
    assert option.detour_seconds not in (60, 2_169 + 60 - 60)


def test_t6_the_rules_are_judged_by_the_fallback() -> None:
    # 08:00 + 2,169 s = 08:36:09: the first start is at 08:45, and not at 08:01.
    small = T1.drives(60).policy(depart="on_shift")
    assert small.starts()[0] == "08:15"
    first = small.answer(travel=NoTravel()).slots[0].start
    assert first == small.instant("08:45")


def test_t6_another_error_is_not_hidden() -> None:
    class Broken(NoTravel):
        async def drives(self, request: DriveRequest) -> Drives:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        T1.answer(travel=Broken())


def test_the_model_is_asked_once_and_for_each_place_once() -> None:
    asked: list[DriveRequest] = []

    class Counting(NoTravel):
        async def drives(self, request: DriveRequest) -> Drives:
            asked.append(request)
            raise TravelUnavailableError

    two_of_one_place = T1.visit("c1", "09:00", "10:00", at=NORTH).visit("c2", "12:00", "13:00", at=NORTH)
    two_of_one_place.answer(travel=Counting())
    (request,) = asked
    points = [tuple(point) for point in request.points.tolist()]
    assert sorted(points) == sorted({HERE, HQ, NORTH})
    assert points[request.target] == HERE
