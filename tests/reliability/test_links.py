"""Manage links: looking changes nothing, and whoever has not the link has nothing (Z9, Z10, Z11; R14)."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from typing import Any

import httpx2
import pytest

from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.ports.bookings import LinkPurpose
from fieldfare.usecases.people.tokens import hash_of, new_token
from tests.databases import Database
from tests.reliability.amounts import amount
from tests.reliability.racing import Field, Track, at, bring_in, code_of, racing_world
from tests.service.whole import Whole, on

pytestmark = pytest.mark.slow

LOOKS = 20
GUESSES_IN_BOOK = amount(short=10_000, long=1_000_000)
GUESSES_BY_HTTP = amount(short=1_000, long=20_000)
NOT_FOUND, LIMITED = (404, "not_found"), (429, "rate_limited")
_TABLES = (
    "bookings",
    "links",
    "messages",
    "events",
    "audit",
    "customers",
    "booking_contacts",
    "answered",
    "businesses",
)


def dump(field: Field) -> dict[str, list[dict[str, Any]]]:
    """Give everything that stands in the tables of a booking."""
    return {
        table: field.rows.query(
            f"SELECT to_jsonb(t) AS row FROM {table} t WHERE business_id = %(b)s ORDER BY 1", b=field.business
        )
        for table in _TABLES
    }


def path_of(booking: dict[str, Any]) -> str:
    """Give the path of a booking's manage link."""
    return httpx2.URL(booking["manage_url"]).path


def test_looking_changes_nothing(two_servers: Track) -> None:
    """Z11, R14: mail scanners follow every link, by GET and HEAD, twenty times; the customer's click works."""

    async def run(field: Field) -> None:
        path = path_of(await field.booked(at(540)))
        before = dump(field)
        for client in field.clients:
            del client.headers["Authorization"]

        for number in range(LOOKS):
            for way in ("GET", "HEAD"):
                for part in ("", "/availability", "/reschedule", "/cancel"):
                    answer = await field.clients[number % 2].request(way, path + part)
                    assert answer.status_code in (
                        {200} if way == "GET" and part in {"", "/availability"} else {200, 405}
                    )

        assert dump(field) == before
        moved = await field.clients[0].post(f"{path}/reschedule", json={"start": at(600)})
        assert code_of(moved) == (200, "")

    two_servers.run(racing_world(), run, clients=2)


def test_what_is_stored_opens_nothing(two_servers: Track) -> None:
    """R14: 256 random bits, of which only the SHA-256 is kept."""

    async def run(field: Field) -> None:
        token = path_of(await field.booked(at(540))).rpartition("/")[2]
        everything = str(dump(field))

        assert len(token) == len(secrets.token_urlsafe(32))
        assert token not in everything
        assert hashlib.sha256(token.encode()).hexdigest() in everything

    two_servers.run(racing_world(), run, clients=1)


def test_altered_in_any_sign_it_is_refused(two_servers: Track) -> None:
    """Z9, R14: every sign in turn, and a link of one business at another's; none differs from one made up."""

    async def other(field: Field) -> str:
        return field.business

    async def run(field: Field) -> None:
        path = path_of(await field.booked(at(540)))
        folder, _, token = path.rpartition("/")
        altered = [token[:at_] + ("A" if token[at_] != "A" else "B") + token[at_ + 1 :] for at_ in range(len(token))]
        before = dump(field)

        answers = [await field.clients[0].get(f"{folder}/{wrong}") for wrong in (*altered, new_token())]
        answers += [
            await field.clients[0].post(f"{folder}/{altered[0]}/cancel", json={"reason": "Mine now."}),
            await field.clients[0].get(path.replace(field.business, elsewhere)),
            await field.clients[0].post(f"/api/v1/{elsewhere}/bookings/{token}/cancel", json={"reason": "Mine now."}),
            await field.clients[0].get(f"/api/v1/{field.business}/holds/{token}"),
        ]

        assert {code_of(answer) for answer in answers} == {NOT_FOUND}
        assert (
            len(
                {frozenset(answer.json().items() - {("request_id", answer.json()["request_id"])}) for answer in answers}
            )
            == 1
        )
        assert dump(field) == before

    elsewhere = two_servers.run(racing_world(), other, clients=1)
    two_servers.run(racing_world(), run, clients=1)


def test_a_link_does_what_it_is_for(two_servers: Track) -> None:
    """Z10: a hold's token manages nothing, a manage link confirms nothing, and a visit that is over stays so."""

    async def run(field: Field) -> None:
        [client] = field.clients
        held = (await field.hold(client, at(540))).json()["token"]
        booked = (await field.confirm(client, held)).json()
        token = path_of(booked).rpartition("/")[2]

        assert code_of(await client.get(f"/api/v1/{field.business}/bookings/{held}")) == NOT_FOUND
        assert code_of(await field.confirm(client, token)) == NOT_FOUND
        assert code_of(await client.delete(f"/api/v1/{field.business}/holds/{held}")) == (409, "wrong_status")
        assert code_of(await client.post(f"{path_of(booked)}/cancel", json={"reason": "Away."})) == (200, "")
        assert code_of(await client.post(f"{path_of(booked)}/reschedule", json={"start": at(0)})) == (
            409,
            "wrong_status",
        )
        assert code_of(await client.post(f"{path_of(booked)}/cancel", json={"reason": "Away."})) == (
            409,
            "wrong_status",
        )
        field.rows.write("UPDATE links SET expires_at = now() WHERE business_id = %(b)s", b=field.business)
        assert code_of(await client.get(path_of(booked))) == NOT_FOUND

    two_servers.run(racing_world(), run, clients=1)


def test_guesses_find_nothing(two_servers: Track) -> None:
    """R14: random tokens, looked up as the product does, find none of a business that has links."""

    async def run(field: Field) -> None:
        await field.booked(at(540))
        async with postgres_storage(field.rows.database.application, connections=1) as storage:
            for first in range(0, GUESSES_IN_BOOK, 1_000):
                async with storage.open(field.business) as books:
                    for _ in range(min(1_000, GUESSES_IN_BOOK - first)):
                        assert await books.links.find(hash_of(new_token()), LinkPurpose.MANAGE) is None

    two_servers.run(racing_world(), run, clients=1)


def test_guesses_are_limited(database: Database) -> None:
    """Z9, R14: an address that guesses is soon refused; whoever has the link, from elsewhere, is not."""
    business, _ = asyncio.run(bring_in(database, racing_world()))

    async def guess(whole: Whole) -> list[tuple[int, str]]:
        async with whole.client() as client:
            links = [f"/api/v1/{business}/bookings/{new_token()}" for _ in range(GUESSES_BY_HTTP)]
            return [code_of(await client.get(link)) for link in links]

    answers = on(database, guess, rate_wrong_key=60)

    # A minute may end meanwhile, and in the long form many do.
    assert set(answers) == {NOT_FOUND, LIMITED}
    assert answers[:60] == [NOT_FOUND] * 60
    assert answers.count(LIMITED) > 0.8 * GUESSES_BY_HTTP
