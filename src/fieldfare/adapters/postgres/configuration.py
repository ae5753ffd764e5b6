"""The configuration of a business in its tables: a row for each record, holding its document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.revising import Revising
from fieldfare.adapters.postgres.tables import businesses, records, settings
from fieldfare.domain.configuration import Change, Configuration, Document, RecordKind


class PostgresConfigurationBook:
    """The documents of one business, in an open transaction."""

    def __init__(self, connection: AsyncConnection, business: str, revising: Revising) -> None:
        """Keep the transaction's connection, and what notes that something has changed."""
        self._connection = connection
        self._business = business
        self._revising = revising

    async def load(self, *, for_change: bool = False) -> Configuration | None:
        """Read the whole configuration; see `ports.storage.ConfigurationBook`."""
        if for_change:
            # A row lock would keep nobody away from a business that isn't there yet.
            await self._connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtextextended(:business, 0))"), {"business": self._business}
            )
        own = (
            await self._connection.execute(select(settings.c.document).where(settings.c.business_id == self._business))
        ).scalar_one_or_none()
        if own is None:
            return None
        found = {kind: await self._records(kind) for kind in RecordKind}
        return Configuration(id=self._business, own=own, records=found)

    async def _records(self, kind: RecordKind) -> dict[str, Document]:
        table = records[kind]
        rows = await self._connection.execute(
            select(table.c.id, table.c.document)
            .where(table.c.business_id == self._business, table.c.deleted_at.is_(None))
            .order_by(table.c.id.collate("C"))
        )
        return dict(rows.all())

    async def save(self, changes: Sequence[Change]) -> None:
        """Write changes; see `ports.storage.ConfigurationBook`."""
        if not changes:
            return
        for change in changes:
            if change.kind is None:
                await self._save_own(change)
        for kind in RecordKind:
            await self._save_records(kind, [change for change in changes if change.kind is kind])
        self._revising.configuration_changed()

    async def _save_own(self, change: Change) -> None:
        if change.before is None:
            await self._connection.execute(insert(businesses).values(business_id=self._business))
            row = {"business_id": self._business, "document": change.after}
            await self._connection.execute(insert(settings).values(row))
        else:
            await self._connection.execute(
                update(settings)
                .where(settings.c.business_id == self._business)
                .values(document=change.after, changed_at=func.now())
            )

    async def _save_records(self, kind: RecordKind, changes: list[Change]) -> None:
        table = records[kind]
        written: list[dict[str, Any]] = [
            {"business_id": self._business, "id": change.id, "document": change.after}
            for change in changes
            if change.after is not None
        ]
        if written:
            statement = upsert(table)
            await self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["business_id", "id"],
                    set_={"document": statement.excluded.document, "changed_at": func.now(), "deleted_at": None},
                ),
                written,
            )
        gone = [change.id for change in changes if change.after is None]
        if gone:
            await self._connection.execute(
                update(table)
                .where(table.c.business_id == self._business, table.c.id.in_(gone))
                .values(deleted_at=func.now(), changed_at=func.now())
            )
