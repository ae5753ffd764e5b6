"""`/staff/webhooks`: registered, changed, rotated, replayed and deleted, with each secret shown once."""

from __future__ import annotations

from typing import Any, get_args

from fieldfare.domain.permissions import Scope
from fieldfare.domain.webhooks import EventType, read_secret
from fieldfare.entrypoints.api.staff.webhook_shapes import DeliveryName, TypeName
from fieldfare.ports.webhooks import DeliveryStatus
from tests.databases import Database
from tests.service.whole import Whole, on
from tests.unit.customers.kit import BUSINESS, STAFF, booked, cancelled, moment, open_business

WEBHOOKS = f"{STAFF}/webhooks"
NEW = {"url": "https://crm.example.com/hooks/a-secret-path", "types": ["booking.confirmed"]}


def test_the_names_in_the_description_are_those_of_the_domain() -> None:
    assert get_args(TypeName) == tuple(type_.value for type_ in EventType)
    assert get_args(DeliveryName) == tuple(status.value for status in DeliveryStatus)


def test_a_webhook_lives_and_shows_each_secret_once(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            made = await client.post(WEBHOOKS, json=NEW, headers={"Idempotency-Key": "one"})
            again = await client.post(WEBHOOKS, json=NEW, headers={"Idempotency-Key": "one"})
            assert made.status_code == 201, made.text
            assert again.json() == made.json()
            assert len(read_secret(made.json()["secret"])) == 32
            path = made.headers["location"]
            shown = {name: value for name, value in made.json().items() if name != "secret"}
            assert (await client.get(path)).json() == shown
            assert (await client.get(WEBHOOKS)).json() == {"items": [shown]}

            rotated = (await client.post(f"{path}/rotate", json={})).json()
            assert rotated["secret"] != made.json()["secret"]
            assert rotated["secrets"] == 2
            assert (await client.post(f"{path}/rotate", json={"keep_old": False})).json()["secrets"] == 1

            off = (await client.patch(path, json={"enabled": False})).json()
            assert (off["enabled"], off["disabled_because"]) == (False, "by hand")
            refused = await client.post(f"{path}/replay", json={"since": moment(days=-1)})
            assert (refused.status_code, refused.json()["reason"]) == (409, "disabled")
            on_ = (await client.patch(path, json={"enabled": True, "types": []})).json()
            assert (on_["enabled"], on_["disabled_because"], on_["types"]) == (True, None, [])

            assert (await client.delete(path)).status_code == 204
            assert (await client.get(path)).status_code == 404
            assert (await client.delete(path)).status_code == 404
            assert (await client.get(f"{path}/deliveries")).status_code == 404
            trail = (await client.get(f"{STAFF}/audit", params={"subject": "webhooks"})).text
            assert "crm.example.com" not in trail
            assert "whsec_" not in trail

    on(database, work)


def test_deliveries_are_listed_and_made_again(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            path = (await client.post(WEBHOOKS, json={"url": NEW["url"]})).headers["location"]
            await cancelled(client, await booked(client))

            first = (await client.get(f"{path}/deliveries")).json()["items"]
            one = await client.post(f"{path}/replay", json={"delivery": first[0]["id"]})
            many = await client.post(f"{path}/replay", json={"since": moment(days=-1)})
            none = await client.post(f"{path}/replay", json={"since": moment(days=1)})
            page = (await client.get(f"{path}/deliveries", params={"limit": 2, "status": "pending"})).json()
            rest = (await client.get(f"{path}/deliveries", params={"cursor": page["next"]})).json()

            assert sorted(each["event"]["type"] for each in first) == [
                "booking.cancelled",
                "booking.confirmed",
                "booking.held",
            ]
            assert one.status_code == 202, one.text
            assert (one.json()["count"], many.json()["count"], none.json()["count"]) == (1, 3, 0)
            assert len(page["items"]) + len(rest["items"]) == 7
            assert (await client.get(f"{path}/deliveries", params={"status": "delivered"})).json()["items"] == []

    on(database, work)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "http": ({"url": "http://crm.example.com"}, "url"),
    "no host": ({"url": "https://"}, "url"),
    "a password": ({"url": "https://me:secret@crm.example.com"}, "url"),
    "a type that is none": ({"url": NEW["url"], "types": ["booking.lost"]}, "types"),
    "another key": ({"url": NEW["url"], "secret": "mine"}, "secret"),
}


def test_what_can_not_be_called_is_refused_where_it_stands(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            path = (await client.post(WEBHOOKS, json=NEW)).headers["location"]
            for case, (body, where) in BAD.items():
                for answer in (await client.post(WEBHOOKS, json=body), await client.patch(path, json=body)):
                    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), case
                    assert answer.json()["errors"][0]["path"].startswith(where), case
                    assert "me:secret" not in answer.text
            for body in ({}, {"delivery": "d1", "since": moment()}, {"since": "yesterday"}):
                assert (await client.post(f"{path}/replay", json=body)).status_code == 422
            assert (await client.post(f"{path}/replay", json={"delivery": "nobodys"})).status_code == 404

    on(database, work)


def test_there_are_twenty_webhooks_at_most(database: Database) -> None:
    async def work(whole: Whole) -> None:
        await open_business(whole)
        async with await whole.key(BUSINESS) as client:
            for _ in range(20):
                assert (await client.post(WEBHOOKS, json=NEW)).status_code == 201

            refused = await client.post(WEBHOOKS, json=NEW)

            assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
            assert "20" in refused.json()["detail"]

    on(database, work)


def test_no_other_scope_manages_webhooks(database: Database) -> None:
    async def work(whole: Whole) -> list[int]:
        await open_business(whole)
        others = [scope for scope in Scope if scope is not Scope.WEBHOOKS]
        async with await whole.key(BUSINESS, others) as client:
            return [
                (await client.get(WEBHOOKS)).status_code,
                (await client.post(WEBHOOKS, json=NEW)).status_code,
                (await client.delete(f"{WEBHOOKS}/w")).status_code,
                (await client.post(f"{WEBHOOKS}/w/replay", json={"delivery": "d"})).status_code,
            ]

    assert on(database, work) == [403, 403, 403, 403]
