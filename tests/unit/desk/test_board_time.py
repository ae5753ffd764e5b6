"""Time blocked by a form, and why a start is offered or not, with the page on which to change it."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import httpx2

from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.domain.permissions import Role
from fieldfare.usecases.people.create_account import CreateAccount, create_account
from tests.databases import Database
from tests.service.test_booking_life import House, living
from tests.service.whole import TESTER
from tests.unit.desk.test_board_moves import DAY, ROBIN, STAFF, TODAY, at, booked, fleet, iso
from tests.unit.desk.walking import form_of, send, words_of
from tests.worlds import EAST, HERE, NORTH, World, world

PASSWORD = "a long winter evening"
SPAN = {"from_date": DAY, "from_time": "09:00", "to_date": DAY, "to_time": "12:00"}


async def commitments(house: House) -> dict[str, dict[str, Any]]:
    answer = await house.desk.get(f"{STAFF}/commitments", params={"limit": "100"})
    return {one["id"]: one for one in answer.json()["items"]}


async def blocking(house: House, **typed: str) -> httpx2.Response:
    page = await house.desk.get("/desk/board/time", params={"date": DAY})
    return await send(house.desk, form_of(page, "/board/time"), **{**SPAN, "whose": "technician:t1", **typed})


def test_time_is_blocked_changed_and_freed_with_the_lines_of_the_api(database: Database) -> None:
    async def work(house: House) -> tuple[list[str], list[Any]]:
        before = set(await commitments(house))
        made = await blocking(house, title="Sick")
        (id_,) = set(await commitments(house)) - before
        page = await house.desk.get(f"/desk/board/time/{id_}")
        changed = await send(house.desk, form_of(page, id_), to_time="13:00")
        page = await house.desk.get(f"/desk/board/time/{id_}")
        kept = (await commitments(house))[id_]
        freed = await send(house.desk, form_of(page, id_), free="1")
        assert id_ not in await commitments(house)
        document = {
            "id": "by-api",
            "technician": "t1",
            "kind": "busy",
            "start": iso(at("09:00")),
            "end": iso(at("12:00")),
        }
        made_by_api = await house.desk.post(f"{STAFF}/commitments", json={**document, "title": "Sick"})
        assert made_by_api.status_code == 201, made_by_api.text
        await house.desk.put(f"{STAFF}/commitments/by-api", json={**document, "title": "Sick", "end": iso(at("13:00"))})
        await house.desk.delete(f"{STAFF}/commitments/by-api")
        trails = [await trail(house, one) for one in (id_, "by-api")]
        assert (kept["start"], kept["end"], kept["title"]) == (iso(at("09:00")), iso(at("13:00")), "Sick")
        return [one.headers["location"] for one in (made, changed, freed)], trails

    places, (by_form, by_api) = living(database, work, fleet())
    board = f"/desk/board?date={DAY}&notice="
    assert places == [f"{board}blocked", f"{board}saved", f"{board}freed"]
    assert by_form == by_api
    assert [line["action"] for line in by_form] == ["delete", "change", "create"]


async def trail(house: House, id_: str) -> list[dict[str, Any]]:
    answer = await house.desk.get(f"{STAFF}/audit", params={"subject": "commitments", "id": id_})

    def without_id(values: dict[str, Any] | None) -> dict[str, Any] | None:
        return values and {key: value for key, value in values.items() if key != "id"}

    return [
        {
            "action": line["action"],
            "actor": line["actor"],
            "before": without_id(line["before"]),
            "after": without_id(line["after"]),
        }
        for line in answer.json()["items"]
    ]


def test_visits_in_blocked_time_are_named_and_stay(database: Database) -> None:
    async def work(house: House) -> tuple[str, str, str, str]:
        booking = await booked(house)
        drawn = {"technician": "t1", "start": str(at("09:30")), "end": str(at("10:30"))}
        warned = await house.desk.get("/desk/board/time", params=drawn)
        made = await blocking(house)
        shown = await house.desk.get(made.headers["location"])
        kept = (await house.desk.get(f"{STAFF}/bookings/{booking['id']}")).json()
        return booking["id"], warned.text, shown.text, kept["status"]

    id_, warned, shown, status = living(database, work, fleet())
    assert status == "confirmed"
    for text in (warned, shown):
        assert f"/desk/board/move/{id_}" in text
        assert "A visit lies in this time" in text


def test_what_can_not_be_blocked_is_said_beside_its_field(database: Database) -> None:
    cases = [
        ({"to_time": "09:00"}, "The end has to lie after the start."),
        ({"from_date": ""}, "Enter a date and a time."),
        ({"from_date": "1999-01-01"}, "Enter a date of this century."),
        ({"whose": ""}, "Choose whose time it is."),
        ({"whose": "technician:nobody"}, "Choose a technician of the business."),
        ({"whose": "resource:lift", "pieces": "0"}, "Enter how many pieces, 1 or more."),
        ({"title": "x" * 201}, "At most 200 letters."),
    ]

    async def work(house: House) -> list[tuple[int, str]]:
        answers = [await blocking(house, **typed) for typed, _ in cases]
        return [(one.status_code, words_of(one)) for one in answers]

    for (status, words), (typed, fault) in zip(living(database, work, fleet()), cases, strict=True):
        assert (status, typed) == (422, typed)
        assert fault in words


def test_equipment_is_taken_out_of_use_once_however_often_the_form_is_sent(database: Database) -> None:
    async def work(house: House) -> tuple[list[int], list[dict[str, Any]]]:
        page = await house.desk.get("/desk/board/time", params={"resource": "lift", "start": str(at("09:00"))})
        form = form_of(page, "/board/time")
        twice = [await send(house.desk, form, title="In the workshop") for _ in range(2)]
        found = [one for one in (await commitments(house)).values() if one["title"] == "In the workshop"]
        return [one.status_code for one in twice], found

    statuses, (one,) = living(database, work, fleet())
    assert statuses == [303, 303]
    assert (one["technician"], one["kind"], one["resources"], one["end"]) == (
        None,
        "busy",
        {"lift": 1},
        iso(at("10:00")),
    )


def test_two_who_change_the_same_time_choose(database: Database) -> None:
    async def work(house: House) -> tuple[str, str]:
        made = await house.desk.get("/desk/board/time/lunch")
        form = form_of(made, "/time/lunch")
        first = await send(house.desk, form, to_time="12:45")
        assert first.status_code == 303
        late = await send(house.desk, form, to_time="13:00", from_time="12:15")
        assert late.status_code == 412
        done = await send(house.desk, form_of(late, "/time/lunch"))
        assert done.status_code == 303, words_of(done)
        kept = (await commitments(house))["lunch"]
        return words_of(late), f"{kept['start']} {kept['end']}"

    words, kept = living(database, work, fleet())
    assert "Somebody else changed this time while you looked at it" in words
    assert f"{DAY} 12:00 to {DAY} 12:45" in words
    assert kept == f"{iso(at('12:15'))} {iso(at('13:00'))}"


def test_why_names_the_rule_and_the_page_on_which_to_change_it(database: Database) -> None:
    spot = f"{HERE.lat},{HERE.lng}"
    cases: list[tuple[dict[str, str], str, str]] = [
        ({"technician": "t1", "date": str(TODAY - timedelta(days=1))}, "rule F1, notice", "/desk/settings/policy"),
        ({"technician": "t1", "date": str(TODAY + timedelta(days=6))}, "rule F2, horizon", "/desk/settings/policy"),
        ({"technician": "t1", "time": "19:00"}, "rule F3, zone_closed", "/desk/settings/schedules/z1"),
        ({"technician": "t3", "time": "09:00"}, "rule F4, not_qualified", "/desk/settings/technicians/t3"),
        ({"technician": "t1", "time": "16:30"}, "rule F5, off_shift", "/desk/settings/schedules/t1"),
        ({"technician": "t1", "time": "09:10"}, "rule F6, off_grid", "/desk/settings/policy"),
        ({"technician": "t2", "time": "13:00"}, "rule F7, busy", "/desk/board/time/north"),
        ({"technician": "t2", "time": "14:30"}, "rule F8, hub_lock", "/desk/board/time/north"),
        ({"technician": "t1", "time": "08:00"}, "rule F9, depart", "/desk/settings/policy"),
        ({"technician": "t5", "time": "10:00"}, "rule F10, travel_before", "/desk/board/time/early"),
        ({"technician": "t5", "time": "14:00"}, "rule F11, travel_after", "/desk/board/time/late"),
        ({"technician": "t1", "time": "16:00"}, "rule F12, return", "/desk/settings/policy"),
        ({"technician": "t4", "time": "09:00"}, "rule F13, weekly_load", "/desk/settings/technicians/t4"),
        ({"technician": "t1", "time": "15:00"}, "rule F14, resource", "/desk/settings/resources/lift"),
        ({"technician": "t1", "product": "nothing"}, "no product", "/desk/settings/products"),
        ({"technician": "t1", "place": "10,10"}, "no zone holds it", "/desk/settings/zones"),
        ({"technician": "t1", "place": f"{EAST.lat},{EAST.lng}"}, "negative zone", "/desk/settings/zones/no-go"),
        ({"technician": "t1", "time": "09:00"}, "is offered with Sam", "/desk/book/details?"),
    ]
    made = fleet().zone("no-go", negative=True, boundaries=["east"])
    made = made.boundary("east", kind="radius", center={"lat": EAST.lat, "lng": EAST.lng}, radius_m=500)
    made = made.technician("t5", name="Jo", skills=["gas"]).shift(("08:00", "18:00"))
    made = made.busy("early", "09:00", "09:50", at=NORTH).busy("late", "15:10", "16:00", at=NORTH)

    async def work(house: House) -> list[tuple[str, str]]:
        found = []
        for query, _, _ in cases:
            asked = {"product": "tune-up", "date": DAY, "time": "09:00", "place": spot, **query}
            answer = await house.desk.get("/desk/board/why", params=asked)
            assert answer.status_code == 200, answer.text
            found.append((words_of(answer), unescape(answer.text)))
        return found

    for (query, reason, href), (words, text) in zip(cases, living(database, work, made), strict=True):
        assert reason in words, (query, words)
        links = re.findall(r'<a class="button[^"]*" href="([^"]+)"', text)
        assert [link for link in links if link.startswith(href)], (query, links)


def test_a_technician_sees_their_own_row_and_changes_nothing(database: Database) -> None:
    async def work(house: House) -> tuple[dict[str, Any], list[int]]:
        await booked(house)
        await booked(house, "09:30", "t2", customer={**ROBIN, "email": "lee@example.com"})
        account = CreateAccount(
            business=house.business, email="sam@example.com", password=PASSWORD, role=Role.TECHNICIAN, technician="t1"
        )
        await create_account(
            account, actor=TESTER, storage=house.whole.storage, passwords=Argon2Passwords(), now=int(time.time())
        )
        async with house.whole.client() as client:
            page = await client.get("/desk/sign-in")
            entered = await send(client, form_of(page, "/desk/sign-in"), email="sam@example.com", password=PASSWORD)
            assert entered.status_code == 303
            board = (await client.get("/desk/board/data", params={"date": DAY})).json()
            paths = (
                f"/desk/board?date={DAY}",
                "/desk/board/time/lunch",
                "/desk/board/time/lift",
                "/desk/board/time",
                "/desk/board/why",
                "/desk/board/check?booking=x&technician=t1&start=1",
            )
            return board, [(await client.get(path)).status_code for path in paths]

    board, statuses = living(database, work, made_of_two())
    assert [one["id"] for one in board["technicians"]] == ["t1"]
    assert [one["movable"] for one in board["technicians"][0]["items"]] == [False, False]
    assert board["may"] == {"move": False, "override": False, "block": False, "why": False}
    assert (board["waiting"], [one["items"] for one in board["resources"]]) == ([], [[]])
    assert statuses == [200, 200, 404, 403, 403, 403]


def made_of_two() -> World:
    made = (
        world(DAY).policy(horizon_days=6).every(30).resource("lift", 1).technician("t1").busy("lunch", "12:00", "12:30")
    )
    return made.technician("t2").busy("lift", "15:00", "15:30", of=None, resources={"lift": 1})


def test_a_day_of_a_clock_change_is_blocked_by_its_own_hours(database: Database) -> None:
    async def work(house: House) -> list[int]:
        lengths = []
        for day in ("2027-03-14", "2027-11-07"):
            before = set(await commitments(house))
            sent = await blocking(house, from_date=day, from_time="00:00", to_date=day, to_time="06:00")
            assert sent.status_code == 303
            (id_,) = set(await commitments(house)) - before
            one = (await commitments(house))[id_]
            ends = [datetime.fromisoformat(one[name]).timestamp() for name in ("start", "end")]
            lengths.append(int(ends[1] - ends[0]) // 3_600)
        return lengths

    assert living(database, work, fleet()) == [5, 7]
