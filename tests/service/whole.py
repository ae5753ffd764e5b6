"""The whole API in the test's own process, on a database of its own, with its clock in the test's hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2
from fastapi import FastAPI

from fieldfare.adapters.postgres.storage import PostgresStorage, postgres_storage
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.commitments import Commitment
from fieldfare.domain.configuration import Configuration
from fieldfare.domain.permissions import Scope
from fieldfare.entrypoints.scenario.business import read_business, read_commitments_of
from fieldfare.settings import Settings
from fieldfare.usecases.businesses.import_business import Import, import_business
from fieldfare.usecases.people.create_key import CreateKey, create_key
from fieldfare.wiring.server import house
from tests.databases import Database

T = TypeVar("T")

TESTER = Actor(kind=ActorKind.COMMAND_LINE, id="tester")
UNLIMITED: dict[str, Any] = {
    f"rate_{bucket}": 0 for bucket in ("address", "key", "business", "geocode", "sign_in", "wrong_key")
}


@dataclass(frozen=True, kw_only=True)
class Whole:
    """An app, its database, and how to get things in."""

    app: FastAPI
    storage: PostgresStorage

    def client(self, **headers: str) -> httpx2.AsyncClient:
        """Open a client that sends these headers."""
        transport = httpx2.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers)

    async def key(self, business: str, scopes: Collection[Scope] = tuple(Scope)) -> httpx2.AsyncClient:
        """Make a key of some scopes, all unless said otherwise, and open a client with it."""
        command = CreateKey(business=business, name="tests", scopes=frozenset(scopes))
        made = await create_key(command, actor=TESTER, storage=self.storage, now=int(time.time()))
        return self.client(Authorization=f"Bearer {made.token}")

    async def bring_in(self, document: dict[str, Any], commitments: list[Any]) -> None:
        """Import a business with its commitments, from the parts of a scenario."""
        configuration, _ = read_business(document)

        def read(standing: Configuration) -> tuple[Commitment, ...]:
            return read_commitments_of(commitments, read_business(standing.document())[1])

        wanted = Import(business=configuration.id, configuration=configuration, commitments=read)
        await import_business(self.storage, wanted, actor=TESTER, now=int(time.time()))


@asynccontextmanager
async def opened(database: Database, **settings: Any) -> AsyncIterator[Whole]:
    """Open the whole API on a database."""
    async with (
        postgres_storage(database.application, connections=4) as storage,
        house(Settings(**UNLIMITED | settings), storage) as app,
    ):
        yield Whole(app=app, storage=storage)


def on(database: Database, work: Callable[[Whole], Awaitable[T]], **settings: Any) -> T:
    """Run some work with the whole API."""

    async def running() -> T:
        async with opened(database, **settings) as whole:
            return await work(whole)

    return asyncio.run(running())
