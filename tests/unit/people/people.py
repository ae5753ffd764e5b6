"""Businesses with people, on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from fieldfare.adapters.passwords import Argon2Passwords
from fieldfare.adapters.postgres.people import PostgresLookUps
from fieldfare.adapters.postgres.storage import PostgresStorage, postgres_storage
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.domain.configuration import Configuration, RecordKind, changes_between
from fieldfare.domain.permissions import Member, Role, Scope
from fieldfare.ports.people import Account, Passwords
from fieldfare.usecases.people.change_account import ChangeAccount, change_account
from fieldfare.usecases.people.create_account import CreateAccount, create_account
from fieldfare.usecases.people.create_key import CreatedKey, CreateKey, create_key
from fieldfare.usecases.people.identify import identify_key, identify_session
from fieldfare.usecases.people.sign_in import SignedIn, SignIn, sign_in
from tests.databases import Database

T = TypeVar("T")

ROOT = Actor(kind=ActorKind.COMMAND_LINE, id="root")
PASSWORD = "correct horse battery"
A, B = "north", "south"


@dataclass(frozen=True, kw_only=True)
class People:
    """What the use cases need, and the shortest way to call them."""

    storage: PostgresStorage
    look_ups: PostgresLookUps
    passwords: Passwords
    now: int

    async def account(
        self, email: str, role: Role = Role.OWNER, *, business: str = A, technician: str | None = None
    ) -> Account:
        command = CreateAccount(
            business=business, email=email, password=PASSWORD, role=role, name="Kim Doe", technician=technician
        )
        return await create_account(command, actor=ROOT, storage=self.storage, passwords=self.passwords, now=self.now)

    async def sign_in(
        self, email: str, password: str = PASSWORD, *, business: str | None = None, now: int | None = None
    ) -> SignedIn:
        return await sign_in(
            SignIn(email=email, password=password, business=business),
            look_ups=self.look_ups,
            storage=self.storage,
            passwords=self.passwords,
            now=self.now if now is None else now,
        )

    async def session(self, token: str) -> Member:
        return await identify_session(token, look_ups=self.look_ups)

    async def change(self, command: ChangeAccount) -> Account:
        return await change_account(command, actor=ROOT, storage=self.storage, now=self.now)

    async def key(self, *scopes: Scope, business: str = A, expires_at: int | None = None) -> CreatedKey:
        command = CreateKey(business=business, name="Zap", scopes=frozenset(scopes), expires_at=expires_at)
        return await create_key(command, actor=ROOT, storage=self.storage, now=self.now)

    async def bearer(self, key: str) -> Member:
        return await identify_key(key, look_ups=self.look_ups)


async def make_business(storage: PostgresStorage, id_: str) -> None:
    """Make a business with the technicians t1 and t2."""
    technicians = {"t1": {"id": "t1"}, "t2": {"id": "t2"}}
    records = {kind: technicians if kind is RecordKind.TECHNICIANS else {} for kind in RecordKind}
    made = Configuration(id=id_, own={"name": id_}, records=records)
    async with storage.open(id_) as books:
        await books.configuration.save(list(changes_between(None, made)))


def with_people(
    database: Database,
    work: Callable[[People], Awaitable[T]],
    *,
    now: int,
    passwords: Passwords | None = None,
    again: bool = False,
) -> T:
    """Run work on a database with two businesses, north and south, in which there is nobody yet, or as it was left."""

    async def opened() -> T:
        async with postgres_storage(database.application) as storage:
            for business in () if again else (A, B):
                await make_business(storage, business)
            return await work(
                People(
                    storage=storage,
                    look_ups=PostgresLookUps(storage.transaction),
                    passwords=passwords or Argon2Passwords(),
                    now=now,
                )
            )

    return asyncio.run(opened())
