"""The webhooks of a business and what became of each delivery, in their tables."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import deliveries, events, webhooks
from fieldfare.ports.bookings import KeptEvent
from fieldfare.ports.webhooks import DeliveryStatus, KeptDelivery, Webhook


class PostgresWebhookBook:
    """The webhooks of one business, in an open transaction; see `ports.webhooks.WebhookBook`."""

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business
        self._kept = (webhooks.c.business_id == business) & webhooks.c.deleted_at.is_(None)

    async def all(self) -> tuple[Webhook, ...]:
        """List the webhooks that are not deleted, by id."""
        query = select(webhooks).where(self._kept).order_by(webhooks.c.id.collate("C"))
        return tuple(_webhook(row) for row in await self._connection.execute(query))

    async def find(self, id_: str, *, for_change: bool = False) -> Webhook | None:
        """Look a webhook up that is not deleted."""
        query = select(webhooks).where(self._kept, webhooks.c.id == id_)
        if for_change:
            query = query.with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _webhook(row)

    async def save(self, webhook: Webhook) -> None:
        """Write a webhook, a new one or in place of what it was."""
        values = {
            "url": webhook.url,
            "types": list(webhook.types),
            "secrets": list(webhook.secrets),
            "created_at": _moment(webhook.created_at),
            "disabled_at": _moment(webhook.disabled_at),
            "disabled_because": webhook.disabled_because,
        }
        statement = upsert(webhooks).values(business_id=self._business, id=webhook.id, **values)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["business_id", "id"], set_=values)
        )

    async def delete(self, id_: str) -> None:
        """Mark a webhook as deleted."""
        await self._connection.execute(
            update(webhooks).where(self._kept, webhooks.c.id == id_).values(deleted_at=func.clock_timestamp())
        )

    async def delivery(self, id_: str, *, for_change: bool = False) -> KeptDelivery | None:
        """Look a delivery up, with its event."""
        query = self._deliveries().where(deliveries.c.id == id_)
        if for_change:
            query = query.with_for_update(of=deliveries, key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _delivery(row)

    async def settle(self, delivery: KeptDelivery) -> None:
        """Write what became of a delivery."""
        await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.business_id == self._business, deliveries.c.id == delivery.id)
            .values(
                status=delivery.status.value,
                attempts=delivery.attempts,
                answer=delivery.answer,
                failure=delivery.failure,
                next_at=_moment(delivery.next_at),
                delivered_at=_moment(delivery.delivered_at),
            )
        )

    async def deliveries(
        self, webhook: str, *, statuses: Collection[DeliveryStatus] | None, before: str | None, limit: int
    ) -> tuple[KeptDelivery, ...]:
        """List a webhook's deliveries, the newest first."""
        by_id = deliveries.c.id.collate("C")
        query = self._deliveries().where(deliveries.c.webhook_id == webhook).order_by(by_id.desc()).limit(limit)
        if statuses is not None:
            query = query.where(deliveries.c.status == func.any([status.value for status in statuses]))
        if before is not None:
            query = query.where(by_id < before)
        return tuple(_delivery(row) for row in await self._connection.execute(query))

    async def again(self, delivery: str, *, new_id: str, at: int) -> KeptDelivery | None:
        """Write a new delivery of the same event to the same webhook; None if either is not there any more."""
        old = (
            select(
                deliveries.c.business_id,
                literal(new_id),
                deliveries.c.webhook_id,
                deliveries.c.event_number,
                literal(DeliveryStatus.PENDING.value),
                literal(_moment(at)),
            )
            .join(webhooks, self._kept & (webhooks.c.id == deliveries.c.webhook_id))
            .where(deliveries.c.business_id == self._business, deliveries.c.id == delivery)
        )
        columns = ["business_id", "id", "webhook_id", "event_number", "status", "created_at"]
        written = await self._connection.execute(insert(deliveries).from_select(columns, old))
        return await self.delivery(new_id) if written.rowcount else None

    def _deliveries(self) -> Select[Any]:
        both = (events.c.business_id == deliveries.c.business_id) & (events.c.number == deliveries.c.event_number)
        return (
            select(deliveries, events.c.type, events.c.data, events.c.at)
            .join(events, both)
            .where(deliveries.c.business_id == self._business)
        )


def _webhook(row: Row[Any]) -> Webhook:
    return Webhook(
        id=row.id,
        url=row.url,
        types=tuple(row.types),
        secrets=tuple(bytes(secret) for secret in row.secrets),
        created_at=int(row.created_at.timestamp()),
        disabled_at=_instant(row.disabled_at),
        disabled_because=row.disabled_because,
    )


def _delivery(row: Row[Any]) -> KeptDelivery:
    return KeptDelivery(
        id=row.id,
        webhook=row.webhook_id,
        event=KeptEvent(number=row.event_number, type=row.type, at=int(row.at.timestamp()), data=row.data),
        status=DeliveryStatus(row.status),
        attempts=row.attempts,
        created_at=int(row.created_at.timestamp()),
        answer=row.answer,
        failure=row.failure,
        next_at=_instant(row.next_at),
        delivered_at=_instant(row.delivered_at),
    )


def _moment(instant: int | None) -> datetime | None:
    return None if instant is None else datetime.fromtimestamp(instant, UTC)


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())
