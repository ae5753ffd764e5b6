"""Those who wait for a slot of a business, in their table."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fieldfare.adapters.postgres.booking_tables import waiting as table
from fieldfare.domain.places import Place
from fieldfare.ports.customers import Waiting, WaitingStatus


class PostgresWaitingBook:
    """Those who wait for a slot of one business, in an open transaction; see `ports.customers.WaitingBook`."""

    def __init__(self, connection: AsyncConnection, business: str) -> None:
        """Keep the transaction's connection."""
        self._connection = connection
        self._business = business
        self._here = table.c.business_id == business

    async def add(self, waiting: Waiting) -> None:
        """Write somebody down."""
        await self._connection.execute(
            insert(table).values(business_id=self._business, id=waiting.id, **_values(waiting))
        )

    async def find(self, id_: str, *, for_change: bool = False) -> Waiting | None:
        """Look somebody up."""
        query = select(table).where(self._here, table.c.id == id_)
        if for_change:
            query = query.with_for_update(key_share=True)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else _waiting(row)

    async def change(self, waiting: Waiting) -> None:
        """Write somebody in place of what was there."""
        await self._connection.execute(
            update(table)
            .where(self._here, table.c.id == waiting.id)
            .values(changed_at=func.clock_timestamp(), **_values(waiting))
        )

    async def page(
        self, *, statuses: Collection[WaitingStatus], customer: str | None = None, after: str | None, limit: int
    ) -> tuple[Waiting, ...]:
        """List by id, which is the order in which they joined."""
        by_id = table.c.id.collate("C")
        query = (
            select(table)
            .where(
                self._here,
                table.c.status == func.any([status.value for status in statuses]),
                by_id > (after or ""),
            )
            .order_by(by_id)
            .limit(limit)
        )
        if customer is not None:
            query = query.where(table.c.customer_id == customer)
        return tuple(_waiting(row) for row in await self._connection.execute(query))


def _values(waiting: Waiting) -> dict[str, Any]:
    return {
        "customer_id": waiting.customer,
        "product_id": waiting.product,
        "lat": waiting.place.lat,
        "lng": waiting.place.lng,
        "postal_code": waiting.place.postal_code,
        "wishes": [list(wish) for wish in waiting.wishes],
        "status": waiting.status.value,
        "offered_id": waiting.offered,
        "joined_at": datetime.fromtimestamp(waiting.joined_at, UTC),
    }


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(
        id=row.id,
        customer=row.customer_id,
        product=row.product_id,
        place=Place(lat=row.lat, lng=row.lng, postal_code=row.postal_code),
        wishes=tuple((since, until) for since, until in row.wishes),
        joined_at=int(row.joined_at.timestamp()),
        status=WaitingStatus(row.status),
        offered=row.offered_id,
    )
