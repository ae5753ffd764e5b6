"""Holds run out by themselves, and whoever forgets one gives its time back (rule B3; O15, R11). No worker runs."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import httpx2
import pytest

from tests.reliability.amounts import amount
from tests.reliability.racing import PLACE, Field, Track, at, code_of, racing_world

pytestmark = pytest.mark.slow

ABANDONED = amount(short=300, long=10_000)
TECHNICIANS = 10
AT_ONCE = 16
SOON = 1_500
WON, TAKEN, FULL = (201, ""), (409, "slot_taken"), (429, "too_many_holds")


async def offered(field: Field, client: httpx2.AsyncClient) -> list[str]:
    """List the starts that are offered, as instants in UTC."""
    body = {"place": PLACE, "product": "tune-up"}
    answer = await client.post(f"/api/v1/{field.business}/availability", json=body)
    assert answer.status_code == 200, answer.text
    return [datetime.fromisoformat(slot["start"]).isoformat() for slot in answer.json()["slots"]]


def test_a_hold_that_has_run_out_blocks_nobody(two_servers: Track) -> None:
    """R11, O15: by the database's clock; offered and sold again at once, on both processes, with nobody sweeping."""

    async def run(field: Field) -> None:
        held = await field.hold(field.clients[0], at(540))
        assert code_of(await field.hold(field.clients[1], at(540))) == TAKEN
        field.shorten_holds(SOON)
        assert code_of(await field.hold(field.clients[1], at(540))) == TAKEN
        # Both have it in memory now, until when it is held; from then on nobody tells them anything.
        await asyncio.sleep(SOON / 1_000 + 0.1)

        assert code_of(await field.hold(field.clients[1], at(540))) == WON
        token = held.json()["token"]
        assert code_of(await field.confirm(field.clients[0], token)) == (409, "hold_expired")
        prolonged = await field.clients[0].post(f"/api/v1/{field.business}/holds/{token}/prolong")
        assert code_of(prolonged) == (409, "hold_expired")
        assert field.rows.statuses(field.business) == {"expired": 1, "held": 1}
        assert field.rows.overlaps() == 0

    two_servers.run(racing_world(), run, clients=2)


def test_abandoned_holds_give_everything_back(two_servers: Track) -> None:
    """R11: whoever only ever holds takes nothing for long: afterwards the same starts are offered as before."""

    async def run(field: Field) -> None:
        before, made = await offered(field, field.clients[0]), 0
        while made < ABANDONED:
            wave = min(ABANDONED - made, 60 * TECHNICIANS)
            for first in range(0, wave, AT_ONCE):
                many = min(AT_ONCE, wave - first)
                answers = await field.at_once(
                    lambda client, number, first=first: field.hold(client, at((first + number) // TECHNICIANS * 60)),  # type: ignore[misc]
                    most=many,
                )
                assert Counter(map(code_of, answers)) == {WON: many}
            field.shorten_holds(0)
            made += wave

        assert await offered(field, field.clients[0]) == before
        assert await offered(field, field.clients[1]) == before
        assert field.rows.statuses(field.business).total() == ABANDONED
        assert field.rows.overlaps() == 0

    two_servers.run(racing_world(TECHNICIANS), run, clients=AT_ONCE)


def test_two_live_holds_an_address(two_servers: Track) -> None:
    """B3: of a stranger's address, however many ask at once on however many processes; a hold that is over is none."""

    async def run(field: Field) -> None:
        for client in field.clients:
            del client.headers["Authorization"]

        answers = await field.at_once(lambda client, number: field.hold(client, at(number * 60)), most=AT_ONCE)

        assert Counter(map(code_of, answers)) == {WON: 2, FULL: AT_ONCE - 2}
        field.shorten_holds(0)
        assert code_of(await field.hold(field.clients[0], at(0))) == WON

    two_servers.run(racing_world(), run, clients=AT_ONCE)


def test_two_live_holds_a_contact(two_servers: Track) -> None:
    """B3: of a contact, in whichever form it is written, and for the desk, too."""

    async def run(field: Field) -> None:
        async def ask(client: httpx2.AsyncClient, number: int) -> httpx2.Response:
            contact = ("robin@example.com", "Robin@Example.com")[number % 2]
            return await field.hold(client, at(number * 60), contact=contact)

        answers = await field.at_once(ask, most=AT_ONCE)

        assert Counter(map(code_of, answers)) == {WON: 2, FULL: AT_ONCE - 2}
        assert code_of(await field.hold(field.clients[0], at(60 * AT_ONCE), contact="kim@example.com")) == WON

    two_servers.run(racing_world(), run, clients=AT_ONCE)


def test_a_hold_is_prolonged_ten_times(two_servers: Track) -> None:
    """B3: by three minutes each, counted right when all ask at once."""

    async def run(field: Field) -> None:
        held = (await field.hold(field.clients[0], at(540))).json()
        path = f"/api/v1/{field.business}/holds/{held['token']}/prolong"

        answers = []
        for _ in range(4):
            answers += await field.at_once(lambda client, _: client.post(path), most=3)

        # Those who lose a race for the row too often are told so, and nothing is counted for them.
        assert Counter(map(code_of, answers)) == {(200, ""): 10, (409, "hold_not_prolonged"): 2}
        shown = (await field.clients[1].get(path.removesuffix("/prolong"))).json()
        longer = datetime.fromisoformat(shown["expires_at"]) - datetime.fromisoformat(held["expires_at"])
        assert (longer, shown["prolonged"]) == (timedelta(minutes=30), 10)

    two_servers.run(racing_world(), run, clients=AT_ONCE)


def test_many_who_prolong_and_confirm_at_once(two_servers: Track) -> None:
    """C17: a hold that its own page prolongs while it is confirmed is confirmed, once."""

    async def run(field: Field) -> None:
        for number in range(4):
            token = (await field.hold(field.clients[0], at(number * 60))).json()["token"]
            path = f"/api/v1/{field.business}/holds/{token}/prolong"

            async def ask(
                client: httpx2.AsyncClient, who: int, token: str = token, path: str = path
            ) -> httpx2.Response:
                return await (field.confirm(client, token) if who < 2 else client.post(path))

            answers = await field.at_once(ask, most=4)

            assert [code_of(answer) for answer in answers[:2]] == [WON, WON]
            assert {code_of(answer) for answer in answers[2:]} <= {(200, ""), (409, "wrong_status")}
        assert field.rows.statuses(field.business) == {"confirmed": 4}

    two_servers.run(racing_world(), run, clients=4)
