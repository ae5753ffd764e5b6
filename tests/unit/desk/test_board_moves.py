"""Moves on the board: the live check says what the write would do, and the forms do what the API does."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2
import pytest

from fieldfare.domain.permissions import Scope
from tests.databases import Database
from tests.service.test_booking_life import House, living
from tests.unit.desk.walking import form_of, send, words_of
from tests.worlds import HERE, NORTH, World, world

ZONE = ZoneInfo("America/Toronto")
TODAY = datetime.now(ZONE).date()
DAY = (TODAY + timedelta(days=2)).isoformat()
PLACE = {"lat": HERE.lat, "lng": HERE.lng, "postal_code": None}
STAFF = "/api/v1/staff"
ROBIN = {"name": "Robin Doe", "email": "robin@example.com"}


def at(clock: str, day: str = DAY) -> int:
    return int(datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZONE).timestamp())


def iso(instant: int) -> str:
    return datetime.fromtimestamp(instant, ZONE).isoformat()


def fleet() -> World:
    """Give a business in which each rule is in the way of somebody, some time."""
    made = world(DAY).policy(
        horizon_days=6, min_notice_minutes=60, travel_buffer_minutes=15, depart="on_shift", **{"return": "by_shift_end"}
    )
    made = made.hub("H01", HERE).hub("H02", NORTH).resource("lift", 1).product(skills=["gas"], resources={"lift": 1})
    made = made.blocks(("AM", "08:00", "12:00", 30), ("PM", "13:00", "18:00", 30)).hours(("08:00", "18:00"))
    made = made.drives(1_200).technician("t1", name="Sam", skills=["gas"]).shift(("08:00", "17:00"))
    made = made.technician("t2", name="Kim", skills=["gas"], weekly_jobs=2).shift(("08:00", "17:00"))
    made = made.visit("north", "13:00", "14:00", at=NORTH).busy("lunch", "12:00", "12:30")
    made = made.technician("t3", name="Lou").technician("t4", name="Max", skills=["gas"], weekly_jobs=0)
    return made.busy("lift", "15:00", "15:30", of=None, resources={"lift": 1})


async def booked(house: House, clock: str = "10:00", technician: str = "t1", **more: Any) -> dict[str, Any]:
    body = {"place": PLACE, "product": "tune-up", "start": iso(at(clock)), "technician": technician, "customer": ROBIN}
    made: dict[str, Any] = await house.staff("bookings", {**body, **more})
    return made


MOVES = [
    *((who, clock, DAY) for who in ("t1", "t2") for clock in ("08:00", "08:30", "09:00", "10:00", "11:00", "11:30")),
    *((who, clock, DAY) for who in ("t1", "t2") for clock in ("12:30", "14:00", "14:30", "15:00", "16:00", "16:30")),
    ("t1", "10:10", DAY),
    ("t1", "19:00", DAY),
    ("t3", "09:00", DAY),
    ("t3", "10:00", DAY),
    ("t4", "09:00", DAY),
    ("t4", "10:00", DAY),
    ("t1", "09:00", (TODAY + timedelta(days=6)).isoformat()),
    ("t1", "09:00", (TODAY - timedelta(days=1)).isoformat()),
]


async def written(
    house: House, desk: httpx2.AsyncClient, booking: dict[str, Any], who: str, start: int
) -> tuple[str, list[str]]:
    """Move the booking as the board's script does; gives the code, and the rules that were named."""
    verb, body = "assign", {"technician": who}
    if start != at("10:00"):
        verb, body = "reschedule", {"technician": who, "start": iso(start)}
    answer = await desk.post(f"{STAFF}/bookings/{booking['id']}/{verb}", json=body)
    if answer.status_code != 200:
        return answer.json()["code"], answer.json()["rules"]
    back = await desk.post(
        f"{STAFF}/bookings/{booking['id']}/reschedule", json={"technician": "t1", "start": iso(at("10:00"))}
    )
    assert back.status_code == 200, back.text
    return "moved", []


def test_the_check_says_what_the_write_would_do_at_that_moment(database: Database) -> None:
    async def work(house: House) -> tuple[dict[Any, Any], dict[Any, Any], set[str]]:
        booking = await booked(house)
        checks, writes, seen = {}, {}, set()
        for who, clock, day in MOVES:
            if (who, clock, day) == ("t1", "10:00", DAY):
                continue
            start = at(clock, day)
            query = {"booking": booking["id"], "technician": who, "start": str(start)}
            said = (await house.desk.get("/desk/board/check", params=query)).json()
            code = "moved" if said["fits"] else "needs_override" if said["overridable"] else "slot_taken"
            checks[who, clock, day] = (code, [one["code"] for one in said["broken"]])
            writes[who, clock, day] = await written(house, house.desk, booking, who, start)
            seen |= {one["code"] for one in said["broken"]}
            assert all(one["words"].endswith(".") and one["setting"].startswith("/desk/") for one in said["broken"])
        return checks, writes, seen

    checks, writes, seen = living(database, work, fleet())
    assert checks == writes
    assert {code for code, _ in checks.values()} == {"moved", "needs_override", "slot_taken"}
    assert seen >= {
        "notice",
        "horizon",
        "zone_closed",
        "not_qualified",
        "off_shift",
        "off_grid",
        "busy",
        "hub_lock",
        "depart",
        "travel_before",
        "return",
        "weekly_load",
        "resource",
    }


def test_who_goes_at_the_agreed_time_is_not_asked_for_notice(database: Database) -> None:
    soon = datetime.now(ZONE).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    made = (
        world(TODAY.isoformat())
        .policy(horizon_days=2, min_notice_minutes=0)
        .every(60)
        .technician("t1")
        .technician("t2")
    )

    async def work(house: House) -> tuple[Any, Any, int]:
        body = {"place": PLACE, "product": "tune-up", "start": soon.isoformat(), "technician": "t1", "customer": ROBIN}
        booking = await house.staff("bookings", body)
        policy = await house.desk.get(f"{STAFF}/business")
        document = {**policy.json()}
        document["policy"] = {**document["policy"], "min_notice_minutes": 600}
        written = await house.desk.put(f"{STAFF}/business", json=document)
        assert written.status_code == 200, written.text
        start = int(soon.timestamp())
        stays = {"booking": booking["id"], "technician": "t2", "start": str(start)}
        given = (await house.desk.get("/desk/board/check", params=stays)).json()
        moved = (await house.desk.get("/desk/board/check", params={**stays, "start": str(start + 3_600)})).json()
        answer = await house.desk.post(f"{STAFF}/bookings/{booking['id']}/assign", json={"technician": "t2"})
        return given, moved, answer.status_code

    given, moved, status = living(database, work, made)
    assert (given["fits"], [one["code"] for one in moved["broken"]], status) == (True, ["notice"], 200)


def test_a_form_leaves_the_same_line_in_the_trail_as_the_api(database: Database) -> None:
    moves: list[tuple[dict[str, str], dict[str, Any]]] = [
        ({"time": "09:00", "reason": "They called"}, {"start": iso(at("09:00")), "reason": "They called"}),
        (
            {"time": "08:45", "override_reason": "They insist"},
            {"start": iso(at("08:45")), "override": {"reason": "They insist"}},
        ),
        ({"technician": "t6", "time": "10:00"}, {"technician": "t6"}),
    ]

    async def work(house: House) -> list[Any]:
        booking, found = await booked(house), []
        path = f"bookings/{booking['id']}"
        for typed, body in moves:
            page = await house.desk.get(f"/desk/board/move/{booking['id']}")
            sent = await send(house.desk, form_of(page, booking["id"]), date=DAY, **typed)
            assert sent.headers["location"].startswith(f"/desk/board?date={DAY}&notice="), words_of(sent)
            await house.staff(f"{path}/reschedule", {"start": iso(at("10:00")), "technician": "t1"})
            verb, named = ("reschedule", {"technician": "t1"}) if "start" in body else ("assign", {})
            await house.staff(f"{path}/{verb}", {**named, **body})
            await house.staff(f"{path}/reschedule", {"start": iso(at("10:00")), "technician": "t1"})
            answer = await house.desk.get(f"{STAFF}/audit", params={"subject": "bookings", "id": booking["id"]})
            _, by_api, _, by_form, *_ = answer.json()["items"]
            own = ("number", "at", "id")
            found.append([{key: line[key] for key in line if key not in own} for line in (by_form, by_api)])
        return found

    lines = living(database, work, fleet().technician("t6", name="Ray", skills=["gas"]).shift(("08:00", "17:00")))
    for by_form, by_api in lines:
        assert by_form == by_api
    assert [(one["action"], one["reason"]) for one, _ in lines] == [
        ("reschedule", "They called"),
        ("reschedule", "They insist"),
        ("assign", None),
    ]


def test_a_move_asks_for_a_reason_where_it_may_be_overridden(database: Database) -> None:
    async def work(house: House) -> list[str]:
        booking = await booked(house)
        page = await house.desk.get(f"/desk/board/move/{booking['id']}")
        refused = await send(house.desk, form_of(page, booking["id"]), date=DAY, time="08:10")
        never = await send(house.desk, form_of(page, booking["id"]), technician="t3", date=DAY, time="09:00")
        assert (refused.status_code, never.status_code) == (409, 409)
        return [words_of(one) for one in (page, refused, never)] + [
            str("override_reason" in one.text) for one in (page, refused, never)
        ]

    page, refused, never, *asks = living(database, work, fleet())
    assert asks == ["False", "True", "False"]
    assert "Nearest times that drive" in page
    assert "which the shift leaves no time for" in refused
    assert "lacks gas" in never
    assert "nobody overrides it" in never


def test_an_option_of_the_list_is_taken_at_once(database: Database) -> None:
    async def work(house: House) -> dict[str, Any]:
        booking = await booked(house)
        page = await house.desk.get(f"/desk/board/move/{booking['id']}")
        option = re.findall(r'name="option" value="([^"]+)"', page.text)[0]
        form = {"action": f"/desk/board/move/{booking['id']}", "fields": {"version": "1", "once": "o" * 20}}
        twice = [await send(house.desk, form, option=option) for _ in range(2)]
        assert [one.status_code for one in twice] == [303, 303]
        found: dict[str, Any] = (await house.desk.get(f"{STAFF}/bookings/{booking['id']}")).json()
        return {**found, "option": option}

    found = living(database, work, fleet())
    start, technician = found["option"].split()
    assert (found["start"], found["technician"], found["version"]) == (iso(int(start)), technician, 2)


def test_who_is_late_with_a_change_chooses(database: Database) -> None:
    async def work(house: House) -> tuple[str, str, dict[str, Any]]:
        booking = await booked(house)
        page = await house.desk.get(f"/desk/board/move/{booking['id']}")
        await house.staff(f"bookings/{booking['id']}/reschedule", {"start": iso(at("09:00")), "technician": "t1"})
        late = await send(house.desk, form_of(page, booking["id"]), date=DAY, time="08:30")
        assert late.status_code == 412
        kept = (await house.desk.get(f"{STAFF}/bookings/{booking['id']}")).json()
        assert kept["start"] == iso(at("09:00"))
        done = await send(house.desk, form_of(late, booking["id"]))
        assert done.status_code == 303, words_of(done)
        return (
            words_of(late),
            done.headers["location"],
            (await house.desk.get(f"{STAFF}/bookings/{booking['id']}")).json(),
        )

    words, _, after = living(database, work, fleet())
    assert "Somebody else changed this visit" in words
    assert "tests (key) moved" in words
    assert after["start"] == iso(at("08:30"))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"booking": "nobody", "technician": "t1", "start": "1795532400"}, 404),
        ({"technician": "t1", "start": "1795532400", "product": "tune-up"}, 422),
        ({"technician": "t1", "start": "x", "product": "tune-up", "place": "43.5,-79.6"}, 422),
        ({"technician": "t1", "start": "99999999999", "product": "tune-up", "place": "43.5,-79.6"}, 422),
        ({"technician": "zz", "start": "1795532400", "product": "tune-up", "place": "43.5,-79.6"}, 422),
        ({"technician": "t1", "start": "1795532400", "product": "zz", "place": "43.5,-79.6"}, 200),
    ],
)
def test_a_check_that_makes_no_sense_is_refused(database: Database, query: dict[str, str], status: int) -> None:
    async def work(house: House) -> int:
        return (await house.desk.get("/desk/board/check", params=query)).status_code

    assert living(database, work, fleet()) == status


def test_a_key_that_only_reads_moves_nothing(database: Database) -> None:
    async def work(house: House) -> list[int]:
        booking = await booked(house)
        async with await house.whole.key(house.business, [Scope.COMMITMENTS, Scope.CONFIGURATION]) as reader:
            path = f"/desk/board/move/{booking['id']}"
            sent = await reader.post(path, data={"date": DAY, "time": "09:00", "technician": "t1"})
            return [(await reader.get(path)).status_code, sent.status_code]

    assert living(database, work, fleet()) == [403, 403]


def test_a_request_waits_on_the_board_until_it_is_accepted(database: Database) -> None:
    async def work(house: House) -> tuple[list[Any], bool, dict[str, Any]]:
        booking = await booked(house)
        await house.change(booking, "status = 'requested', technician_id = NULL, technician_number = NULL")
        board = (await house.desk.get("/desk/board/data", params={"date": DAY})).json()
        waiting = [(one["id"], one["status"], one["technician"], one["movable"]) for one in board["waiting"]]
        assert all(one["id"] != booking["id"] for row in board["technicians"] for one in row["items"])
        query = {"booking": booking["id"], "technician": "t1", "start": str(at("09:00"))}
        fits = (await house.desk.get("/desk/board/check", params=query)).json()["fits"]
        page = await house.desk.get(f"/desk/board/move/{booking['id']}")
        done = await send(house.desk, form_of(page, booking["id"]), technician="t1", date=DAY, time="09:00")
        assert done.headers["location"] == f"/desk/board?date={DAY}&notice=accepted", words_of(done)
        after = (await house.desk.get(f"{STAFF}/bookings/{booking['id']}")).json()
        return [[one[1:] for one in waiting], [one[0] == booking["id"] for one in waiting]], fits, after

    waiting, fits, after = living(database, work, fleet())
    assert waiting == [[("requested", None, True)], [True]]
    assert fits
    assert (after["status"], after["technician"], after["start"]) == ("confirmed", "t1", iso(at("09:00")))


@pytest.mark.parametrize("status", ["en_route", "in_progress", "completed", "cancelled"])
def test_a_visit_that_has_begun_or_is_over_does_not_move(database: Database, status: str) -> None:
    async def work(house: House) -> tuple[str | None, int, str]:
        booking = await booked(house)
        page = await house.desk.get(f"/desk/board/move/{booking['id']}")
        await house.change(booking, f"status = '{status}'")
        query = {"booking": booking["id"], "technician": "t1", "start": str(at("09:00"))}
        said = (await house.desk.get("/desk/board/check", params=query)).json()
        sent = await send(house.desk, form_of(page, booking["id"]), date=DAY, time="09:00")
        assert not said["fits"]
        return said["refusal"], sent.status_code, words_of(sent)

    refusal, code, words = living(database, work, fleet())
    assert (refusal, code) == ("wrong_status", 409)
    assert "can't be moved any more" in words
