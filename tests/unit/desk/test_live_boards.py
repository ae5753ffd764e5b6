"""How many boards and calendars may be open at once, and how one doesn't take the other's place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from fieldfare.entrypoints.web import live
from tests.databases import Database
from tests.service.test_booking_life import House, living
from tests.service.whole import Whole


@asynccontextmanager
async def streaming(whole: Whole, path: str, headers: Mapping[str, str]) -> AsyncIterator[int]:
    """Ask for a stream, leave it open, and give the status with which it begins."""
    begun: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    first = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if first.is_set():
            await asyncio.Event().wait()
        first.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        # The first part of the body comes of the stream itself: from then on it counts.
        if message["type"] == "http.response.start":
            begun_with.append(message["status"])
        elif not begun.done():
            begun.set_result(begun_with[0])

    begun_with: list[int] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(key.lower().encode(), value.encode()) for key, value in {"host": "localhost", **headers}.items()],
        "client": ("127.0.0.1", 4_711),
        "server": ("localhost", 80),
        "state": {},
    }
    task = asyncio.create_task(whole.app(scope, receive, send))
    try:
        yield await asyncio.wait_for(begun, timeout=10)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_an_office_opens_more_boards_than_an_address_has_calendars(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_OF_ONE_DESK", 40)

    async def work(house: House) -> tuple[list[int], list[int]]:
        key = {"authorization": house.desk.headers["authorization"]}
        async with AsyncExitStack() as opened:
            boards = [await opened.enter_async_context(streaming(house.whole, "/desk/changes", key)) for _ in range(41)]
            calendar = f"/book/{house.business}/changes"
            calendars = [
                await opened.enter_async_context(streaming(house.whole, calendar, {}))
                for _ in range(live.MOST_OF_ONE_ADDRESS + 1)
            ]
        return boards, calendars

    boards, calendars = living(database, work)
    assert boards == [200] * 40 + [429]
    assert calendars == [200] * live.MOST_OF_ONE_ADDRESS + [429]


def test_a_stream_that_ends_makes_room(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MOST_OF_ONE_DESK", 1)

    async def work(house: House) -> list[int]:
        key = {"authorization": house.desk.headers["authorization"]}
        found = []
        for _ in range(2):
            async with streaming(house.whole, "/desk/changes", key) as status:
                found.append(status)
        return found

    assert living(database, work) == [200, 200]


def test_what_changes_between_a_page_and_its_stream_is_told(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "DESK_LOOKS_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.3)

    async def work(house: House) -> list[bool]:
        page = (await house.desk.get("/desk/board")).text
        address = page.partition('data-changes="')[2].partition('"')[0]
        assert address.startswith("/desk/changes?since=")
        before = await house.desk.get(address)
        await house.booked()
        answers = [before, await house.desk.get(address), await house.desk.get("/desk/changes")]
        return ["event: changed" in answer.text for answer in answers]

    assert living(database, work) == [False, True, False]
