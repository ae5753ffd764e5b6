"""The audit trail of a business in its table, to which the application may only add."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import audit_personal
from fieldfare.adapters.postgres.tables import audit as table
from fieldfare.domain.actors import Actor, ActorKind
from fieldfare.ports.storage import Entry, KeptEntry, Personal


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
        for row, entry in zip(rows, entries, strict=True):
            line = insert(table).values(row)
            if entry.personal is None:
                await self._connection.execute(line)
                continue
            written = line.returning(table.c.number).cte("written")
            said = {
                "customer_id": entry.personal.customer,
                "before": entry.personal.before,
                "after": entry.personal.after,
                "reason": entry.personal.reason,
            }
            values = [literal(value, type_=audit_personal.c[name].type) for name, value in said.items()]
            await self._connection.execute(
                insert(audit_personal).from_select(
                    ["business_id", "number", *said], select(literal(self._business), written.c.number, *values)
                )
            )

    async def page(
        self, *, before: int | None, limit: int, subject: str | None = None, subject_id: str | None = None
    ) -> tuple[KeptEntry, ...]:
        """List lines, the newest first, those with a smaller number than `before`."""
        both = (table.c.business_id == audit_personal.c.business_id) & (table.c.number == audit_personal.c.number)
        query = (
            select(
                table,
                audit_personal.c.number.label("personal"),
                audit_personal.c.customer_id,
                audit_personal.c.before.label("personal_before"),
                audit_personal.c.after.label("personal_after"),
                audit_personal.c.reason.label("personal_reason"),
            )
            .select_from(table.outerjoin(audit_personal, both))
            .where(table.c.business_id == self._business)
            .order_by(table.c.number.desc())
            .limit(limit)
        )
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
                    personal=None
                    if row.personal is None
                    else Personal(
                        customer=row.customer_id,
                        before=row.personal_before,
                        after=row.personal_after,
                        reason=row.personal_reason,
                    ),
                ),
            )
            for row in rows
        )
