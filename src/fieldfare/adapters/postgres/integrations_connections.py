"""The connection of a business in its table, with its credentials sealed, and what goes when the account does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, Table, case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.connection_settings import read_settings, write_settings
from fieldfare.adapters.postgres.integration_tables import (
    conflicts,
    crm_contacts,
    crm_links,
    crm_writes,
    integration_failures,
    mirrored,
    proposals,
    watermarks,
)
from fieldfare.adapters.postgres.integration_tables import connections as table
from fieldfare.adapters.postgres.moments import instant_of, moment, moment_or_none
from fieldfare.adapters.postgres.revising import Revising
from fieldfare.adapters.postgres.tables import commitments
from fieldfare.adapters.postgres.turns import take_turn
from fieldfare.adapters.sealing import Sealer
from fieldfare.domain.connections import Connection, ConnectionState
from fieldfare.ports.crm import Allowance
from fieldfare.ports.integrations import AccountTakenError, Credentials, SealBrokenError, SealingKeyMissingError

_ACCOUNT_TAKEN = "23505"
_NO_KEY = "there is no key to seal credentials with: set FIELDFARE_SECRET_KEY"


class PostgresConnectionBook:
    """The connections of one business, in an open transaction; see `ports.integrations.ConnectionBook`."""

    def __init__(
        self, connection: AsyncConnection, business: str, revising: Revising, *, moment: int, sealer: Sealer | None
    ) -> None:
        """Keep the transaction's connection, what notes changes, the database's time, and what seals."""
        self._connection = connection
        self._business = business
        self._here = table.c.business_id == business
        self._revising = revising
        self._moment = moment
        self._sealer = sealer

    async def find(self, provider: str = "ghl", *, for_change: bool = False) -> Connection | None:
        """Look the connection up, unless it was removed."""
        query = select(table).where(
            self._here, table.c.provider == provider, table.c.state != ConnectionState.REMOVED.value
        )
        if for_change:
            query = query.with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _connection(row)

    async def save(self, connection: Connection, *, credentials: Credentials | None = None) -> Connection:
        """Write it, with new credentials where they are given; raises `AccountTakenError`."""
        removed = connection.state is ConnectionState.REMOVED
        values = _values(connection)
        if removed:
            values["credentials"] = None
        elif credentials is not None:
            values["credentials"] = self._sealed(credentials, connection.provider)
        query = select(table.c.account, table.c.state).where(self._here, table.c.provider == connection.provider)
        known = (await self._connection.execute(query.with_for_update(key_share=True))).one_or_none()
        statement = upsert(table).values(business_id=self._business, provider=connection.provider, version=1, **values)
        statement = statement.on_conflict_do_update(
            index_elements=["business_id", "provider"], set_={**values, "version": table.c.version + 1}
        )
        try:
            version = (await self._connection.execute(statement.returning(table.c.version))).scalar_one()
        except IntegrityError as error:
            if getattr(error.orig, "sqlstate", None) == _ACCOUNT_TAKEN:
                raise AccountTakenError from None
            raise
        another = known is not None and known.account != connection.account
        if known is not None and (another or (removed and known.state != connection.state.value)):
            await self._forget_account(connection.provider, another=another)
        self._revising.noticed()
        return replace(connection, version=version)

    async def credentials(self, provider: str = "ghl", *, for_change: bool = False) -> Credentials | None:
        """Open the credentials; raises `SealingKeyMissingError` and `SealBrokenError`."""
        query = select(table.c.credentials).where(self._here, table.c.provider == provider)
        if for_change:
            query = query.with_for_update(key_share=True)
        sealed: bytes | None = (await self._connection.execute(query)).scalar_one_or_none()
        if sealed is None:
            return None
        sealer = self._the_sealer()
        known = _credentials(sealer.open(sealed, business=self._business, provider=provider))
        if for_change and not sealer.is_newest(sealed):
            # So nothing needs an older key any more once everything was used.
            await self.renew(known, provider)
        return known

    async def renew(self, credentials: Credentials, provider: str = "ghl") -> None:
        """Write refreshed credentials; nothing where they were taken away meanwhile."""
        await self._connection.execute(
            update(table)
            .where(self._here, table.c.provider == provider, table.c.credentials.is_not(None))
            .values(credentials=self._sealed(credentials, provider))
        )

    async def take_turn(self, allowance: Allowance, *, pressing: bool) -> float:
        """Take leave for one call by the database's clock, and give 0; or else the seconds until it may be there."""
        return await take_turn(self._connection, self._business, allowance, pressing=pressing)

    async def _forget_account(self, provider: str, *, another: bool) -> None:
        """Take away what an account that is not connected any more was read to hold, and what waits for it.

        What our bookings and customers are there stays, unless `another` account takes its place: whoever connects the
        same one again must not have everything written twice.
        """
        freed = await self._connection.execute(
            update(commitments)
            .where(
                commitments.c.business_id == self._business,
                commitments.c.source == provider,
                commitments.c.deleted_at.is_(None),
            )
            .values(deleted_at=func.now(), changed_at=func.now(), version=commitments.c.version + 1)
            .returning(commitments.c.technician_id)
        )
        self._revising.commitments_changed(freed.scalars())
        gone: tuple[Table, ...] = (mirrored, watermarks, crm_links, crm_contacts) if another else (mirrored, watermarks)
        for one in gone:
            await self._connection.execute(delete(one).where(one.c.business_id == self._business))
        unsettled = crm_writes.c.state.in_(["waiting", "parked"])
        now = moment(self._moment)
        if another:
            # Whom they are for, and which opportunity asks, is known to the former account alone.
            unsettled_proposal = proposals.c.state.in_(["open", "sent"])
            over = {"state": "dismissed", "settled_at": now, "settled_by": provider, "trouble": None}
            values = {name: case((unsettled_proposal, value), else_=proposals.c[name]) for name, value in over.items()}
            await self._connection.execute(
                update(proposals).where(proposals.c.business_id == self._business).values(contact=None, **values)
            )
        for settled in (
            update(crm_writes).where(crm_writes.c.business_id == self._business, unsettled).values(state="dropped"),
            update(conflicts)
            .where(conflicts.c.business_id == self._business, conflicts.c.settled_at.is_(None))
            .values(settled_at=now, settled_by=provider, outcome="gone"),
            update(integration_failures)
            .where(
                integration_failures.c.business_id == self._business,
                integration_failures.c.system == provider,
                integration_failures.c.over_at.is_(None),
            )
            .values(over_at=now),
        ):
            await self._connection.execute(settled)

    def _sealed(self, credentials: Credentials, provider: str) -> bytes:
        content = {
            "token": credentials.token,
            "refresh_token": credentials.refresh_token,
            "expires_at": credentials.expires_at,
            "scopes": list(credentials.scopes),
        }
        return self._the_sealer().seal(json.dumps(content).encode(), business=self._business, provider=provider)

    def _the_sealer(self) -> Sealer:
        if self._sealer is None:
            raise SealingKeyMissingError(_NO_KEY)
        return self._sealer


def _credentials(opened: bytes) -> Credentials:
    try:
        content = json.loads(opened)
        return Credentials(
            token=content["token"],
            refresh_token=content["refresh_token"],
            expires_at=content["expires_at"],
            scopes=tuple(content["scopes"]),
        )
    except (ValueError, KeyError, TypeError):
        # Without what was read, which is a secret.
        raise SealBrokenError("what was sealed is not what this version of Fieldfare seals") from None


def _values(connection: Connection) -> dict[str, Any]:
    return {
        "account": connection.account,
        "name": connection.name,
        "time_zone": connection.time_zone,
        "state": connection.state.value,
        "settings": write_settings(connection.settings),
        "granted": connection.granted,
        "agency": connection.agency,
        "failing": connection.failing,
        "created_at": moment(connection.created_at),
        "checked_at": moment_or_none(connection.checked_at),
    }


def _connection(row: Row[Any]) -> Connection:
    return Connection(
        provider=row.provider,
        account=row.account,
        name=row.name,
        time_zone=row.time_zone,
        state=ConnectionState(row.state),
        settings=read_settings(row.settings),
        granted=row.granted,
        agency=row.agency,
        failing=row.failing,
        version=row.version,
        created_at=int(row.created_at.timestamp()),
        checked_at=instant_of(row.checked_at),
    )
