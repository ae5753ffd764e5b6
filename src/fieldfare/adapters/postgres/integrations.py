"""All books of a business's connections, and the look-up from before the business is known."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.integrations_connections import PostgresConnectionBook
from fieldfare.adapters.postgres.integrations_mirror import PostgresMirrorBook
from fieldfare.adapters.postgres.integrations_received import PostgresFailureBook, PostgresReceivedBook
from fieldfare.adapters.postgres.integrations_settling import PostgresConflictBook, PostgresProposalBook
from fieldfare.adapters.postgres.integrations_writes import PostgresWriteBook
from fieldfare.adapters.postgres.revising import Revising
from fieldfare.adapters.sealing import Sealer

_BUSINESS = text("SELECT business_id FROM business_of_account(:provider, :account)")


class PostgresIntegrationBooks:
    """The books of one business, in an open transaction; see `ports.integrations.IntegrationBooks`."""

    def __init__(
        self, connection: AsyncConnection, business: str, revising: Revising, *, moment: int, sealer: Sealer | None
    ) -> None:
        """Open them on the transaction's connection; without a `sealer` credentials are neither kept nor opened."""
        self.connections = PostgresConnectionBook(connection, business, revising, moment=moment, sealer=sealer)
        self.mirror = PostgresMirrorBook(connection, business, revising)
        self.writes = PostgresWriteBook(connection, business, revising)
        self.conflicts = PostgresConflictBook(connection, business, revising)
        self.proposals = PostgresProposalBook(connection, business, revising)
        self.received = PostgresReceivedBook(connection, business)
        self.failures = PostgresFailureBook(connection, business, revising)


class PostgresAccounts:
    """The look-up function of the database; see `ports.integrations.Accounts`."""

    def __init__(self, transaction: Callable[[], AbstractAsyncContextManager[AsyncConnection]]) -> None:
        """Keep what begins a transaction that acts for nobody yet: `PostgresStorage.transaction`."""
        self._transaction = transaction

    async def business_of(self, provider: str, account: str) -> str | None:
        """Name the business that is connected to an account."""
        async with self._transaction() as connection:
            found = await connection.execute(_BUSINESS, {"provider": provider, "account": account})
            business: str | None = found.scalar_one_or_none()
        return business
