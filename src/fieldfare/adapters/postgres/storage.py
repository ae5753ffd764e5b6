"""PostgreSQL behind the port `Storage`: a transaction for each opening of a business's books."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy import URL, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from fieldfare.adapters.postgres.audit import PostgresAuditBook
from fieldfare.adapters.postgres.bookings import PostgresBookingBook
from fieldfare.adapters.postgres.commitments import PostgresCommitmentBook
from fieldfare.adapters.postgres.configuration import PostgresConfigurationBook
from fieldfare.adapters.postgres.customers import PostgresCustomerBook
from fieldfare.adapters.postgres.integrations import PostgresIntegrationBooks
from fieldfare.adapters.postgres.links import PostgresLinkBook
from fieldfare.adapters.postgres.messages import PostgresMessageBook
from fieldfare.adapters.postgres.once import PostgresOnceBook
from fieldfare.adapters.postgres.outbox import PostgresEventBook, PostgresTaskBook
from fieldfare.adapters.postgres.people import PostgresPeopleBook
from fieldfare.adapters.postgres.reports import PostgresReportBook
from fieldfare.adapters.postgres.revising import Revising, changed_since, revisions
from fieldfare.adapters.postgres.search import PostgresSearchBook
from fieldfare.adapters.postgres.secret import secret_of
from fieldfare.adapters.postgres.security import QUEUE_SCHEMA, SETTING
from fieldfare.adapters.postgres.upkeep import forget_expired
from fieldfare.adapters.postgres.waiting import PostgresWaitingBook
from fieldfare.adapters.postgres.webhooks import PostgresWebhookBook
from fieldfare.adapters.sealing import Sealer
from fieldfare.ports.storage import Changed, Revisions, StorageContendedError, StorageUnavailableError

CONNECT_SECONDS = 5
LOCK_SECONDS = 5
STATEMENT_SECONDS = 30

_REVISIONS = text("SELECT revision, configuration_revision, moment, read_at, marks FROM revisions_of(:business)")
_NOW = "floor(extract(epoch FROM clock_timestamp()))::bigint"
_OPENING = text(f"SELECT set_config('{SETTING}', :business, true), {_NOW} AS moment")
_OPENING_BRISKLY = text(
    f"SELECT set_config('{SETTING}', :business, true), set_config('lock_timeout', '2s', true), "
    f"set_config('statement_timeout', '5s', true), {_NOW} AS moment"
)

_CONTENDED = frozenset({"40P01", "40001", "55P03"})
"""A deadlock, a failed serialization, a lock that wasn't got in time."""


class PostgresBooks:
    """All books of one business, in one transaction; see `ports.storage.Books`."""

    def __init__(
        self, connection: AsyncConnection, business: str, *, moment: int, sealer: Sealer | None = None
    ) -> None:
        """Open the books on a transaction that acts for the business already, at an instant of the database."""
        self.business = business
        self.moment = moment
        self.connection = connection
        self.revising = Revising(connection, business)
        self.configuration = PostgresConfigurationBook(connection, business, self.revising)
        self.commitments = PostgresCommitmentBook(connection, business, self.revising, moment=moment)
        self.bookings = PostgresBookingBook(connection, business, self.revising, moment=moment)
        self.links = PostgresLinkBook(connection, business)
        self.once = PostgresOnceBook(connection, business)
        self.tasks = PostgresTaskBook(connection, business)
        self.events = PostgresEventBook(connection, business)
        self.customers = PostgresCustomerBook(connection, business, self.revising)
        self.search = PostgresSearchBook(connection, business)
        self.messages = PostgresMessageBook(connection, business)
        self.waiting = PostgresWaitingBook(connection, business)
        self.webhooks = PostgresWebhookBook(connection, business)
        self.integrations = PostgresIntegrationBooks(connection, business, self.revising, moment=moment, sealer=sealer)
        self.reports = PostgresReportBook(connection, business)
        self.audit = PostgresAuditBook(connection, business)
        self.people = PostgresPeopleBook(connection, business)

    async def secret(self) -> bytes:
        """Give what only this business knows."""
        return await secret_of(self.connection, self.business)

    async def revisions(self) -> Revisions | None:
        """Tell the business's revisions by one small query."""
        return await revisions(self.connection, self.business)

    async def changed_since(self, revision: int) -> Changed:
        """Tell what has changed since a revision that was seen before."""
        return await changed_since(self.connection, self.business, revision)

    async def forget_expired(self) -> int:
        """Delete what has run out; gives how much there was."""
        return await forget_expired(self.connection, self.business)


class PostgresStorage:
    """A PostgreSQL database of many businesses; see `ports.storage.Storage`."""

    def __init__(self, engine: AsyncEngine, *, sealer: Sealer | None = None) -> None:
        """Keep the pool of connections, and what seals credentials."""
        self._engine = engine
        self._sealer = sealer
        self._at_once = engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def open(self, business: str, *, brisk: bool = False) -> AsyncIterator[PostgresBooks]:
        """Open the books of one business; raises `StorageUnavailableError`, then or at any step."""
        async with self.transaction() as connection:
            opening = _OPENING_BRISKLY if brisk else _OPENING
            row = (await connection.execute(opening, {"business": business})).one()
            books = PostgresBooks(connection, business, moment=row.moment, sealer=self._sealer)
            yield books
            await books.revising.finish()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Begin a transaction that acts for nobody yet; for the look-ups that find out for whom."""
        async with self._speaking(self._engine.begin()) as connection:
            yield connection

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[AsyncConnection]:
        """Connect without a transaction: one round trip for a look-up that is one statement."""
        async with self._speaking(self._at_once.connect()) as connection:
            yield connection

    @asynccontextmanager
    async def _speaking(self, opening: AbstractAsyncContextManager[AsyncConnection]) -> AsyncIterator[AsyncConnection]:
        """Say in the port's terms that the database doesn't answer."""
        try:
            async with opening as connection:
                yield connection
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            if getattr(getattr(error, "orig", None), "sqlstate", None) in _CONTENDED:
                raise StorageContendedError(type(error).__name__) from error
            raise StorageUnavailableError(type(error).__name__) from error
        except DBAPIError as error:
            if error.connection_invalidated:
                raise StorageUnavailableError(type(error).__name__) from error
            raise

    async def revisions(self, business: str) -> Revisions | None:
        """Tell a business's revisions; None if there is none. One round trip: every answer begins with this."""
        async with self.at_once() as connection:
            row = (await connection.execute(_REVISIONS, {"business": business})).one_or_none()
        if row is None:
            return None
        return Revisions(revision=row[0], configuration=row[1], moment=row[2], read_at=row[3], marks=row[4] or 0)

    async def sole_business(self) -> str | None:
        """Name the business if there is exactly one."""
        found = [business async for business in self.businesses(most=2)]
        return found[0] if len(found) == 1 else None

    async def businesses(self, *, most: int | None = None) -> AsyncIterator[str]:
        """Name the businesses one after the other, in the order of their ids."""
        last, count = "", 0
        while most is None or count < most:
            async with self.transaction() as connection:
                query = text("SELECT business_id FROM next_business(:last)")
                business = (await connection.execute(query, {"last": last})).scalar_one_or_none()
            if business is None:
                return
            yield business
            last, count = business, count + 1


@asynccontextmanager
async def postgres_storage(
    address: URL, *, connections: int = 10, sealer: Sealer | None = None
) -> AsyncIterator[PostgresStorage]:
    """Open a pool of connections to a database, and close it at the end.

    Without a `sealer`, credentials of other systems can neither be kept nor opened.
    """
    engine = create_async_engine(
        address,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
        pool_pre_ping=False,
        # What is written is nobody else's to read in a log.
        hide_parameters=True,
        pool_recycle=1_800,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "options": f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s "
            f"-c timezone=UTC -c search_path=public,{QUEUE_SCHEMA}",
        },
    )
    try:
        yield PostgresStorage(engine, sealer=sealer)
    finally:
        await engine.dispose()
