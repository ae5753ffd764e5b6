"""Accounts, sessions and keys of a business in their tables, and the look-ups before the business is known."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.tables import accounts, keys, records, sessions
from fieldfare.domain.configuration import RecordKind
from fieldfare.domain.permissions import Role, Scope
from fieldfare.ports.people import Account, Key, KeyHolder, Session, SigningIn

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:business, 1))")
_ENABLED = accounts.c.disabled_at.is_(None)


class PostgresPeopleBook:
    """The people of one business, in an open transaction; see `ports.people.PeopleBook`."""

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business

    async def lock(self) -> None:
        """Make whoever else wants to change accounts wait."""
        await self._connection.execute(_LOCK, {"business": self._business})

    async def account(self, id_: str) -> Account | None:
        """Look an account up."""
        row = (
            await self._connection.execute(
                select(accounts).where(accounts.c.business_id == self._business, accounts.c.id == id_)
            )
        ).one_or_none()
        return None if row is None else _account(row)

    async def accounts(self, *, after: str | None, limit: int) -> tuple[Account, ...]:
        """List accounts by id."""
        by_id = accounts.c.id.collate("C")
        query = (
            select(accounts)
            .where(accounts.c.business_id == self._business, by_id > (after or ""))
            .order_by(by_id)
            .limit(limit)
        )
        return tuple(_account(row) for row in await self._connection.execute(query))

    async def add_account(self, account: Account, *, password_hash: str) -> bool:
        """Add an account unless its email is taken."""
        row = {
            "business_id": self._business,
            "id": account.id,
            "email": account.email,
            "name": account.name,
            "role": account.role.value,
            "technician_id": account.technician,
            "password_hash": password_hash,
            "created_at": _moment(account.created_at),
        }
        statement = upsert(accounts).values(row).on_conflict_do_nothing(index_elements=["business_id", "email"])
        return (await self._connection.execute(statement.returning(accounts.c.id))).first() is not None

    async def change_account(self, account: Account) -> None:
        """Write what may change of an account."""
        values = {
            "name": account.name,
            "role": account.role.value,
            "technician_id": account.technician,
            "disabled_at": _moment(account.disabled_at),
        }
        await self._connection.execute(
            update(accounts).where(accounts.c.business_id == self._business, accounts.c.id == account.id).values(values)
        )

    async def is_other_owner(self, id_: str) -> bool:
        """Tell whether another enabled account is an owner."""
        query = select(accounts.c.id).where(
            accounts.c.business_id == self._business,
            accounts.c.role == Role.OWNER.value,
            _ENABLED,
            accounts.c.id != id_,
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def has_technician(self, id_: str) -> bool:
        """Tell whether there is a technician of this id."""
        technicians = records[RecordKind.TECHNICIANS]
        query = select(technicians.c.id).where(
            technicians.c.business_id == self._business, technicians.c.id == id_, technicians.c.deleted_at.is_(None)
        )
        return (await self._connection.execute(query)).first() is not None

    async def password_hash(self, account: str) -> str | None:
        """Read an enabled account's hash, and lock its row."""
        query = (
            select(accounts.c.password_hash)
            .where(accounts.c.business_id == self._business, accounts.c.id == account, _ENABLED)
            .with_for_update()
        )
        return (await self._connection.execute(query)).scalar_one_or_none()

    async def set_password_hash(self, account: str, password_hash: str) -> None:
        """Write an account's hash."""
        values = {"password_hash": password_hash}
        await self._connection.execute(
            update(accounts).where(accounts.c.business_id == self._business, accounts.c.id == account).values(values)
        )

    async def add_session(self, token_hash: bytes, *, account: str, expires_at: int) -> None:
        """Begin a session."""
        row = {
            "business_id": self._business,
            "token_hash": token_hash,
            "account_id": account,
            "expires_at": _moment(expires_at),
        }
        await self._connection.execute(insert(sessions).values(row))

    async def end_session(self, token_hash: bytes) -> None:
        """Delete one session."""
        await self._connection.execute(
            delete(sessions).where(sessions.c.business_id == self._business, sessions.c.token_hash == token_hash)
        )

    async def end_sessions(self, account: str) -> None:
        """Delete an account's sessions."""
        await self._connection.execute(
            delete(sessions).where(sessions.c.business_id == self._business, sessions.c.account_id == account)
        )

    async def forget_sessions(self, *, before: int) -> None:
        """Delete sessions that have expired."""
        await self._connection.execute(
            delete(sessions).where(sessions.c.business_id == self._business, sessions.c.expires_at < _moment(before))
        )

    async def key(self, id_: str) -> Key | None:
        """Look a key up."""
        row = (
            await self._connection.execute(select(keys).where(keys.c.business_id == self._business, keys.c.id == id_))
        ).one_or_none()
        return None if row is None else _key(row)

    async def keys(self, *, after: str | None, limit: int) -> tuple[Key, ...]:
        """List keys by id."""
        by_id = keys.c.id.collate("C")
        query = (
            select(keys).where(keys.c.business_id == self._business, by_id > (after or "")).order_by(by_id).limit(limit)
        )
        return tuple(_key(row) for row in await self._connection.execute(query))

    async def add_key(self, key: Key, *, token_hash: bytes) -> None:
        """Add a key."""
        row = {
            "business_id": self._business,
            "id": key.id,
            "name": key.name,
            "token_hash": token_hash,
            "prefix": key.prefix,
            "scopes": sorted(scope.value for scope in key.scopes),
            "created_at": _moment(key.created_at),
            "expires_at": _moment(key.expires_at),
        }
        await self._connection.execute(insert(keys).values(row))

    async def revoke_key(self, id_: str, *, at: int) -> bool:
        """Revoke a key that isn't revoked yet."""
        statement = (
            update(keys)
            .where(keys.c.business_id == self._business, keys.c.id == id_, keys.c.revoked_at.is_(None))
            .values(revoked_at=_moment(at))
        )
        return (await self._connection.execute(statement)).rowcount == 1


class PostgresLookUps:
    """The look-up functions of the database; see `ports.people.LookUps`."""

    def __init__(self, transaction: Callable[[], AbstractAsyncContextManager[AsyncConnection]]) -> None:
        """Keep what begins a transaction that acts for nobody yet: `PostgresStorage.transaction`."""
        self._transaction = transaction

    async def account_to_sign_in(self, email: str, business: str | None) -> SigningIn | None:
        """Find the enabled account of an email."""
        query = "SELECT * FROM account_to_sign_in(:email, :business)"
        row = await self._one(query, {"email": email, "business": business})
        if row is None:
            return None
        return SigningIn(business=row.business_id, account=row.id, password_hash=row.password_hash)

    async def session_of(self, token_hash: bytes) -> Session | None:
        """Find whom a session's token stands for."""
        row = await self._one("SELECT * FROM session_of(:hash)", {"hash": token_hash})
        if row is None:
            return None
        return Session(
            business=row.business_id, account=row.account_id, role=Role(row.role), technician=row.technician_id
        )

    async def key_of(self, token_hash: bytes) -> KeyHolder | None:
        """Find the key of a token."""
        row = await self._one("SELECT * FROM key_of(:hash)", {"hash": token_hash})
        return None if row is None else KeyHolder(business=row.business_id, key=row.id, scopes=_scopes(row.scopes))

    async def _one(self, query: str, values: dict[str, Any]) -> Row[Any] | None:
        async with self._transaction() as connection:
            return (await connection.execute(text(query), values)).one_or_none()


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        technician=row.technician_id,
        created_at=int(row.created_at.timestamp()),
        disabled_at=_instant(row.disabled_at),
    )


def _key(row: Row[Any]) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        scopes=_scopes(row.scopes),
        created_at=int(row.created_at.timestamp()),
        expires_at=_instant(row.expires_at),
        revoked_at=_instant(row.revoked_at),
    )


def _scopes(names: Collection[str]) -> frozenset[Scope]:
    """Read scopes; one that this version doesn't know opens nothing."""
    return frozenset(scope for scope in Scope if scope.value in names)


def _moment(instant: int | None) -> datetime | None:
    return None if instant is None else datetime.fromtimestamp(instant, UTC)


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
