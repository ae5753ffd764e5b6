"""Accounts and keys over HTTP: who may, whose they are, and what is refused."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from fieldfare.domain.permissions import Role, Scope
from fieldfare.entrypoints.api.openapi import describe
from tests.databases import Database
from tests.unit.api.openapi_walk import faults_of
from tests.unit.people.house import STAFF, House, in_house, problem, signed_in
from tests.unit.people.people import PASSWORD, A, B

NEW = {"email": "new@example.com", "password": PASSWORD, "role": "agent"}

OPERATIONS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "/accounts", None),
    ("POST", "/accounts", NEW),
    ("GET", "/accounts/{account}", None),
    ("PATCH", "/accounts/{account}", {"name": "Lee"}),
    ("POST", "/accounts/{account}/password", {"new": "another long password"}),
    ("GET", "/keys", None),
    ("POST", "/keys", {"name": "Zap", "scopes": []}),
    ("DELETE", "/keys/{key}", None),
]


async def send(
    client: httpx2.AsyncClient, operation: tuple[str, str, dict[str, Any] | None], **ids: str
) -> httpx2.Response:
    method, path, body = operation
    return await client.request(method, f"{STAFF}{path.format(**ids)}", json=body)


def test_only_an_owner_manages_accounts_and_keys(database: Database) -> None:
    async def work(house: House) -> None:
        account = await house.people.account("lee@example.com", Role.AGENT)
        ids = {"account": account.id, "key": (await house.people.key()).key.id}
        everything = house.bearer((await house.people.key(*Scope)).token)
        clients = {
            "stranger": (house.browser(), 401),
            "a key with every scope": (everything, 403),
            "owner": (await house.member(Role.OWNER), 200),
        } | {role: (await house.member(role), 403) for role in (Role.DISPATCHER, Role.TECHNICIAN, Role.AGENT)}
        for name, (client, expected) in clients.items():
            for operation in OPERATIONS:
                answer = await send(client, operation, **ids)
                allowed = {200, 201, 204} if expected == 200 else {expected}
                assert answer.status_code in allowed, (name, operation, answer.text)

    in_house(database, work)


def test_every_operation_on_the_list_is_one_of_the_api_and_the_other_way_round(database: Database) -> None:
    async def work(house: House) -> set[tuple[str, str]]:
        return {
            (method.upper(), path.removeprefix(STAFF).replace("/accounts/{id}", "/accounts/{account}"))
            for path, item in describe(house.app)["paths"].items()
            for method in item
            if path.startswith((f"{STAFF}/accounts", f"{STAFF}/keys"))
        }

    listed = {(method, path.replace("{key}", "{id}")) for method, path, _ in OPERATIONS}
    assert in_house(database, work) == listed


def test_the_description_leaves_nothing_out(database: Database) -> None:
    async def work(house: House) -> list[str]:
        described = describe(house.app)
        described["paths"] = {path: item for path, item in described["paths"].items() if path.startswith(STAFF)}
        return faults_of(described)

    assert in_house(database, work) == []


def test_what_belongs_to_another_business_is_not_found_like_what_is_not_there(database: Database) -> None:
    async def work(house: House) -> None:
        owner = await house.member(Role.OWNER)
        foreign = await house.people.account("lee@example.com", business=B)
        key = await house.people.key(Scope.AUDIT, business=B)
        for operation in OPERATIONS:
            if "{" not in operation[1]:
                continue
            theirs = await send(owner, operation, account=foreign.id, key=key.key.id)
            nobodys = await send(owner, operation, account="nobody", key="nothing")
            assert theirs.status_code == 404
            assert problem(theirs) == problem(nobodys)
        assert (await house.bearer(key.token).get(f"{STAFF}/sessions/current")).json()["business"] == B
        await signed_in(house.browser(), "lee@example.com")
        listed = [(await owner.get(f"{STAFF}{path}")).text for path in ("/accounts", "/keys")]
        assert not any(id_ in text for text in listed for id_ in (foreign.id, key.key.id, "lee@example.com"))
        same_email = await owner.post(f"{STAFF}/accounts", json={**NEW, "email": "lee@example.com"})
        assert same_email.status_code == 201

    in_house(database, work)


def test_an_account_is_made_shown_changed_and_lets_somebody_in(database: Database) -> None:
    async def work(house: House) -> None:
        owner = await house.member(Role.OWNER)
        made = await owner.post(
            f"{STAFF}/accounts",
            json={**NEW, "email": "Sam@example.com", "role": "technician", "technician": "t1", "name": "Sam"},
        )
        assert made.status_code == 201
        where = made.headers["location"]
        shown = made.json()
        assert shown == {
            "id": where.rpartition("/")[2],
            "email": "sam@example.com",
            "name": "Sam",
            "role": "technician",
            "technician": "t1",
            "created_at": shown["created_at"],
            "disabled_at": None,
        }
        assert (await owner.get(where)).json() == shown
        for changes, after in [
            ({}, {}),
            ({"name": "Samuel"}, {"name": "Samuel"}),
            ({"technician": "t2"}, {"technician": "t2"}),
            ({"role": "dispatcher"}, {"role": "dispatcher"}),
            ({"technician": None}, {"technician": None}),
        ]:
            shown |= after
            assert (await owner.patch(where, json=changes)).json() == shown
        await signed_in(house.browser(), "sam@example.com")
        disabled = (await owner.patch(where, json={"disabled": True})).json()
        assert disabled["disabled_at"] is not None
        assert (await owner.patch(where, json={"disabled": True})).json() == disabled
        assert (await owner.patch(where, json={"disabled": False})).json() == shown

    in_house(database, work)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"email": "no email"}, "email"),
        ({"email": "a\r\nb@example.com"}, "email"),
        ({"email": "a\0@example.com"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "passwordpassword"}, "password"),
        ({"password": "new@example.com"}, "password"),
        ({"password": "x" * 201}, "password"),
        ({"password": "correct\0horse battery"}, "password"),
        ({"password": "correct\x1bhorse battery"}, "password"),
        ({"role": "king"}, "role"),
        ({"role": None}, "role"),
        ({"role": "technician"}, "technician"),
        ({"role": "technician", "technician": "nobody"}, "technician"),
        ({"role": "agent", "technician": "t1"}, "technician"),
        ({"technician": "../t1"}, "technician"),
        ({"name": "Kim\nDoe"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"id": "a1"}, "id"),
    ],
)
def test_what_makes_no_account_is_refused_where_it_stands(
    database: Database, changes: dict[str, object], path: str
) -> None:
    async def work(house: House) -> httpx2.Response:
        owner = await house.member(Role.OWNER)
        return await owner.post(f"{STAFF}/accounts", json=NEW | changes)

    answer = in_house(database, work)

    assert answer.status_code == 422, answer.text
    assert [fault["path"] for fault in answer.json()["errors"]] == [path]


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        ({"new": "another long password"}, 422, "old"),
        ({"old": "not the password", "new": "another long password"}, 403, None),
        ({"old": "not\x1bthe password", "new": "another long password"}, 403, None),
        ({"old": PASSWORD, "new": "short"}, 422, "new"),
        ({"old": PASSWORD, "new": "agent@north.example"}, 422, "new"),
        ({"old": PASSWORD, "new": "another\0long password"}, 422, "new"),
        ({"old": PASSWORD, "new": "another long password"}, 204, None),
    ],
)
def test_ones_own_password_takes_the_old_one(
    database: Database, body: dict[str, str], status: int, path: str | None
) -> None:
    async def work(house: House) -> httpx2.Response:
        agent = await house.member(Role.AGENT)
        id_ = (await agent.get(f"{STAFF}/sessions/current")).json()["id"]
        return await agent.post(f"{STAFF}/accounts/{id_}/password", json=body)

    answer = in_house(database, work)

    assert answer.status_code == status, answer.text
    assert path is None or [fault["path"] for fault in answer.json()["errors"]] == [path]


def test_the_last_owner_and_a_taken_email_are_conflicts_with_a_reason(database: Database) -> None:
    async def work(house: House) -> None:
        owner = await house.member(Role.OWNER)
        own = (await owner.get(f"{STAFF}/sessions/current")).json()["id"]
        for changes in ({"disabled": True}, {"role": "dispatcher"}):
            refused = await owner.patch(f"{STAFF}/accounts/{own}", json=changes)
            assert (refused.status_code, refused.json()["reason"]) == (409, "last_owner")
        taken = await owner.post(f"{STAFF}/accounts", json=NEW | {"email": "OWNER@north.example"})
        assert (taken.status_code, taken.json()["reason"]) == (409, "email_taken")
        assert "owner@north" not in taken.text.lower()

    in_house(database, work)


def test_a_key_is_shown_once_and_opens_until_it_is_revoked(database: Database) -> None:
    async def work(house: House) -> None:
        owner = await house.member(Role.OWNER)
        body = {"name": "Zap", "scopes": ["audit", "availability", "audit"], "expires_at": "2099-01-01T00:00:00Z"}
        made = (await owner.post(f"{STAFF}/keys", json=body)).json()
        key = made.pop("key")
        assert made == {
            "id": made["id"],
            "name": "Zap",
            "prefix": key[:11],
            "scopes": ["audit", "availability"],
            "created_at": made["created_at"],
            "expires_at": "2099-01-01T00:00:00Z",
            "revoked_at": None,
        }
        assert (await owner.get(f"{STAFF}/keys")).json() == {"items": [made], "next": None}
        assert (await house.bearer(key).get(f"{STAFF}/sessions/current")).status_code == 200
        for _ in range(2):
            assert (await owner.delete(f"{STAFF}/keys/{made['id']}")).status_code == 204
        assert (await house.bearer(key).get(f"{STAFF}/sessions/current")).status_code == 401
        assert (await owner.get(f"{STAFF}/keys")).json()["items"][0]["revoked_at"] is not None

    in_house(database, work)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"scopes": ["everything"]}, "scopes[0]"),
        ({"scopes": None}, "scopes"),
        ({"scopes": ["audit"] * 99}, "scopes"),
        ({"expires_at": "2001-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": 1e300}, "expires_at"),
    ],
)
def test_what_makes_no_key_is_refused_where_it_stands(
    database: Database, changes: dict[str, object], path: str
) -> None:
    async def work(house: House) -> httpx2.Response:
        owner = await house.member(Role.OWNER)
        return await owner.post(f"{STAFF}/keys", json={"name": "Zap", "scopes": []} | changes)

    answer = in_house(database, work)

    assert answer.status_code == 422, answer.text
    assert [fault["path"] for fault in answer.json()["errors"]] == [path]


@pytest.mark.parametrize("path", ["/accounts", "/keys"])
def test_lists_come_by_page(database: Database, path: str) -> None:
    async def work(house: House) -> None:
        owner = await house.member(Role.OWNER)
        for n in range(4):
            await house.people.account(f"{n}@example.com", Role.AGENT)
            await house.people.key()
        await house.people.key()
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 2}
        sizes = []
        while True:
            page = (await owner.get(f"{STAFF}{path}", params=query)).json()
            seen += [item["id"] for item in page["items"]]
            sizes.append(len(page["items"]))
            if page["next"] is None:
                break
            query["cursor"] = page["next"]
        assert (sizes, len(set(seen)), seen) == ([2, 2, 1], 5, sorted(seen))
        for wrong in ({"cursor": "WzFd"}, {"cursor": "x"}, {"cursor": "WyJcdTAwMDAiXQ"}, {"limit": 0}, {"limit": 201}):
            assert (await owner.get(f"{STAFF}{path}", params=wrong)).status_code == 422, wrong

    in_house(database, work)


def test_the_trail_names_who_made_a_key(database: Database) -> None:
    async def work(house: House) -> None:
        owner = await house.member(Role.OWNER)
        own = (await owner.get(f"{STAFF}/sessions/current")).json()["id"]
        made = (await owner.post(f"{STAFF}/keys", json={"name": "Zap", "scopes": ["audit"]})).json()
        async with house.people.storage.open(A) as books:
            (line,) = await books.audit.page(before=None, limit=5, subject="keys")
        assert (line.entry.actor.id, line.entry.subject_id) == (own, made["id"])
        assert line.entry.after == {"scopes": ["audit"], "expires_at": None}

    in_house(database, work)
