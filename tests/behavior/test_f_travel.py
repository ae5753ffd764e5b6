"""Chapter F: travel. Drives and buffers, lunch, the depot, a travel model that fails."""

from fieldfare.ports.travel import DriveRequest, Drives, TravelUnavailableError
from tests.behavior.town import EAST, HERE, HQ, WEST, town
from tests.worlds import FREE, World


def quarters(small: World) -> World:
    """Let visits start on every quarter of an hour."""
    return small.blocks(("AM", "08:00", "12:00", 15), ("PM", "13:00", "17:00", 15))


def test_f01_a_buffer_exactly_met_is_enough_and_one_second_less_is_not() -> None:
    # 09:00 + 15 min = 09:15; the drive (10 min) is shorter than the buffer.
    assert quarters(town()).visit("c1", "08:15", "09:00", at=EAST).reason("sam", "09:15") == FREE
    assert quarters(town()).visit("c1", "08:15", "09:00:01", at=EAST).reason("sam", "09:15") == "travel_before"
    # 10:15 + 60 min + 15 min = 11:30
    assert quarters(town()).visit("c1", "11:30", "12:00", at=EAST).reason("sam", "10:15") == FREE
    assert quarters(town()).visit("c1", "11:29:59", "12:00", at=EAST).reason("sam", "10:15") == "travel_after"


def test_f02_a_drive_longer_than_the_buffer_takes_its_own_time() -> None:
    # 09:00 + 30 min = 09:30
    far = quarters(town()).visit("c1", "08:15", "09:00", at=EAST).drive(EAST, HERE, 1_800)
    assert far.reason("sam", "09:15") == "travel_before"
    assert far.reason("sam", "09:30") == FREE
    assert far.drive(EAST, HERE, 1_801).reason("sam", "09:30") == "travel_before"


def test_f03_the_way_there_and_the_way_back_may_differ() -> None:
    one_way = quarters(town()).visit("c1", "09:15", "10:00", at=EAST).drive(EAST, HERE, 3_600)
    assert one_way.reason("sam", "10:45") == "travel_before"
    assert one_way.reason("sam", "11:00") == FREE
    # Before it, only the way there counts: 08:15 would end at 09:15, with no time left; but 10 minutes are enough.
    assert one_way.lasting(45).reason("sam", "08:15") == FREE


def test_f04_after_an_appointment_of_one_s_own_the_drive_is_enough() -> None:
    # A dentist in the east until 10:00 is busy time: 600 s of drive and no buffer.
    small = town().blocks(("AM", "08:00", "12:00", 10)).busy("dentist", "09:00", "10:00", at=EAST)
    assert small.reason("sam", "10:00") == "travel_before"
    assert small.reason("sam", "10:10") == FREE


def test_f05_lunch_takes_time_from_the_drive() -> None:
    # A visit until 10:00, lunch until 10:30, the drive of 20 minutes after it: 10:50 is too soon for 10:45.
    small = (
        quarters(town()).visit("c1", "09:00", "10:00", at=EAST).busy("lunch", "10:00", "10:30").drive(EAST, HERE, 1_200)
    )
    assert small.reason("sam", "10:45") == "travel_before"
    assert small.reason("sam", "11:00") == FREE
    # 15 minutes before the lunch and 5 behind it will do as well: 10:15 to 10:45, and 10:50 is before 11:00.
    later = small.without("lunch").busy("lunch", "10:15", "10:45")
    assert later.reason("sam", "10:45") == "travel_before"
    assert later.reason("sam", "11:00") == FREE


def test_f06_the_drive_from_the_depot_is_part_of_the_shift() -> None:
    # 08:00 + 600 s = 08:10
    small = town().blocks(("AM", "08:00", "12:00", 10))
    assert small.starts()[0] == "08:10"
    assert small.drive(HQ, HERE, 601).starts()[0] == "08:20"
    assert small.policy(depart="before_shift").starts()[0] == "08:00"


def test_f07_the_drive_home_is_part_of_the_shift_if_the_owner_says_so() -> None:
    # 17:00 - 600 s - 60 min = 15:50
    small = town().blocks(("PM", "13:00", "17:00", 10))
    assert small.starts()[-1] == "16:00"
    assert small.policy(return_="by_shift_end").starts()[-1] == "15:50"
    assert small.policy(return_="by_shift_end").drive(HERE, HQ, 601).starts()[-1] == "15:40"


def test_f08_who_lives_elsewhere_starts_from_there() -> None:
    small = town().technician("kim", depot=WEST).shift(("08:00", "17:00")).drive(WEST, HERE, 7_200)
    assert small.starts(of="kim")[0] == "10:00"
    assert small.starts(of="sam")[0] == "08:30"


def test_f09_a_visit_before_the_shift_makes_the_depot_no_farther() -> None:
    # An early visit that ends at 08:00, as the shift begins: the quarter of an hour behind it, and the drive from HQ.
    small = quarters(town()).visit("c1", "07:00", "08:00", at=EAST)
    assert small.starts()[0] == "08:15"
    assert small.drive(HQ, HERE, 1_800).starts()[0] == "08:30"


def test_f10_between_the_halves_of_a_split_shift_there_is_time_to_drive() -> None:
    # Off from 12:00 to 13:00: the hour's drive from the depot was possible since 08:00.
    split = town().shift(("08:00", "12:00"), ("13:00", "17:00")).drive(HQ, HERE, 3_600)
    assert split.starts()[0] == "09:00"
    assert split.reason("sam", "13:00") == FREE


def test_f11_last_night_s_visit_is_remembered() -> None:
    # A visit that ended at 23:30 in the east, three hours away: at 02:30 Sam can be here.
    night = town().shift(("22:00", "06:00")).blocks(("NIGHT", "00:00", "06:00", 30)).drive(EAST, HERE, 3 * 3_600)
    small = night.visit("c1", "2027-01-03 22:30", "2027-01-03 23:30", at=EAST)
    assert small.reason("sam", "02:00") == "travel_before"
    assert small.reason("sam", "02:30") == FREE


def test_f12_a_travel_model_that_fails_is_stood_in_for_and_the_answer_says_so() -> None:
    class NoRoads:
        source = "roads"

        async def drives(self, request: DriveRequest) -> Drives:
            raise TravelUnavailableError

    # 13,899.4 m at 45 km/h, times 1.3 and 1.5: 2,169 s instead of the table's 600. 08:00 + 36:09 is before 09:00.
    answer = town().answer(travel=NoRoads())
    assert answer.travel_source == "crow_flies_fallback"
    assert answer.slots[0].options[0].before_seconds == 2_169
    day = [slot for slot in answer.slots if slot.start >= town().instant("00:00")]
    assert day[0].start == town().instant("09:00")
    assert town().answer().travel_source == "matrix"


def test_f13_a_day_that_cannot_be_driven_any_more_still_sells_what_fits() -> None:
    # Two visits that nobody can drive between: an hour apart by road, and back to back. The new legs alone are judged.
    broken = (
        town().visit("c1", "08:00", "09:00", at=EAST).visit("c2", "09:00", "10:00", at=WEST).drive(EAST, WEST, 3_600)
    )
    assert broken.reason("sam", "10:30") == FREE
