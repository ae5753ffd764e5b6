"""The messages to customers of a business in their table."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import messages as table
from fieldfare.ports.customers import Message, MessageKind, MessageStatus


class PostgresMessageBook:
    """The messages of one business, in an open transaction; see `ports.customers.MessageBook`."""

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business
        self._here = table.c.business_id == business

    async def add(self, message: Message) -> None:
        """Write a message that is to be sent."""
        await self._connection.execute(
            insert(table).values(business_id=self._business, id=message.id, **_values(message))
        )

    async def find(self, id_: str, *, for_change: bool = False) -> Message | None:
        """Look a message up."""
        query = select(table).where(self._here, table.c.id == id_)
        if for_change:
            query = query.with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _message(row)

    async def change(self, message: Message) -> None:
        """Write a message in place of what it was."""
        await self._connection.execute(
            update(table).where(self._here, table.c.id == message.id).values(_values(message))
        )

    async def page(
        self,
        *,
        statuses: Collection[MessageStatus] | None,
        booking: str | None,
        unsettled: bool,
        before: str | None,
        limit: int,
    ) -> tuple[Message, ...]:
        """List messages, the newest id first."""
        by_id = table.c.id.collate("C")
        query = select(table).where(self._here).order_by(by_id.desc()).limit(limit)
        if statuses is not None:
            query = query.where(table.c.status == func.any([status.value for status in statuses]))
        if booking is not None:
            query = query.where(table.c.booking_id == booking)
        if unsettled:
            query = query.where(table.c.settled_at.is_(None))
        if before is not None:
            query = query.where(by_id < before)
        return tuple(_message(row) for row in await self._connection.execute(query))


def _values(message: Message) -> dict[str, Any]:
    return {
        "kind": message.kind.value,
        "booking_id": message.booking,
        "customer_id": message.customer,
        "sequence": message.sequence,
        "facts": dict(message.facts),
        "status": message.status.value,
        "failure": message.failure,
        "attempts": message.attempts,
        "created_at": _moment(message.created_at),
        "sent_at": _moment(message.sent_at),
        "settled_at": _moment(message.settled_at),
    }


def _message(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        kind=MessageKind(row.kind),
        booking=row.booking_id,
        customer=row.customer_id,
        sequence=row.sequence,
        created_at=int(row.created_at.timestamp()),
        status=MessageStatus(row.status),
        facts=row.facts,
        failure=row.failure,
        attempts=row.attempts,
        sent_at=_instant(row.sent_at),
        settled_at=_instant(row.settled_at),
    )


def _moment(instant: int | None) -> datetime | None:
    return None if instant is None else datetime.fromtimestamp(instant, UTC)


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
