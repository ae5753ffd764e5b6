"""`/staff/integrations/ghl/writes`, `/conflicts` and `/proposals`: what people settle, once and by whoever may."""

from __future__ import annotations

import time
from typing import Any

import pytest

from fieldfare.domain.permissions import Scope
from fieldfare.ports.integrations import (
    Conflict,
    ConflictKind,
    CrmWrite,
    Proposal,
    ProposalState,
    WriteKind,
    WriteState,
)
from tests.databases import Database
from tests.service.ghl_house import GHL, GhlHouse, on
from tests.unit.customers.kit import BUSINESS, booked

SAID = {"name": "Sam Doe", "email": "sam@example.com"}


async def parked(house: GhlHouse, booking: str, number: int) -> str:
    """Put something aside for a booking, as after five refusals."""
    write = CrmWrite(id=f"w{number}", kind=WriteKind.NOTE, booking=booking, created_at=1_800_000_000 + number)
    async with house.whole.storage.open(BUSINESS) as books:
        assert await books.integrations.writes.add(write) == write.id
        put_aside = CrmWrite(
            id=write.id,
            kind=write.kind,
            booking=booking,
            created_at=write.created_at,
            state=WriteState.PARKED,
            attempts=5,
            failure="crm_refused",
        )
        await books.integrations.writes.change(put_aside)
    return write.id


def test_what_was_put_aside_is_listed_in_pages_and_sent_again_once(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            await house.connect(client)
            await house.read()
            visit = await booked(client)
            ids = [await parked(house, visit["id"], number) for number in range(3)]

            first = (await client.get(f"{GHL}/writes", params={"state": "parked", "limit": 2})).json()
            rest = (await client.get(f"{GHL}/writes", params={"state": "parked", "cursor": first["next"]})).json()
            assert [one["id"] for one in first["items"] + rest["items"]] == ids
            assert rest["next"] is None
            assert {one["state"] for one in (await client.get(f"{GHL}/writes")).json()["items"]} == {
                "parked",
                "waiting",
            }

            once = {"Idempotency-Key": "again"}
            sent = await client.post(f"{GHL}/writes/w0/replay", headers=once)
            again = await client.post(f"{GHL}/writes/w0/replay", headers=once)
            assert (sent.status_code, again.json()) == (202, sent.json())
            assert (sent.json()["state"], sent.json()["attempts"], sent.json()["failure"]) == ("waiting", 0, None)

            async with house.whole.storage.open(BUSINESS) as books:
                done = await books.integrations.writes.find("w1")
                assert done is not None
                await books.integrations.writes.change(
                    CrmWrite(
                        id="w1", kind=done.kind, booking=done.booking, created_at=done.created_at, state=WriteState.DONE
                    )
                )
            late = await client.post(f"{GHL}/writes/w1/replay")
            assert (late.status_code, late.json()["code"]) == (409, "wrong_status")

    on(database, work)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"how": "keep"}, 200),
        ({"how": "cancel", "reason": "Both can't be."}, 200),
        ({"how": "reassign"}, 200),
        ({"how": "move"}, 422),
        ({"how": "keep", "start": "2027-01-05T10:00:00Z"}, 422),
        ({"how": "forget"}, 422),
    ],
    ids=["keep", "cancel", "reassign", "move nowhere", "keep elsewhere", "forget"],
)
def test_a_conflict_is_settled_once(database: Database, sent: dict[str, Any], status: int) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS) as client:
            await house.connect(client)
            await house.read()
            visit = await booked(client)
            found = Conflict(
                id="c1",
                kind=ConflictKind.OVERLAP,
                subject=f"overlap:{visit['id']}",
                found_at=int(time.time()),
                booking=visit["id"],
                technician="t1",
            )
            async with house.whole.storage.open(BUSINESS) as books:
                assert await books.integrations.conflicts.add(found)
            assert [one["id"] for one in (await client.get(f"{GHL}/conflicts")).json()["items"]] == ["c1"]

            answers = [await client.post(f"{GHL}/conflicts/c1/settle", json=sent) for _ in range(2)]

            assert [answer.status_code for answer in answers] == [status, status], answers[0].text
            if status != 200:
                return
            assert answers[0].json() == answers[1].json()
            assert (await client.get(f"{GHL}/conflicts")).json() == {"items": []}
            settled = (await client.get(f"{GHL}/conflicts", params={"settled": True})).json()["items"]
            assert [one["id"] for one in settled] == ["c1"]
            other = "keep" if sent["how"] != "keep" else "cancel"
            late = await client.post(f"{GHL}/conflicts/c1/settle", json={"how": other})
            assert (late.status_code, late.json()["code"]) == (409, "wrong_status")

    on(database, work)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("writes/w0/replay", None),
        ("conflicts/c1/settle", {"how": "keep"}),
        ("conflicts/c1/settle", {"how": "cancel", "reason": "Both can't be."}),
        ("proposals/p1/dismiss", None),
        ("proposals/p1/book", None),
        ("proposals/p1/send", None),
    ],
)
def test_to_settle_takes_more_than_to_look(database: Database, path: str, body: dict[str, Any] | None) -> None:
    async def work(house: GhlHouse) -> None:
        async with await house.whole.key(BUSINESS, [Scope.INTEGRATIONS]) as client:
            assert (await client.get(f"{GHL}/{path.partition('/')[0]}")).status_code == 200
            refused = await client.post(f"{GHL}/{path}", json=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        async with await house.whole.key(BUSINESS, [Scope.INTEGRATIONS, Scope.BOOKINGS]) as client:
            assert (await client.post(f"{GHL}/{path}", json=body)).status_code in {404, 409}

    on(database, work)


def test_a_proposal_is_dismissed_and_shows_whom_it_is_for_only_to_who_may_see_customers(database: Database) -> None:
    async def work(house: GhlHouse) -> None:
        proposal = Proposal(
            id="p1",
            opportunity="o1",
            mode="link",
            product="tune-up",
            created_at=int(time.time()),
            state=ProposalState.OPEN,
            trouble="no_address",
            said=SAID,
        )
        async with await house.whole.key(BUSINESS) as client:
            await house.connect(client)
            async with house.whole.storage.open(BUSINESS) as books:
                assert await books.integrations.proposals.add(proposal)

            (shown,) = (await client.get(f"{GHL}/proposals")).json()["items"]
            assert (shown["id"], shown["said"], shown["trouble"]) == ("p1", SAID, "no_address")
            async with await house.whole.key(BUSINESS, [Scope.INTEGRATIONS]) as narrow:
                assert (await narrow.get(f"{GHL}/proposals")).json()["items"][0]["said"] is None
                assert (await narrow.post(f"{GHL}/proposals/p1/book")).status_code == 403

            for _ in range(2):
                over = await client.post(f"{GHL}/proposals/p1/dismiss")
                assert (over.status_code, over.json()["state"]) == (200, "dismissed"), over.text
            assert (await client.get(f"{GHL}/proposals")).json() == {"items": []}
            late = await client.post(f"{GHL}/proposals/p1/book")
            assert (late.status_code, late.json()["code"]) == (409, "wrong_status")

    on(database, work)
