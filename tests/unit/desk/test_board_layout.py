"""The board's drives, locks, flags and hours, as its script gets them: tables of days, on a database."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fieldfare.domain.permissions import Scope
from tests.databases import Database
from tests.service.test_booking_life import House, living
from tests.service.whole import Whole, on
from tests.worlds import EAST, HERE, NOBODY, NORTH, WEST, World, world

ZONE = ZoneInfo("America/Toronto")
DAY = (datetime.now(ZONE).date() + timedelta(days=2)).isoformat()
PLACE = {"lat": HERE.lat, "lng": HERE.lng, "postal_code": None}

Leg = tuple[str, int, bool]
"""Where a drive comes from, how many seconds it takes, and whether the gap is too short for it."""


def small(**policy: Any) -> World:
    """Give a world of one technician, who works from eight to five, ten minutes from everywhere."""
    made = world(DAY).policy(**{"horizon_days": 6, "travel_buffer_minutes": 15, **policy}).drives(600)
    return made.technician("t1", name="Sam").shift(("08:00", "17:00"))


def boards(database: Database, *cases: tuple[World, dict[str, str]]) -> list[dict[str, Any]]:
    """Give the boards of the days of worlds, each a business of its own in one database."""

    async def work(whole: Whole) -> list[dict[str, Any]]:
        found = []
        for number, (made, query) in enumerate(cases):
            document, business = made._with_travel(), f"case-{number}"
            await whole.bring_in({**document["business"], "id": business}, document["commitments"])
            async with await whole.key(business) as desk:
                answer = await desk.get("/desk/board/data", params={"date": made.day, **query})
            assert answer.status_code == 200, answer.text
            found.append(answer.json())
        return found

    return on(database, work)


def shown(database: Database, made: World, **query: str) -> dict[str, Any]:
    """Give the board of a world's day."""
    return boards(database, (made, query))[0]


def row(board: dict[str, Any], technician: str = "t1") -> dict[str, Any]:
    return next(one for one in board["technicians"] if one["id"] == technician)


def legs(board: dict[str, Any]) -> dict[str, Leg | None]:
    """Give the drive before each item, and that back home."""
    own = row(board)
    drives = {one["id"]: one["before"] for one in own["items"]} | {"home": own["home"]}
    return {id_: leg and (leg["from"], leg["drive_seconds"], leg["short"]) for id_, leg in drives.items()}


ON_SHIFT = small(depart="on_shift", return_="by_shift_end")


DRIVES: dict[str, tuple[World, dict[str, Leg | None]]] = {
    "the drive from the depot just fits into the shift": (
        ON_SHIFT.visit("a", "08:10", "09:00", at=HERE),
        {"a": ("depot", 600, False), "home": ("a", 600, False)},
    ),
    "a minute less does not": (
        ON_SHIFT.visit("a", "08:09", "09:00", at=HERE),
        {"a": ("depot", 600, True), "home": ("a", 600, False)},
    ),
    "before the shift nobody asks, and behind it no drive home is drawn": (
        small().visit("a", "08:00", "09:00", at=HERE),
        {"a": ("depot", 600, False), "home": None},
    ),
    "too late to be back at the depot by the end of the shift": (
        ON_SHIFT.visit("a", "15:50", "16:51", at=HERE),
        {"a": ("depot", 600, False), "home": ("a", 600, True)},
    ),
    "the buffer just fits between visits": (
        small().visit("a", "09:00", "10:00", at=HERE).visit("b", "10:15", "11:00", at=NORTH),
        {"a": ("depot", 600, False), "b": ("a", 600, False), "home": None},
    ),
    "the drive alone does, the buffer does not": (
        small().visit("a", "09:00", "10:00", at=HERE).visit("b", "10:14", "11:00", at=NORTH),
        {"a": ("depot", 600, False), "b": ("a", 600, True), "home": None},
    ),
    "to busy time at a place the drive is enough": (
        small().visit("a", "09:00", "10:00", at=HERE).busy("b", "10:10", "11:00", at=NORTH),
        {"a": ("depot", 600, False), "b": ("a", 600, False), "home": None},
    ),
    "from busy time at a place it has to fit all the same": (
        small().busy("a", "09:00", "10:00", at=HERE).visit("b", "10:09", "11:00", at=NORTH),
        {"a": ("depot", 600, False), "b": ("a", 600, True), "home": None},
    ),
    "lunch takes its part of the gap, and leaves enough": (
        small()
        .visit("a", "09:00", "10:00", at=HERE)
        .busy("lunch", "10:05", "10:35")
        .visit("b", "10:45", "11:00", at=NORTH),
        {"a": ("depot", 600, False), "lunch": None, "b": ("a", 600, False), "home": None},
    ),
    "lunch leaves a minute too little": (
        small()
        .visit("a", "09:00", "10:00", at=HERE)
        .busy("lunch", "10:05", "10:35")
        .visit("b", "10:44", "11:00", at=NORTH),
        {"a": ("depot", 600, False), "lunch": None, "b": ("a", 600, True), "home": None},
    ),
    "each drive goes one way": (
        small().drive(HERE, NORTH, 3_000).visit("a", "09:00", "10:00", at=HERE).visit("b", "11:00", "12:00", at=NORTH),
        {"a": ("depot", 600, False), "b": ("a", 3_000, False), "home": None},
    ),
    "from a place to itself nobody drives": (
        small().visit("a", "09:00", "10:00", at=HERE).visit("b", "10:15", "11:00", at=HERE),
        {"a": ("depot", 600, False), "b": ("a", 0, False), "home": None},
    ),
    "who was out before the shift begins it at the depot": (
        ON_SHIFT.visit("a", "06:00", "07:00", at=HERE).visit("b", "08:30", "09:00", at=NORTH),
        {"a": ("depot", 600, False), "b": ("depot", 600, False), "home": ("b", 600, False)},
    ),
    "off shift one comes from the stop before": (
        small().visit("a", "18:00", "19:00", at=HERE).visit("b", "19:20", "20:00", at=NORTH),
        {"a": ("depot", 600, False), "b": ("a", 600, False), "home": None},
    ),
}


def test_a_drive_leads_to_each_stop_and_says_whether_it_fits(database: Database) -> None:
    found = boards(database, *((made, {}) for made, _ in DRIVES.values()))
    assert {name: legs(board) for name, board in zip(DRIVES, found, strict=True)} == {
        name: expected for name, (_, expected) in DRIVES.items()
    }


def test_what_overlaps_or_can_not_be_driven_is_at_risk_in_words(database: Database) -> None:
    made = (
        small()
        .visit("a", "09:00", "10:00", at=HERE)
        .visit("b", "09:30", "10:30", at=HERE)
        .visit("c", "10:35", "11:00", at=NORTH)
        .busy("lunch", "12:00", "12:30")
        .busy("meeting", "12:15", "12:45")
    )
    items = {one["id"]: one for one in row(shown(database, made))["items"]}
    assert {id_: one["flags"] for id_, one in items.items()} == {
        "a": ["at_risk", "overlaps"],
        "b": ["at_risk", "overlaps"],
        "c": ["at_risk", "undrivable"],
        "lunch": [],
        "meeting": [],
    }
    assert items["c"]["flag_words"] == ["at risk", "does not drive"]
    assert "10 min" in items["c"]["note"]
    assert items["c"]["before"]["words"] == "10 min, does not fit: 15 min needed, 5 min free"


def two_hubs() -> World:
    made = small().hub("H01", HERE).hub("H02", NORTH)
    return made.blocks(("AM", "08:00", "12:00", 60), ("PM", "13:00", "17:00", 60))


LOCKS: list[tuple[World, list[tuple[str, list[str]]], list[str]]] = [
    (two_hubs().visit("a", "09:00", "10:00", at=HERE), [("AM", ["H01"])], []),
    (two_hubs().visit("a", "09:00", "10:00", at=HERE, hub="H02"), [("AM", ["H02"])], []),
    (two_hubs().visit("a", "09:00", "10:00", title="[H02] Repair"), [("AM", ["H02"])], []),
    (two_hubs().busy("a", "09:00", "10:00", at=HERE), [], []),
    (two_hubs().visit("a", "09:00", "10:00"), [], []),
    (two_hubs().visit("a", "11:30", "13:30", at=HERE), [("AM", ["H01"]), ("PM", ["H01"])], []),
    (two_hubs().visit("a", "12:00", "13:00", at=HERE), [], []),
    (
        two_hubs().visit("a", "09:00", "10:00", at=HERE).visit("b", "11:00", "12:00", at=NORTH),
        [("AM", ["H01", "H02"])],
        ["a", "b"],
    ),
    (two_hubs().policy(lock="none").visit("a", "09:00", "10:00", at=HERE), [], []),
]


def test_visits_lock_their_blocks_to_their_hubs(database: Database) -> None:
    found = [row(board) for board in boards(database, *((made, {}) for made, _, _ in LOCKS))]
    locked = [[(lock["block"], [hub["id"] for hub in lock["hubs"]]) for lock in own["locks"]] for own in found]
    flagged = [[one["id"] for one in own["items"] if "locked_hub" in one["flags"]] for own in found]
    assert list(zip(locked, flagged, strict=True)) == [(locks, ids) for _, locks, ids in LOCKS]


CLOCKS = [
    ("2027-03-14", 23, ["12", "1", "3", "4"]),
    ("2027-11-07", 25, ["12", "1", "1", "2"]),
    ("2027-06-01", 24, ["12", "1", "2", "3"]),
]


def test_a_day_has_the_hours_that_its_clock_has(database: Database) -> None:
    worlds = [world(day).technician("t1").busy("a", "01:30", "03:30") for day, _, _ in CLOCKS]
    found = boards(database, *((made, {}) for made in worlds))
    for board, (_, hours, labels) in zip(found, CLOCKS, strict=True):
        (own,) = board["days"]
        assert own["end"] - own["start"] == hours * 3_600
        assert len(board["ticks"]) == hours + 1
        assert [tick["label"].split()[0] for tick in board["ticks"][:4]] == labels
        assert row(board)["shifts"] == [[own["start"], own["end"]]]


def test_a_week_has_seven_dates_from_monday_and_its_load(database: Database) -> None:
    made = world("2027-03-10").technician("t1", weekly_jobs=5, weekly_minutes=600)
    made = (
        made.visit("before", "sun 09:00", "sun 10:00")
        .visit("mon", "mon 09:00", "mon 10:30")
        .busy("off", "thu 09:00", "thu 10:00")
    )
    board = shown(database, made, view="week")
    assert [one["date"] for one in board["days"]] == [f"2027-03-{day:02}" for day in range(8, 15)]
    assert row(board)["week"] == {"visits": 2, "minutes": 150, "most_visits": 5, "most_minutes": 600}
    assert [one["id"] for one in row(board)["items"]] == ["mon", "off", "before"]


def test_a_date_that_memory_has_let_go_is_read_from_the_books(database: Database) -> None:
    day = (datetime.now(ZONE).date() - timedelta(days=40)).isoformat()
    made = world(day).technician("t1").visit("old", "09:00", "10:00", at=HERE)
    assert [one["id"] for one in row(shown(database, made))["items"]] == ["old"]


def test_equipment_out_of_use_has_a_row_of_its_own(database: Database) -> None:
    made = (
        small()
        .resource("lift", 2)
        .busy("workshop", "09:00", "12:00", of=NOBODY, title="In the workshop", resources={"lift": 1})
    )
    (lift,) = shown(database, made)["resources"]
    assert (lift["kind"], lift["count"]) == ("lift", 2)
    assert [(one["id"], one["pieces"], one["technician"]) for one in lift["items"]] == [("workshop", 1, None)]


FILTERS: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["t2", "t1"]),
    ({"q": "sa"}, ["t1"]),
    ({"q": "T2"}, ["t2"]),
    ({"skill": "gas"}, ["t2"]),
    ({"hub": "H01"}, ["t1"]),
    ({"hub": "H02"}, []),
    ({"q": "nobody"}, []),
    ({"page": "7"}, ["t2", "t1"]),
    ({"page": "x"}, ["t2", "t1"]),
]


def test_a_board_is_filtered(database: Database) -> None:
    made = two_hubs().visit("a", "09:00", "10:00", at=HERE).technician("t2", name="Alex", skills=["gas"])
    made = made.technician("gone", name="Bo", active=False)
    found = boards(database, *((made, query) for query, _ in FILTERS))
    assert [[one["id"] for one in board["technicians"]] for board in found] == [ids for _, ids in FILTERS]


def test_fifty_technicians_stand_on_a_page(database: Database) -> None:
    made = world(DAY)
    for number in range(53):
        made = made.technician(f"t{number:02}")
    first, second = shown(database, made), shown(database, made, page="2")
    assert (len(first["technicians"]), first["page"], first["pages"], first["total"]) == (50, 1, 2, 53)
    assert [one["id"] for one in second["technicians"]] == ["t50", "t51", "t52"]


async def booked(house: House, clock: str, **more: Any) -> dict[str, Any]:
    start = datetime.fromisoformat(f"{DAY}T{clock}").replace(tzinfo=ZONE).isoformat()
    body = {"place": PLACE, "product": "tune-up", "start": start, "technician": "t1", **more}
    made: dict[str, Any] = await house.staff(
        "bookings", {"customer": {"name": "Robin Doe", "email": "robin@example.com"}, **body}
    )
    return made


def test_bookings_are_shown_with_their_customer_and_what_is_the_matter(database: Database) -> None:
    async def work(house: House) -> dict[str, dict[str, Any]]:
        late, early = await booked(house, "09:00"), await booked(house, "11:00")
        unsure, against = await booked(house, "13:00"), await booked(house, "15:00")
        held = await house.hold("16:00", start=datetime.fromisoformat(f"{DAY}T16:00").replace(tzinfo=ZONE).isoformat())
        await house.change(
            late, "estimated_start = starts_at + interval '20 min', estimated_end = ends_at + interval '20 min'"
        )
        await house.change(early, "estimated_start = starts_at - interval '5 min'")
        await house.change(unsure, "estimated_start = starts_at + interval '15 min'")
        await house.change(unsure, "provisional = true, address_unchecked = true")
        await house.change(against, """reasons = '{"overridden": ["hub_lock"]}'::jsonb""")
        board = (await house.desk.get("/desk/board/data", params={"date": DAY})).json()
        names = {late["id"]: "late", early["id"]: "early", unsure["id"]: "unsure", against["id"]: "against"}
        assert [one["id"] for one in board["waiting"]] == [unsure["id"]]
        assert held["token"]
        return {names.get(one["id"], "held"): one for one in row(board)["items"]}

    items = living(database, work, small(travel_buffer_minutes=0).drives(0).every(60))
    assert {name: one["flags"] for name, one in items.items()} == {
        "late": ["at_risk", "late"],
        "early": ["early"],
        "unsure": ["to_assign", "address_unchecked"],
        "against": ["overridden"],
        "held": ["held"],
    }
    assert {name: (one["kind"], one["status"], one["customer"], one["movable"]) for name, one in items.items()} == {
        "late": ("booking", "confirmed", "Robin Doe", True),
        "early": ("booking", "confirmed", "Robin Doe", True),
        "unsure": ("booking", "confirmed", "Robin Doe", True),
        "against": ("booking", "confirmed", "Robin Doe", True),
        "held": ("booking", "held", None, False),
    }
    late = items["late"]
    assert late["estimated"] == [late["start"] + 1_200, late["end"] + 1_200]
    assert late["promised"] == [late["start"], late["end"]]
    assert late["move_href"] == f"/desk/board/move/{late['id']}"


def test_a_key_that_sees_no_bookings_sees_no_board(database: Database) -> None:
    async def work(house: House) -> list[int]:
        async with await house.whole.key(house.business, [Scope.BOOKINGS]) as desk:
            return [(await desk.get(f"/desk/board{path}")).status_code for path in ("", "/data", "?show=list")]

    assert living(database, work, small()) == [403, 403, 403]


@pytest.mark.parametrize("path", ["/desk/board", "/desk/board?show=list", "/desk/board?view=week&show=list"])
def test_the_list_is_a_table_of_the_same(database: Database, path: str) -> None:
    made = small().visit("a", "09:00", "10:00", at=EAST, title="<b>Furnace</b>").visit("b", "10:05", "11:00", at=WEST)

    async def work(house: House) -> str:
        separator = "&" if "?" in path else "?"
        answer = await house.desk.get(f"{path}{separator}date={DAY}")
        assert answer.status_code == 200, answer.text
        return answer.text

    text = living(database, work, made)
    assert '<th scope="rowgroup"' in text
    assert "<caption>" in text
    assert "does not drive" in text
    assert "&lt;b&gt;Furnace" in text
    assert "<b>Furnace" not in text
    assert ('id="board-data"' in text) == ("show=list" not in path)
