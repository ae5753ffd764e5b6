"""The routes about people on a real app and a real database, and beside them one that anybody may call."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2
from fastapi import FastAPI

from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.adapters.postgres.people import PostgresLookUps
from fieldfare.adapters.postgres.storage import postgres_storage
from fieldfare.domain.permissions import Permission, Role
from fieldfare.entrypoints.api.app import Manners, build_app
from fieldfare.entrypoints.api.limits import Limits, Rates
from fieldfare.entrypoints.api.openapi import json_example
from fieldfare.entrypoints.api.routing import JsonRouter
from fieldfare.entrypoints.api.security import PeopleRoom, Visitor
from fieldfare.entrypoints.api.staff import accounts, keys, sessions
from fieldfare.ports.people import Passwords
from tests.databases import Database
from tests.unit.people.people import PASSWORD, A, B, People, make_business

T = TypeVar("T")

UNLIMITED = Rates(address=0, key=0, business=0, sign_in=0, wrong_key=0, geocode=0)
STAFF = "/api/v1/staff"

public = JsonRouter(prefix="/api/v1", tags=["public"])


@public.get("/{business}/detail", summary="Who is that?", responses=json_example({"detail": True}))
async def show_detail(who: Visitor) -> dict[str, object]:
    """Say whether the caller may see details of this business."""
    return {"detail": who.may(Permission.AVAILABILITY_DETAIL), "stranger": who.actor is None}


@dataclass(frozen=True, kw_only=True)
class State:
    """What the app is given."""

    people: PeopleRoom


@dataclass(frozen=True, kw_only=True)
class House:
    """An app, and the people behind it."""

    app: FastAPI
    people: People
    origin: str

    def browser(self, **headers: str) -> httpx2.AsyncClient:
        """Open a browser of its own, or a program that sends these headers."""
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url=self.origin, headers=headers)

    def bearer(self, key: str) -> httpx2.AsyncClient:
        """Open a program with a key."""
        return self.browser(Authorization=f"Bearer {key}")

    async def member(self, role: Role, *, business: str = A) -> httpx2.AsyncClient:
        """Let somebody with a role in, and open a browser in which they are signed in."""
        email = f"{role.value}@{business}.example"
        await self.people.account(email, role, business=business, technician="t1" if role is Role.TECHNICIAN else None)
        browser = self.browser()
        await signed_in(browser, email)
        return browser


async def signed_in(browser: httpx2.AsyncClient, email: str, password: str = PASSWORD) -> httpx2.Response:
    """Sign in, which has to succeed."""
    answer = await browser.post(f"{STAFF}/sessions", json={"email": email, "password": password})
    assert answer.status_code == 201, answer.text
    return answer


def problem(answer: httpx2.Response) -> dict[str, Any]:
    """Give a problem without what is another at each request."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return {name: value for name, value in answer.json().items() if name != "request_id"}


def in_house(
    database: Database,
    work: Callable[[House], Awaitable[T]],
    *,
    rates: Rates = UNLIMITED,
    secure: bool = False,
    passwords: Passwords | None = None,
    empty: bool = False,
) -> T:
    """Run work on the app, with the businesses north and south, or with nothing."""

    async def opened() -> T:
        async with postgres_storage(database.application) as storage:
            for business in () if empty else (A, B):
                await make_business(storage, business)
            look_ups, hashing = PostgresLookUps(storage.transaction), passwords or Argon2Passwords()
            origin = "https://fieldfare.example" if secure else "http://fieldfare.example"
            room = PeopleRoom(storage=storage, look_ups=look_ups, passwords=hashing, secure=secure)
            app = build_app(
                state=State(people=room),
                routers=[sessions.router, accounts.router, keys.router, public],
                checks={},
                limits=Limits(rates),
                manners=Manners(public_url=origin, guarded_paths=frozenset({sessions.SIGN_IN_PATH})),
            )
            people = People(storage=storage, look_ups=look_ups, passwords=hashing, now=int(time.time()))
            return await work(House(app=app, people=people, origin=origin))

    return asyncio.run(opened())
