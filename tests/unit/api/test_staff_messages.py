"""`/staff/messages`: what became of messages, without their words; and what the desk has settled."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx2

from fieldfare.domain.permissions import Scope
from fieldfare.ports.customers import MessageStatus
from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.customers.kit import ADDRESS, BUSINESS, CANARY, STAFF, booked, cancelled, open_business

MESSAGES = f"{STAFF}/messages"


async def unsent(whole: Whole, id_: str) -> None:
    """Let a message be one that could not be sent."""
    async with whole.storage.open(BUSINESS) as books:
        message = await books.messages.find(id_)
        assert message is not None
        await books.messages.change(replace(message, status=MessageStatus.UNSENT, failure="no_mailer"))


async def listed(client: httpx2.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get(MESSAGES, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_messages_are_listed_without_words_and_settled_once(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            first, second = await booked(client), await booked(client, hour=18)
            await cancelled(client, first)
            everything = await listed(client)
            assert {one["kind"] for one in everything} == {"confirmed", "cancelled"}
            assert [one["id"] for one in everything] == sorted((one["id"] for one in everything), reverse=True)
            for said in (CANARY["name"], CANARY["email"].lower(), ADDRESS["street"], "manage"):
                assert said.lower() not in str(everything).lower()
            pages = (await client.get(MESSAGES, params={"limit": 2})).json()
            rest = await listed(client, cursor=pages["next"])
            assert pages["items"] + rest == everything
            (one,) = await listed(client, booking=second["id"])
            assert await listed(client, unsettled=True) == []

            await unsent(whole, one["id"])

            assert [found["id"] for found in await listed(client, unsettled=True)] == [one["id"]]
            assert [found["failure"] for found in await listed(client, status="unsent")] == ["no_mailer"]
            assert await listed(client, status=["sent", "dropped"]) == []
            path = f"{MESSAGES}/{one['id']}/settle"
            settled = await client.post(path, json={"note": "Zebulon was told on the phone."})
            again = await client.post(path, json={})
            assert settled.status_code == 200, settled.text
            assert settled.json()["settled_at"] is not None
            assert again.json() == settled.json()
            assert await listed(client, unsettled=True) == []
            (line,) = (await client.get(f"{STAFF}/audit", params={"subject": "messages"})).json()["items"]
            assert (line["action"], line["reason"]) == ("settle", None)

    on(database, work)


def test_what_has_nothing_to_settle_is_refused(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client, await whole.key(BUSINESS, [Scope.CUSTOMERS]) as other:
            await booked(client)
            (message,) = await listed(client)
            waiting = await client.post(f"{MESSAGES}/{message['id']}/settle", json={})
            nobody = await client.post(f"{MESSAGES}/nobody/settle", json={})
            bad = await client.get(MESSAGES, params={"status": "lost"})
            shut = [
                (await other.get(MESSAGES)).status_code,
                (await other.post(f"{MESSAGES}/m/settle", json={})).status_code,
            ]

        assert (waiting.status_code, waiting.json()["code"]) == (409, "wrong_status")
        assert nobody.status_code == 404
        assert bad.status_code == 422
        assert shut == [403, 403]

    on(database, work)
