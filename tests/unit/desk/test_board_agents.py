"""Agents book and move for customers: they learn which rules decide, nothing of calendars, settings or the trail."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.domain.permissions import Role
from fieldfare.entrypoints.words.broken import BROKEN
from fieldfare.usecases.people.create_account import CreateAccount, create_account
from tests.databases import Database
from tests.service.test_booking_life import House, living
from tests.service.whole import TESTER
from tests.unit.desk.test_board_moves import DAY, at, booked, fleet, iso
from tests.unit.desk.walking import form_of, send, words_of
from tests.worlds import HERE

PASSWORD = "a long winter evening"


@asynccontextmanager
async def signed_in(house: House, role: Role) -> AsyncIterator[httpx2.AsyncClient]:
    """Make an account of a role, and sign it in."""
    wanted = CreateAccount(business=house.business, email="lee@example.com", password=PASSWORD, role=role)
    await create_account(
        wanted, actor=TESTER, storage=house.whole.storage, passwords=Argon2Passwords(), now=int(time.time())
    )
    async with house.whole.client() as client:
        page = await client.get("/desk/sign-in")
        entered = await send(client, form_of(page, "/desk/sign-in"), email="lee@example.com", password=PASSWORD)
        assert entered.status_code == 303
        yield client


def test_a_check_names_the_rules_to_an_agent_and_nothing_behind_them(database: Database) -> None:
    tries = {"busy": ("t2", "12:00"), "hub_lock": ("t2", "14:30"), "depart": ("t1", "08:00")}

    async def work(house: House) -> dict[str, Any]:
        booking = await booked(house)
        async with signed_in(house, Role.AGENT) as client:
            found = {}
            for code, (who, clock) in tries.items():
                query = {"booking": booking["id"], "technician": who, "start": str(at(clock))}
                found[code] = (await client.get("/desk/board/check", params=query)).json()
            return found

    of_agent = living(database, work, fleet())
    for code, said in of_agent.items():
        assert code in {one["code"] for one in said["broken"]}
        assert [one["words"] for one in said["broken"]] == [BROKEN[one["code"]] for one in said["broken"]]
        assert said["words"] == " ".join(BROKEN[one["code"]] for one in said["broken"])
        assert {one["setting"] for one in said["broken"]} == {None}
        assert (said["before_seconds"], said["after_seconds"]) == (None, None)


def test_the_office_reads_what_is_behind_a_rule(database: Database) -> None:
    async def work(house: House) -> dict[str, Any]:
        booking = await booked(house)
        query = {"booking": booking["id"], "technician": "t2", "start": str(at("12:00"))}
        async with signed_in(house, Role.DISPATCHER) as client:
            found: dict[str, Any] = (await client.get("/desk/board/check", params=query)).json()
            return found

    busy = next(one for one in living(database, work, fleet())["broken"] if one["code"] == "busy")
    assert busy["words"].startswith("Kim has busy 12:00")
    assert busy["setting"] == "/desk/board/time/lunch"


def test_the_forms_of_an_agent_say_no_more_than_the_rules(database: Database) -> None:
    place = f"{HERE.lat},{HERE.lng}"
    errand = {"address": "1 Any Street", "at": place, "product": "tune-up", "start": str(at("12:00")), "who": "t2"}

    async def work(house: House) -> list[httpx2.Response]:
        booking = await booked(house)
        async with signed_in(house, Role.AGENT) as client:
            query = {"technician": "t2", "start": str(at("12:00"))}
            pages = [
                await client.get(f"/desk/board/move/{booking['id']}", params=query),
                await client.get("/desk/book/details", params=errand),
                await client.get("/desk/book/details", params={**errand, "start": str(at("13:30")), "who": "t3"}),
                await client.get("/desk/book/details", params={**errand, "start": str(at("09:00"))}),
            ]
            assert [page.status_code for page in pages] == [200] * 4
            return pages

    moved, busy, unqualified, fits = living(database, work, fleet())
    for page in (moved, busy):
        assert BROKEN["busy"] in words_of(page)
        assert "Kim has" not in words_of(page)
        assert "lunch" not in page.text
        assert "/desk/settings" not in page.text
    assert "This time isn't offered. It breaks a rule:" in words_of(unqualified)
    assert BROKEN["not_qualified"] in words_of(unqualified)
    assert "rule F" not in words_of(unqualified)
    assert "It can be driven. This time is offered." in words_of(fits)


@pytest.mark.parametrize(
    ("role", "who", "tells"), [(Role.AGENT, "Somebody else", False), (Role.DISPATCHER, "tests (key)", True)]
)
def test_who_was_quicker_and_why_is_told_to_those_who_read_the_trail(
    database: Database, role: Role, who: str, tells: bool
) -> None:
    async def work(house: House) -> tuple[dict[str, str], str]:
        booking = await booked(house)
        async with signed_in(house, role) as client:
            page = await client.get(f"/desk/board/move/{booking['id']}")
            moved = {"start": iso(at("09:00")), "technician": "t1", "reason": "They are ill"}
            await house.staff(f"bookings/{booking['id']}/reschedule", moved)
            late = await send(client, form_of(page, booking["id"]), date=DAY, time="08:30")
            assert late.status_code == 412
            return (await client.get(f"/desk/board/changed/{booking['id']}")).json(), words_of(late)

    last, words = living(database, work, fleet())
    assert (last["who"], last["what"].split()[0]) == (who, "moved")
    assert f"{who} moved" in words
    assert ("They are ill" in words, "tests (key)" in words) == (tells, tells)
