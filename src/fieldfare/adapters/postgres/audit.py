"""The audit trail of a business in its table, to which the application may only add."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.tables import audit as table
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.ports.storage import Entry, KeptEntry


class PostgresAuditBook:
    """The trail of one business, in an open transaction; see `ports.storage.AuditBook`."""

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business

    async def write(self, entries: Sequence[Entry]) -> None:
        """Add lines."""
        rows = [
            {
                "business_id": self._business,
                "actor_kind": entry.actor.kind.value,
                "actor_id": entry.actor.id,
                "action": entry.action,
                "subject": entry.subject,
                "subject_id": entry.subject_id,
                "before": entry.before,
                "after": entry.after,
                "reason": entry.reason,
            }
            for entry in entries
        ]
        if rows:
            await self._connection.execute(insert(table), rows)

    async def page(
        self, *, before: int | None, limit: int, subject: str | None = None, subject_id: str | None = None
    ) -> tuple[KeptEntry, ...]:
        """List lines, the newest first, those with a smaller number than `before`."""
        query = select(table).where(table.c.business_id == self._business).order_by(table.c.number.desc()).limit(limit)
        if before is not None:
            query = query.where(table.c.number < before)
        if subject is not None:
            query = query.where(table.c.subject == subject)
        if subject_id is not None:
            query = query.where(table.c.subject_id == subject_id)
        rows = await self._connection.execute(query)
        return tuple(
            KeptEntry(
                number=row.number,
                at=int(row.at.timestamp()),
                entry=Entry(
                    actor=Actor(kind=ActorKind(row.actor_kind), id=row.actor_id),
                    action=row.action,
                    subject=row.subject,
                    subject_id=row.subject_id,
                    before=row.before,
                    after=row.after,
                    reason=row.reason,
                ),
            )
            for row in rows
        )
