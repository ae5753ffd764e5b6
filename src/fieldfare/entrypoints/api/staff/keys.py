"""`/api/v1/staff/keys`: the keys that programs use."""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal, TypeAlias

from fastapi import Depends, Request, Response
from pydantic import ConfigDict, Field

from fieldfare.domain.permissions import Member, Permission, Scope
from fieldfare.entrypoints.api.cursors import Cursor, cursor_of, parts_of
from fieldfare.entrypoints.api.openapi import json_example, problem_responses
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import people_of, requires
from fieldfare.entrypoints.api.staff.answering import Answer, Page, Time
from fieldfare.entrypoints.api.staff.people_refusals import refusals
from fieldfare.entrypoints.api.values import AwareTime, Body, Name, PageLimit, RecordId
from fieldfare.ports.people import Key
from fieldfare.usecases.people.create_key import CreateKey, create_key
from fieldfare.usecases.people.list_people import list_keys
from fieldfare.usecases.people.revoke_key import revoke_key

_KEY: dict[str, Any] = {
    "id": "00693f1a2b0c4f6d8e1a37",
    "name": "The call centre's telephone",
    "prefix": "ff_3vJx9QhL",
    "scopes": ["availability"],
    "created_at": "2026-11-23T13:00:00Z",
    "expires_at": None,
    "revoked_at": None,
}

router = JsonRouter(prefix="/api/v1/staff", tags=["keys"])

ScopeName: TypeAlias = Literal[
    "availability",
    "configuration",
    "commitments",
    "audit",
    "override",
    "bookings",
    "customers",
    "webhooks",
    "integrations",
]
KeyKeeper: TypeAlias = Annotated[Member, Depends(requires(Permission.KEYS_MANAGE))]


class NewKey(Body):
    """What the key is called and what it opens; without scopes that is what anybody may see, under its own name."""

    name: Name = Field(examples=["The call centre's telephone"])
    scopes: list[ScopeName] = Field(max_length=len(Scope), examples=[["availability"]])
    expires_at: AwareTime | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "The call centre's telephone",
                    "scopes": ["availability"],
                    "expires_at": "2027-11-23T08:00:00-05:00",
                }
            ]
        }
    )


class ShownKey(Answer):
    """A key as it is listed: by its first characters."""

    id: str
    name: str
    prefix: str
    scopes: list[ScopeName]
    created_at: Time
    expires_at: Time | None
    revoked_at: Time | None


class MadeKey(ShownKey):
    """A new key, whole this once."""

    key: str


@router.get(
    "/keys",
    summary="List keys, the oldest first",
    responses=json_example({"items": [_KEY], "next": None}) | problem_responses(),
)
async def list_all_keys(
    request: Request, who: KeyKeeper, cursor: Cursor | None = None, limit: PageLimit = 50
) -> Page[ShownKey]:
    """List the keys of the business, revoked and expired ones, too. The trail says who made them."""
    after = None if cursor is None else str(parts_of(cursor, str)[0])
    with refusals():
        found, last = await list_keys(
            business=who.business, after=after, limit=limit, storage=people_of(request).storage
        )
    return Page(items=[ShownKey(**_shown(key)) for key in found], next=None if last is None else cursor_of(last))


@router.post(
    "/keys",
    status_code=201,
    summary="Make a key",
    responses=json_example({**_KEY, "key": "ff_3vJx9QhL7o2d9cW0kq1n5b8r4t6y2u0i9o8p7a6s5d4"}, status=201)
    | problem_responses(),
)
async def make_key(new: NewKey, request: Request, who: KeyKeeper) -> MadeKey:
    """Make a key. This answer is the only one that shows it: keep it where secrets are kept."""
    command = CreateKey(
        business=who.business,
        name=new.name,
        scopes=frozenset(Scope(scope) for scope in new.scopes),
        expires_at=new.expires_at,
    )
    with refusals():
        made = await create_key(command, actor=who.actor, storage=people_of(request).storage, now=int(time.time()))
    return MadeKey(**_shown(made.key), key=made.token)


@router.delete("/keys/{id}", status_code=204, summary="Revoke a key", responses=problem_responses())
async def withdraw_key(id: RecordId, request: Request, who: KeyKeeper) -> Response:  # noqa: A002 - the path's word
    """Make a key open nothing any more, at once and for good; one that is revoked stays so."""
    with refusals():
        storage = people_of(request).storage
        await revoke_key(id, business=who.business, actor=who.actor, storage=storage, now=int(time.time()))
    return Response(status_code=204)


def _shown(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": sorted(scope.value for scope in key.scopes),
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }
