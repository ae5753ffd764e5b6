"""Every rule against a start, not only the first (rule B9)."""

from __future__ import annotations

import asyncio

from fieldfare.domain.answers import Option
from fieldfare.engine.resolution import resolve_question
from fieldfare.usecases.availability.judge_visit import Judged, Judges
from fieldfare.wiring.engine import travel_times
from tests.worlds import EAST, HERE, HQ, NORTH, WEST, World, table, world

ONE = world().technician("t").policy(horizon_days=7)
"""One technician whom nothing keeps from any start."""

HUBS = ONE.hub("H1", HERE).hub("H2", EAST).blocks(("AM", "08:00", "12:00", 60), ("PM", "12:00", "18:00", 60))
ON_SHIFT = ONE.shift(("08:00", "17:00")).policy(depart="on_shift", return_="by_shift_end")
LIFT = ONE.resource("lift", 1).product(resources={"lift": 1})


def judged(asked: World, start: str) -> Judged:
    question = asked.question()
    resolution, sale = resolve_question(question)
    assert sale is not None
    return asyncio.run(
        Judges(question.business).judge(
            sale=sale,
            place=question.request.place,
            hub=resolution.hub,
            technician="t",
            start=asked.instant(start),
            now=question.now,
            commitments=question.commitments,
            travel=travel_times(question.business.travel),
            all_rules=True,
        )
    )


@table(
    "asked, start, broken",
    {
        "nothing is against it": (ONE, "09:00", ()),
        "too soon": (ONE.now("08:00").policy(min_notice_minutes=120), "09:00", ("notice",)),
        "beyond the horizon": (ONE.policy(horizon_days=1), "tue 09:00", ("horizon",)),
        "the zone is closed": (ONE.hours(("12:00", "17:00")), "09:00", ("zone_closed",)),
        "not active": (ONE.technician("t", active=False), "09:00", ("not_qualified",)),
        "off": (ONE.shift(("12:00", "17:00")), "09:00", ("off_shift",)),
        "between two starts": (ONE, "09:05", ("off_grid",)),
        "busy without a place": (ONE.busy("b", "09:30", "10:30"), "09:00", ("busy",)),
        "locked to another hub": (HUBS.visit("v", "08:00", "09:00", at=EAST), "10:00", ("hub_lock",)),
        "too far from the depot": (ON_SHIFT.drive(HQ, HERE, 3601), "09:00", ("depart",)),
        "too far from the visit before": (
            ONE.visit("v", "08:00", "08:45", at=EAST).drive(EAST, HERE, 901),
            "09:00",
            ("travel_before",),
        ),
        "too far from the visit after": (
            ONE.visit("v", "10:15", "11:00", at=WEST).drive(HERE, WEST, 901),
            "09:00",
            ("travel_after",),
        ),
        "too far from home": (ON_SHIFT.drive(HERE, HQ, 1), "16:00", ("return",)),
        "a full week": (
            ONE.technician("t", weekly_jobs=1).visit("v", "wed 08:00", "wed 09:00"),
            "09:00",
            ("weekly_load",),
        ),
        "the lift is away": (LIFT.busy("b", "09:59", "11:00", of=None, resources={"lift": 1}), "09:00", ("resource",)),
    },
)
def test_each_rule_alone(asked: World, start: str, broken: tuple[str, ...]) -> None:
    assert judged(asked, start).broken == broken


@table(
    "asked, start, broken",
    {
        "too soon, and beyond the horizon, where nothing else is judged": (
            ONE.off().policy(horizon_days=1, min_notice_minutes=3 * 1440),
            "tue 09:05",
            ("notice", "horizon"),
        ),
        "too soon on a closed day off": (
            ONE.shift(("12:00", "17:00")).hours(("12:00", "17:00")).policy(min_notice_minutes=1440),
            "09:05",
            ("notice", "zone_closed", "off_shift", "off_grid"),
        ),
        "neither active nor on shift": (
            ONE.technician("t", active=False).shift(("12:00", "17:00")),
            "09:00",
            ("not_qualified", "off_shift"),
        ),
        "not active, and a drive too far": (
            ONE.technician("t", active=False).visit("v", "08:00", "08:45", at=EAST).drive(EAST, HERE, 901),
            "09:00",
            ("not_qualified", "travel_before"),
        ),
        "off, and too far from both neighbours": (
            ONE.shift(("12:00", "17:00"))
            .visit("a", "08:00", "08:45", at=EAST)
            .visit("b", "10:15", "11:00", at=WEST)
            .drives(901),
            "09:00",
            ("off_shift", "travel_before", "travel_after"),
        ),
        "locked, too far and a full week": (
            HUBS.technician("t", weekly_jobs=1).visit("v", "08:00", "09:00", at=EAST).drive(EAST, HERE, 3601),
            "10:00",
            ("hub_lock", "travel_before", "weekly_load"),
        ),
        "busy with a visit that locks and holds the lift": (
            HUBS.resource("lift", 1)
            .product(resources={"lift": 1})
            .visit("v", "09:00", "10:00", at=EAST, resources={"lift": 1}),
            "09:00",
            ("busy", "hub_lock", "resource"),
        ),
        "both ends of the shift": (
            ON_SHIFT.lasting(9 * 60).drives(1),
            "08:00",
            ("depart", "return"),
        ),
    },
)
def test_several_rules_at_once(asked: World, start: str, broken: tuple[str, ...]) -> None:
    assert judged(asked, start).broken == broken


@table(
    "asked, broken",
    {
        "who is on shift drives from the depot and back": (
            ON_SHIFT.shift(("08:00", "11:00")).drives(7200),
            ("depart", "return"),
        ),
        "who isn't drives nowhere that a rule asks for": (
            ON_SHIFT.shift(("12:00", "17:00")).drives(7200),
            ("off_shift",),
        ),
        "nor does who works only a part of the visit": (
            ON_SHIFT.shift(("08:00", "09:30")).drives(7200),
            ("off_shift",),
        ),
        "but neighbours are neighbours": (
            ON_SHIFT.shift(("12:00", "17:00")).visit("v", "08:00", "08:45", at=NORTH).drives(7200),
            ("off_shift", "travel_before"),
        ),
    },
)
def test_off_shift_the_ends_of_the_shift_ask_nothing(asked: World, broken: tuple[str, ...]) -> None:
    """Rule S5: with no window that holds the visit, T3 and T4 are silent."""
    assert judged(asked, "09:00").broken == broken


@table(
    "asked, broken",
    {
        "the drive is judged from the neighbour before what is in the way": (
            ONE.visit("p", "08:00", "08:30", at=EAST).visit("b", "09:15", "09:30", at=NORTH).drive(EAST, HERE, 1801),
            ("busy", "travel_before"),
        ),
        "it may fit, for all that": (
            ONE.visit("p", "08:00", "08:30", at=EAST).visit("b", "09:15", "09:30", at=NORTH).drive(EAST, HERE, 1800),
            ("busy",),
        ),
        "time without a place in the way takes free time before the visit": (
            ONE.visit("p", "08:00", "08:30", at=EAST).busy("b", "08:50", "09:15").drive(EAST, HERE, 1201),
            ("busy", "travel_before"),
        ),
        "as much as it takes": (
            ONE.visit("p", "08:00", "08:30", at=EAST).busy("b", "08:50", "09:15").drive(EAST, HERE, 1200),
            ("busy",),
        ),
        "and behind it": (
            ONE.visit("n", "10:30", "11:00", at=EAST).busy("b", "09:45", "10:10").drive(HERE, EAST, 1201),
            ("busy", "travel_after"),
        ),
        "or on both sides": (
            ONE.visit("p", "08:00", "08:30", at=EAST)
            .visit("n", "10:30", "11:00", at=EAST)
            .busy("b", "08:50", "10:10")
            .drives(1201),
            ("busy", "travel_before", "travel_after"),
        ),
        "off as well": (
            ONE.shift(("12:00", "17:00"))
            .visit("p", "08:00", "08:30", at=EAST)
            .busy("b", "09:15", "09:30")
            .drive(EAST, HERE, 1801),
            ("off_shift", "busy", "travel_before"),
        ),
    },
)
def test_drives_past_what_is_in_the_way(asked: World, broken: tuple[str, ...]) -> None:
    assert judged(asked, "09:00").broken == broken


@table(
    "asked, start, drives",
    {
        "of what fits": (ON_SHIFT, "12:00", (120, 60, 60)),
        "past the neighbours": (
            ON_SHIFT.visit("p", "08:00", "09:00", at=EAST).visit("n", "15:00", "16:00", at=WEST).drive(EAST, WEST, 50),
            "12:00",
            (70, 60, 60),
        ),
        "of what breaks a rule": (ON_SHIFT, "12:05", (120, 60, 60)),
        "past what is in the way": (
            ON_SHIFT.visit("p", "08:00", "09:00", at=EAST).visit("b", "12:15", "12:30", at=WEST).drive(EAST, HQ, 50),
            "12:00",
            (70, 60, 60),
        ),
        "off shift, where the day is the visit": (
            ON_SHIFT.shift(("14:00", "17:00")).visit("p", "08:00", "09:00", at=EAST).drive(HQ, HERE, 90),
            "12:00",
            (150, 90, 60),
        ),
    },
)
def test_the_drives_and_the_detour_of_a_visit(asked: World, start: str, drives: tuple[int, int, int]) -> None:
    detour, before, after = drives

    option = judged(asked.drives(60), start).option

    assert option == Option(technician="t", detour_seconds=detour, before_seconds=before, after_seconds=after)


def test_beyond_the_horizon_no_drive_is_known() -> None:
    assert judged(ONE.policy(horizon_days=1), "tue 09:00").option is None
