"""Chapter I: reasons. Why a start is not offered."""

from tests.behavior.town import EAST, HERE, HQ, town
from tests.worlds import NOBODY, World

STARTS = ["08:00", "08:30", "09:00", "09:30", "10:00", "10:30", "11:00"]
STARTS += ["13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00"]


def told(small: World, technician: str, day: str = "mon") -> dict[str, str]:
    """Give what a dispatcher reads of a technician's day: the reason of every start that is refused."""
    answer = small.answer(explain=True)
    assert answer.refusals is not None
    clock = {small.instant(f"{day} {start}"): start for start in STARTS}
    rows = (row for row in answer.refusals if row.technician == technician and row.start in clock)
    return {clock[row.start]: row.reason for row in rows}


def test_i01_every_start_of_the_grid_is_offered_or_has_a_reason() -> None:
    small = town().technician("kim").shift(("10:00", "17:00")).visit("c1", "13:00", "14:00", at=EAST)
    answer = small.answer(explain=True)
    assert answer.refusals is not None
    offered = {(slot.start, option.technician) for slot in answer.slots for option in slot.options}
    refused = {(row.start, row.technician) for row in answer.refusals}
    grid = {small.instant(f"{day} {start}") for day in ("2027-01-03", "mon", "tue") for start in STARTS}
    assert offered | refused == {(start, who) for start in grid for who in ("kim", "sam")}
    assert not offered & refused


def test_i02_a_dispatcher_reads_why_the_morning_is_gone() -> None:
    # Out from HQ by 08:10; the visit takes 10:00 to 11:00, with a quarter of an hour on either side.
    small = town().visit("c1", "10:00", "11:00", at=EAST)
    assert told(small, "sam") == {
        "08:00": "depart",
        "09:00": "travel_after",
        "09:30": "busy",
        "10:00": "busy",
        "10:30": "busy",
        "11:00": "travel_before",
    }


def test_i03_today_s_starts_that_have_passed_are_listed_too() -> None:
    # It is Sunday, noon, and the notice is four hours: 16:00 is the first start.
    reasons = told(town(), "sam", "2027-01-03")
    assert reasons == dict.fromkeys(STARTS[:-1], "notice")


def test_i04_who_is_inactive_or_does_not_belong_is_listed_with_a_reason() -> None:
    small = town().technician("kim", active=False).technician("lee", zones=[])
    assert set(told(small, "kim").values()) == {"not_qualified"}
    assert set(told(small, "lee").values()) == {"not_qualified"}
    assert len(told(small, "lee")) == len(STARTS)


def test_i05_the_first_rule_that_fails_is_the_reason() -> None:
    # The zone is closed, Sam is off and busy: the zone is told.
    small = town().hours(("13:00", "17:00")).shift(("14:00", "17:00")).busy("c1", "08:00", "17:00")
    reasons = told(small, "sam")
    assert reasons["10:00"] == "zone_closed"
    assert reasons["13:00"] == "off_shift"
    assert reasons["14:00"] == "busy"


def test_i06_one_technician_s_reasons_can_be_asked_for() -> None:
    small = town().technician("kim").off().request(technician="kim")
    answer = small.answer(explain=True)
    assert answer.slots == ()
    assert answer.refusals is not None
    assert {row.technician for row in answer.refusals} == {"kim"}


def test_i07_rows_stand_by_start_and_then_by_technician() -> None:
    small = town().technician("kim").off()
    answer = small.answer(explain=True)
    assert answer.refusals is not None
    rows = [(row.start, row.technician) for row in answer.refusals]
    assert rows == sorted(rows)


def test_i08_the_horizon_and_the_grid_are_told_only_where_a_start_is_named() -> None:
    small = town()
    assert small.reason("sam", "10:10") == "off_grid"
    assert small.reason("sam", "2027-01-06 10:00") == "horizon"
    answer = small.answer(explain=True)
    assert answer.refusals is not None
    assert not {row.reason for row in answer.refusals} & {"off_grid", "horizon"}


def test_i09_every_reason_has_its_case() -> None:
    small = town().hub("H01", HERE).hub("H02", EAST).resource("lift", 1).product(resources={"lift": 1})
    home = small.policy(return_="by_shift_end")
    assert small.reason("sam", "2027-01-03 13:00") == "notice"
    assert small.reason("sam", "2027-01-06 10:00") == "horizon"
    assert small.hours(("13:00", "17:00")).reason("sam", "10:00") == "zone_closed"
    assert small.product(skills=["gas"]).reason("sam", "10:00") == "not_qualified"
    assert small.shift(("13:00", "17:00")).reason("sam", "10:00") == "off_shift"
    assert small.reason("sam", "10:01") == "off_grid"
    assert small.busy("c1", "10:00", "11:00").reason("sam", "10:00") == "busy"
    assert small.visit("c1", "08:30", "09:00", at=EAST).reason("sam", "10:00") == "hub_lock"
    assert small.reason("sam", "08:00") == "depart"
    assert small.visit("c1", "08:30", "09:55", at=HERE).reason("sam", "10:00") == "travel_before"
    assert small.visit("c1", "11:05", "12:00", at=HERE).reason("sam", "10:00") == "travel_after"
    assert home.reason("sam", "16:00") == "return"
    assert home.drive(HERE, HQ, 0).reason("sam", "16:00") == "free"
    full = small.technician("sam", weekly_minutes=59)
    assert full.reason("sam", "10:00") == "weekly_load"
    assert small.busy("c1", "10:00", "11:00", of=NOBODY, resources={"lift": 1}).reason("sam", "10:00") == "resource"
