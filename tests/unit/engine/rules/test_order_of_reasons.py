"""The reason is the first rule that fails, in the order of section 5: mend one thing after the other."""

from fieldfare.engine.reasons import CODES
from tests.worlds import EAST, FREE, HERE, HQ, WEST, World, world

# The start is Monday, 10:15. Everything is wrong with it.
START = "10:15"
WRONG = (
    world()
    .now("10:00")
    .policy(min_notice_minutes=60, travel_buffer_minutes=15, depart="on_shift", return_="by_shift_end")
    .hub("H01", HERE)
    .hub("H02", EAST)
    .hub("H03", WEST)
    .blocks(("AM", "08:00", "12:00", ["08:00"]))
    .resource("lift", 1)
    .product(resources={"lift": 1}, skills=["gas"])
    .hours(("12:00", "13:00"))
    .technician("t2")
    .visit("lift", "10:00", "12:00", resources={"lift": 1})
    .technician("t1", weekly_jobs=1)
    .shift(("12:00", "13:00"))
    .busy("now", "10:30", "10:45")
    .visit("before", "09:00", "10:10", at=EAST)
    .visit("after", "11:20", "11:55", at=WEST)
)


def steps() -> list[tuple[str, World]]:
    """List the reasons that come up, each with its world; every world mends what the one before was refused for.

    F9 and F12 look at the ends of the shift where F10 and F11 look at neighbours. So the shift begins between the
    neighbour before and the visit, and ends between the visit and the neighbour after.
    """
    found: list[tuple[str, World]] = []

    def note(reason: str, small: World) -> World:
        found.append((reason, small))
        return small

    small = note("notice", WRONG)
    small = note("zone_closed", small.policy(min_notice_minutes=15))
    small = note("not_qualified", small.hours(("08:00", "17:00")))
    small = note("off_shift", small.product(skills=[]))
    small = note("off_grid", small.shift(("10:10", "11:20")).drive(HQ, HERE, 600).drive(HERE, HQ, 600))
    small = note("busy", small.blocks(("AM", "08:00", "12:00", 15)))
    small = note("hub_lock", small.without("now"))
    small = note("depart", small.policy(lock="none"))
    small = note("travel_before", small.drive(HQ, HERE, 300))
    small = note("travel_after", small.without("before"))
    small = note("return", small.without("after").visit("after", "14:00", "15:00", at=WEST))
    small = note("weekly_load", small.drive(HERE, HQ, 300))
    small = note("resource", small.without("after"))
    note(FREE, small.without("lift"))
    return found


def test_each_mended_rule_gives_way_to_the_next() -> None:
    assert [small.reason("t1", START) for _, small in steps()] == [reason for reason, _ in steps()]


def test_every_rule_but_the_horizon_has_its_step() -> None:
    # A start beyond the horizon can't fail for `notice` as well, and fails for everything else behind it.
    assert [reason for reason, _ in steps()] == [code for code in CODES if code != "horizon"] + [FREE]


def test_the_horizon_comes_before_the_zone() -> None:
    assert WRONG.reason("t1", "2027-01-20 10:15") == "horizon"


def test_notice_comes_before_the_horizon() -> None:
    # 14 days of notice: a start in 10 days is too soon and, with a horizon of 2, too late.
    assert WRONG.policy(min_notice_minutes=20_160).reason("t1", "2027-01-14 10:15") == "notice"
