"""The reading of the rules is held to the worked example and to arithmetic done by hand."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.reading.answer import answer, every_failure, verdict
from tests.reading.clock import Window, edge, instant_of, midnight, read_time, show_time, window_on
from tests.reading.document import Place, read
from tests.reading.feasible import RULES
from tests.reading.places import hub_of, postal, visit_hub
from tests.reading.world_starts import asked
from tests.reading.worlds import world
from tests.reading.zones import in_codes, in_geometry, resolve

Row = dict[str, Any]
FIXTURES = Path(__file__).parents[2] / "reading"
TORONTO = ZoneInfo("America/Toronto")
MONDAY = "2026-11-23"  # no clock change is near
HQ, X, A, B = ({"lat": 43.0, "lng": -79.0 - i / 10} for i in range(4))
SEEDS = 300


def example() -> Row:
    """Read the worked example of scenario.md."""
    document: Row = json.loads((FIXTURES / "example.json").read_text())
    return document


def matrix(**legs: int) -> Row:
    """Make a matrix of HQ, X, A and B in which a leg takes 600 s unless said, as in `hx=300`."""
    names = "hxab"
    seconds = [[0 if i == j else legs.get(i + j, 600) for j in names] for i in names]
    return {"kind": "matrix", "places": [HQ, X, A, B], "seconds": seconds}


def small(**business: Any) -> Row:
    """Make a Monday with one technician at work from 08:00 to 17:00 and one grid start an hour."""
    hours = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    policy = {
        "horizon_days": 1,
        "min_notice_minutes": 0,
        "blocks": [{"id": "D", "start": "08:00", "end": "17:00", "step_minutes": 60}],
    }
    base: Row = {
        "id": "b",
        "name": "B",
        "time_zone": "America/Toronto",
        "hq": HQ,
        "travel": matrix(),
        "boundaries": [{"id": "p", "kind": "postal_set", "codes": ["L6H"]}],
        "zones": [{"id": "z", "name": "Z", "boundaries": ["p"], "industries": [{"industry": "i"}]}],
        "industries": [{"id": "i", "name": "I"}],
        "products": [{"id": "p", "industry": "i", "name": "P", "price": 1}],
        "technicians": [{"id": "t", "name": "T", "zones": ["z"]}],
        "schedules": [
            {"id": "sz", "owner": {"zone": "z"}, "week": hours},
            {"id": "st", "owner": {"technician": "t"}, "week": hours},
        ],
    }
    request = {"place": {**X, "postal_code": "L6H1A1"}, "product": "p"}
    base |= {"policy": policy | business.pop("policy", {})} | business
    now = f"{MONDAY}T00:00"
    return {"now": now, "business": base, "commitments": [], "request": request}


def week(*windows: tuple[str, str]) -> Row:
    """Make a pattern with the same windows on every day."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return {day: [list(w) for w in windows] for day in days}


def visit(number: int, start: str, end: str, at: Row | None, **more: Any) -> Row:
    """Make a visit of the technician on the Monday, or on another date if one is written."""
    times = {key: text if "T" in text else f"{MONDAY}T{text}" for key, text in (("start", start), ("end", end))}
    return {"id": f"c{number}", "technician": "t", "kind": "visit", "place": at, **times, **more}


def busy(number: int, start: str, end: str, at: Row | None = None, **more: Any) -> Row:
    """Make busy time of the technician."""
    return visit(number, start, end, at) | {"kind": "busy"} | more


def at(clock: str) -> int:
    """Give the instant of a time of the Monday, or of another date if one is written."""
    return read_time(TORONTO, clock if "T" in clock else f"{MONDAY}T{clock}")


def failures(document: Row, clock: str) -> list[str]:
    """Name what refuses the start, but for the grid, which most cases step off."""
    return [r for r in every_failure(document, "t", at(clock)) if r != "off_grid"]


def offered(document: Row) -> list[str]:
    """Name the clock times of the slots."""
    return [slot["start"][11:16] for slot in answer(document, explain=False)["slots"]]


def test_the_worked_example() -> None:
    expected = json.loads((FIXTURES / "example_answer.json").read_text())
    found = answer(example(), explain=True)
    assert list(found) == list(expected)
    for field, value in expected.items():
        assert found[field] == value, field


def test_refusals_are_absent_unless_asked_for() -> None:
    assert "refusals" not in answer(example(), explain=False)


def test_a_start_by_name_can_be_beyond_the_horizon_or_off_the_grid() -> None:
    assert verdict(example(), "t1", at("2026-11-24T10:31")) == "off_grid"
    assert verdict(example(), "t1", at("2026-11-25T10:30")) == "horizon"
    assert verdict(example(), "t1", at("2026-11-24T10:30")) is None


def test_clock_times_that_are_skipped() -> None:
    day = date(2026, 3, 8)  # Toronto: 02:00 EST is 03:00 EDT
    gap_end = read_time(TORONTO, "2026-03-08T03:00:00-04:00")
    assert instant_of(TORONTO, day, time(2, 0)) is None
    assert instant_of(TORONTO, day, time(2, 59)) is None
    assert instant_of(TORONTO, day, time(3, 0)) == gap_end
    assert [edge(TORONTO, day, time(2, m)) for m in (0, 30, 59)] == [gap_end] * 3
    assert window_on(TORONTO, day, Window(time(2, 15), time(2, 45))) == (gap_end, gap_end)
    whole = window_on(TORONTO, day, Window(time(1, 0), time(4, 0)))
    assert whole.end - whole.start == 2 * 3600  # one of three hours is lost
    assert show_time(TORONTO, read_time(TORONTO, "2026-03-08T02:30")) == "2026-03-08T03:00:00-04:00"


def test_a_gap_of_half_an_hour_and_a_skipped_midnight() -> None:
    island = ZoneInfo("Australia/Lord_Howe")  # 2026-10-04: 02:00 +10:30 is 02:30 +11:00
    assert instant_of(island, date(2026, 10, 4), time(2, 15)) is None
    assert edge(island, date(2026, 10, 4), time(2, 15)) == read_time(island, "2026-10-04T02:30:00+11:00")
    havana = ZoneInfo("America/Havana")  # 2026-03-08: 00:00 is 01:00
    assert show_time(havana, midnight(havana, date(2026, 3, 8))) == "2026-03-08T01:00:00-04:00"


def test_clock_times_that_happen_twice_mean_the_first() -> None:
    day = date(2026, 11, 1)  # Toronto: 02:00 EDT is 01:00 EST
    assert show_time(TORONTO, edge(TORONTO, day, time(1, 30))) == "2026-11-01T01:30:00-04:00"
    late = window_on(TORONTO, day, Window(time(1, 30), time(2, 0)))
    assert late.end - late.start == 90 * 60  # 01:30 to 02:00, then 01:00 to 02:00 once more
    assert read_time(TORONTO, "2026-11-01T01:30") == late.start


def test_a_skipped_start_is_not_offered_and_its_block_shrinks() -> None:
    document = small(
        policy={"blocks": [{"id": "N", "start": "01:00", "end": "04:00", "step_minutes": 30}]},
        schedules=[
            {"id": "sz", "owner": {"zone": "z"}, "week": week(("00:00", "00:00"))},
            {"id": "st", "owner": {"technician": "t"}, "week": week(("00:00", "00:00"))},
        ],
    )
    document["now"] = "2026-03-08T00:00"
    assert offered(document) == ["01:00", "01:30", "03:00"]
    document["now"] = "2026-03-09T00:00"
    assert offered(document) == ["01:00", "01:30", "02:00", "02:30", "03:00"]


def test_a_visit_longer_than_every_block_runs_over_and_needs_both_locks() -> None:
    blocks = [
        {"id": "AM", "start": "08:00", "end": "10:00", "starts": ["08:00", "09:00"]},
        {"id": "PM", "start": "10:00", "end": "12:00", "starts": ["10:00"]},
    ]
    hubs = [{"id": "H1", **X}, {"id": "H2", **B}]
    document = small(
        policy={"blocks": blocks, "depart": "before_shift"},
        hubs=hubs,
        products=[{"id": "p", "industry": "i", "name": "P", "price": 1, "duration_minutes": 121}],
    )
    assert offered(document) == ["08:00", "09:00", "10:00"]  # 121 > 120 minutes: G3
    document["commitments"] = [visit(1, "11:59", "14:00", B)]  # locks PM for H2
    assert failures(document, "08:00") == ["hub_lock"]  # 08:00 to 10:01 overlaps PM by a minute
    document["business"]["products"][0]["duration_minutes"] = 120  # G2: 08:00 and 10:00 are left
    assert failures(document, "08:00") == []
    document["business"]["policy"]["lock"] = "none"
    assert offered(document) == ["08:00"]


def test_the_hub_of_a_visit() -> None:
    document = small(hubs=[{"id": "H1", **X}, {"id": "H2", **B}, {"id": "H0", **X}])
    rows = [
        ({"hub": "H2", "title": "[H1] x"}, X, "H2"),
        ({"title": "[H2] x"}, X, "H2"),
        ({"title": " [H2] x"}, X, "H0"),  # not at the very start; a tie of H0 and H1
        ({"title": "[h2]"}, B, "H2"),
        ({"title": "[H9] x"}, None, None),
    ]
    assert hub_of(read(document).business, Place(X["lat"], X["lng"])) == "H0"
    for more, place, hub in rows:
        document["commitments"] = [visit(1, "09:00", "10:00", place, **more)]
        scenario = read(document)
        assert visit_hub(scenario.business, scenario.commitments[0]) == hub, more


def test_the_shift_spans_split_windows() -> None:
    document = small(policy={"return": "by_shift_end"}, travel=matrix(hx=3600, xh=3600))
    document["business"]["schedules"][1]["week"] = week(("08:00", "12:00"), ("13:00", "17:00"))
    assert failures(document, "09:00") == []  # 08:00 + 1 h
    assert failures(document, "08:59") == ["depart"]
    assert failures(document, "13:00") == []  # the shift began at 08:00, not at 13:00
    assert failures(document, "11:00") == []  # and ends at 17:00, not at 12:00
    assert failures(document, "15:00") == []  # 16:00 + 1 h
    assert failures(document, "15:01") == ["return"]
    assert failures(document, "12:00") == ["off_shift"]  # T3 and T4 ask nothing


def test_a_night_shift_serves_the_next_morning_and_counts_from_its_own_date() -> None:
    document = small(travel=matrix(hx=5 * 3600))
    night = week(("20:00", "06:00"))
    document["business"]["schedules"] = [
        {"id": "sz", "owner": {"zone": "z"}, "week": week(("00:00", "00:00"))},
        {"id": "st", "owner": {"technician": "t"}, "week": night},
    ]
    assert failures(document, "01:00") == []  # Sunday 20:00 + 5 h = Monday 01:00
    assert failures(document, "00:59") == ["depart"]
    assert failures(document, "20:30") == ["depart"]  # the shift that begins on Monday


def test_free_time_across_busy_time_without_a_place() -> None:
    document = small(policy={"depart": "before_shift"}, travel=matrix(ax=3600, xb=3600))
    document["commitments"] = [
        visit(1, "08:00", "09:00", A),
        busy(2, "09:15", "09:45"),
        busy(3, "09:30", "10:00"),  # the two cover 45 minutes, not 60
        busy(4, "12:00", "12:30"),
        busy(5, "14:00", "15:00", B),
    ]
    # 09:00 + 1 h of drive + 45 min = 10:45; back from 14:00: - 1 h - 30 min - 1 h of work = 11:30
    assert failures(document, "10:45") == []
    assert failures(document, "10:44") == ["travel_before"]
    assert failures(document, "11:00") == []
    document["commitments"][3] |= {"end": f"{MONDAY}T12:59"}
    assert failures(document, "11:00") == []  # 12:00 to 14:00 less 59 min is 61 min
    document["commitments"][3] |= {"end": f"{MONDAY}T13:00:01"}
    assert failures(document, "11:00") == ["travel_after"]


def test_the_buffer_is_for_visits_only() -> None:
    document = small(policy={"depart": "before_shift"}, travel=matrix(ax=60, xb=60))
    document["commitments"] = [visit(1, "08:00", "09:00", A), busy(2, "11:00", "12:00", B)]
    assert failures(document, "09:15") == []  # 15 minutes of buffer
    assert failures(document, "09:14") == ["travel_before"]
    assert failures(document, "09:59") == []  # 60 s of drive to busy time
    document["commitments"] = [busy(1, "08:00", "09:00", A), visit(2, "11:00", "12:00", B)]
    assert failures(document, "09:01") == []
    assert failures(document, "09:45") == []
    assert failures(document, "09:46") == ["travel_after"]


def test_the_day_reaches_twelve_hours_beyond_its_midnights() -> None:
    document = small(policy={"depart": "before_shift"}, travel=matrix(ax=26 * 3600, xa=26 * 3600))
    sunday, tuesday = "2026-11-22", "2026-11-24"
    document["commitments"] = [visit(1, f"{sunday}T11:00", f"{sunday}T12:00", A)]
    assert failures(document, "10:00") == []  # it ends where the day's reach begins
    document["commitments"] = [visit(1, f"{sunday}T11:00", f"{sunday}T12:00:01", A)]
    assert failures(document, "10:00") == ["travel_before"]
    document["commitments"] = [visit(1, f"{tuesday}T12:00", f"{tuesday}T13:00", A)]
    assert failures(document, "10:00") == []
    document["commitments"] = [visit(1, f"{tuesday}T11:59:59", f"{tuesday}T13:00", A)]
    assert failures(document, "10:00") == ["travel_after"]


def test_the_neighbour_among_commitments_that_end_together() -> None:
    document = small(policy={"depart": "before_shift"}, travel=matrix(ax=3600, bx=60))
    document["commitments"] = [visit(1, "08:00", "09:00", A), visit(2, "08:30", "09:00", B)]
    assert failures(document, "09:15") == []  # the later start: B
    document["commitments"][0] |= {"start": f"{MONDAY}T08:30"}
    assert failures(document, "09:15") == []  # the larger id: B
    document["commitments"][0] |= {"id": "c3"}
    assert failures(document, "09:15") == ["travel_before"]


def test_a_neighbour_before_the_shift_leaves_the_detour_to_the_depot() -> None:
    document = small(travel=matrix(hx=1800, xh=900, ax=60, xa=70, ah=7))
    document["commitments"] = [visit(1, "06:00", "08:00", A)]  # p ends at shift_start
    assert failures(document, "08:30") == []  # T3: 08:00 + 30 min; T2: the buffer of 15 min
    assert failures(document, "08:29") == ["depart"]
    slot = answer(document, explain=False)["slots"][0]
    # 09:00: from the depot 1800 s, back 900 s, drive(depot, depot) = 0
    assert slot["options"][0] == {
        "technician": "t",
        "detour_seconds": 2700,
        "before_seconds": 1800,
        "after_seconds": 900,
    }
    document["commitments"] = [visit(1, "06:00", "08:00:01", A)]  # now T3 asks nothing
    assert failures(document, "08:16") == []
    slot = answer(document, explain=False)["slots"][0]
    assert slot["detour_seconds"] == 60 + 900 - 7


def test_a_neighbour_at_the_very_end_of_the_shift_is_after_it() -> None:
    document = small(policy={"return": "by_shift_end"}, travel=matrix(xh=3600, xa=60))
    document["commitments"] = [busy(1, "17:00", "18:00", A)]  # n starts at shift_end
    assert failures(document, "15:00") == []
    assert failures(document, "15:01") == ["return"]
    document["commitments"] = [busy(1, "16:59:59", "18:00", A)]
    assert failures(document, "15:58") == []  # 16:58 + 60 s; T4 asks nothing


def test_free_time_reaches_beyond_the_day() -> None:
    document = small(travel=matrix(hx=20 * 3600))
    for schedule in document["business"]["schedules"]:
        schedule["week"] = week(("00:00", "00:00"))
    sunday = "2026-11-22"  # the shift began on Sunday at 00:00: 34 hours before 10:00
    document["commitments"] = [busy(1, f"{sunday}T00:00", f"{sunday}T12:00")]  # not of the day
    assert failures(document, "10:00") == []  # 34 - 12 = 22 hours
    assert failures(document, "08:00") == []
    assert failures(document, "07:59") == ["depart"]


def test_a_lock_of_the_next_date() -> None:
    document = small(
        policy={"blocks": [{"id": "N", "start": "00:00", "end": "00:00", "starts": ["23:30"]}]},
        hubs=[{"id": "H1", **X}, {"id": "H2", **B}],
    )
    for schedule in document["business"]["schedules"]:
        schedule["week"] = week(("00:00", "00:00"))
    tuesday = "2026-11-24"
    document["commitments"] = [visit(1, f"{tuesday}T22:00", f"{tuesday}T23:00", B)]
    assert failures(document, "23:30") == ["hub_lock"]  # to 00:30 on Tuesday
    assert failures(document, "23:00") == []  # to midnight


def test_a_detour_is_never_below_zero_and_three_slots_are_recommended() -> None:
    document = small(travel=matrix(hx=10, xh=10, ax=1, xa=1, ab=9000, xb=1))
    document["commitments"] = [visit(1, "09:00", "10:00", A), visit(2, "13:00", "14:00", B)]
    slots = answer(document, explain=False)["slots"]
    found = [(s["start"][11:16], s["detour_seconds"], s["recommended"]) for s in slots]
    # 11:00: 1 + 1 - 9000; 15:00 and 16:00: drive(B, x) + 10 - drive(B, depot) = 600 + 10 - 600
    assert found == [("11:00", 0, True), ("15:00", 10, True), ("16:00", 10, True)]


def test_the_week_is_local_and_counts_durations() -> None:
    document = small(policy={"horizon_days": 1})
    sunday, next_monday = "2026-11-22", "2026-11-30"
    document["business"]["technicians"][0]["weekly_jobs"] = 1
    document["commitments"] = [
        visit(1, f"{sunday}T23:59:59", f"{MONDAY}T00:30", HQ),  # starts in the week before
        visit(2, f"{next_monday}T00:00", f"{next_monday}T01:00", HQ),
        busy(3, "15:00", "16:00", HQ),
    ]
    assert failures(document, "10:00") == []
    document["commitments"].append(visit(4, "2026-11-29T23:00", "2026-11-29T23:30", HQ))
    assert failures(document, "10:00") == ["weekly_load"]
    document["business"]["technicians"][0] |= {"weekly_jobs": None, "weekly_minutes": 90}
    assert failures(document, "10:00") == []  # 30 + 60
    document["commitments"][3] |= {"end": "2026-11-29T23:30:01"}
    assert failures(document, "10:00") == ["weekly_load"]


def test_resources_are_counted_at_every_instant() -> None:
    document = small(resources=[{"kind": "lift", "capacity": 2}])
    document["business"]["products"][0]["resources"] = {"lift": 1}
    held = {"technician": None, "resources": {"lift": 1}}
    document["commitments"] = [busy(1, "09:00", "10:30", **held), busy(2, "10:30", "12:00", **held)]
    assert failures(document, "10:00") == []  # one after the other: never more than 1 + 1
    document["commitments"][1] |= {"start": f"{MONDAY}T10:29:59"}
    assert failures(document, "10:00") == ["resource"]  # for one second 1 + 2
    assert failures(document, "11:00") == []


def test_composites() -> None:
    def resolved(*children: tuple[str, str], **more: Row) -> list[str]:
        document = small()
        document["business"]["boundaries"] = [
            {"id": "in", "kind": "postal_set", "codes": ["L6H"]},
            {"id": "out", "kind": "postal_set", "codes": []},
            {"id": "dead", "kind": "postal_set", "codes": ["L6H"], **more.get("dead", {})},
            {
                "id": "c",
                "kind": "composite",
                "children": [
                    {"boundary": name, "operation": operation, "sort": i}
                    for i, (name, operation) in enumerate(children)
                ],
            },
        ]
        document["business"]["zones"][0]["boundaries"] = []
        return resolve(read(document)).matched

    dead = {"effective_from": "2026-11-24"}  # tomorrow
    assert "c" in resolved(("in", "intersect"))  # a first intersect counts as union
    assert "c" in resolved(("dead", "exclude"), ("in", "intersect"), dead=dead)
    assert "c" not in resolved(("out", "exclude"), ("in", "intersect"))  # the first live one
    assert "c" not in resolved(("in", "exclude"))
    assert "c" not in resolved(("in", "union"), ("in", "exclude"), ("out", "union"))
    assert "c" in resolved(("out", "intersect"), ("in", "union"))
    assert "c" not in resolved()
    assert resolved(("dead", "union"), dead=dead) == ["in"]


def test_borders() -> None:
    square = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
    hole = [[1.0, 1.0], [3.0, 1.0], [3.0, 3.0], [1.0, 3.0], [1.0, 1.0]]
    shape = {"type": "Polygon", "coordinates": [square, hole]}
    inside = [(0.5, 0.5), (0, 0), (4, 2), (1, 2), (3, 3), (4 + 9e-10, 2), (1 + 9e-10, 2)]
    outside = [(2, 2), (5, 5), (4 + 2e-9, 2), (1 + 2e-9, 2)]
    assert all(in_geometry(Place(lat, lng), shape) for lng, lat in inside)
    assert not any(in_geometry(Place(lat, lng), shape) for lng, lat in outside)


@pytest.mark.parametrize(
    ("code", "entry", "found"),
    [
        (" l6h-1a1", "L6H 1A1", True),
        ("L6H1A1", "l6h", True),
        ("L6H", "L6H1A1", False),
        ("L6H1A1", "L6", False),
        ("12345-6789", "12345-0000", True),
        ("123456789", "12345", False),
        ("SW1A 1AA", "SW1A1AA", False),
        ("A1Bxyz", "A1B", False),  # not a Canadian code
        ("", "", False),
        (None, "L6H", False),
    ],
)
def test_postal_codes(code: str | None, entry: str, found: bool) -> None:
    assert in_codes(code, [entry]) is found, (postal(code), postal(entry))


def test_the_ties_of_zones() -> None:
    tie: Row = {"boundaries": ["p"]}
    link = [{"industry": "i"}]
    cases: list[tuple[str, str, Row, Row]] = [
        ("priority", "b", {"priority": 0}, {"priority": 1}),
        ("tier", "b", {"industries": link, "default": True}, {"tiers": ["gold"]}),
        ("industry", "b", {"default": True}, {"industries": link}),
        ("staff", "z", {"default": True, "id": "a"}, {"id": "z"}),
        ("default", "b", {}, {"default": True}),
        ("id", "a", {"default": True}, {"default": True}),
    ]
    for decided_by, winner, first, second in cases:
        zones = [{"id": "b", "name": "", **tie, **second}, {"id": "a", "name": "", **tie, **first}]
        document = small(zones=zones)
        document["request"]["customer_tier"] = "gold"
        found = resolve(read(document))
        assert found.zone is not None
        assert (found.decided_by, found.zone.id) == (decided_by, winner)


def test_a_negative_zone_outranks_everything() -> None:
    document = small()
    document["business"]["zones"] += [
        {"id": "n", "name": "N", "boundaries": ["p"], "negative": True, "priority": 0},
        {"id": "d", "name": "D", "default": True},
    ]
    found = answer(document, explain=True)
    assert found["resolution"] == {
        "outcome": "blocked",
        "zone": None,
        "hub": None,
        "matched_boundaries": ["p"],
        "candidate_zones": ["n", "z"],
        "decided_by": "negative",
    }
    assert (found["quote"], found["slots"], found["refusals"]) == (None, [], [])


def test_which_schedule_counts() -> None:
    document = small()
    own: Row = {"owner": {"technician": "t"}, "week": week(("08:00", "17:00"))}
    closed: Row = {"owner": {"technician": "t"}, "week": {}}
    zoned: Row = {"owner": {"technician": "t", "zone": "z"}, "week": {}}
    late, early = {"effective_from": "2026-11-20"}, {"effective_from": "2026-11-19"}
    cases: list[tuple[list[Row], bool]] = [
        ([own, closed | {"priority": 1}], False),
        ([own | late, closed | early], True),
        ([closed | late, own], False),  # an open start is the earliest of all
        ([own, closed], True),  # the smaller id
        ([own, zoned], False),  # zone-scoped, though it closes the day
        ([own, zoned | {"effective_to": MONDAY}], True),
        ([own | {"exceptions": {MONDAY: []}}], False),
        ([], False),
    ]
    zone = document["business"]["schedules"][0]
    for rows, works in cases:
        numbered = [{"id": f"s{i}", **row} for i, row in enumerate(rows)]
        document["business"]["schedules"] = [zone, *numbered]
        assert ("off_shift" not in failures(document, "10:00")) is works, rows


# The generator.


@cache
def answers() -> list[tuple[Row, Row]]:
    """Answer the first worlds."""
    return [(w, answer(w, explain=True)) for w in map(world, range(SEEDS))]


def test_a_world_is_plain_json_and_depends_on_its_seed_alone() -> None:
    for seed in range(20):
        assert json.loads(json.dumps(world(seed))) == world(seed)


@pytest.mark.slow
def test_worlds_show_every_reason() -> None:
    seen = Counter(row["reason"] for _, found in answers() for row in found["refusals"])
    for seed, (document, found) in enumerate(answers()):
        if found["quote"] is not None:
            seen.update(verdict(document, *start) for start in asked(Random(seed), document, 4))
    assert {reason for reason, _ in RULES} <= set(seen)


@pytest.mark.slow
def test_worlds_show_every_outcome_and_what_decided() -> None:
    resolutions = [found["resolution"] for _, found in answers()]
    assert {r["outcome"] for r in resolutions} == {
        "zone",
        "default_zone",
        "blocked",
        "out_of_area",
        "no_services",
        "product_unavailable",
    }
    decided = {"only", "priority", "tier", "industry", "staff", "default", "id"}
    assert {r["decided_by"] for r in resolutions} == decided | {"negative", "none"}


@pytest.mark.slow
def test_most_worlds_offer_slots() -> None:
    rich = [found for _, found in answers() if len(found["slots"]) >= 3]
    assert len(rich) > SEEDS / 2


@pytest.mark.slow
def test_worlds_meet_clock_changes() -> None:
    met = [document for document, _ in answers() if _changes(document)]
    assert len(met) > SEEDS / 4


def _changes(document: Row) -> bool:
    scenario = read(document)
    zone, policy = scenario.business.zone, scenario.business.policy
    today = date.fromisoformat(show_time(zone, scenario.now)[:10])
    days = [today + timedelta(days=i) for i in range(policy.horizon_days)]
    return any(midnight(zone, d + timedelta(days=1)) - midnight(zone, d) != 86400 for d in days)


@pytest.mark.slow
def test_worlds_name_only_what_is_there() -> None:
    for document, _ in answers():
        business = document["business"]
        boundaries = {b["id"] for b in business["boundaries"]}
        zones = {z["id"] for z in business["zones"]}
        technicians = {t["id"] for t in business["technicians"]}
        hubs = {h["id"] for h in business.get("hubs", [])}
        assert {b for z in business["zones"] for b in z.get("boundaries", [])} <= boundaries
        assert {z for t in business["technicians"] for z in t.get("zones", [])} <= zones
        rows = document.get("commitments", [])
        assert {c["technician"] for c in rows} <= technicians | {None}
        assert {c["hub"] for c in rows if c.get("hub")} <= hubs
        assert all(c["kind"] == "busy" for c in rows if c["technician"] is None)
        assert len({c["id"] for c in rows}) == len(rows)
        assert all(c.start < c.end for c in read(document).commitments)
        if business.get("travel", {}).get("kind") == "matrix":
            listed = [(p["lat"], p["lng"]) for p in business["travel"]["places"]]
            used = [(p["lat"], p["lng"]) for p in _places(document)]
            assert len(set(listed)) == len(listed)
            assert set(used) <= set(listed)


def _places(document: Row) -> Iterator[Row]:
    yield document["business"]["hq"]
    yield document["request"]["place"]
    yield from (t["depot"] for t in document["business"]["technicians"] if t.get("depot"))
    yield from (c["place"] for c in document.get("commitments", []) if c.get("place"))
